import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nginxVersions } from "../support/nginx-server.ts";
import { freePort } from "../support/ports.ts";
import { until } from "../support/until.ts";
import { hostFor, type Site, startSite, upstream } from "./a-host.ts";
import { asNobody } from "./as-nobody.ts";

const WHOLE = { verdict: "accepted", strength: "whole" };

/** Everything below a folder that a test must not touch: names, inodes, change times. */
function fingerprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.endsWith(".log"))
    .sort()
    .map((name) => {
      const { ino, mode, mtimeNs } = lstatSync(join(folder, name), { bigint: true });
      return `${name} ${ino} ${mode} ${mtimeNs}`;
    });
}

/** Replaces the include of `conf.d` in the main file; the Nginx of these tests is stopped. */
function include({ nginx }: Pick<Site, "nginx">, text: string): void {
  writeFileSync(nginx.config, nginx.read("nginx.conf").replace(`include ${nginx.httpFolder}/*.conf;`, text));
}

const port = await freePort();
/** Only tested, never started: two that ran at once would need two ports. */
const proxy = (name: string) => `server { listen 127.0.0.1:${port}; location / { proxy_pass http://${name}; } }\n`;

describe.each(nginxVersions)("the test of a candidate by nginx (%s)", (version) => {
  test("is made within the whole configuration, in the place of the live file", async () => {
    const site = `server { listen 127.0.0.1:${await freePort()}; location / { proxy_pass http://api; } }\n`;
    const { host, destination, nginx, stateDir } = await startSite({
      version,
      files: { "conf.d/upstreamd.conf": upstream("api"), "conf.d/site.conf": site },
    });
    const before = fingerprint(nginx.prefix);
    expect(await host.test(new Map([[destination, `${upstream("api")}${upstream("web")}`]]))).toEqual(WHOLE);
    expect(await host.test(new Map([[destination, upstream("web")]]))).toMatchObject({
      verdict: "refused",
      reason: `host not found in upstream "api" in ${join(nginx.httpFolder, "site.conf")}:1`,
    });
    expect(await host.test(new Map([[destination, "# Managed by upstreamd\nupstream api {\n  nonsense;\n}\n"]]))).toEqual({
      verdict: "refused",
      reason: `unknown directive "nonsense" in ${destination}:3`,
    });
    expect(await host.test(new Map([[destination, null]]))).toMatchObject({
      verdict: "refused",
      reason: expect.stringContaining("site.conf:1"),
    });
    expect(fingerprint(nginx.prefix)).toEqual(before);
    // The verdict does not wait for that.
    await until("the shadow to be removed", () => readdirSync(join(stateDir, "shadow")).length === 0);
    expect(statSync(join(stateDir, "shadow")).mode & 0o777).toBe(0o700);
  });

  test("sees a destination that is not there yet, between the files around it", async () => {
    const { host, destination } = await startSite({
      version,
      stopped: true,
      files: { "conf.d/a.conf": proxy("api"), "conf.d/zone.conf": upstream("other") },
    });
    expect(await host.test(new Map([[destination, upstream("api")]]))).toEqual(WHOLE);
    expect(await host.test(new Map([[destination, `${upstream("api")}${upstream("other")}`]]))).toMatchObject({
      verdict: "refused",
      reason: expect.stringMatching(/duplicate upstream "other" in .*zone\.conf:2$/),
    });
    expect(existsSync(destination)).toBe(false);
  });

  test("follows a plain include, also one that nothing stands at yet", async () => {
    const site = await startSite({ version, stopped: true });
    include(site, `include ${site.destination};\n${proxy("api")}`);
    expect(await site.host.test(new Map([[site.destination, upstream("api")]]))).toEqual(WHOLE);
    expect(await site.host.test(new Map([[site.destination, null]]))).toMatchObject({
      verdict: "refused",
      reason: expect.stringContaining(`"${site.destination}" failed (2: `),
    });
  });

  test("follows nested, relative and quoted includes", async () => {
    const site = await startSite({
      version,
      stopped: true,
      files: {
        "main.d/http.inc": "include  'conf.d/up*.conf' ;\ninclude sites/*;\n",
        "sites/one": proxy("api"),
        "types.inc": "text/x x;\n",
      },
    });
    include(site, 'types { include types.inc; }\ninclude "main.d/*.inc";');
    expect(await site.host.test(new Map([[site.destination, upstream("api")]]))).toEqual(WHOLE);
    expect(await site.host.test(new Map([[site.destination, upstream("web")]]))).toMatchObject({
      verdict: "refused",
      reason: expect.stringMatching(new RegExp(`in ${site.nginx.prefix}/sites/one:1$`)),
    });
    expect(site.warnings).toEqual([]);
  });

  test("reaches files beside and above the folder of the configuration by relative names", async () => {
    const site = await startSite({ version, stopped: true });
    writeFileSync(join(site.nginx.prefix, "deep.txt"), "u:p\n");
    const deep = join(site.nginx.prefix, "etc", "nginx");
    mkdirSync(deep, { recursive: true });
    include(
      site,
      `include ../../conf.d/*.conf;\ninclude ../../types.inc;\nserver { listen 127.0.0.1:${port}; auth_basic_user_file ../../deep.txt; }`,
    );
    writeFileSync(join(site.nginx.prefix, "types.inc"), "# nothing\n");
    const config = join(deep, "nginx.conf");
    renameSync(site.nginx.config, config);
    const { host, destination, warnings } = hostFor(site.nginx, { settings: { config } });
    expect(await host.testLive()).toEqual(WHOLE);
    expect(await host.test(new Map([[destination, upstream("api")]]))).toEqual(WHOLE);
    expect(await host.test(new Map([[destination, "nonsense;"]]))).toMatchObject({
      verdict: "refused",
      reason: expect.stringContaining(`${destination}:1`),
    });
    expect(warnings).toEqual([]);
  });

  test("finds a destination behind links, and under the name of its link", async () => {
    const site = await startSite({ version, stopped: true, files: { "available/up": upstream("old"), "conf.d/site.conf": proxy("api") } });
    symlinkSync("../available/up", join(site.nginx.httpFolder, "upstreamd.conf"));
    for (const destinations of [["conf.d/upstreamd.conf"], ["available/up"]]) {
      const { host, destination, warnings } = hostFor(site.nginx, { destinations });
      expect(await host.test(new Map([[destination, upstream("api")]]))).toEqual(WHOLE);
      expect(await host.test(new Map([[destination, "nonsense;"]]))).toEqual({
        verdict: "refused",
        reason: `unknown directive "nonsense" in ${destination}:1`,
      });
      expect(warnings).toEqual([]);
    }
  });

  test("tests http and stream files together", async () => {
    const destinations = ["conf.d/upstreamd.conf", "stream.d/upstreamd.conf"];
    const site = await startSite({ version, stopped: true, destinations });
    const stream = join(site.nginx.streamFolder, "upstreamd.conf");
    expect(
      await site.host.test(
        new Map([
          [site.destination, upstream("api")],
          [stream, upstream("api")],
        ]),
      ),
    ).toEqual(WHOLE);
    const keepalive = upstream("api").replace("}", "  ip_hash;\n}");
    expect(
      await site.host.test(
        new Map([
          [site.destination, keepalive],
          [stream, keepalive],
        ]),
      ),
    ).toMatchObject({
      verdict: "refused",
      reason: `"ip_hash" directive is not allowed here in ${stream}:4`,
    });
  });

  test("tests the file alone where the configuration does not include it, and says so once", async () => {
    const site = await startSite({ version, stopped: true });
    include(site, "");
    const outside = join(site.nginx.prefix, "db.conf");
    const { host, warnings } = hostFor(site.nginx, { destinations: ["conf.d/upstreamd.conf", "db.conf"], streamOutput: "db.conf" });
    const before = fingerprint(site.nginx.prefix);
    const files = new Map([
      [site.destination, upstream("api")],
      [outside, upstream("db")],
    ]);
    expect(await host.test(files)).toMatchObject({
      verdict: "accepted",
      strength: "fragment",
      because: expect.stringContaining("does not include"),
    });
    expect(await host.test(new Map([[site.destination, "upstream api {\n  server nowhere;;\n}\n"]]))).toMatchObject({
      verdict: "refused",
      reason: expect.stringContaining(`${site.destination}:2`),
    });
    expect(await host.test(new Map([[outside, "upstream db { ip_hash; server 127.0.0.1:1; }\n"]]))).toMatchObject({ verdict: "refused" });
    expect(warnings).toHaveLength(2);
    expect(fingerprint(site.nginx.prefix)).toEqual(before);
  });

  test("tests a file for http alone as such, although there is a stream in upstreamd", async () => {
    const site = await startSite({ version, stopped: true });
    include(site, "");
    const files = new Map([[site.destination, upstream("api").replace("{", "{\n  ip_hash;\n  keepalive 2;")]]);
    expect(await site.host.test(files)).toMatchObject({ verdict: "accepted", strength: "fragment" });
  });

  test("refuses a method that only replaces another one, which Nginx merely warns of", async () => {
    const { host, destination } = await startSite({ version, stopped: true });
    const text = upstream("api").replace("}", "  least_conn;\n  random;\n}");
    expect(await host.test(new Map([[destination, text]]))).toEqual({
      verdict: "refused",
      reason: `load balancing method redefined in ${destination}:5`,
    });
  });

  test("says when the configuration is refused without our change as well", async () => {
    const { host, destination, nginx } = await startSite({ version, stopped: true });
    nginx.write("conf.d/site.conf", "nonsense;\n");
    expect(await host.test(new Map([[destination, upstream("api")]]))).toMatchObject({
      verdict: "refused",
      reason: expect.stringMatching(/without our change: unknown directive "nonsense" in .*conf\.d\/site\.conf:1$/),
    });
  });

  test("leaves no empty pid file behind, nor takes away one that was there", async () => {
    const { host, destination, nginx } = await startSite({ version, stopped: true });
    expect(await host.test(new Map([[destination, upstream("api")]]))).toEqual(WHOLE);
    expect(await host.testLive()).toEqual(WHOLE);
    expect(existsSync(nginx.pidFile)).toBe(false);
    writeFileSync(nginx.pidFile, "");
    expect(await host.testLive()).toEqual(WHOLE);
    expect(readFileSync(nginx.pidFile, "utf8")).toBe("");
  });
});

describe("a test that cannot be made", () => {
  test("is impossible when nginx -t hangs, and nothing of it is left", async () => {
    const { nginx } = await startSite({ version: "debian", stopped: true });
    const wrapper = join(nginx.prefix, "nginx-that-hangs");
    const pids = join(nginx.prefix, "pids");
    writeFileSync(
      wrapper,
      `#!/bin/sh\n[ "$1" = -V ] && exec ${nginx.binary} -V\necho $$ >> ${pids}\nsleep 613 &\necho $! >> ${pids}\nwait\n`,
    );
    chmodSync(wrapper, 0o755);
    const { host, destination } = hostFor(nginx, { settings: { binary: wrapper, timeoutMs: 300 } });
    const started = performance.now();
    expect(await host.test(new Map([[destination, upstream("api")]]))).toMatchObject({
      verdict: "impossible",
      reason: expect.stringContaining("300 ms"),
    });
    expect(performance.now() - started).toBeLessThan(3000);
    const left = readFileSync(pids, "utf8").trim().split("\n");
    expect(left).toHaveLength(2);
    await until("the end of both processes", () =>
      left.every((pid) => !existsSync(`/proc/${pid}`) || /State:\s+Z/.test(readFileSync(`/proc/${pid}/status`, "utf8"))),
    );
  });

  test("is impossible, and not refused, for who may not read or write what Nginx does", async () => {
    const { nginx } = await startSite({ version: "debian", stopped: true });
    const { host, destination, stateDir } = hostFor(nginx, {});
    chmodSync(stateDir, 0o777);
    const files = new Map([[destination, upstream("api")]]);
    chmodSync(nginx.prefix, 0o000);
    expect(await asNobody(() => host.test(files))).toMatchObject({ verdict: "impossible", reason: expect.stringMatching(/\(13: |EACCES/) });
    chmodSync(nginx.prefix, 0o755);
    writeFileSync(nginx.errorLog, "");
    chmodSync(nginx.errorLog, 0o400);
    expect(await asNobody(() => host.testLive())).toMatchObject({
      verdict: "impossible",
      reason: expect.stringMatching(/not permitted.*\(13: /),
    });
    expect(await asNobody(() => host.test(files))).toMatchObject({
      verdict: "impossible",
      reason: expect.stringMatching(/not permitted.*\(13: /),
    });
    chmodSync(nginx.errorLog, 0o666);
  });

  test("is impossible without a binary", async () => {
    const { nginx } = await startSite({ version: "debian", stopped: true });
    const { host, destination } = hostFor(nginx, { settings: { binary: "/nowhere/nginx" } });
    expect(await host.test(new Map([[destination, upstream("api")]]))).toMatchObject({
      verdict: "impossible",
      reason: expect.stringContaining("/nowhere/nginx"),
    });
  });
});
