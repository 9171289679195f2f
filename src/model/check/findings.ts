/** `error`: it will not work. `warning`: it works otherwise than meant, or could not be checked here. `info`: worth knowing. */
export type Severity = "error" | "warning" | "info";

interface FindingKind {
  readonly severity: Severity;
  /** The exit code of `check` that it asks for; 0 for all but errors. */
  readonly exit: 0 | 2 | 3 | 4;
  readonly meaning: string;
}

const error = (exit: 2 | 3 | 4, meaning: string) => ({ severity: "error", exit, meaning }) as const;
const warning = (meaning: string) => ({ severity: "warning", exit: 0, meaning }) as const;
const info = (meaning: string) => ({ severity: "info", exit: 0, meaning }) as const;

/** Everything that `check` can find, in the order of its page: docs/check.md is made from it. */
export const FINDINGS = {
  config_missing: error(2, "The configuration file is not there or cannot be read. Nothing else was checked."),
  config_invalid: error(2, "The configuration file says something that cannot be. Nothing else was checked."),
  unsupported: error(2, "This version of Nginx lacks, or does not combine, what was asked for."),
  template: error(2, "A template cannot be rendered, or its text is not what may stand in a configuration."),
  snapshot_invalid: error(2, "The file of `--from` is no snapshot, or lacks a service that the configuration needs."),
  destination_unusable: error(2, "A destination is not a file, or its folder is not there."),
  destination_foreign: error(2, "A file that upstreamd did not write stands at a destination. It is left alone until it is adopted."),
  wrong_block: error(2, "A destination is included where upstreams cannot stand: not directly in `http` or `stream`."),
  included_twice: error(2, "A destination is included more than once, so that Nginx meets every name twice."),
  name_taken: error(2, "Nginx's configuration defines an upstream of that name already; case does not tell them apart."),
  port_with_upstream: error(2, "A `proxy_pass` or the like names an upstream together with a port, which Nginx refuses."),
  undefined_upstream: error(2, "A `proxy_pass` in `stream` names neither an upstream nor a port, which Nginx refuses."),
  consul_unreachable: error(3, "Consul cannot be reached in time, or its answer is not to be trusted. Sample data stood in for it."),
  candidate_refused: error(4, "Nginx refuses the configuration as it would be."),
  present_refused: error(4, "Nginx refuses its configuration as it is, without our change. Nothing is placed until it is mended."),

  nginx_missing: warning("No Nginx was found that could be asked, so nothing was tested."),
  test_impossible: warning("`nginx -t` could not be run: rights are missing, or it does not end in time."),
  tested_alone: warning("The candidate could not be tested within the whole configuration. `run` tests the whole once more after placing."),
  template_fragile: warning("A template cannot be rendered once an instance has no metadata, or an upstream no server."),
  not_included: warning("Nginx's configuration does not include a destination, so that nothing of it reaches Nginx."),
  include_unread: warning("A part of Nginx's configuration could not be read, and was not checked."),
  destination_unwritable: warning("This user may not write a destination or read what stands there."),
  state_dir_unusable: warning("This user cannot use the state folder, or what is remembered there."),
  workers_invisible: warning("This user does not see Nginx's workers, so that no reload could be verified."),
  port_bypasses_upstream: warning("A `proxy_pass` with a variable names an upstream together with a port: it goes past the upstream."),
  reload_impossible: warning(
    "A reload could not begin at this moment: the process limit, an upgrade of the binary, or a master that cannot be told apart.",
  ),
  keepalive_unused: warning("Connections to an upstream with `keepalive` are closed after each request, because of what is sent there."),

  name_captures_host: info("An upstream is called like a host that something passes to: from now on that goes to the upstream."),
  no_shutdown_timeout: info("Nothing bounds how long the workers of earlier generations stay after a reload."),
  binary_replaced: info("The binary on disk is another one than the one that runs: both have to accept the candidate."),
  not_verified: info("By the configuration, reloads are not verified."),
  lock_held: info("Another upstreamd holds the state folder or a destination."),
} as const satisfies Record<string, FindingKind>;

export type FindingCode = keyof typeof FINDINGS;

/** One thing that `check` found. */
export interface Finding {
  readonly severity: Severity;
  readonly code: FindingCode;
  /** `FILE:LINE`, `FILE:LINE:COLUMN`, a path, or a setting such as `output.http`. */
  readonly place: string;
  /** What is so, as a sentence without its stop. */
  readonly message: string;
  /** What to do, as a whole sentence. */
  readonly hint: string;
}

export function finding(code: FindingCode, place: string, message: string, hint: string): Finding {
  return { severity: FINDINGS[code].severity, code, place, message, hint };
}

/**
 * The exit code for findings: what Nginx refuses before what people wrote before what Consul withheld, as the first is the
 * nearest to an outage. With `strict` warnings count like errors of exit 2.
 */
export function exitOf(findings: readonly Finding[], strict: boolean): number {
  const exits = findings.map(({ code, severity }) => (strict && severity === "warning" ? 2 : FINDINGS[code].exit));
  return [4, 2, 3].find((exit) => exits.some((other) => other === exit)) ?? 0;
}

const GRAVEST_FIRST: readonly Severity[] = ["error", "warning", "info"];

/** The gravest first, each once; else in the order in which they were found. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const once = new Map(findings.map((found) => [`${found.code} ${found.place} ${found.message}`, found]));
  return GRAVEST_FIRST.flatMap((severity) => [...once.values()].filter((found) => found.severity === severity));
}
