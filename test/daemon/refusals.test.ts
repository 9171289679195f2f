import { describe, expect, test } from "vitest";
import type { FileEdits } from "../../src/model/files.ts";
import type { LoadedTemplate } from "../../src/render/user-templates.ts";
import { settings } from "../builders.ts";
import { type Daemon, live, reasonOf, startDaemon, stateOf } from "./a-daemon.ts";
import { DESTINATION } from "./a-machine.ts";

const SITES = "/etc/nginx/conf.d/sites.conf";
const OTHER = "/etc/nginx/conf.d/other.conf";
const GOES_ON = "the last accepted template goes on";

function template(source: string, destination = SITES): LoadedTemplate {
  const path = `${destination.replace("/etc/nginx/conf.d", "/t")}.hbs`;
  return { source: path, destination, paths: [path], files: { main: { path, source }, partials: [] }, fault: null };
}

/** A daemon with templates; Nginx refuses whatever `refusal` has words for. */
function withTemplates(wanted: readonly LoadedTemplate[], refusal: (text: string) => string | null): Daemon {
  const daemon = startDaemon();
  edit(daemon, ...wanted);
  refuse(daemon, refusal);
  return daemon;
}

/** Nginx refuses by all that would be live, in the order of the names. */
function refuse({ machine }: Daemon, refusal: (text: string) => string | null): void {
  machine.world.host.test = async (edits: FileEdits) => {
    const all = [DESTINATION, OTHER, SITES].map((path) => (edits.has(path) ? edits.get(path) : machine.text(path)) ?? "");
    const reason = refusal(all.join("\n"));
    return reason === null ? { verdict: "accepted", strength: "whole" } : { verdict: "refused", reason };
  };
}

function edit(daemon: Daemon, ...wanted: readonly LoadedTemplate[]): void {
  daemon.situation.settings = settings({ templates: wanted.map(({ source, destination }) => ({ source, destination })) });
  daemon.place = { ...daemon.place, wanted };
  daemon.wake.ring();
}

const ifHolds = (word: string, reason: string) => (text: string) => (text.includes(word) ? reason : null);

describe("a template whose text Nginx refuses", () => {
  test("is blamed where Nginx names its destination, with its source, the line, what stands there, and Nginx's words", async () => {
    const words = `unknown directive "bad" in ${SITES}:4`;
    const daemon = withTemplates([template("bad on;")], ifHolds("bad", words));
    daemon.answer(1);
    await daemon.pass(5_000);
    expect([stateOf(daemon), live(daemon)]).toEqual(["blocked", ["10.0.0.1"]]);
    expect(reasonOf(daemon)).toBe(
      `/t/sites.conf.hbs: Nginx refused line 4 of what it prints ("bad on;"): ${words}; nothing is written to ${SITES} until it is mended`,
    );
  });

  test("says that the last accepted one goes on only where there is one", async () => {
    const daemon = withTemplates([template("good on;")], ifHolds("bad", `no "bad" in ${SITES}:4`));
    daemon.answer(1);
    await daemon.pass(60_000);
    expect(stateOf(daemon)).toBe("in_sync");
    edit(daemon, template("bad on;"));
    await daemon.pass(5_000);
    expect(reasonOf(daemon)).toMatch(new RegExp(`; ${GOES_ON}$`));
    daemon.answer(1, 2);
    await daemon.pass(5_000);
    expect([live(daemon), daemon.machine.text(SITES)]).toEqual([["10.0.0.1", "10.0.0.2"], expect.stringContaining("good on;")]);
  });

  test("is not blamed, and no template is said to go on, where Nginx refuses the same without it", async () => {
    const words = "the user's own file is broken in /etc/nginx/nginx.conf:3";
    const daemon = withTemplates([template("good on;")], () => words);
    daemon.answer(1);
    await daemon.pass(5_000);
    expect([stateOf(daemon), reasonOf(daemon), daemon.situation.refusals]).toEqual(["blocked", words, []]);
    refuse(daemon, () => null);
    await daemon.pass(60_000);
    expect([stateOf(daemon), daemon.machine.text(SITES)]).toEqual(["in_sync", expect.stringContaining("good on;")]);
  });

  test("is not taken for one whose name only begins the same", async () => {
    const words = `no in ${SITES}.old:4`;
    const daemon = withTemplates([template("good on;")], () => words);
    daemon.answer(1);
    await daemon.pass(5_000);
    expect(reasonOf(daemon)).toBe(words);
  });

  test("is found among others by what Nginx accepts without it, where its words name none", async () => {
    const daemon = withTemplates([template("bad on;"), template("good on;", OTHER)], ifHolds("bad", "could not build the map_hash"));
    daemon.answer(1);
    await daemon.pass(60_000);
    expect(daemon.machine.text(OTHER)).toContain("good on;");
    expect(daemon.machine.text(SITES)).toBeNull();
    expect(reasonOf(daemon)).toBe(
      `/t/sites.conf.hbs: Nginx refused what it prints: could not build the map_hash; nothing is written to ${SITES} until it is mended`,
    );
  });

  test("is put aside with the others where Nginx accepts nothing less", async () => {
    const either = (text: string) => (text.includes("bad") || text.includes("worse") ? "neither of the two" : null);
    const daemon = withTemplates([template("bad on;"), template("worse on;", OTHER)], either);
    daemon.answer(1);
    await daemon.pass(5_000);
    expect(new Set(daemon.situation.refusals.map(({ destination }) => destination))).toEqual(new Set([SITES, OTHER]));
    expect([stateOf(daemon), live(daemon)]).toEqual(["blocked", ["10.0.0.1"]]);
  });

  test("is no trouble any more once it is accepted as it is, for what was in its way is mended", async () => {
    const daemon = withTemplates([template("bad on;")], ifHolds("bad", `host not found in ${SITES}:4`));
    daemon.answer(1);
    await daemon.pass(20_000);
    expect(stateOf(daemon)).toBe("blocked");
    refuse(daemon, () => null);
    await daemon.pass(20_000);
    expect([stateOf(daemon), reasonOf(daemon), daemon.situation.refusals]).toEqual(["in_sync", null, []]);
    expect(daemon.machine.text(SITES)).toContain("bad on;");
    expect(daemon.heard.map(({ message }) => message)).toContain("a template that Nginx had refused is accepted");
  });

  test("is tried again as it is after pauses that grow, and never more often", async () => {
    const tried: number[] = [];
    const daemon = withTemplates([template("bad on;")], (text) => {
      if (!text.includes("bad")) return null;
      tried.push(daemon.clock.now());
      return `no in ${SITES}:4`;
    });
    daemon.answer(1);
    await daemon.pass(120_000);
    const pauses = tried.slice(1).map((at, i) => at - (tried[i] ?? 0));
    expect(tried.length).toBeGreaterThan(5);
    expect(tried.length).toBeLessThan(25);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(17_000);
    expect(daemon.machine.signals).toHaveLength(1);
  });
});

test("where the accepted template cannot be used any more either, the reason says that its text stays, and not that it goes on", async () => {
  const daemon = withTemplates([template("{{#each upstreams}}{{#each servers}}# {{comment address}}\n{{/each}}{{/each}}")], () => null);
  daemon.answer(1);
  await daemon.pass(60_000);
  expect(stateOf(daemon)).toBe("in_sync");
  edit(daemon, template("{{nam}}"));
  daemon.situation.memory = {
    ...daemon.situation.memory,
    templates: daemon.situation.memory.templates.map((one) => ({ ...one, files: template("{{nam}}").files ?? one.files })),
  };
  await daemon.pass(5_000);
  expect(stateOf(daemon)).toBe("blocked");
  expect(reasonOf(daemon)).toContain(`the last accepted template cannot be used now either, so ${SITES} stays as it was printed last`);
  expect(daemon.machine.text(SITES)).toContain("10.0.0.1");
});
