import type { Since } from "./since.ts";

/**
 * What Nginx has for servers that are host names. It is never printed: an upstream of ours holds addresses only, so that no
 * reload looks up a name. In the table, because its versions decide what can be built on it.
 */
export interface ByName {
  readonly since: Since;
  readonly is: "directive" | "parameter";
  /** Its shortest valid form. */
  readonly example: string;
}

const SINCE: Since = { http: "1.27.3", stream: "1.27.3" };

export const BY_NAME: Readonly<Record<string, ByName>> = {
  resolver: { since: SINCE, is: "directive", example: "resolver 127.0.0.1" },
  resolver_timeout: { since: SINCE, is: "directive", example: "resolver_timeout 5s" },
  resolve: { since: SINCE, is: "parameter", example: "resolve" },
  service: { since: SINCE, is: "parameter", example: "service=http resolve" },
};
