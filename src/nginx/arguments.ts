/** What Nginx was started with, of what matters to a test of its configuration. null: not given. */
export interface NginxArguments {
  /** `-c` */
  readonly config: string | null;
  /** `-p` */
  readonly prefix: string | null;
  /** `-g`: directives. */
  readonly globals: string | null;
  /** `-e` */
  readonly errorLog: string | null;
}

const NAMES: Readonly<Record<string, keyof NginxArguments>> = { c: "config", p: "prefix", g: "globals", e: "errorLog" };

/** Reads arguments as Nginx itself does: `-c FILE` and `-cFILE` are the same, of two the last counts. */
export function parseArguments(args: readonly string[]): NginxArguments {
  const found: Record<keyof NginxArguments, string | null> = { config: null, prefix: null, globals: null, errorLog: null };
  for (let at = 0; at < args.length; at += 1) {
    const [, letter = "", rest = ""] = /^-[tTqvV?h]*([a-z])?(.*)$/s.exec(args[at] ?? "") ?? [];
    const name = NAMES[letter];
    if (name === undefined) continue;
    if (rest === "") at += 1;
    found[name] = rest === "" ? (args[at] ?? null) : rest;
  }
  return found;
}

/**
 * Reads them from the title of a master, where they stand as one line without quotes: `nginx: master process /usr/sbin/nginx
 * -g daemon on; master_process on;`. A value ends where the next option begins.
 */
export function parseTitle(title: string): NginxArguments {
  const [, line = ""] = /^nginx: master process (.*)$/s.exec(title) ?? [];
  const args = line.split(/ (?=-[cpges](?: |$|\S*\/))/).slice(1);
  return parseArguments(args.flatMap((arg) => [arg.slice(0, 2), arg.slice(2).trim()]).filter((arg) => arg !== ""));
}

/** The same as a list, to be given to another run of the same Nginx. */
export function asArguments({ config, prefix, globals, errorLog }: NginxArguments): string[] {
  const given: [string, string | null][] = [
    ["-p", prefix],
    ["-c", config],
    ["-e", errorLog],
    ["-g", globals],
  ];
  return given.flatMap(([flag, value]) => (value === null ? [] : [flag, value]));
}
