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

export function registryAt(address: string): Registry {
  return {
    address,
    register: async (service, { name, port }, weight = 1) => {
      const body = { Name: service, ID: name, Address: "127.0.0.1", Port: port, Weights: { Passing: weight, Warning: 1 } };
      await send(address, "PUT", "/v1/agent/service/register", JSON.stringify(body));
    },
    deregister: async ({ name }) => void (await send(address, "PUT", `/v1/agent/service/deregister/${name}`)),
    isReady: () =>
      send(address, "GET", "/v1/status/leader").then(
        (body) => body.trim().length > 2,
        () => false,
      ),
  };
}

function send(address: string, method: string, path: string, body = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, address), { method, agent: false, timeout: 5_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`Consul answered ${method} ${path} with ${response.statusCode}: ${text}`));
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.on("error", reject);
    sent.end(body);
  });
}
