import type { TestVerdict } from "../model/host.ts";
import type { Ended } from "./command.ts";

/** What is needed to judge a test beside what Nginx said. */
export interface Judging {
  readonly strength: "whole" | "fragment";
  /** Whether a file, by its real name, is ours: only then its warnings count. */
  readonly isOurs: (path: string) => boolean;
  /** From the names that Nginx was given to the real ones. */
  readonly realNames: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
}

/** Errors by number, because each C library has its own words for them (facts: What nginx -t does and says). */
const NO_RIGHTS = /\((1|13): /;
const CRASHES = new Set(["SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE"]);

/** What `nginx -t` said, as a verdict. A test that fails for lack of rights was not possible, it was not refused (facts: What nginx -t does and says). */
export function judgeTest(ended: Ended, judging: Judging): TestVerdict {
  const said = messagesOf(ended.stderr, judging.realNames);
  if (ended.failure !== null) return { verdict: "impossible", reason: `nginx -t cannot be started: ${ended.failure.message}` };
  if (ended.timedOut) return { verdict: "impossible", reason: `nginx -t did not end within ${judging.timeoutMs} ms and was killed` };
  if (ended.signal !== null)
    return { verdict: CRASHES.has(ended.signal) ? "refused" : "impossible", reason: `nginx -t was ended by ${ended.signal}` };
  if (ended.code === 0) return ownWarning(said, judging) ?? { verdict: "accepted", strength: judging.strength };
  const causes = causesOf(said);
  if (causes.length === 0)
    return { verdict: "impossible", reason: `nginx -t ended with ${ended.code}: ${ended.stderr.trim() || "it said nothing"}` };
  const reason = [...new Set(causes.map(({ text }) => text))].slice(0, 3).join("; ");
  if (causes.every(({ text }) => NO_RIGHTS.test(text))) return { verdict: "impossible", reason: `not permitted to test: ${reason}` };
  return { verdict: "refused", reason };
}

interface Message {
  readonly level: string;
  readonly text: string;
}

/** The lines of Nginx with a level, without time and pid, and with real names in the place of those that it was given. */
function messagesOf(stderr: string, realNames: ReadonlyMap<string, string>): Message[] {
  const names = [...realNames].sort(([a], [b]) => b.length - a.length);
  const real = names.reduce((text, [given, name]) => text.replaceAll(given, name), stderr);
  return [...real.matchAll(/^.*?\[(emerg|alert|crit|warn)\] (?:\d+#\d+: )?(.*)$/gm)].map(([, level = "", text = ""]) => ({
    level,
    text: text.trim(),
  }));
}

/** Alerts come before the true cause and are often harmless (a log that only the master may open), so they count only alone. */
function causesOf(said: readonly Message[]): Message[] {
  const grave = said.filter(({ level }) => level === "emerg" || level === "crit");
  return grave.length > 0 ? grave : said.filter(({ level }) => level === "alert");
}

/** Nginx only warns when a second method replaces the first: what is balanced then is not what was asked for. */
function ownWarning(said: readonly Message[], { isOurs }: Judging): TestVerdict | null {
  const found = said.find(({ text }) => {
    const file = /^load balancing method redefined in (.*):\d+$/.exec(text)?.[1];
    return file !== undefined && isOurs(file);
  });
  return found === undefined ? null : { verdict: "refused", reason: found.text };
}
