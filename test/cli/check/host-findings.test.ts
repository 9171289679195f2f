import { expect, test } from "vitest";
import { checkHost, verificationOf } from "../../../src/cli/check/host-findings.ts";
import type { NginxSettings } from "../../../src/model/configuration.ts";
import type { NginxNow } from "../../../src/model/nginx-process.ts";
import { type Build, parseBuild } from "../../../src/nginx/build.ts";
import type { Survey } from "../../../src/nginx/survey.ts";
import { nginxNow } from "../../builders.ts";
import { NGINX_SETTINGS } from "../../nginx/a-host.ts";

const buildOf = (version: string, more = "") =>
  parseBuild({ stdout: "", stderr: `nginx version: nginx/${version}\nconfigure arguments:${more}` });

function survey(onDisk: Build | null, running: Build | null, now: Partial<NginxNow> = {}): Survey {
  const installation = { binary: onDisk === null ? null : "/usr/sbin/nginx", build: onDisk };
  return { installation, now: nginxNow(now), running } as unknown as Survey;
}

function found(change: Partial<NginxSettings>, seen: Survey) {
  return checkHost({ ...NGINX_SETTINGS, ...change }, seen).map(({ code, message }) => `${code}: ${message}`);
}

const SAME = survey(buildOf("1.22.1"), buildOf("1.22.1"));

test("checkHost has nothing to say of an Nginx that is there and runs what is on disk", () => {
  expect(found({}, SAME)).toEqual([]);
});

test("checkHost says that another binary will run after the next start, also one of the same version", () => {
  expect(found({}, survey(buildOf("1.31.3"), buildOf("1.22.1")))).toEqual([
    "binary_replaced: Nginx 1.22.1 runs, and its binary on disk is 1.31.3: both have to accept the candidate",
  ]);
  expect(found({}, survey(buildOf("1.22.1", " --with-debug"), buildOf("1.22.1")))).toEqual([
    "binary_replaced: Nginx 1.22.1 runs, and its binary on disk is 1.22.1, in another build: both have to accept the candidate",
  ]);
});

test("checkHost says which version is assumed where no binary answers", () => {
  expect(found({}, survey(null, null, { version: "1.31.3" }))).toEqual([
    "nginx_missing: no nginx binary was found, so nothing is tested by nginx -t; Nginx 1.31.3 is assumed",
  ]);
  expect(found({ binary: "/bin/true" }, survey(null, null))[0]).toContain("/bin/true does not answer as an nginx binary does");
});

test("checkHost tells apart that nobody asks for verification, and that it cannot be had", () => {
  const hidden = survey(buildOf("1.22.1"), null, { isHidden: true, reason: "they are hidden" });
  expect(found({ verify: "none" }, hidden)).toEqual(["not_verified: nginx.verify is none"]);
  expect(found({ reload: "none" }, SAME)).toEqual(["not_verified: nginx.reload is none: who reloads is not upstreamd"]);
  expect(found({}, hidden)).toEqual(["workers_invisible: reloads cannot be verified: they are hidden"]);
  expect([SAME, hidden].map((seen) => verificationOf(NGINX_SETTINGS, seen))).toEqual(["workers", "invisible"]);
});
