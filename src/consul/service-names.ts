import type { ConsulSettings } from "../model/configuration.ts";
import { createClient } from "./client.ts";
import { ConsulError } from "./consul-error.ts";

/** The names of all services where the settings look that the token may see, sorted, each as it was registered; or the sentence why they are not known. */
export async function serviceNames(consul: ConsulSettings, timeoutMs: number): Promise<readonly string[] | { readonly because: string }> {
  const client = createClient(consul);
  try {
    const { body } = await client.services(consul, { timeoutMs, signal: new AbortController().signal });
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return Object.keys(body).sort();
    return { because: "what answers does not speak as Consul does" };
  } catch (error) {
    if (error instanceof ConsulError) return { because: error.text };
    throw error;
  } finally {
    client.close();
  }
}
