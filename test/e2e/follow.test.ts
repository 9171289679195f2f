import { describe, expect, it } from "vitest";
import { startHttpBackends, startTcpBackends } from "../support/backends.ts";
import { nginxVersions } from "../support/nginx-server.ts";
import { httpTraffic, tcpTraffic } from "../support/traffic.ts";
import { untilValue } from "../support/until.ts";
import { isInSync, setUp } from "./stage.ts";

describe.each(nginxVersions)("upstreamd run beside Nginx (%s)", (version) => {
  it("moves traffic with joins, leaves, health and weights", async () => {
    const { consul, nginx, http, daemon } = await setUp(version);
    const [one, two] = await startHttpBackends("web", 2);
    if (one === undefined || two === undefined) throw new Error("two backends were asked for");
    await consul.register({ service: "api", id: "a", address: "127.0.0.1", port: one.port, check: "passing" });
    const upstreamd = daemon();
    await upstreamd.waitForStatus("the first generation", isInSync);
    expect(await httpTraffic(http, 4)).toEqual({ web1: 4 });

    await consul.register({ service: "api", id: "b", address: "127.0.0.1", port: two.port, check: "passing" });
    await untilValue(
      "both to serve",
      () => httpTraffic(http, 4),
      (answers) => answers["web1"] === 2 && answers["web2"] === 2,
    );

    await consul.check("a", "critical");
    await untilValue(
      "only the healthy one to serve",
      () => httpTraffic(http, 4),
      (answers) => answers["web2"] === 4,
    );
    await consul.check("a", "passing");
    await consul.register({ service: "api", id: "b", address: "127.0.0.1", port: two.port, weights: { Passing: 3, Warning: 1 } });
    await untilValue(
      "weights 1 and 3",
      () => httpTraffic(http, 8),
      (answers) => answers["web1"] === 2 && answers["web2"] === 6,
    );

    await consul.deregister("a");
    await untilValue(
      "the one that left to be gone",
      () => httpTraffic(http, 4),
      (answers) => answers["web2"] === 4,
    );
    await upstreamd.waitForStatus("sync", isInSync);
    const reloads = nginx.reloads();
    expect((await upstreamd.status()).running.generation).toBeGreaterThan(3);
    upstreamd.kill("SIGTERM");
    expect(await upstreamd.exited).toEqual({ code: 0, signal: null });
    expect(await httpTraffic(http, 2)).toEqual({ web2: 2 });

    const again = daemon();
    await again.waitForStatus("sync after a restart", isInSync);
    expect(nginx.reloads()).toBe(reloads);
  });

  it("moves connections of stream upstreams", async () => {
    const { consul, streamPort, configure, daemon } = await setUp(version);
    configure("  api: {}\n  tcp: { protocol: stream, algorithm: least_conn }");
    const [one, two] = await startTcpBackends("db", 2);
    await consul.register({ service: "tcp", id: "1", address: "127.0.0.1", port: one?.port ?? 0 });
    await daemon().waitForStatus("sync", isInSync);
    expect(await tcpTraffic(streamPort, 2)).toEqual({ db1: 2 });
    await consul.register({ service: "tcp", id: "2", address: "127.0.0.1", port: two?.port ?? 0 });
    await untilValue(
      "both to serve",
      () => tcpTraffic(streamPort, 4),
      (answers) => answers["db1"] === 2 && answers["db2"] === 2,
    );
  });
});
