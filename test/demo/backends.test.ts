import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { startHttpBackend, startTcpBackend } from "../../src/demo/backends.ts";
import { atEnd } from "../support/cleanup.ts";

test("startHttpBackend() answers every request with its name and counts them", async () => {
  const backend = await startHttpBackend("blue");
  atEnd(backend.stop);
  const url = `http://127.0.0.1:${backend.port}/`;
  for (let asked = 1; asked <= 3; asked++) {
    expect(await (await fetch(url)).text()).toBe("blue\n");
    expect(backend.served()).toBe(asked);
  }
});

test("startTcpBackend() says its name on every connection and counts them", async () => {
  const backend = await startTcpBackend("red");
  atEnd(backend.stop);
  for (let asked = 1; asked <= 2; asked++) {
    expect(await text(connect(backend.port, "127.0.0.1"))).toBe("red\n");
    expect(backend.served()).toBe(asked);
  }
});

test("a backend that was stopped refuses connections, though one was kept open", async () => {
  const backend = await startHttpBackend("gone");
  const url = `http://127.0.0.1:${backend.port}/`;
  await (await fetch(url)).text();
  await backend.stop();
  await expect(fetch(url)).rejects.toThrow(/fetch failed/);
});
