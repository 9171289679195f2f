import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseArguments, parseTitle } from "../../src/nginx/arguments.ts";
import { parseBuild } from "../../src/nginx/build.ts";
import { childEnvironment } from "../../src/nginx/child-environment.ts";
import { createRun, lastWords } from "../../src/nginx/command.ts";
import { followLogs, parseGrave } from "../../src/nginx/error-log.ts";
import { expandGlob, matchesGlob } from "../../src/nginx/glob.ts";
import { listPids, readMoment, readStat } from "../../src/nginx/proc.ts";
import { systemClock } from "../../src/support/clock.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";

describe("parseTitle()", () => {
  test("finds the options of a master again, though its title has no quotes", () => {
    expect(parseTitle("nginx: master process /usr/sbin/nginx -g daemon on; master_process on;")).toEqual({
      config: null,
      prefix: null,
      globals: "daemon on; master_process on;",
      errorLog: null,
    });
    expect(parseTitle("nginx: master process nginx -p /srv/a b -c conf/x.conf -e /tmp/e.log -g pid /run/x.pid;")).toEqual({
      config: "conf/x.conf",
      prefix: "/srv/a b",
      globals: "pid /run/x.pid;",
      errorLog: "/tmp/e.log",
    });
    expect(parseTitle("nginx: master process nginx")).toEqual({ config: null, prefix: null, globals: null, errorLog: null });
  });

  test("reads a list as Nginx does, with or without a blank after the letter", () => {
    expect(parseArguments(["-t", "-c/etc/a.conf", "-qp", "/srv", "-g", "daemon off;"])).toEqual({
      config: "/etc/a.conf",
      prefix: "/srv",
      globals: "daemon off;",
      errorLog: null,
    });
  });
});

describe("parseBuild()", () => {
  test("reads version, paths and missing modules", () => {
    const stderr =
      "nginx version: nginx/1.22.1\nconfigure arguments: --with-cc-opt='-O2 --prefix' --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --pid-path='/run/my nginx.pid' --without-http_scgi_module\n";
    expect(parseBuild({ stderr, stdout: "" })).toMatchObject({
      version: "1.22.1",
      prefix: "/usr/share/nginx",
      config: "/etc/nginx/nginx.conf",
      pidFile: "/run/my nginx.pid",
      errorLog: "logs/error.log",
      without: new Set(["http_scgi_module"]),
    });
    expect(parseBuild({ stderr: "nginx version: openresty/1.27.1.2\n", stdout: "" })?.version).toBe("1.27.1");
    expect(parseBuild({ stderr: "sh: not found", stdout: "" })).toBeNull();
  });
});

describe("readMoment()", () => {
  const uptime = () => readFileSync("/proc/uptime", "latin1").split(" ")[0]?.replace(".", "");

  test("is to the tick what the kernel says", async () => {
    const seen = new Set<number>();
    await until(
      "a hundred moments",
      () => {
        const [before, { ticks }] = [uptime(), readMoment()];
        if (uptime() === before) expect(String(ticks)).toBe(before);
        seen.add(ticks);
        return seen.size === 100;
      },
      { everyMs: 10 },
    );
  });

  test("is not before the start of any process that is there", () => {
    const started = listPids().flatMap((pid) => readStat(pid)?.startTicks ?? []);
    expect(started.length).toBeGreaterThan(1);
    expect(Math.max(...started)).toBeLessThanOrEqual(readMoment().ticks);
  });
});

describe("childEnvironment()", () => {
  test("hands on nothing that could hold the token, or speak for us", () => {
    const parent = { PATH: "/bin", CONSUL_HTTP_TOKEN: "s", UPSTREAMD_TOKEN: "s", NOTIFY_SOCKET: "x", NGINX: "3;4;", LANG: "C" };
    expect(childEnvironment(parent)).toEqual({ PATH: "/bin", LANG: "C" });
  });
});

describe("createRun()", () => {
  const run = createRun(systemClock);

  test("gives code and output, and the environment without secrets", async () => {
    process.env["CONSUL_HTTP_TOKEN"] = "secret";
    const ended = await run(["/bin/sh", "-c", "env; echo words >&2; exit 3"], { timeoutMs: 5000 });
    delete process.env["CONSUL_HTTP_TOKEN"];
    expect(ended).toMatchObject({ code: 3, signal: null, stderr: "words\n", timedOut: false, failure: null });
    expect(ended.stdout).toContain("PATH=");
    expect(ended.stdout).not.toContain("secret");
  });

  test("does not wait for what a command left running", async () => {
    const started = performance.now();
    const ended = await run(["/bin/sh", "-c", "sleep 611 & echo $!"], { timeoutMs: 20_000 });
    process.kill(Number(ended.stdout), "SIGKILL");
    expect(ended.code).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("kills the whole group when the time is over", async () => {
    const ended = await run(["/bin/sh", "-c", "sleep 612 & echo $!; wait"], { timeoutMs: 200 });
    expect(ended).toMatchObject({ timedOut: true, signal: "SIGKILL" });
    const pid = Number(ended.stdout);
    await until("the end of the grandchild", () => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    });
  });

  test("bounds the output, and reports what cannot be started", async () => {
    expect((await run(["/bin/sh", "-c", "head -c 1000000 /dev/zero"], { timeoutMs: 5000 })).stdout).toHaveLength(256 * 1024);
    expect(lastWords(await run(["/nowhere/nginx"], { timeoutMs: 5000 }))).toContain("ENOENT");
  });
});

describe("matchesGlob()", () => {
  test.each([
    ["*.conf", "a.conf", true],
    ["*.conf", ".a.conf", false],
    [".*", ".a", true],
    ["*", "a.conf", true],
    ["?.conf", "ab.conf", false],
    ["[a-c]*.conf", "b1.conf", true],
    ["[!a-c]*.conf", "b1.conf", false],
    ["[^a-c]*", "d", true],
    ["a.c*", "abc", false],
    ["[", "[", true],
    ["a\\*b*", "a*bc", true],
    ["[]]x*", "]xy", true],
    ["(+)*", "(+)a", true],
  ])("%s and %s: %s", (pattern, name, expected) => {
    expect(matchesGlob(pattern, name)).toBe(expected);
  });
});

describe("expandGlob()", () => {
  test("sorts whole paths by their bytes, over folders", () => {
    const names: Record<string, string[]> = {
      "/": ["etc"],
      "/etc": ["b", "a", "Z"],
      "/etc/a": ["2.conf", "\u{e9}.conf", "1.conf"],
      "/etc/Z": ["x.conf"],
      "/etc/b": [".h.conf"],
    };
    const disk = { list: (folder: string) => names[folder] ?? [], exists: () => true };
    expect(expandGlob("/etc/*/*.conf", disk)).toEqual(["/etc/Z/x.conf", "/etc/a/1.conf", "/etc/a/2.conf", "/etc/a/\u{e9}.conf"]);
  });
});

describe("followLogs()", () => {
  const line = (pid: number, text: string, level = "emerg") => `2026/11/25 16:58:36 [${level}] ${pid}#${pid}: ${text}\n`;

  test("tells only what came since, line by line, also over a log that was turned over", () => {
    const path = join(tempFolder("log"), "error.log");
    writeFileSync(path, line(1, "old"));
    const tail = followLogs([path]);
    expect(tail.read([path])).toEqual([]);
    const whole = line(1, "n\u{f6}w");
    appendFileSync(path, line(2, "noise", "error") + whole.slice(0, 30));
    expect(tail.read([path])).toEqual([]);
    appendFileSync(path, whole.slice(30));
    expect(tail.read([path])).toEqual([{ pid: 1, text: "n\u{f6}w" }]);
    renameSync(path, `${path}.1`);
    writeFileSync(path, line(3, "after"));
    expect(tail.read([path])).toEqual([{ pid: 3, text: "after" }]);
    expect(tail.read([`${path}.1`, `${path}.none`])).toEqual([]);
  });

  test("reads a line with the number of a connection", () => {
    expect(parseGrave("2026/11/25 16:58:36 [crit] 7#9: *12 SSL_do_handshake() failed\n")).toEqual([
      { pid: 7, text: "SSL_do_handshake() failed" },
    ]);
  });
});
