import { describe, expect, it } from "vitest";
import { checkCapabilities } from "../../src/config/capability-errors.ts";
import { errorOf, load } from "./loading.ts";

describe("checkCapabilities", () => {
  it("says nothing where this Nginx has it all", async () => {
    const configuration = await load("upstreams: { api: { algorithm: least_conn, keepalive: 8 } }");
    expect(() => checkCapabilities(configuration, "1.22.1")).not.toThrow();
  });

  it("lists every upstream that asks for too much, with what was asked for and what to use", async () => {
    const configuration = await load("upstreams: { a: { algorithm: least_time }, b: { algorithm: ip_hash, backup: spare }, c: {} }");
    const error = await errorOf(Promise.resolve().then(() => checkCapabilities(configuration, "1.22.1")));
    expect(error).toMatchObject({ code: "UNSUPPORTED", exit: 2 });
    expect(error.message).toContain(`the configuration ${configuration.path} with Nginx 1.22.1`);
    expect(error.message).toMatch(/upstream a: algorithm least_time header: .*1\.31\.0.*use least_conn/);
    expect(error.message).toMatch(/upstream b: backup with algorithm ip_hash: .*use round_robin/);
    expect(error.message).not.toContain("upstream c");
  });
});
