import type { Clock } from "../model/clock.ts";
import { hashText } from "../model/hash.ts";
import type { Memory } from "../model/memory.ts";
import { isSameTemplate } from "../model/user-template.ts";
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

/**
 * Puts aside the texts of templates that may be what Nginx refused, so that the next turn goes on without them. Returns whether there
 * are any: else the refusal is about something else.
 */
export function putAside(situation: Situation, templates: readonly TemplateInForce[], reason: string, clock: Clock): boolean {
  const suspects = suspectsOf(templates, situation.memory, reason);
  for (const { destination, text } of suspects) {
    const hash = hashText(text ?? "");
    const before = situation.refusals.find((refusal) => refusal.destination === destination && refusal.hash === hash);
    const tries = before === undefined ? 0 : before.tries + 1;
    const refusal: Refusal = { destination, hash, reason, tries, retryAt: clock.now() + backoff(tries, RETRY, clock.random()) };
    const others = situation.refusals.filter((other) => other !== before);
    const mine = others.filter((other) => other.destination === destination).slice(1 - KEPT);
    situation.refusals = [...others.filter((other) => other.destination !== destination), ...mine, refusal];
  }
  return suspects.length > 0;
}

/** What is wrong with the templates now, for status and log; also while something of it is tried again. */
export function templateTrouble({ seen, refusals }: Pick<Situation, "seen" | "refusals">): string | null {
  const troubles = (seen?.candidate.templates ?? []).flatMap((template) => troubleOf(template, refusals) ?? []);
  return troubles.length === 0 ? null : troubles.join("; ");
}

/** Templates that print something new: those that Nginx names, else those whose source is another than the one that was accepted. */
function suspectsOf(templates: readonly TemplateInForce[], { templates: accepted }: Memory, reason: string): readonly TemplateInForce[] {
  const changed = templates.flatMap((template) => {
    const before = accepted.find(({ source, destination }) => source === template.source && destination === template.destination);
    return template.text === null || template.text === before?.text ? [] : [{ template, before }];
  });
  const named = changed.filter(({ template }) => reason.includes(template.destination));
  const edited = changed.filter(
    ({ template, before }) => before === undefined || template.files === null || !isSameTemplate(template.files, before.files),
  );
  return (named.length > 0 ? named : edited).map(({ template }) => template);
}

function troubleOf({ source, destination, text, fault }: TemplateInForce, refusals: readonly Refusal[]): string | null {
  if (fault !== null) return `${fault.message}; ${text === null ? `nothing is written to ${destination} until it is mended` : GOES_ON}`;
  const refusal = refusals.find((one) => one.destination === destination && text !== null && one.hash === hashText(text));
  return refusal === undefined ? null : `${source}: Nginx refused what it prints: ${refusal.reason}; ${GOES_ON}`;
}

const GOES_ON = "the last accepted template goes on";
