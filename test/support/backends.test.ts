import { expect, test } from "vitest";
import { startHttpBackend, startTcpBackend } from "./backends.ts";
import { httpTraffic, tcpTraffic } from "./traffic.ts";

test("httpTraffic() counts the names of those who answered, and ECONNREFUSED where nobody listens any more", async () => {
  const backend = await startHttpBackend("web", { address: "127.0.0.2" });
  const url = `http://127.0.0.2:${backend.port}/`;
  expect(await httpTraffic(url, 3)).toEqual({ web: 3 });
  expect(backend.hits()).toBe(3);
  await backend.stop();
  expect(await httpTraffic(url, 2)).toEqual({ ECONNREFUSED: 2 });
});

test("tcpTraffic() counts the names of those who were connected to", async () => {
  const backend = await startTcpBackend("db", { delayMs: 5 });
  expect(await tcpTraffic(backend.port, 2)).toEqual({ db: 2 });
  expect(backend.hits()).toBe(2);
});
