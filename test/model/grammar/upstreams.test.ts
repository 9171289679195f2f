import { describe, expect, test } from "vitest";
import { readUpstreams } from "../../../src/model/grammar/upstreams.ts";
import type { Server } from "../../../src/model/upstream.ts";
import { aServer } from "../../builders.ts";

const SERVER = aServer({ address: "10.0.0.7", port: 80 });

/** The servers of a block that holds these lines. */
function serversOf(lines: string, protocol: "http" | "stream" = "http"): readonly Server[] | undefined {
  const result = readUpstreams(`upstream u { ${lines} }`, protocol);
  return "upstreams" in result ? result.upstreams[0]?.servers : undefined;
}

describe("readUpstreams", () => {
  test("reads name, directives in their order, and servers, with the lines of the block", () => {
    const text = '# by hand\nupstream api {\n  least_conn;\n  zone "z 1" 64k;\n  server 10.0.0.7:8080 weight=5;\n}\n';
    expect(readUpstreams(text, "http")).toEqual({
      upstreams: [
        {
          name: "api",
          protocol: "http",
          directives: [
            { name: "least_conn", arguments: [] },
            { name: "zone", arguments: ["z 1", "64k"] },
          ],
          servers: [{ ...SERVER, port: 8080, weight: 5 }],
        },
      ],
      lines: [{ name: "api", from: 2, to: 6 }],
    });
  });

  test("finds blocks at the top level and inside the block of the protocol, not in the other's", () => {
    const text =
      "upstream a { server 1.1.1.1; }\nhttp { upstream b { server 1.1.1.1; } server { } }\nstream { upstream c { server 1.1.1.1:1; } }";
    const names = (protocol: "http" | "stream") => {
      const result = readUpstreams(text, protocol);
      return "upstreams" in result ? result.upstreams.map(({ name }) => name) : result;
    };
    expect([names("http"), names("stream")]).toEqual([
      ["a", "b"],
      ["a", "c"],
    ]);
  });

  test("reads every parameter, whatever the order, and ignores what the model lacks", () => {
    expect(serversOf("server 10.0.0.7 fail_timeout=1m30s resolve max_fails=0 down slow_start=3s max_conns=9 backup weight=2;")).toEqual([
      { ...SERVER, weight: 2, state: "down", backup: true, maxConns: 9, maxFails: 0, failTimeout: 90 },
    ]);
  });

  test("lets the last of repeated parameters count, as Nginx does", () => {
    expect(serversOf("server 10.0.0.7 weight=2 weight=3;")).toEqual([{ ...SERVER, weight: 3 }]);
  });

  test.each([
    ["10.0.0.7", "http", "10.0.0.7", 80],
    ["10.0.0.7:0080", "http", "10.0.0.7", 80],
    ["[2001:DB8::1]:443", "http", "2001:db8::1", 443],
    ["[::1]", "http", "::1", 80],
    ["10.0.0.7", "stream", "10.0.0.7", 0],
    ["db.internal:5432", "stream", "db.internal", 5432],
    ["db.internal", "http", "db.internal", 80],
    ["unix:/run/a:b.sock", "http", "unix:/run/a:b.sock", 0],
    ["::1:80", "http", "::1:80", 0],
  ] as const)("reads the address %s in %s as %s port %i", (text, protocol, address, port) => {
    expect(serversOf(`server ${text};`, protocol)).toEqual([{ ...SERVER, address, port }]);
  });

  test("drops the placeholder and keeps the backups beside it", () => {
    expect(serversOf("server 127.0.0.1:1 down; server 10.0.0.7 backup;")).toEqual([{ ...SERVER, backup: true }]);
  });

  test("says where a file is not a configuration", () => {
    expect(readUpstreams("upstream u {\n server 10.0.0.7\n}", "http")).toEqual({ error: 'unexpected "}"', line: 3 });
  });
});
