import { describe, expect, test } from "vitest";
import { judgeTest } from "../../src/nginx/test-verdict.ts";

const JUDGING = {
  strength: "whole",
  isOurs: (path: string) => path === "/etc/nginx/conf.d/up.conf",
  realNames: new Map([
    ["/state/globs/000001/000002", "/etc/nginx/conf.d/up.conf"],
    ["/state/tree/", "/"],
  ]),
  timeoutMs: 300,
} as const;

function judge(stderr: string, ended: Partial<Parameters<typeof judgeTest>[0]> = { code: 1 }) {
  return judgeTest({ code: null, signal: null, stdout: "", stderr, timedOut: false, failure: null, ...ended }, JUDGING);
}

describe("judgeTest()", () => {
  test("accepts what Nginx accepts, whatever it could not open on the way", () => {
    expect(
      judge('nginx: [alert] could not open error log file: open() "/var/log/x" failed (13: Permission denied)\n', { code: 0 }),
    ).toEqual({
      verdict: "accepted",
      strength: "whole",
    });
  });

  test("refuses with the words of Nginx and real names", () => {
    const stderr =
      'nginx: [emerg] unknown directive "x" in /state/globs/000001/000002:3\nnginx: configuration file /state/tree/etc/nginx/nginx.conf test failed\n';
    expect(judge(stderr)).toEqual({ verdict: "refused", reason: 'unknown directive "x" in /etc/nginx/conf.d/up.conf:3' });
    expect(judge("2026/11/25 16:58:36 [emerg] 12#12: no port in upstream in /state/tree/etc/nginx/a:1\n")).toEqual({
      verdict: "refused",
      reason: "no port in upstream in /etc/nginx/a:1",
    });
  });

  test("refuses a zone that is too small, of which only a [crit] line tells", () => {
    const stderr = 'the configuration file syntax is ok\nnginx: [crit] ngx_slab_alloc() failed: no memory in upstream zone "z"\n';
    expect(judge(stderr)).toMatchObject({ verdict: "refused", reason: expect.stringContaining("no memory") });
  });

  test("tells lack of rights from a refusal by number, also beside a harmless alert", () => {
    const alert = 'nginx: [alert] could not open error log file: open() "/l" failed (13: Permission denied)\n';
    expect(judge(`${alert}nginx: [emerg] open() "/run/nginx.pid" failed (13: Permission denied)\n`)).toMatchObject({
      verdict: "impossible",
    });
    expect(judge("nginx: [emerg] chown() failed (1: Operation not permitted)\n")).toMatchObject({ verdict: "impossible" });
    expect(judge(`${alert}nginx: [emerg] unknown directive "x" in /a:1\n`)).toMatchObject({
      verdict: "refused",
      reason: 'unknown directive "x" in /a:1',
    });
    expect(judge('nginx: [emerg] open() "/x" failed (2: No such file or directory) in /a:1\n')).toMatchObject({ verdict: "refused" });
  });

  test("refuses a redefined method in a file of ours, and leaves the user's alone", () => {
    expect(judge("nginx: [warn] load balancing method redefined in /state/globs/000001/000002:5\n", { code: 0 })).toEqual({
      verdict: "refused",
      reason: "load balancing method redefined in /etc/nginx/conf.d/up.conf:5",
    });
    expect(judge("nginx: [warn] load balancing method redefined in /etc/nginx/own.conf:5\n", { code: 0 })).toMatchObject({
      verdict: "accepted",
    });
  });

  test("could not be made by a process that did not end by itself", () => {
    expect(judge("", { timedOut: true, signal: "SIGKILL" })).toMatchObject({
      verdict: "impossible",
      reason: expect.stringContaining("300 ms"),
    });
    expect(judge("", { signal: "SIGKILL" })).toMatchObject({ verdict: "impossible" });
    expect(judge("", { signal: "SIGSEGV" })).toMatchObject({ verdict: "refused" });
    expect(judge("", { code: 127 })).toMatchObject({ verdict: "impossible", reason: "nginx -t ended with 127: it said nothing" });
  });
});
