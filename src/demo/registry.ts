import { request } from "node:http";
import type { DemoBackend } from "./backends.ts";

/** What the demo does to Consul, as anybody would: over its HTTP API. */
export interface Registry {
  readonly address: string;
  register(service: string, backend: DemoBackend, weight?: number): Promise<void>;
  deregister(backend: DemoBackend): Promise<void>;
  /** Whether it has a leader, and so answers. */
  isReady(): Promise<boolean>;
}

/** What stands at this address; every request fails once `stop` aborts. */
export function registryAt(address: string, stop: AbortSignal): Registry {
  const send = (method: string, path: string, body = "") => sendTo(new URL(path, address), method, body, stop);
  return {
    address,
    register: async (service, { name, port }, weight = 1) => {
      const body = { Name: service, ID: name, Address: "127.0.0.1", Port: port, Weights: { Passing: weight, Warning: 1 } };
      await send("PUT", "/v1/agent/service/register", JSON.stringify(body));
    },
    deregister: async ({ name }) => void (await send("PUT", `/v1/agent/service/deregister/${name}`)),
    isReady: () =>
      send("GET", "/v1/status/leader").then(
        (body) => body.trim().length > 2,
        () => false,
      ),
  };
}

function sendTo(url: URL, method: string, body: string, stop: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, timeout: 5_000, signal: stop }, (response) => {
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
