import type { Clock } from "../model/clock.ts";
import { hashText } from "../model/hash.ts";
import { refusalText } from "../pipeline/refusal-text.ts";
import type { TemplateInForce } from "../pipeline/templates-in-force.ts";
import type { RefusedText } from "../render/user-templates.ts";
import { backoff } from "../support/retry.ts";
import type { Refusal, Situation } from "./situation.ts";

const RETRY = { baseMs: 1_000, capMs: 15_000 };
/** Of one destination: what is wanted, what was accepted, and one more of each from before. */
const KEPT = 4;

/** What is not to be tried now. */
export function pausedRefusals({ refusals }: Situation, now: number): readonly RefusedText[] {
  return refusals.filter(({ retryAt }) => now < retryAt);
}

/** Puts texts of templates aside for a pause that grows with each time, so that the next turn goes on without them. */
export function putAside(situation: Situation, texts: readonly RefusedText[], clock: Clock): void {
  for (const text of texts) {
    const before = situation.refusals.find((refusal) => isSame(refusal, text));
    const tries = before === undefined ? 0 : before.tries + 1;
    const refusal: Refusal = { ...text, tries, retryAt: clock.now() + backoff(tries, RETRY, clock.random()) };
    const others = situation.refusals.filter((other) => other !== before);
    const mine = others.filter(({ destination }) => destination === text.destination).slice(1 - KEPT);
    situation.refusals = [...others.filter(({ destination }) => destination !== text.destination), ...mine, refusal];
  }
}

/** Texts that are in force were refused for something that is mended. Returns whether there were any. */
export function forgetRefusals(situation: Situation, templates: readonly TemplateInForce[]): boolean {
  const before = situation.refusals;
  situation.refusals = before.filter((refusal) => !templates.some((template) => isTextOf(template, refusal)));
  return situation.refusals.length < before.length;
}

/** What is wrong with the templates now, for status and log; also while something of it is tried again. */
export function templateTrouble({ seen, refusals, memory }: Pick<Situation, "seen" | "refusals" | "memory">): string | null {
  const troubles = (seen?.candidate.templates ?? []).flatMap((template) => {
    const because = troubleOf(template, refusals);
    return because === null ? [] : [`${because}; ${meanwhile(template, memory)}`];
  });
  return troubles.length === 0 ? null : troubles.join("; ");
}

function troubleOf(template: TemplateInForce, refusals: readonly Refusal[]): string | null {
  if (template.fault !== null) return template.fault.message;
  const refusal = refusals.find((one) => isTextOf(template, one));
  return refusal === undefined ? null : refusalText(template.source, template.text ?? "", refusal);
}

function meanwhile({ source, destination, isFrozen }: TemplateInForce, { templates }: Situation["memory"]): string {
  if (isFrozen) return `the last accepted template cannot be used now either, so ${destination} stays as it was printed last`;
  const isAccepted = templates.some((other) => other.source === source && other.destination === destination);
  return isAccepted ? "the last accepted template goes on" : `nothing is written to ${destination} until it is mended`;
}

function isTextOf({ destination, text }: TemplateInForce, refusal: RefusedText): boolean {
  return text !== null && isSame({ destination, hash: hashText(text) }, refusal);
}

function isSame(a: Omit<RefusedText, "reason">, b: Omit<RefusedText, "reason">): boolean {
  return a.destination === b.destination && a.hash === b.hash;
}
