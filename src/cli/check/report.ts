import { visible } from "../../config/visible.ts";
import { type Finding, inOrder, type Severity } from "../../model/check/findings.ts";
import type { NginxNow } from "../../model/nginx-process.ts";
import { paint } from "../paint.ts";
import type { Verification } from "./host-findings.ts";

/** What this host allows, for who asks why something was not checked; the names are promised to scripts. */
export interface HostReport {
  readonly nginx: {
    readonly binary: string | null;
    readonly version: string;
    readonly version_from: NginxNow["versionFrom"];
    /** Of the binary on disk; null where there is none. */
    readonly version_on_disk: string | null;
    readonly state: NginxNow["state"];
    readonly master_pid: number | null;
    readonly config: string;
    readonly processes: number;
    readonly process_limit: number;
  };
  readonly test: "whole" | "fragment" | "none";
  /** Why no stronger one; null where it was the whole. */
  readonly test_because: string | null;
  readonly verification: Verification;
}

/** `host` is null where the configuration does not say which Nginx is meant. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly host: HostReport | null;
}

/** What `check --json` prints; the names are promised to scripts. */
export function examinationAsJson({ findings, host }: Examination): string {
  return `${JSON.stringify({ version: 1, findings: inOrder(findings), host }, null, 2)}\n`;
}

/** What `check` prints for people: a paragraph for each finding, then what it stands on, then the count. */
export function examinationAsText({ findings, host }: Examination, colour: boolean): string {
  const ordered = inOrder(findings);
  return [...ordered.map((found) => paragraph(found, colour)), ...(host === null ? [] : [hostLine(host)]), countLine(ordered)].join("");
}

const STYLES = { error: "red", warning: "yellow", info: "cyan" } as const satisfies Record<Severity, string>;

function paragraph({ severity, code, place, message, hint }: Finding, colour: boolean): string {
  return `${visible(place)}: ${paint(severity, STYLES[severity], colour)}: ${visible(message)} [${code}]\n    ${visible(hint)}\n`;
}

function hostLine({ nginx, test, test_because, verification }: HostReport): string {
  const running =
    nginx.master_pid === null
      ? nginx.state
      : `${nginx.state}, master ${nginx.master_pid}, ${nginx.processes} of at most ${nginx.process_limit} processes`;
  const tested = { whole: "tested within the whole configuration", fragment: "tested alone", none: "not tested" }[test];
  const verified = { workers: "by the workers", none: "not at all", invisible: "not possible here" }[verification];
  return visible(
    `Nginx ${nginx.version} (${nginx.binary ?? "not here"}, ${nginx.config}): ${running}.\n` +
      `The candidate was ${tested}${test_because === null ? "" : ` (${test_because})`}. Reloads are verified: ${verified}.\n`,
  );
}

function countLine(findings: readonly Finding[]): string {
  const count = (severity: Severity, word: string) => {
    const found = findings.filter((other) => other.severity === severity).length;
    return `${found} ${word}${found === 1 ? "" : "s"}`;
  };
  return `${count("error", "error")}, ${count("warning", "warning")}, ${findings.filter(({ severity }) => severity === "info").length} to know.\n`;
}
