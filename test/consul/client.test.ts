import type { IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { type ConsulClient, createClient, type HealthAsk } from "../../src/consul/client.ts";
import { ConsulError } from "../../src/consul/consul-error.ts";
import type { ConsulSettings } from "../../src/model/configuration.ts";
import { aWatch } from "../builders.ts";
import { anEntry, someSettings } from "./examples.ts";
import { GOOD_HEADERS, type RawServer, startRawServer } from "./raw-server.ts";

const TOKEN = "5e1f7a30-0000-4000-8000-secretsecret";
const PLAIN: HealthAsk = { index: "0", waitMs: 0, stale: false, timeoutMs: 5_000, signal: new AbortController().signal };

let ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

async function against(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  settings: Partial<ConsulSettings> = {},
  maxBodyBytes = 10_000,
): Promise<{ client: ConsulClient; server: RawServer }> {
  const server = await startRawServer(answer);
  const client = createClient(someSettings(server.address, settings), { maxBodyBytes });
  ends.push(() => client.close(), server.close);
  return { client, server };
}

async function errorOf(promise: Promise<unknown>): Promise<ConsulError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ConsulError) return error;
  throw new Error(`expected a ConsulError, and got ${inspect(error)}`);
}

describe("createClient", () => {
  it("gives the headers and the parsed body of an answer", async () => {
    const { client } = await against((_, response) => response.writeHead(200, GOOD_HEADERS).end(JSON.stringify([anEntry()])));
    const reply = await client.health(aWatch("api"), PLAIN);
    expect(reply.headers["x-consul-index"]).toBe("20");
    expect(reply.body).toEqual([anEntry()]);
  });

  it("sends near=_agent always, and nothing that is not set", async () => {
    const { client, server } = await against((_, response) => response.writeHead(200, GOOD_HEADERS).end("[]"));
    await client.health(aWatch("a/b {x}"), PLAIN);
    expect(server.asked).toEqual(["/v1/health/service/a%2Fb%20%7Bx%7D?near=_agent"]);
  });

  it("sends place, filter, index, wait with its unit, and stale where they are asked for", async () => {
    const { client, server } = await against((_, response) => response.writeHead(200, GOOD_HEADERS).end("[]"));
    const watch = aWatch("api", { datacenter: "dc2", namespace: "team", partition: "red", filter: 'Service.Meta.env == "prod"' });
    await client.health(watch, { ...PLAIN, index: "18446744073709551615", waitMs: 1234.6, stale: true });
    const query = new URLSearchParams(server.asked[0]?.split("?")[1]);
    expect(Object.fromEntries(query)).toEqual({
      near: "_agent",
      dc: "dc2",
      ns: "team",
      partition: "red",
      filter: 'Service.Meta.env == "prod"',
      index: "18446744073709551615",
      wait: "1235ms",
      stale: "1",
    });
  });

  it("sends the token in its header, and says whether there is one", async () => {
    let seen: unknown;
    const { client } = await against(
      (request, response) => {
        seen = request.headers["x-consul-token"];
        response.writeHead(200, GOOD_HEADERS).end("[]");
      },
      { token: TOKEN },
    );
    await client.health(aWatch("api"), PLAIN);
    expect(seen).toBe(TOKEN);
    expect(client.anonymous).toBe(false);
    const { client: other } = await against((_, response) => response.end(), { token: "" });
    expect(other.anonymous).toBe(true);
  });

  it("notices a body that is cut in the middle at once, not at the deadline", async () => {
    const { client } = await against((_, response) => {
      response.writeHead(200, { ...GOOD_HEADERS, "content-length": "1000" }).write("[{");
      setImmediate(() => response.socket?.destroy());
    });
    const error = await errorOf(client.health(aWatch("api"), { ...PLAIN, timeoutMs: 60_000 }));
    expect(error).toMatchObject({ kind: "network", code: "ECONNRESET" });
  });

  it("ends a body that is too large while it streams in", async () => {
    let sent = 0;
    const { client } = await against((_, response) => {
      response.writeHead(200, GOOD_HEADERS);
      const more = (): void => {
        if (response.destroyed || sent > 50_000_000) return;
        sent += 100_000;
        response.write("x".repeat(100_000), () => setImmediate(more));
      };
      more();
    });
    const error = await errorOf(client.health(aWatch("api"), PLAIN));
    expect(error).toMatchObject({ kind: "protocol", code: "TOO_LARGE" });
    expect(error.text).toContain("10000 bytes");
    expect(sent).toBeLessThan(50_000_000);
  });

  it("refuses a body that says it is too large before it comes", async () => {
    const { client } = await against((_, response) =>
      response.writeHead(200, { ...GOOD_HEADERS, "content-length": "99999999" }).write("["),
    );
    expect(await errorOf(client.health(aWatch("api"), PLAIN))).toMatchObject({ kind: "protocol", code: "TOO_LARGE" });
  });

  it.each([
    ["an HTML page", "<html>Please log in</html>", "text/html: <html>Please log in</html>"],
    ["broken JSON", '[{"Node":', "application/json"],
    ["nothing", "", "empty"],
  ])("calls a 200 with %s undecodable", async (_, body, text) => {
    const { client } = await against((__, response) =>
      response.writeHead(200, { ...GOOD_HEADERS, "content-type": body.startsWith("<") ? "text/html" : "application/json" }).end(body),
    );
    const error = await errorOf(client.health(aWatch("api"), PLAIN));
    expect(error.kind).toBe("decode");
    expect(error.text).toContain(text);
  });

  it("gives the status and the whole text of a refusal, bounded and on one line", async () => {
    const { client } = await against((_, response) =>
      response.writeHead(500, { "content-type": "text/plain" }).end(`No cluster\nleader ${"x".repeat(5000)}`),
    );
    const error = await errorOf(client.health(aWatch("api"), PLAIN));
    expect(error).toMatchObject({ kind: "http", status: 500 });
    expect(error.text).toMatch(/^No cluster leader x+\.\.\.$/);
    expect(error.text.length).toBeLessThan(310);
  });

  it("gives up at its deadline", async () => {
    const { client } = await against(() => undefined);
    expect(await errorOf(client.health(aWatch("api"), { ...PLAIN, timeoutMs: 100 }))).toMatchObject({ kind: "timeout" });
  });

  it("gives up at once when the signal aborts, before or during a request", async () => {
    const stop = new AbortController();
    const { client, server } = await against(() => stop.abort());
    expect(await errorOf(client.health(aWatch("api"), { ...PLAIN, signal: stop.signal }))).toMatchObject({ kind: "aborted" });
    expect(await errorOf(client.leader({ ...PLAIN, signal: stop.signal }))).toMatchObject({ kind: "aborted" });
    expect(server.asked).toHaveLength(1);
  });

  it("says network and the code where nobody listens", async () => {
    const { client, server } = await against(() => undefined);
    await server.close();
    const error = await errorOf(client.health(aWatch("api"), PLAIN));
    expect(error).toMatchObject({ kind: "network", code: "ECONNREFUSED" });
    expect(error.text).toMatch(/^connect ECONNREFUSED 127/);
  });

  it("asks once more, without the index, when a kept-alive connection was gone", async () => {
    let requests = 0;
    const { client, server } = await against((_, response) => {
      requests += 1;
      if (requests === 2) response.socket?.destroy();
      else response.writeHead(200, GOOD_HEADERS).end("[]");
    });
    await client.health(aWatch("api"), PLAIN);
    await client.health(aWatch("api"), { ...PLAIN, index: "20", waitMs: 1000, stale: true });
    expect(server.asked.slice(1)).toEqual([
      "/v1/health/service/api?near=_agent&index=20&wait=1000ms&stale=1",
      "/v1/health/service/api?near=_agent",
    ]);
  });

  it("does not ask again when a new connection was cut", async () => {
    const { client, server } = await against((_, response) => response.socket?.destroy());
    expect(await errorOf(client.health(aWatch("api"), PLAIN))).toMatchObject({ kind: "network" });
    expect(server.asked).toHaveLength(1);
  });

  it("reaches an IPv6 address", async () => {
    const server = await startRawServer((_, response) => response.writeHead(200, GOOD_HEADERS).end('"127.0.0.1:8300"'), "::1");
    const client = createClient(someSettings(server.address));
    ends.push(() => client.close(), server.close);
    expect(await client.leader(PLAIN)).toBe("127.0.0.1:8300");
  });

  it("tells a leader, no leader, and something that is not Consul apart", async () => {
    const bodies = ['"127.0.0.1:8300"', '""', "{}"];
    const { client } = await against((_, response) => response.writeHead(200, GOOD_HEADERS).end(bodies.shift()));
    expect(await client.leader(PLAIN)).toBe("127.0.0.1:8300");
    expect(await client.leader(PLAIN)).toBe("");
    expect(await errorOf(client.leader(PLAIN))).toMatchObject({ kind: "decode" });
  });

  it.each([
    ["a refusal that repeats it", (response: ServerResponse) => response.writeHead(403).end(`token ${TOKEN} not found`)],
    ["a page that repeats it", (response: ServerResponse) => response.writeHead(200, GOOD_HEADERS).end(`<p>${TOKEN}`)],
    ["a cut connection", (response: ServerResponse) => response.socket?.destroy()],
    ["a timeout", () => undefined],
    ["no HTTP", (response: ServerResponse) => response.socket?.end("SSH-2.0-x\r\n\r\n")],
  ])("never shows the token, after %s", async (_, answer) => {
    const { client } = await against((__, response) => void answer(response), { token: TOKEN });
    const error = await errorOf(client.health(aWatch("api"), { ...PLAIN, timeoutMs: 200 }));
    const shown = [
      inspect(error, { depth: 20, showHidden: true }),
      JSON.stringify(error),
      error.stack,
      String(error),
      inspect(client, { depth: 20, showHidden: true }),
    ];
    expect(shown.join("\n")).not.toContain(TOKEN);
    expect(error.cause).toBeUndefined();
  });
});
