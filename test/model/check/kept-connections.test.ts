import { expect, test } from "vitest";
import { checkKeptConnections, type KeepingUpstream } from "../../../src/model/check/kept-connections.ts";
import { http, passesIn } from "./around.ts";

const KEEPING: KeepingUpstream = { name: "api", protocol: "http", directives: [{ name: "keepalive", arguments: ["8"] }] };
const BOTH = 'proxy_http_version 1.1; proxy_set_header Connection "";';

function found(lines: readonly string[], version = "1.29.6", upstream = KEEPING): readonly string[] {
  return checkKeptConnections([upstream], passesIn(http(...lines)), version).map(
    ({ place, message }) => `${place} ${message.split(" needs ")[1]}`,
  );
}

const PASS = "location / { proxy_pass http://API/x; }";

test("checkKeptConnections names what is missing where a keeping upstream is passed to", () => {
  expect(found([PASS])).toEqual(['/n/n.conf:2 proxy_http_version 1.1 and proxy_set_header Connection "" here']);
  expect(found([PASS.replace("{", "{ proxy_http_version 1.1;")])).toEqual(['/n/n.conf:2 proxy_set_header Connection "" here']);
  expect(found([PASS.replace("{", '{ proxy_set_header connection "";')])).toEqual(["/n/n.conf:2 proxy_http_version 1.1 here"]);
});

test("checkKeptConnections sees a pass whose path is a variable, too", () => {
  expect(found([PASS.replace("API/x", "api$request_uri")])).toHaveLength(1);
});

test("checkKeptConnections knows what is in force from the blocks around", () => {
  expect(found([BOTH, `server { ${PASS} }`])).toEqual([]);
  expect(found(['proxy_set_header Connection "";', "server { proxy_http_version 1.1;", PASS, "}"])).toEqual([]);
  expect(found([BOTH, "server {", "location / { if ($x) { proxy_pass http://api; } }", "}"])).toEqual([]);
});

test("checkKeptConnections knows that one proxy_set_header of its own takes all others from a block", () => {
  expect(found([BOTH, "server { proxy_set_header Host $host;", PASS, "}"])).toEqual(['/n/n.conf:4 proxy_set_header Connection "" here']);
});

test.each([
  ["proxy_http_version 1.1; proxy_set_header Connection close;", 1],
  ["proxy_http_version 1.0; proxy_set_header Connection '';", 1],
  ["proxy_http_version 1.1; proxy_set_header Connection $upgrade;", 0],
  ["proxy_http_version 1.1; proxy_set_header Connection keep-alive;", 0],
])("checkKeptConnections judges %s", (lines, count) => {
  expect(found([lines, PASS])).toHaveLength(count);
});

test("checkKeptConnections says nothing from the version on that keeps by itself, nor of what does not keep or is not http", () => {
  expect(found([PASS], "1.29.7")).toEqual([]);
  expect(found([PASS], "1.29.6", { ...KEEPING, directives: [] })).toEqual([]);
  expect(found([PASS], "1.29.6", { ...KEEPING, protocol: "stream" })).toEqual([]);
  expect(found(["location / { grpc_pass api; }", "location /b { proxy_pass http://other; }"])).toEqual([]);
});
