import { step, TABLE } from "../../src/pipeline/protocol.ts";
import { type Event, IDLE, type State, type StateName, type Step } from "../../src/pipeline/states.ts";

/** Each kind of event in every form that a rule may tell apart. A new kind of event does not compile until it is here. */
const EVENTS: { readonly [Kind in Event["kind"]]: readonly Extract<Event, { kind: Kind }>[] } = {
  begin: [{ kind: "begin" }],
  recover: (["before", "after", "mixed", "in_force"] as const).map((disk) => ({ kind: "recover", disk })),
  accepted: (["whole", "fragment"] as const).map((strength) => ({ kind: "accepted", strength })),
  refused: [{ kind: "refused", reason: "it is refused" }],
  done: [{ kind: "done" }],
  failed: [{ kind: "failed", reason: "it fails", code: null }],
  signalled: [{ kind: "signalled" }],
  told_in_vain: [{ kind: "told_in_vain", reason: "it failed" }],
  verified: [{ kind: "verified" }],
  nobody: [{ kind: "nobody" }],
  not_verified: [{ kind: "not_verified", reason: "it is not verified" }],
};

/** One step that can really happen: every state here was reached from `idle`. */
export interface Transition {
  readonly from: State;
  readonly event: Event;
  readonly step: Step;
}

/** Every step that can happen, found by stepping each rule of the table with each event, from `idle` on. */
export function transitions(): readonly Transition[] {
  const found: Transition[] = [];
  const seen = new Set<string>();
  const waiting: State[] = [IDLE];
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const { at, tested, told, ending } = from;
    const key = JSON.stringify([at, tested, told, ending]);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const event of eventsOf(at)) {
      const next = step(from, event);
      found.push({ from, event, step: next });
      waiting.push(next.state);
    }
  }
  return found;
}

/** Every rule of the table as `state event`. */
export function rules(): readonly string[] {
  return stateNames().flatMap((at) => kindsOf(at).map((kind) => `${at} ${kind}`));
}

export function stateNames(): readonly StateName[] {
  return Object.keys(TABLE) as StateName[];
}

/** The drawing: an arrow for each pair of states and the effects between them, labelled `event (condition) / effects [ending]`. */
export function drawProtocol(): string {
  const all = transitions();
  const arrows = stateNames().flatMap((at) =>
    kindsOf(at).flatMap((kind) => arrowsOf(all.filter((one) => one.from.at === at && one.event.kind === kind))),
  );
  return ["stateDiagram-v2", "  [*] --> idle", ...join(arrows).map((line) => `  ${line}`)].join("\n");
}

interface Arrow {
  readonly ends: string;
  readonly event: string;
  readonly result: string;
}

/** The arrows of one rule: one, or one for each value of what it depends on. */
function arrowsOf(cases: readonly Transition[]): readonly Arrow[] {
  const fact = Object.keys(FACTS).find((name) => isDecidedBy(cases, name)) ?? null;
  const groups = groupBy(cases, ({ step: { state, effects } }) => JSON.stringify([state.at, effects]));
  return [...groups.values()].map((group) => {
    const [first] = group as readonly [Transition];
    const values = new Set(fact === null ? [] : group.map((one) => FACTS[fact]?.(one) ?? ""));
    const condition = groups.size === 1 ? "" : ` (${[...values].sort().join(", ")})`;
    return {
      ends: `${first.from.at} --> ${first.step.state.at}`,
      event: `${first.event.kind}${condition}`,
      result: `${first.step.effects.length === 0 ? "" : ` / ${first.step.effects.join(", ")}`}${endingOf(group)}`,
    };
  });
}

/** What a rule may look at to choose where it leads. */
const FACTS: Readonly<Record<string, (transition: Transition) => string>> = {
  disk: ({ event }) => ("disk" in event ? event.disk : ""),
  strength: ({ event }) => ("strength" in event ? event.strength : ""),
  tested: ({ from }) => `tested ${from.tested}`,
  told: ({ from }) => (from.told ? "told" : "not told"),
  ending: ({ from }) => String(from.ending),
};

function isDecidedBy(cases: readonly Transition[], fact: string): boolean {
  const byValue = groupBy(cases, (one) => FACTS[fact]?.(one) ?? "");
  return byValue.size > 1 && [...byValue.values()].every((group) => new Set(group.map(({ step: { state } }) => state.at)).size === 1);
}

/** The ending that the step sets, where it sets one and always the same. */
function endingOf(group: readonly Transition[]): string {
  const endings = new Set(group.map(({ step: { state } }) => state.ending));
  const isSet = group.some(({ from, step: { state } }) => state.ending !== null && from.ending !== state.ending);
  return isSet && endings.size === 1 ? ` [${[...endings][0]}]` : "";
}

/** Arrows between the same states with the same result share a line. */
function join(arrows: readonly Arrow[]): readonly string[] {
  const groups = groupBy(arrows, ({ ends, result }) => `${ends}${result}`);
  return [...groups.values()].map((group) => {
    const [{ ends, result }] = group as readonly [Arrow];
    return `${ends}: ${group.map(({ event }) => event).join(" or ")}${result}`;
  });
}

/** In the order in which the keys first appear; Node 20 has no `Map.groupBy`. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function kindsOf(at: StateName): readonly Event["kind"][] {
  return Object.keys(TABLE[at]) as Event["kind"][];
}

function eventsOf(at: StateName): readonly Event[] {
  return kindsOf(at).flatMap((kind): readonly Event[] => EVENTS[kind]);
}
