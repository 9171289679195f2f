import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { nginxVersions } from "../support/nginx-server.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";
import { isInSync, type Stage, setUp } from "./stage.ts";

const LINES = "{{#each upstreams}}{{#each servers}}# {{endpoint}}\n{{/each}}{{/each}}";

/** A template that says which edit of it is in force, and lists the servers. */
function edit(name: string): string {
  return `map $host $edit_${name} { default x; }\n${LINES}`;
}

/** A stage with one template below a folder, which is reached as `source`. */
async function withTemplate(version: (typeof nginxVersions)[number], source = "sites.conf.hbs") {
  const stage = await setUp(version);
  const dir = tempFolder("templates");
  const path = join(dir, source);
  const destination = join(stage.nginx.httpFolder, "sites.conf");
  stage.configure(`  api: {}\ntemplates:\n  - source: ${path}\n    destination: ${destination}`);
  await register(stage, 8001);
  return { stage, dir, path, text: () => readFileSync(destination, "utf8") };
}

async function register(stage: Stage, port: number): Promise<void> {
  await stage.consul.register({ service: "api", id: `api-${port}`, address: "127.0.0.1", port });
}

const WAYS: readonly (readonly [string, (path: string, text: string) => void])[] = [
  ["writes in place, as emacs and cp do", (path, text) => writeFileSync(path, text)],
  [
    "renames a new file over it, as mv and sed -i do",
    (path, text) => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    },
  ],
  [
    "renames the old one away and writes a new one, as vim does",
    (path, text) => {
      renameSync(path, `${path}~`);
      writeFileSync(path, text);
      rmSync(`${path}~`);
    },
  ],
  [
    "deletes it and makes it anew",
    (path, text) => {
      rmSync(path);
      writeFileSync(path, text);
    },
  ],
  [
    "turns a link to another file",
    (path, text) => {
      writeFileSync(`${path}.linked`, text);
      symlinkSync(`${path}.linked`, `${path}.link`);
      renameSync(`${path}.link`, path);
    },
  ],
];

describe.each(nginxVersions)("templates of one's own (%s)", (version) => {
  it("are taken when they change, in whatever way an editor replaces them", async () => {
    const { stage, path, text } = await withTemplate(version);
    writeFileSync(path, edit("first"));
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    expect(text()).toMatch(/^# Managed by upstreamd\n[\s\S]*\$edit_first [\s\S]*# 127\.0\.0\.1:8001\n/);
    for (const [i, [way, write]] of WAYS.entries()) {
      write(path, edit(`way${i}`));
      await until(`the edit of somebody who ${way}`, () => text().includes(`$edit_way${i} `));
    }
    await daemon.waitForStatus("sync", isInSync);
  });

  it("are taken from a volume whose ..data link is turned", async () => {
    const { stage, dir, path, text } = await withTemplate(version);
    const generation = (name: string) => {
      mkdirSync(join(dir, `..${name}`));
      writeFileSync(join(dir, `..${name}`, "sites.conf.hbs"), edit(name));
      symlinkSync(`..${name}`, join(dir, "..data_tmp"));
      renameSync(join(dir, "..data_tmp"), join(dir, "..data"));
    };
    generation("one");
    symlinkSync("..data/sites.conf.hbs", path);
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    generation("two");
    await until("the new volume", () => text().includes("$edit_two "));
    generation("three");
    rmSync(join(dir, "..one"), { recursive: true });
    await until("the one after it", () => text().includes("$edit_three "));
  });

  it("that are broken leave the last accepted one to render new data, over a restart, until they are mended", async () => {
    const { stage, path, text } = await withTemplate(version);
    writeFileSync(path, edit("good"));
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    writeFileSync(path, `\n{{#each upstreams}}\n{{nam}}\n{{/each}}`);
    const blocked = await daemon.waitForStatus("blocked", ({ state }) => state === "blocked");
    expect(blocked.reason).toContain(`${path}:3:3: there is no nam`);
    expect(await stage.run("diff")).toMatchObject({ code: 2, stdout: "" });
    await register(stage, 8002);
    await until("new data", () => text().includes("# 127.0.0.1:8002"));
    expect(text()).toContain("$edit_good ");
    // One rename comes after the other.
    await until("new data in the blocks", () => readFileSync(stage.outputs.http, "utf8").includes("127.0.0.1:8002"));
    await daemon.stop();
    const again = stage.daemon();
    await again.waitForStatus("blocked after a restart", ({ state, consul }) => state === "blocked" && consul.state === "ok");
    await register(stage, 8003);
    await until("new data after the restart", () => text().includes("# 127.0.0.1:8003"));
    rmSync(path);
    await again.waitForStatus("the template to be missed", ({ reason }) => reason?.includes("there is no such file") === true);
    writeFileSync(path, edit("mended"));
    await again.waitForStatus("sync", isInSync);
    expect(text()).toContain("$edit_mended ");
  });

  it("that Nginx refuses are put aside with its words, and everything else goes on", async () => {
    const { stage, path, text } = await withTemplate(version);
    writeFileSync(path, edit("good"));
    const daemon = stage.daemon();
    await daemon.waitForStatus("sync", isInSync);
    writeFileSync(path, `no_such_directive on;\n${LINES}`);
    const blocked = await daemon.waitForStatus("blocked", ({ state }) => state === "blocked");
    expect(blocked.reason).toMatch(/unknown directive "no_such_directive" in .*sites\.conf:4; the last accepted template goes on/);
    await register(stage, 8002);
    await until("new data", () => text().includes("# 127.0.0.1:8002"));
    expect(text()).toContain("$edit_good ");
    expect(await stage.nginx.configTest()).toMatchObject({ code: 0 });
    writeFileSync(path, edit("mended"));
    await daemon.waitForStatus("sync", isInSync);
    expect(text()).toContain("$edit_mended ");
  });

  it("are the same from a snapshot as from Consul, tags and metadata included", async () => {
    const { stage, dir, path } = await withTemplate(version);
    writeFileSync(
      path,
      '{{#each upstreams}}{{#each servers}}# {{id}} {{join tags ","}}{{#each meta}} {{@key}}{{/each}}\n{{/each}}{{/each}}',
    );
    const snapshot = join(dirname(dir), "snapshot.json");
    expect(await stage.run("snapshot", "--out", snapshot)).toMatchObject({ code: 0 });
    const live = await stage.run("render");
    expect(live).toMatchObject({ code: 0 });
    expect(live.stdout).toContain("# ---- ");
    expect((await stage.run("render", "--from", snapshot)).stdout).toBe(live.stdout);
  });

  it("have only the metadata in snapshots that they name, and print the same of it", async () => {
    const { stage, dir, path } = await withTemplate(version);
    const meta = { zone: "z1", secret: "of no use" };
    await stage.consul.register({ service: "api", id: "api-9", address: "127.0.0.1", port: 8009, meta });
    writeFileSync(path, "{{#each upstreams}}{{#each servers}}{{#if meta.zone}}# {{comment meta.zone}}\n{{/if}}{{/each}}{{/each}}");
    const snapshot = join(dirname(dir), "snapshot.json");
    expect(await stage.run("snapshot", "--out", snapshot)).toMatchObject({ code: 0 });
    expect(readFileSync(snapshot, "utf8")).toMatch(/"zone": "z1"/);
    expect(readFileSync(snapshot, "utf8")).not.toContain("of no use");
    const live = await stage.run("render");
    expect(live.stdout).toContain("# z1");
    expect((await stage.run("render", "--from", snapshot)).stdout).toBe(live.stdout);
  });

  it("that are broken before one was ever accepted are exit 2, and nothing is written", async () => {
    const { stage, path } = await withTemplate(version);
    writeFileSync(path, "{{#if x}}");
    for (const command of [["render"], ["diff"], ["render", "--write"], ["run"]]) {
      const { code, stderr } = await stage.run(...command);
      expect([command, code]).toEqual([command, 2]);
      expect(stderr).toContain(`${path}:1:1: it does not parse: a block is not closed`);
    }
    expect(stage.nginx.reloads()).toBe(0);
  });
});
