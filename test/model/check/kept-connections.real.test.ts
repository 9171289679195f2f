import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkKeptConnections } from "../../../src/model/check/kept-connections.ts";
import { passesOf } from "../../../src/model/surroundings/passes.ts";
import { createIncludeTree } from "../../../src/nginx/include-tree.ts";
import { readSurroundings } from "../../../src/nginx/read-surroundings.ts";
import { nginxVersions, startNginx } from "../../support/nginx-server.ts";
import { freePort } from "../../support/ports.ts";

const NGINX = { debian: "1.22.1", wheel: "1.31.3" };
const KEEPING = { name: "api", protocol: "http", directives: [{ name: "keepalive", arguments: ["8"] }] } as const;

/** Answers with what it was asked: the version of HTTP and the header that closes or keeps. */
const backend = createServer(({ httpVersion, headers }: IncomingMessage, answer) => {
  answer.end(httpVersion !== "1.0" && headers.connection !== "close" ? "kept" : "closed");
});
beforeAll(async () => new Promise<void>((ready) => void backend.listen(0, "127.0.0.1", ready)));
afterAll(() => void backend.close());

/** Ways to say, and not to say, what keeping needs; each in a location of its own. */
const BODIES = [
  "proxy_pass http://api/;",
  "proxy_http_version 1.1; proxy_pass http://api/;",
  'proxy_set_header Connection ""; proxy_pass http://api/;',
  'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://API/;',
  "proxy_http_version 1.1; proxy_set_header Host x; proxy_pass http://api/;",
  'if ($uri) { proxy_pass http://api; } proxy_http_version 1.1; proxy_set_header Connection "";',
];
/** What is said around all of them. */
const AROUND = [
  "",
  "proxy_http_version 1.1;",
  'proxy_http_version 1.1; proxy_set_header Connection "";',
  'proxy_set_header Connection "";',
];

describe.each(nginxVersions)("checkKeptConnections, and what a backend is asked by nginx (%s)", (version) => {
  test.each(AROUND)("agree within: %s", async (outer) => {
    const port = await freePort();
    const locations = BODIES.map((body, i) => `location /${i} { ${body} }`);
    const upstream = `upstream api { server 127.0.0.1:${(backend.address() as AddressInfo).port}; keepalive 8; }`;
    const http = `${upstream}\n${outer}\nserver {\nlisten 127.0.0.1:${port};\n${locations.join("\n")}\n}`;
    const nginx = await startNginx({ version, http });
    const surroundings = readSurroundings({ config: nginx.config, globals: null, edits: new Map(), tree: createIncludeTree() });
    const found = checkKeptConnections([KEEPING], passesOf(surroundings), NGINX[version]).map(({ place }) => place);
    const lines = nginx.read("nginx.conf").split("\n");
    for (const [i, location] of locations.entries()) {
      const answer = await (await fetch(`http://127.0.0.1:${port}/${i}`)).text();
      const place = `${nginx.config}:${lines.indexOf(location) + 1}`;
      expect({ location, answer }).toEqual({ location, answer: found.includes(place) ? "closed" : "kept" });
    }
  });
});
