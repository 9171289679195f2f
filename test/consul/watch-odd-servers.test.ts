import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/support/create-log.ts";
import { aWatch } from "../builders.ts";
import { atEnd } from "../support/cleanup.ts";
import { until } from "../support/until.ts";
import { anEntry } from "./examples.ts";
import { GOOD_HEADERS, startRawServer } from "./raw-server.ts";
import { watchAddress } from "./watching.ts";

const [api, web] = [aWatch("api"), aWatch("web")];
const TOKEN = "5e1f7a30-0000-4000-8000-secretsecret";
const { "x-consul-index": _index, ...WITHOUT_INDEX } = GOOD_HEADERS;

const good = (response: ServerResponse, name: string) =>
  response.writeHead(200, GOOD_HEADERS).end(JSON.stringify([anEntry({ Service: name, ID: name })]));

let close: (() => Promise<void>) | null = null;
afterEach(async () => {
  await close?.();
  close = null;
});

/** `api` is answered well and `web` as the test says, until it is cured; well-known indexes hang. */
async function serve(odd: (response: ServerResponse) => void): Promise<{ address: string; cure(): void }> {
  let cured = false;
  const server = await startRawServer((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    if (url.pathname.endsWith("/leader")) return void response.writeHead(200, GOOD_HEADERS).end('"127.0.0.1:8300"');
    const name = url.pathname.split("/").at(-1) ?? "";
    if (name === "web" && !cured) return odd(response);
    if (url.searchParams.get("index") === "20") return;
    return void good(response, name);
  });
  close = server.close;
  return {
    address: server.address,
    cure: () => {
      cured = true;
    },
  };
}

describe("watchConsul, where something odd answers for one of two services", () => {
  it.each<[string, (response: ServerResponse) => void, string]>([
    [
      "a page of HTML",
      (response) => response.writeHead(200, { ...GOOD_HEADERS, "content-type": "text/html" }).end("<html>"),
      "unreachable",
    ],
    ["no index", (response) => response.writeHead(200, WITHOUT_INDEX).end("[]"), "unreachable"],
    [
      "too many connections",
      (response) => response.writeHead(429).end("Your IP is issuing too many concurrent connections"),
      "unreachable",
    ],
    ["a redirect", (response) => response.writeHead(301, { location: "/" }).end(), "unreachable"],
    ["another shape", (response) => response.writeHead(200, GOOD_HEADERS).end("{}"), "stale"],
    [
      "a huge body",
      (response) => response.writeHead(200, { ...GOOD_HEADERS, "content-length": String(17 * 1024 * 1024) }).write("["),
      "stale",
    ],
    [
      "a body that is cut",
      (response) => {
        response.writeHead(200, { ...GOOD_HEADERS, "content-length": "1000" }).write("[{");
        setImmediate(() => response.socket?.destroy());
      },
      "unreachable",
    ],
  ])("with %s: the other goes on, the odd one fails for itself, and is read when it is cured", async (_, odd, state) => {
    const lines: string[] = [];
    const log = createLog({ level: "debug", format: "json", write: (line) => lines.push(line) });
    const { address, cure } = await serve(odd);
    const watching = watchAddress(address, [api, web], { token: TOKEN }, log);
    await until("the other service to be delivered", () => watching.ids(web) === state);
    expect(watching.ids(api)).toEqual(["api"]);
    expect(watching.report()).toMatchObject({ state: "ok" });
    cure();
    // What somebody has to mend is asked for again after five seconds at most, the first time.
    await until("the odd service to be read", () => Array.isArray(watching.ids(web)), { deadlineMs: 10_000 });
    expect(watching.ids(web)).toEqual(["web"]);
    await until("the report to say so", () => watching.report()?.failures.size === 0);
    expect(lines.join("")).toContain("a service cannot be read");
    expect(lines.join("")).not.toContain(TOKEN);
    await watching.stop();
  });
});

it("watchConsul closes its connections when it is stopped", async () => {
  let open = 0;
  const server = await startRawServer((_, response) => {
    open += 1;
    response.on("close", () => {
      open -= 1;
    });
  });
  atEnd(server.close);
  const watching = watchAddress(server.address, [api, web]);
  await until("both to be asked for", () => open === 2);
  await watching.stop();
  await until("both to be given up", () => open === 0);
});
