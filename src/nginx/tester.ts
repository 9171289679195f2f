import type { FileEdits, FileSet } from "../model/files.ts";
import type { TestVerdict } from "../model/host.ts";
import { messageOf } from "../support/errors.ts";
import { fragmentOf, standsAlone } from "./fragment.ts";
import { outermostDirectives } from "./include-tree.ts";
import type { Installation } from "./installation.ts";
import { openShadow, type Shadow } from "./shadow.ts";
import { planShadow } from "./shadow-plan.ts";
import { type TestSite, testConfig } from "./test-config.ts";
import type { Judging } from "./test-verdict.ts";

export interface Tester {
  test(edits: FileEdits): Promise<TestVerdict>;
  testLive(): Promise<TestVerdict>;
  /** How long the last test took; verification is given time by it. */
  lastMs(): number;
}

/** Tests configurations by `nginx -t`, as strongly as the host allows (docs/adr/0007-testing-in-a-shadow-of-the-include-tree.md). */
export function createTester(site: TestSite): Tester {
  const said = new Set<string>();
  let lastMs = 0;
  // The verdict does not wait for it, the next test does.
  let removal: Promise<unknown> = Promise.resolve();
  const timed = async (test: () => Promise<TestVerdict>) => {
    const started = site.clock.now();
    const verdict = await test();
    lastMs = site.clock.now() - started;
    return verdict;
  };
  const warnOnce = (because: string) => {
    if (!said.has(because)) site.log.warn("generated files are tested alone, not within the whole configuration", { because });
    said.add(because);
  };
  return {
    test: (edits) =>
      timed(async () => {
        await removal;
        const { verdict, removed } = await testCandidate(edits, await site.identify(), site, warnOnce);
        removal = removed;
        return verdict;
      }),
    testLive: () => timed(async () => testConfig(await site.identify(), site, judging(site))),
    lastMs: () => lastMs,
  };
}

/** A verdict, and when the shadow that it was found in is gone. */
interface Tested {
  readonly verdict: TestVerdict;
  readonly removed: Promise<unknown>;
}

async function testCandidate(
  edits: FileEdits,
  installation: Installation,
  site: TestSite,
  warnOnce: (because: string) => void,
): Promise<Tested> {
  let shadow: Shadow;
  try {
    shadow = openShadow(site.stateDir);
  } catch (error) {
    const reason = `the test needs a folder in ${site.stateDir}: ${messageOf(error)}`;
    return { verdict: { verdict: "impossible", reason }, removed: Promise.resolve() };
  }
  const verdict = await testInShadow(edits, installation, site, shadow, warnOnce).catch(
    (error: unknown): TestVerdict => ({
      verdict: "impossible",
      reason: `the test cannot be prepared in ${shadow.root}: ${messageOf(error)}`,
    }),
  );
  // What cannot be removed now is tried again before the next test.
  return { verdict, removed: shadow.remove().catch(() => undefined) };
}

async function testInShadow(
  edits: FileEdits,
  installation: Installation,
  site: TestSite,
  shadow: Shadow,
  warnOnce: (because: string) => void,
): Promise<TestVerdict> {
  const { destinations, tree } = site;
  const texts = new Map([...edits].flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])));
  const plan = planShadow({ config: installation.config, edits, destinations, root: shadow.root, tree });
  if ("because" in plan) {
    warnOnce(plan.because);
    const live = await testConfig(installation, site, judging(site));
    return live.verdict === "accepted"
      ? aloneBecause(plan.because, await testFragment(texts, installation, site, shadow))
      : withoutOurChange(live);
  }
  const outside = new Map([...texts].filter(([path]) => !plan.reached.has(tree.follow(path))));
  const notIncluded = (paths: string) => `${installation.config} does not include ${paths}`;
  for (const path of outside.keys()) warnOnce(notIncluded(path));
  if (outside.size < edits.size || edits.size === 0) {
    shadow.write(plan);
    const verdict = await testConfig(installation, site, judging(site, plan.realNames), plan.main);
    if (verdict.verdict !== "accepted") return blame(verdict, installation, site);
  }
  return outside.size === 0
    ? { verdict: "accepted", strength: "whole" }
    : aloneBecause(notIncluded([...outside.keys()].join(" and ")), await testFragment(outside, installation, site, shadow));
}

function aloneBecause(because: string, verdict: TestVerdict): TestVerdict {
  return verdict.verdict === "accepted" ? { ...verdict, because } : verdict;
}

/** A refusal that names none of our files may be the user's own breakage: then the present configuration is refused in the same words. */
async function blame(verdict: TestVerdict, installation: Installation, site: TestSite): Promise<TestVerdict> {
  if (verdict.verdict !== "refused" || site.destinations.some((path) => verdict.reason.includes(path))) return verdict;
  const live = await testConfig(installation, site, judging(site));
  return live.verdict === "refused" && live.reason === verdict.reason ? withoutOurChange(live) : verdict;
}

function withoutOurChange(live: TestVerdict): TestVerdict {
  return live.verdict === "refused"
    ? { ...live, reason: `Nginx refuses the present configuration, without our change: ${live.reason}` }
    : live;
}

/** What only upstreams say can be judged alone; all else waits for the test of the whole configuration after the placing. */
async function testFragment(files: FileSet, installation: Installation, site: TestSite, shadow: Shadow): Promise<TestVerdict> {
  const alone = new Map([...files].filter(([, text]) => standsAlone(text)));
  if (alone.size === 0) return { verdict: "accepted", strength: "fragment" };
  const modules = outermostDirectives(installation.config, site.tree).flatMap(({ name, arguments: args }) =>
    name === "load_module" ? args.slice(0, 1) : [],
  );
  const stream = new Set([...alone.keys()].filter((path) => path === site.streamOutput));
  const fragment = fragmentOf({ files: alone, stream, modules, without: installation.build?.without ?? new Set(), root: shadow.root });
  shadow.write(fragment);
  // Directives of `-g` may be in the fragment already; what it defines does not matter to upstreams.
  const call = { ...installation, arguments: { ...installation.arguments, globals: null } };
  const verdict = await testConfig(call, site, { ...judging(site, fragment.realNames), strength: "fragment" }, fragment.config);
  // A variable may be defined by the user's own files.
  return verdict.verdict === "refused" && /unknown ".*" variable/.test(verdict.reason)
    ? { verdict: "accepted", strength: "fragment" }
    : verdict;
}

function judging({ timeoutMs, destinations, tree }: TestSite, realNames: ReadonlyMap<string, string> = new Map()): Judging {
  const ours = new Set(destinations.map(tree.follow));
  return { strength: "whole", isOurs: (path) => ours.has(tree.follow(path)), realNames, timeoutMs };
}
