/**
 * Every error that a user can meet: its exit code and what it leaves behind. The texts that name the case in hand are
 * given where it is thrown.
 */
export const ERRORS = {
  USAGE: { exit: 2, meaning: "The command line cannot be understood." },
  CONFIG_MISSING: { exit: 2, meaning: "The configuration file is not there or cannot be read." },
  CONFIG_INVALID: { exit: 2, meaning: "The configuration file says something that cannot be." },
  UNSUPPORTED: { exit: 2, meaning: "This version of Nginx lacks, or does not combine, what was asked for." },
  TEMPLATE: { exit: 2, meaning: "A template cannot be rendered, or its text is not what may stand in a configuration." },
  SNAPSHOT_INVALID: { exit: 2, meaning: "A snapshot file is not one, or lacks a service that the configuration needs." },
  DESTINATION: { exit: 2, meaning: "A destination is not ours, is not a file, or cannot be used." },
  LOCKED: { exit: 2, meaning: "Another upstreamd holds the state folder or a destination." },
  STATE_DIR: { exit: 2, meaning: "The state folder cannot be used." },
  LISTEN: { exit: 2, meaning: "The address of admin.listen cannot be listened on." },
  NGINX_INVISIBLE: { exit: 2, meaning: "Nginx, its binary or its workers cannot be seen." },
  CONSUL: { exit: 3, meaning: "Consul cannot be reached in time, or its answer is not to be trusted." },
  NO_DAEMON: { exit: 3, meaning: "No daemon answers on the control socket." },
  NGINX_UNUSABLE: { exit: 2, meaning: "Nginx cannot be asked: there is no binary, the rights are missing, or it does not end in time." },
  NGINX_BUSY: {
    exit: 4,
    meaning: "A reload may not begin now: too many processes, an upgrade in progress, a master that cannot be told apart.",
  },
  NGINX_REFUSED: { exit: 4, meaning: "Nginx refused the configuration; what was on disk is on disk." },
  NOT_VERIFIED: { exit: 5, meaning: "It was put in place, could not be verified, and was rolled back." },
} as const satisfies Record<string, { exit: number; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An error that the user can mend: what could not be done and why, and what to do next. Anything else is a bug of ours (exit 70). */
export class UpstreamdError extends Error {
  override readonly name = "UpstreamdError";
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
