import { ANY_VERSION } from "../model/capabilities/since.ts";
import type { Problem } from "../model/problem.ts";
import type { UpstreamSettings } from "../model/settings.ts";
import { allProblems } from "../model/unsupported.ts";
import type { Issue, Path } from "./issue.ts";
import { problemSentence } from "./problem-sentence.ts";
import type { FileSettings } from "./schema.ts";
import { named } from "./visible.ts";

/** What no version of Nginx has or combines; what some versions have is judged where the version is known. */
export function unsupported(file: FileSettings, upstreams: readonly UpstreamSettings[]): readonly Issue[] {
  return allProblems(upstreams, ANY_VERSION).map(({ upstream, problem }): Issue => {
    const text = `for upstream ${named(upstream.name)}: ${problemSentence(problem)}`;
    return { path: askedAt(keysOf(problem), upstream.name, file), at: "value", text };
  });
}

/** The keys that ask for it, the most telling first: the first word, and what it does not go with. */
function keysOf({ asked }: Problem): readonly string[] {
  return [/^\w+/, /(?<= with )\w+/].flatMap((word) => word.exec(asked) ?? []);
}

/** Where that is written: in the upstream itself, else in the defaults. */
function askedAt(keys: readonly string[], name: string, { upstreams, defaults }: FileSettings): Path {
  const own = keys.find((key) => Object.hasOwn(upstreams?.[name] ?? {}, key));
  if (own !== undefined) return ["upstreams", name, own];
  const inherited = keys.find((key) => Object.hasOwn(defaults, key));
  return inherited === undefined ? ["upstreams", name] : ["defaults", inherited];
}
