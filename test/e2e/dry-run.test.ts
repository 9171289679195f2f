import { existsSync, readFileSync } from "node:fs";
import { applyPatch } from "diff";
import { describe, expect, it } from "vitest";
import { nginxVersions } from "../support/nginx-server.ts";
import { isInSync, type Stage, setUp } from "./stage.ts";

/** One after the other, each on top of what the one before left: what changes in the world while no daemon runs. */
const STORY: readonly { readonly says: string; readonly act: (stage: Stage) => Promise<void> | void }[] = [
  { says: "two instances join", act: (stage) => register(stage, { a: 1, b: 1 }) },
  { says: "one gets another weight", act: (stage) => register(stage, { b: 4 }) },
  { says: "one becomes critical", act: ({ consul }) => consul.check("a", "critical") },
  { says: "the other one as well: the last good stay", act: ({ consul }) => consul.check("b", "critical") },
  {
    says: "everybody is deregistered: they still stay",
    act: ({ consul }) => Promise.all(["a", "b"].map((id) => consul.deregister(id))).then(),
  },
  { says: "one goes into maintenance", act: (stage) => register(stage, { a: 1, c: 1 }).then(() => stage.consul.maintenance("a", true)) },
  {
    says: "another method, and two stream upstreams",
    act: ({ configure }) =>
      configure(
        "  api: { algorithm: least_conn, zone: auto }\n  tcp: { protocol: stream, service: api }\n  spare: { protocol: stream, service: api }",
      ),
  },
  {
    says: "one upstream leaves the configuration",
    act: ({ configure }) => configure("  api: {}\n  tcp: { protocol: stream, service: api }"),
  },
  {
    says: "somebody edits the file",
    act: ({ nginx }) => nginx.write("conf.d/upstreamd.conf", `${nginx.read("conf.d/upstreamd.conf")}# and a comment\n`),
  },
];

async function register({ consul }: Stage, weights: Readonly<Record<string, number>>): Promise<void> {
  for (const [id, weight] of Object.entries(weights)) {
    const port = 8000 + id.charCodeAt(0);
    await consul.register({ service: "api", id, address: "10.0.0.1", port, weights: { Passing: weight, Warning: 1 }, check: "passing" });
  }
}

describe.each(nginxVersions)("a dry run (%s)", (version) => {
  it("shows exactly what run then does, over restarts, kept, maintenance, a new method, and an edit", async () => {
    const stage = await setUp(version);
    const texts = () => [stage.outputs.http, stage.outputs.stream].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : null));

    for (const { says, act } of STORY) {
      await act(stage);
      const before = texts();
      const shown = await stage.run("diff", "--json");
      const { changed, files, upstreams } = JSON.parse(shown.stdout);
      expect([says, shown.code]).toEqual([says, changed ? 1 : 0]);
      expect([says, texts()]).toEqual([says, before]);

      const daemon = stage.daemon();
      const status = await daemon.waitForStatus(says, isInSync);
      await daemon.stop();
      const foretold = [stage.outputs.http, stage.outputs.stream].map((path, i) => {
        const file = files.find((candidate: { path: string }) => candidate.path === path);
        return file === undefined ? before[i] : file.change === "remove" ? null : applyPatch(before[i] ?? "", file.unified);
      });
      expect([says, texts()]).toEqual([says, foretold]);
      expect([says, status.outcomes.length]).toEqual([says, changed ? 1 : 0]);
      expect([says, upstreams.length > 0]).toEqual([says, changed && says !== "somebody edits the file"]);
      expect(await stage.run("diff")).toMatchObject({ code: 0, stdout: "" });
    }
  }, 120_000);
});
