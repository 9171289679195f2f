import { describe, expect, test } from "vitest";
import { nginxVersions, startNginx } from "../support/nginx-server.ts";
import { expectedFiles, goldenCases, ownFiles } from "./cases.ts";

describe.each(nginxVersions)("nginx -t of %s", (version) => {
  test.each(goldenCases)("accepts what the golden case $name expects, without a warning", async (golden) => {
    const nginx = await startNginx({ version, stopped: true, files: { ...expectedFiles(golden), ...ownFiles(golden) } });
    const { code, stderr } = await nginx.configTest();
    expect([code, stderr.match(/\[(warn|error|crit|alert|emerg)\].*/g)]).toEqual([0, null]);
  });
});
