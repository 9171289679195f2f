import { describe, expect, test } from "vitest";
import { isAtLeast } from "../../src/model/capabilities/since.ts";
import { nginxVersions, startNginx, VERSION_OF } from "../support/nginx-server.ts";
import { expectedFiles, goldenCases, ownFiles } from "./cases.ts";

describe.each(nginxVersions)("nginx -t of %s", (version) => {
  const cases = goldenCases.filter(({ nginx }) => nginx === null || isAtLeast(VERSION_OF[version], nginx));

  test.each(cases)("accepts what the golden case $name expects, without a warning", async (golden) => {
    const nginx = await startNginx({ version, stopped: true, files: { ...expectedFiles(golden), ...ownFiles(golden) } });
    const { code, stderr } = await nginx.configTest();
    expect([code, stderr.match(/\[(warn|error|crit|alert|emerg)\].*/g)]).toEqual([0, null]);
  });
});
