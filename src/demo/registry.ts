import { request } from "node:http";
import type { DemoBackend } from "./backends.ts";

/** What the demo does to Consul, as anybody would: over its HTTP API. */
export interface Registry {
  readonly address: string;
  /** With a health check that connects to it; registered anew, what is known of that check stays. */
  register(service: string, backend: DemoBackend, as: RegisteredAs): Promise<void>;
  deregister(backend: DemoBackend): Promise<void>;
  /** What its health check said last, when that fails; null while it passes. */
  failureOf(service: string, backend: DemoBackend): Promise<string | null>;
  /** Whether it has a leader, and so answers. */
  isReady(): Promise<boolean>;
}

export interface RegisteredAs {
  readonly weight: number;
  readonly tags: readonly string[];
  /** What its check begins with. */
  readonly isAlive: boolean;
}

/** The shortest that Consul has. */
const CHECKED_EVERY = "1s";
/** A frozen agent answers when it thaws. */
const ANSWER_WITHIN_MS = 60_000;

/** What stands at this address; every request fails once `stop` aborts. */
export function registryAt(address: string, stop: AbortSignal): Registry {
  const send = (method: string, path: string, body = "") => sendTo(new URL(path, address), method, body, stop);
  return {
    address,
    register: async (service, { name, port }, as) => {
      const place = { Name: service, ID: name, Address: "127.0.0.1", Port: port };
      const check = { TCP: `127.0.0.1:${port}`, Interval: CHECKED_EVERY, Status: as.isAlive ? "passing" : "critical" };
      const body = { ...place, Tags: as.tags, Weights: { Passing: as.weight, Warning: 1 }, Check: check };
      await send("PUT", "/v1/agent/service/register", JSON.stringify(body));
    },
    failureOf: async (service, { name }) => {
      const entries = JSON.parse(await send("GET", `/v1/health/service/${service}?near=_agent`)) as readonly HealthEntry[];
      const checks = entries.filter(({ Service }) => Service.ID === name).flatMap(({ Checks }) => Checks);
      return checks.find(({ Status }) => Status === "critical")?.Output ?? null;
    },
    deregister: async ({ name }) => void (await send("PUT", `/v1/agent/service/deregister/${name}`)),
    isReady: () =>
      send("GET", "/v1/status/leader").then(
        (body) => body.trim().length > 2,
        () => false,
      ),
  };
}

interface HealthEntry {
  readonly Service: { readonly ID: string };
  readonly Checks: readonly { readonly Status: string; readonly Output: string }[];
}

function sendTo(url: URL, method: string, body: string, stop: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, timeout: ANSWER_WITHIN_MS, signal: stop }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("close", () => reject(new Error(`the answer to ${method} ${url.pathname} was cut off`)));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`Consul answered ${method} ${url.pathname} with ${response.statusCode}: ${text}`));
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${url.pathname}`)));
    sent.on("error", reject);
    sent.end(body);
  });
}
