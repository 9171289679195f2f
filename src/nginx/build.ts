import { statSync } from "node:fs";
import type { Ended, Run } from "./command.ts";

/** What a build of Nginx was configured with, from `nginx -V`. Relative paths are relative to the prefix it is started with. */
export interface Build {
  /** The whole answer: what tells one build from another. */
  readonly text: string;
  /** `major.minor.patch`. */
  readonly version: string;
  readonly prefix: string;
  readonly config: string;
  readonly pidFile: string;
  readonly errorLog: string;
  /** The modules that were left out: `http_fastcgi_module`. */
  readonly without: ReadonlySet<string>;
}

/** Asks binaries for their build; once for each file on disk, however often it is asked. null: it does not answer as Nginx does. */
export function createBuilds(run: Run, timeoutMs: number): (binary: string) => Promise<Build | null> {
  const known = new Map<string, Build>();
  return async (binary) => {
    const key = identityOf(binary);
    const before = key === null ? undefined : known.get(key);
    if (key === null || before !== undefined) return before ?? null;
    const build = parseBuild(await run([binary, "-V"], { timeoutMs }));
    if (build !== null) known.set(key, build);
    return build;
  };
}

/** Reads the answer of `nginx -V`; the defaults of what it does not name are those of Nginx's own `configure`. */
export function parseBuild({ stdout, stderr }: Pick<Ended, "stdout" | "stderr">): Build | null {
  const text = `${stderr}\n${stdout}`;
  const version = /^nginx version: \S+?\/(\d+\.\d+\.\d+)/m.exec(text)?.[1];
  if (version === undefined) return null;
  const option = (name: string) => new RegExp(` --${name}=('[^']*'|\\S*)`).exec(text)?.[1]?.replaceAll("'", "");
  return {
    text,
    version,
    prefix: option("prefix") ?? "/usr/local/nginx",
    config: option("conf-path") ?? "conf/nginx.conf",
    pidFile: option("pid-path") ?? "logs/nginx.pid",
    errorLog: option("error-log-path") ?? "logs/error.log",
    without: new Set([...text.matchAll(/ --without-(\w+)/g)].map(([, name]) => name ?? "")),
  };
}

/** Tells one file from another and from its successor; null where there is none that may be seen. */
function identityOf(path: string): string | null {
  try {
    const file = statSync(path, { bigint: true });
    return file.isFile() ? `${file.dev}:${file.ino}:${file.mtimeNs}` : null;
  } catch {
    return null;
  }
}
