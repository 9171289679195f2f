import { describe, expect, test } from "vitest";
import { isAlive } from "./alive.ts";
import { startHttpBackends, startTcpBackends } from "./backends.ts";
import { httpProxy, streamProxy, upstreamBlock } from "./nginx-config.ts";
import { nginxVersions, startNginx } from "./nginx-server.ts";
import { freePorts } from "./ports.ts";
import { httpTraffic, tcpTraffic } from "./traffic.ts";
import { until } from "./until.ts";

describe.each(nginxVersions)("startNginx() with %s", (version) => {
  test("balances HTTP and TCP over the backends", async () => {
    const [http = 0, stream = 0] = await freePorts(2);
    const web = await startHttpBackends("web", 2);
    const db = await startTcpBackends("db", 2);
    const nginx = await startNginx({
      version,
      workers: 1,
      http: httpProxy(http, "web"),
      stream: streamProxy(stream, "db"),
      files: { "conf.d/web.conf": upstreamBlock("web", web), "stream.d/db.conf": upstreamBlock("db", db) },
    });

    expect(await httpTraffic(`http://127.0.0.1:${http}/`, 10)).toEqual({ web1: 5, web2: 5 });
    expect(await tcpTraffic(stream, 10)).toEqual({ db1: 5, db2: 5 });
    expect(web.map((backend) => backend.hits())).toEqual([5, 5]);
    await nginx.stop();
    expect(await httpTraffic(`http://127.0.0.1:${http}/`, 1)).toEqual({ ECONNREFUSED: 1 });
  });

  test("counts the reloads, and tells a configuration that is refused", async () => {
    const [http = 0] = await freePorts(1);
    const [one, two] = await startHttpBackends("web", 2);
    if (one === undefined || two === undefined) throw new Error("two backends were asked for");
    const nginx = await startNginx({ version, http: httpProxy(http, "web"), files: { "conf.d/web.conf": upstreamBlock("web", [one]) } });
    expect(nginx.reloads()).toBe(0);
    expect((await nginx.configTest()).code).toBe(0);
    const old = nginx.workers();
    expect(old).toHaveLength(2);

    nginx.write("conf.d/web.conf", upstreamBlock("web", [two]));
    nginx.signal("SIGHUP");
    await until("two other workers", () => nginx.workers().length === 2 && nginx.workers().every((pid) => !old.includes(pid)));
    expect(nginx.reloads()).toBe(1);
    expect(await httpTraffic(`http://127.0.0.1:${http}/`, 3)).toEqual({ web2: 3 });

    nginx.write("conf.d/web.conf", "upstream web { nonsense; }\n");
    const refused = await nginx.configTest();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('unknown directive "nonsense"');
  });

  test("leaves no worker behind when its master was killed, and starts again", async () => {
    const nginx = await startNginx({ version });
    const [pid, workers] = [nginx.pid(), nginx.workers()];
    nginx.signal("SIGKILL");
    await until("the end of the master", () => !nginx.running());
    expect(workers.filter(isAlive)).toEqual(workers);
    await nginx.start();
    expect(nginx.pid()).not.toBe(pid);
    expect(nginx.workers()).toHaveLength(2);
    await until("the end of the old workers", () => !workers.some(isAlive));
  });
});
