/** Something that cannot be done, as data: the pure folders report it, the edge turns it into an error of exit 2. */
export interface Problem {
  /** What was asked for, in the words of the configuration: `algorithm ip_hash`. */
  readonly asked: string;
  /** Why it cannot be, as the rest of a sentence: `Nginx has it in http only`. */
  readonly because: string;
  /** What to do or use instead, as an imperative: `use hash with consistent`. */
  readonly instead: string;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "asked" in value && "because" in value && "instead" in value;
}

/** A problem as one line: what was asked for, why it cannot be, what to do. */
export function problemText({ asked, because, instead }: Problem): string {
  return `${asked}: ${because}; ${instead}`;
}
