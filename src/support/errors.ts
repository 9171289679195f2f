/** What each exit code means. */
export const EXITS: Readonly<Record<number, string>> = {
  0: "done; no difference",
  1: "`diff`: something differs; `status`: the daemon is not in sync; `demo`: a scene did not come out as it should",
  2: "the command line, the configuration or a template is wrong, or something stands in the way; nothing was written",
  3: "Consul, or the daemon, cannot be reached or believed in time",
  4: "Nginx refused it, or the disk did; what was on disk is on disk",
  5: "put in place, not verified, rolled back",
  70: "a bug of ours: the message has the stack and the version; please report it",
};

const NOTHING = "Nothing was written.";

/**
 * Every error that a user can meet: its exit code, what it means, what it leaves behind and what to do. The texts that name
 * the case in hand are given where it is thrown.
 */
export const ERRORS = {
  USAGE: {
    exit: 2,
    meaning: "The command line cannot be understood, or its result cannot be written.",
    leaves: NOTHING,
    remedy: "Look at upstreamd COMMAND --help.",
  },
  CONFIG_MISSING: {
    exit: 2,
    meaning: "The configuration file is not there or cannot be read.",
    leaves: NOTHING,
    remedy: "Name one that this user may read with -c FILE.",
  },
  CONFIG_INVALID: {
    exit: 2,
    meaning: "The configuration file says something that cannot be.",
    leaves: `${NOTHING} A daemon goes on with the old configuration.`,
    remedy: "Mend every place that is named; all that is wrong is said at once.",
  },
  UNSUPPORTED: {
    exit: 2,
    meaning: "This version of Nginx lacks, or does not combine, what was asked for.",
    leaves: `${NOTHING} A daemon is \`blocked\` and leaves the files as they are.`,
    remedy: "Use what the message names instead, or a version of Nginx that has it.",
  },
  TEMPLATE: {
    exit: 2,
    meaning: "A template cannot be rendered, or its text is not what may stand in a configuration.",
    leaves: `${NOTHING} A daemon is \`blocked\` and goes on with the template that was last accepted.`,
    remedy: "Mend the template at the file, line and column that are named.",
  },
  SNAPSHOT_INVALID: {
    exit: 2,
    meaning: "A snapshot file is not one, or lacks a service that the configuration needs.",
    leaves: NOTHING,
    remedy: "Write it anew with upstreamd snapshot --out FILE and the same configuration.",
  },
  DESTINATION: {
    exit: 2,
    meaning: "A destination is not ours, is not a file, or cannot be used.",
    leaves: "What stands there stays as it is.",
    remedy: "Move it away, take it over once with --adopt, or name another destination.",
  },
  LOCKED: {
    exit: 2,
    meaning: "Another upstreamd holds the state folder or a destination.",
    leaves: "The other one goes on.",
    remedy: "Stop the process whose pid is named, or give this one a state folder and destinations of its own.",
  },
  STATE_DIR: {
    exit: 2,
    meaning: "The state folder cannot be used.",
    leaves: NOTHING,
    remedy: "Make it a folder that this user may write to, or name another with --state-dir.",
  },
  LISTEN: {
    exit: 2,
    meaning: "The address of admin.listen cannot be listened on.",
    leaves: NOTHING,
    remedy: "Name a free port, or leave admin.listen out: the control socket is always there.",
  },
  NGINX_INVISIBLE: {
    exit: 2,
    meaning: "Nginx, its binary or its workers cannot be seen.",
    leaves: NOTHING,
    remedy: "Run as a user that sees Nginx's processes, or choose another nginx.verify.",
  },
  CONSUL: {
    exit: 3,
    meaning: "Consul cannot be reached in time, or its answer is not to be trusted.",
    leaves: `${NOTHING} A daemon goes on with the last good state.`,
    remedy: "Look at the address, the token and the agent; or use a snapshot with --from.",
  },
  NO_DAEMON: {
    exit: 3,
    meaning: "No daemon answers on the control socket.",
    leaves: NOTHING,
    remedy: "Start it with upstreamd run, or name its state folder with --state-dir.",
  },
  NGINX_UNUSABLE: {
    exit: 2,
    meaning: "Nginx cannot be asked: there is no binary, the rights are missing, or it does not end in time.",
    leaves: "What was on disk is on disk.",
    remedy: "Name it with nginx.binary, or run as a user that may run nginx -t.",
  },
  NGINX_BUSY: {
    exit: 4,
    meaning: "A reload may not begin now: too many processes, an upgrade in progress, a master that cannot be told apart.",
    leaves: "What was on disk is on disk. A daemon tries again.",
    remedy: "Wait for old workers to end, bound them with worker_shutdown_timeout, or end the upgrade.",
  },
  NGINX_REFUSED: {
    exit: 4,
    meaning: "Nginx refused the configuration.",
    leaves: "What was on disk is on disk. A daemon tries again.",
    remedy: "Mend what Nginx names; upstreamd check says more.",
  },
  NOT_VERIFIED: {
    exit: 5,
    meaning: "It was put in place, could not be verified, and was rolled back.",
    leaves: "Nginx runs what it ran before. A daemon tries again.",
    remedy: "Look at Nginx's error log, whose words the message quotes where it can be read.",
  },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  readonly exit: number;
  readonly meaning: string;
  /** What is as it was, and what a daemon makes of it. */
  readonly leaves: string;
  readonly remedy: string;
}

export type ErrorCode = keyof typeof ERRORS;

/** One of the things that an error speaks of, by itself. */
export interface Fault {
  /** `FILE:LINE:COLUMN`, a flag or a variable; null where it is nowhere in particular. */
  readonly place: string | null;
  readonly text: string;
}

/** An error that the user can mend: what could not be done and why, and what to do next. Anything else is a bug of ours (exit 70). */
export class UpstreamdError extends Error {
  override readonly name = "UpstreamdError";
  readonly code: ErrorCode;
  readonly hint: string;
  /** What the message says one by one, where it names more than one thing. */
  readonly faults: readonly Fault[];

  constructor(code: ErrorCode, message: string, hint: string, faults: readonly Fault[] = []) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.faults = faults;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }
}

/** A fault as one line: where, then what. */
export function faultLine({ place, text }: Fault): string {
  return place === null ? text : `${place}: ${text}`;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
