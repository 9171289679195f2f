import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startHttpBackends } from "../support/backends.ts";
import { nginxVersions } from "../support/nginx-server.ts";
import { httpTraffic } from "../support/traffic.ts";
import { isInSync, setUp } from "./stage.ts";

const KILLS = 15;

describe.each(nginxVersions)("kill -9 (%s)", (version) => {
  it(`at ${KILLS} instants of an apply loses nothing: the next start ends in sync, judged by requests, and nginx -t passes`, async () => {
    const { consul, nginx, http, daemon } = await setUp(version);
    const [one, two] = await startHttpBackends("web", 2);
    if (one === undefined || two === undefined) throw new Error("two backends were asked for");
    let wanted = one;
    for (let i = 0; i < KILLS; i++) {
      const victim = daemon();
      // Anything from before its first look to after its last step; the instant is the point of this test.
      await delay(150 + (i * 450) / KILLS);
      wanted = wanted === one ? two : one;
      await consul.register({ service: "api", id: "only", address: "127.0.0.1", port: wanted.port });
      await delay((i % 5) * 12);
      victim.kill("SIGKILL");
      await victim.exited;
      expect(await nginx.configTest()).toMatchObject({ code: 0 });
      const heir = daemon();
      await heir.waitForStatus("sync after a kill", (status) => isInSync(status) && status.upstreams[0]?.servers[0]?.port === wanted.port);
      expect(await httpTraffic(http, 3)).toEqual({ [wanted.name]: 3 });
      await heir.stop();
    }
  }, 240_000);
});
