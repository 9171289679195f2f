/** What is sent back: a value to print as JSON, or a text as Consul prints its errors. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Ends a request with an error in Consul's own words. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super(text);
    this.status = status;
    this.headers = headers;
  }
}

export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** What a write to the agent is answered with: nothing, which is called JSON all the same. */
export function done(): Answer {
  return { status: 200, headers: { "Content-Type": "application/json; charset=utf-8" }, body: "" };
}

export function refused(refusal: Refusal): Answer {
  return { status: refusal.status, headers: { "Content-Type": "text/plain; charset=utf-8", ...refusal.headers }, body: refusal.message };
}
