import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startConsul } from "../support/consul-agent.ts";
import { nginxVersions, startNginx } from "../support/nginx-server.ts";
import { tempFolder } from "../support/tmp.ts";
import { BIN, upstreamd } from "../support/upstreamd.ts";

describe.each(nginxVersions)("init (%s)", (version) => {
  it("writes a file with which check, render and diff work on this Consul and this Nginx", async () => {
    const [consul, nginx] = await Promise.all([startConsul(), startNginx({ version })]);
    nginx.write("conf.d/own.conf", "upstream legacy {\n  server 127.0.0.1:9;\n}\n");
    for (const [i, service] of ["api", "legacy", "shop.example", "bad name;"].entries())
      await consul.register({ service, id: service, address: "10.0.0.1", port: 8000 + i });
    const cwd = tempFolder("init");
    const place = ["--nginx-binary", nginx.binary, "--nginx-config", nginx.config, "--nginx-prefix", nginx.prefix];
    const init = () => upstreamd(["init", "--consul-address", consul.url, "--state-dir", join(cwd, "state"), ...place], { cwd });
    const { code, stderr } = await init();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^wrote .*upstreamd\.yaml with 1 upstream, 2 more as comments; next: upstreamd check\n$/),
    });

    const text = readFileSync(join(cwd, "upstreamd.yaml"), "utf8");
    expect(text).toContain(`# This is Nginx ${version === "debian" ? "1.22.1" : "1.31.3"}.`);
    expect(text).toContain(`  http: ${join(nginx.httpFolder, "upstreamd.conf")}\n`);
    expect(text).toContain(`  stream: ${join(nginx.streamFolder, "upstreamd.conf")}\n`);
    expect(text.replaceAll(/\n +# /g, " ")).toContain(
      `has it at ${join(nginx.httpFolder, "own.conf")}:1; remove it there to hand it over: legacy: {}`,
    );
    expect(text).toContain("# 1 more services have names that no upstream can have");
    expect(text.includes("least_time")).toBe(version === "wheel");

    const rendered = await upstreamd(["render"], { cwd });
    expect(rendered).toMatchObject({ code: 0, stderr: "" });
    expect(rendered.stdout).toMatch(/^# Managed by upstreamd\n.*upstream api \{.*server 10\.0\.0\.1:8000;/s);
    expect((await upstreamd(["diff", "--json"], { cwd })).code).toBe(1);
    expect((await upstreamd(["check", "--strict"], { cwd })).code).toBe(0);
    expect(await init()).toMatchObject({ code: 2 });
  });
});

describe("init", () => {
  it("leaves nothing behind where the file cannot be written to its end", async () => {
    const cwd = tempFolder("init");
    // A file may have a kilobyte here, as if the disk were full after it.
    const script = 'trap "" XFSZ; ulimit -f 1; exec "$0" "$1" init --consul-address http://127.0.0.1:1';
    const run = promisify(execFile)("bash", ["-c", script, process.execPath, BIN], { cwd });
    await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("upstreamd.yaml: EFBIG: file too large.") });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
