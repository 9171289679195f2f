import type { Problem } from "../model/problem.ts";

/** A problem as one line: what was asked for, why it cannot be, what to do. */
export function problemText({ asked, because, instead }: Problem): string {
  return `${asked}: ${because}; ${instead}`;
}
