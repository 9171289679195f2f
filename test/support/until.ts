import { setTimeout as delay } from "node:timers/promises";

export interface Waiting {
  readonly deadlineMs?: number;
  readonly everyMs?: number;
}

type Something<T> = Exclude<T, false | null | undefined>;

/**
 * Asks `probe` again and again until it gives something other than false, null or undefined, and resolves with that.
 * Rejects at the deadline, with what was waited for and what the last answer, or error, was.
 */
export async function until<T>(what: string, probe: () => Promise<T> | T, waiting: Waiting = {}): Promise<Something<T>> {
  const isSomething = (value: T) => value !== false && value !== null && value !== undefined;
  return (await untilValue(what, probe, isSomething, waiting)) as Something<T>;
}

/** Asks `probe` again and again until `accept` likes the answer, and resolves with that; rejects like `until`. */
export async function untilValue<T>(
  what: string,
  probe: () => Promise<T> | T,
  accept: (value: T) => boolean,
  { deadlineMs = 15_000, everyMs = 20 }: Waiting = {},
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask(probe);
    if ("value" in answer && accept(answer.value)) return answer.value;
    if (performance.now() > deadline) throw new Error(`Waited ${deadlineMs} ms in vain for ${what}; last: ${textOf(answer)}`);
    await delay(everyMs);
  }
}

type Answer<T> = { readonly value: T } | { readonly error: unknown };

async function ask<T>(probe: () => Promise<T> | T): Promise<Answer<T>> {
  try {
    return { value: await probe() };
  } catch (error) {
    return { error };
  }
}

function textOf(answer: Answer<unknown>): string {
  const text = "value" in answer ? (JSON.stringify(answer.value) ?? "undefined") : String(answer.error);
  return text.length > 2000 ? `${text.slice(0, 2000)}...` : text;
}
