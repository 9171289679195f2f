import type { Protocol } from "../settings.ts";
import type { Since } from "./since.ts";

/** What may stand behind `NAME=`, or for a subject in its place. */
export interface StickyValue {
  readonly pattern: RegExp;
  /** What `pattern` takes, for messages and the reference. */
  readonly expected: string;
  /** Whether there may be several. */
  readonly list: boolean;
}

export interface StickyAttribute {
  /** "flag": the name alone. */
  readonly value: "flag" | StickyValue;
  readonly required: boolean;
}

/** One kind of `sticky`. */
export interface StickyKind {
  readonly since: Since;
  /** What follows the kind's name: what is written behind its key in the configuration. null: nothing, its attributes are. */
  readonly subject: StickyValue | null;
  /** In the order in which they are printed. */
  readonly attributes: Readonly<Record<string, StickyAttribute>>;
  /** Whether `fallback: hash` may stand beside it: a version without `sticky` can hash what it looks at. */
  readonly fallback: boolean;
  readonly instead: Readonly<Record<Protocol, string>>;
  readonly means: string;
}

const VARIABLE = String.raw`\$[A-Za-z_][A-Za-z0-9_-]*`;
const VARIABLES: StickyValue = { pattern: new RegExp(`^${VARIABLE}$`), expected: "a variable such as $cookie_sid", list: true };

function text(pattern: string, expected: string): StickyAttribute {
  return { value: { pattern: new RegExp(`^(?:${pattern})$`), expected, list: false }, required: false };
}

const FLAG: StickyAttribute = { value: "flag", required: false };
const SINCE: Since = { http: "1.29.6" };
const NOT_IN_STREAM = "use algorithm: { hash: $remote_addr, consistent: true }";

/** At least 32k: Nginx takes no smaller one (facts: Zone sizes). */
const SIZE = String.raw`(?:3[2-9]|[4-9]\d|[1-9]\d{2,5})[kK]|[1-9]\d{0,3}[mM]`;

/** Sessions that stay with a server, over any method, in http (facts: Sticky sessions). */
export const STICKY: Readonly<Record<string, StickyKind>> = {
  cookie: {
    since: SINCE,
    // Nginx takes any, and sends `a;b` as it is.
    subject: { pattern: /^[A-Za-z0-9_-]{1,64}$/, expected: "the name of a cookie: letters, digits, _ and -, at most 64", list: false },
    attributes: {
      expires: text(
        String.raw`(?=.*[1-9])(?:\d+y)?(?:\d+M)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s?)?|max`,
        "whole seconds such as 1h, or max",
      ),
      domain: text(`\\.?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*|${VARIABLE}`, "a domain such as .example.com, or a variable"),
      path: text(`/[A-Za-z0-9._~!&'()*+,:@%/-]*|${VARIABLE}`, "a path such as /, or a variable"),
      secure: FLAG,
      httponly: FLAG,
      samesite: text(`strict|lax|none|${VARIABLE}`, "strict, lax, none, or a variable"),
    },
    fallback: true,
    instead: { http: "add fallback: hash to it, or use algorithm: ip_hash", stream: NOT_IN_STREAM },
    means: "Nginx sets a cookie that names the server.",
  },
  route: {
    since: SINCE,
    subject: VARIABLES,
    attributes: {},
    fallback: false,
    instead: {
      http: "use algorithm: { hash: $cookie_NAME, consistent: true } with the cookie or argument that it looks at",
      stream: NOT_IN_STREAM,
    },
    means: "The first of these variables that is not empty names the server by its route.",
  },
  learn: {
    since: SINCE,
    subject: null,
    attributes: {
      create: { value: VARIABLES, required: true },
      lookup: { value: VARIABLES, required: true },
      zone: { ...text(`[A-Za-z0-9_.-]{1,64}:(?:${SIZE})`, "NAME:SIZE with a size of 32k or more, such as sessions:1m"), required: true },
      timeout: text(
        String.raw`(?=.*[1-9])(?:\d+|(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?)`,
        "a time such as 10m, longer than 0",
      ),
      header: FLAG,
    },
    fallback: false,
    instead: { http: "use algorithm: { hash: $cookie_NAME, consistent: true } with the cookie that it looks up", stream: NOT_IN_STREAM },
    means: "Nginx remembers which server a session was made by.",
  },
};
