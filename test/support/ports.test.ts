import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { freePort, freePorts } from "./ports.ts";

describe("freePorts()", () => {
  test("never gives the same port twice", async () => {
    const ports = await freePorts(200);
    expect(new Set(ports).size).toBe(200);
  });

  test("passes over a port on which somebody listens", async () => {
    const before = await freePort();
    const taken = before === 31_999 ? 20_000 : before + 1;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(taken, "127.0.0.1", resolve));
    expect(await freePort()).not.toBe(taken);
    await new Promise((resolve) => server.close(resolve));
  });
});
