import { describe, expect, test } from "vitest";
import { checkCapturedHosts, checkPorts, checkTakenNames, checkUndefined, type NamedUpstream } from "../../../src/model/check/names.ts";
import { around, definedIn, HTTP, http, passesIn, STREAM } from "./around.ts";

const API: NamedUpstream = { name: "api", protocol: "http", writtenAt: "u.yaml:2:3" };
const DB: NamedUpstream = { name: "db", protocol: "stream", writtenAt: null };

describe("checkTakenNames", () => {
  test("names where somebody else defines one of our names, without regard to case, by protocol", () => {
    const surroundings = around("http { include x;\nupstream other { }\nupstream db { } }\nstream { upstream api { } }", {
      x: "\nupstream API { }\nupstream api { }",
    });
    expect(checkTakenNames([API, DB], definedIn(surroundings))).toMatchObject([
      {
        severity: "error",
        code: "name_taken",
        place: "/n/x:2",
        message: "upstream api is defined here already as API, which is the same to Nginx (ours is asked for in u.yaml:2:3)",
      },
      { place: "/n/x:3", message: "upstream api is defined here already (ours is asked for in u.yaml:2:3)" },
    ]);
  });

  test("does not take for somebody else's what stands at our destinations, or is no upstream", () => {
    const surroundings = around("http { include up.conf; server { upstream api { } } upstream; } upstream api { }", {
      "up.conf": "upstream api { }",
    });
    expect(surroundings.inclusions.map(({ destination }) => destination)).toEqual([HTTP]);
    expect(checkTakenNames([API], definedIn(surroundings))).toEqual([]);
  });
});

describe("checkPorts", () => {
  const found = (line: string) => checkPorts([API, DB], passesIn(http(line))).map(({ place, message }) => `${place} ${message}`);

  test.each([
    "proxy_pass http://api:80;",
    "proxy_pass https://API:443/x?y;",
    "fastcgi_pass api:9000;",
    "grpc_pass grpc://api:1;",
    "memcached_pass api:1;",
  ])("finds the port in %s", (line) => {
    expect(found(`location / { ${line} }`)).toEqual([
      expect.stringMatching(/^\/n\/n\.conf:2 .*(api|API) is an upstream, and Nginx takes no port with one$/),
    ]);
  });

  test.each([
    "proxy_pass http://api;",
    "proxy_pass http://api/a:80;",
    "proxy_pass http://apis:80;",
    "proxy_pass http://db:80;",
    "proxy_pass http://$api:80;",
    "proxy_pass http://[::1]:80;",
    "fastcgi_pass unix:/api:80;",
    "return 301 http://api:80;",
  ])("leaves %s alone", (line) => {
    expect(found(`location / { ${line} }`)).toEqual([]);
  });

  test.each(["http://api:80/$uri", "http://api:80$request_uri", "https://API:443$uri$is_args"])(
    "warns where a variable behind the port makes Nginx look the name up as a host: %s",
    (target) => {
      expect(checkPorts([API], passesIn(http(`location / { proxy_pass ${target}; }`)))).toMatchObject([
        { severity: "warning", code: "port_bypasses_upstream", place: "/n/n.conf:2" },
      ]);
    },
  );

  test("knows the other family as well", () => {
    const [finding] = checkPorts([DB], passesIn(around("stream {\nserver { proxy_pass db:5432; } }")));
    expect(finding).toMatchObject({
      code: "port_with_upstream",
      place: "/n/n.conf:2",
      hint: 'Write db without ":5432": the ports come from Consul.',
    });
  });
});

describe("checkUndefined", () => {
  const found = (main: string) => {
    const surroundings = around(main);
    return checkUndefined([API, DB], definedIn(surroundings), passesIn(surroundings), surroundings).map(({ place }) => place);
  };

  test("finds a bare word in stream that is no upstream of ours nor of anybody else", () => {
    expect(
      found("stream {\nupstream own { }\nserver { proxy_pass own; }\nserver { proxy_pass DB; }\nserver { proxy_pass api; }\n}"),
    ).toEqual(["/n/n.conf:5"]);
  });

  test("leaves alone what may be a host, what is only known at run time, and what an unread file may define", () => {
    expect(
      found("http { server { proxy_pass http://nowhere; } }\nstream { server { proxy_pass h:1; } server { proxy_pass $x; } }"),
    ).toEqual([]);
    expect(found("stream { include gone; server { proxy_pass nowhere; } }")).toEqual([]);
  });
});

describe("checkCapturedHosts", () => {
  const HOST: NamedUpstream = { name: "api.example.com", protocol: "http", writtenAt: null };
  const LOCAL: NamedUpstream = { name: "localhost", protocol: "http", writtenAt: null };
  const passes = passesIn(
    http(
      "location / { proxy_pass http://API.example.com/; }",
      "location /b { proxy_pass http://localhost; }",
      "location /c { proxy_pass http://api; }",
    ),
  );

  test("finds what goes to a host so far and will go to an upstream of that name", () => {
    expect(checkCapturedHosts([HOST, LOCAL, API], passes, []).map(({ place, severity }) => [place, severity])).toEqual([
      ["/n/n.conf:2", "info"],
      ["/n/n.conf:3", "info"],
    ]);
  });

  test("says nothing of a name that we render already", () => {
    const rendered = [{ name: "api.example.com", protocol: "http", file: STREAM, line: 1 }] as const;
    expect(checkCapturedHosts([HOST], passes, rendered)).toEqual([]);
  });
});
