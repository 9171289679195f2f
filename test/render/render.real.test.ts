import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Upstream } from "../../src/model/upstream.ts";
import { renderFiles } from "../../src/render/render.ts";
import { loadTemplates } from "../../src/render/templates.ts";
import { nginxVersions, startNginx } from "../support/nginx-server.ts";
import { anyUpstreams } from "./upstreams.ts";

const WITH_BACKUP = new Set(["least_conn", "zone", undefined]);

/** What the model would not have let through is taken out: backups where the method has none, and hash rings beyond all measure. */
function sensible(upstream: Upstream, i: number): Upstream {
  const mayBackUp = WITH_BACKUP.has(upstream.directives[0]?.name);
  return {
    ...upstream,
    name: `${upstream.name}_${i}`,
    directives: upstream.directives.map(({ name, arguments: words }) => ({
      name,
      arguments: name === "zone" ? [`zone_${i}`, "64k"] : words,
    })),
    servers: upstream.servers.map((server) => ({ ...server, weight: (server.weight % 20) + 1, backup: server.backup && mayBackUp })),
  };
}

/** What came with sticky sessions is taken out, for a version from before them. */
function withoutSessions(upstream: Upstream): Upstream {
  return {
    ...upstream,
    directives: upstream.directives.filter(({ name }) => name !== "sticky"),
    servers: upstream.servers.map((server) => ({ ...server, route: null, state: server.state === "drain" ? "down" : server.state })),
  };
}

describe.each(nginxVersions)("nginx -t of %s", (version) => {
  test("accepts hundreds of rendered upstreams with any addresses, parameters and hash keys", async () => {
    const upstreams = fc
      .sample(anyUpstreams, { numRuns: 150, seed: 20_260_101 })
      .flat()
      .map(sensible)
      .map((upstream) => (version === "debian" ? withoutSessions(upstream) : upstream));
    const outputs = { http: "conf.d/upstreamd.conf", stream: "stream.d/upstreamd.conf" };
    const { files } = renderFiles(upstreams, outputs, loadTemplates());
    const nginx = await startNginx({ version, stopped: true, files: Object.fromEntries(files) });
    const { code, stderr } = await nginx.configTest();
    expect([upstreams.length > 300, code, stderr.match(/\[(warn|error|crit|alert|emerg)\].*/g)]).toEqual([true, 0, null]);
  });
});
