import { basename, dirname, join } from "node:path";
import { named } from "../../config/visible.ts";
import type { Protocol } from "../../model/settings.ts";
import { placeOf, type Surroundings } from "../../model/surroundings/surroundings.ts";
import { type Folders, isGlob, matchesGlob } from "../../nginx/glob.ts";
import type { Output } from "./found.ts";

const FILE = "upstreamd.conf";
const USUAL_FOLDER: Readonly<Record<Protocol, string>> = { http: "conf.d", stream: "stream.d" };

/**
 * The file for upstreams of one protocol, other than the one that is `taken`: one that Nginx's configuration includes in that block,
 * else one beside it, with what to add there.
 */
export function chooseOutput(
  protocol: Protocol,
  { config, includes, directives }: Surroundings,
  disk: Folders,
  taken: string | null = null,
): Output {
  const fitting = includes.filter(
    ({ pattern, inside }) => inside.join() === protocol && takesOurs(pattern, disk) && join(dirname(pattern), FILE) !== taken,
  );
  const [include] = fitting.sort((a, b) => rankOf(a.pattern, protocol) - rankOf(b.pattern, protocol));
  if (include !== undefined) {
    const because = `${named(placeOf(include))} includes ${named(include.pattern)} inside ${protocol} { }.`;
    return { path: join(dirname(include.pattern), FILE), because, add: null };
  }
  const path = join(dirname(config), protocol === "http" ? FILE : `upstreamd-${protocol}.conf`);
  const hasBlock = directives.some(({ name, block }) => name === protocol && block !== null);
  const where = hasBlock ? `inside ${protocol} { }` : "at the outermost level";
  const line = `include ${asToken(path)};`;
  return {
    path,
    because: `${named(config)} includes no folder inside ${protocol} { }: what is generated is used once this is added ${where}:`,
    add: hasBlock ? line : `${protocol} { ${line} }`,
  };
}

/** A path as Nginx reads it. */
function asToken(path: string): string {
  return /^[\w./@+:-]+$/.test(path) ? path : JSON.stringify(path);
}

function takesOurs(pattern: string, disk: Folders): boolean {
  const [folder, names] = [dirname(pattern), basename(pattern)];
  return !isGlob(folder) && matchesGlob(names, FILE) && disk.exists(folder);
}

/** First what somebody made for us, then the usual folder; in others, such as `sites-enabled`, people look for sites. */
function rankOf(pattern: string, protocol: Protocol): number {
  if (basename(pattern) === FILE) return 0;
  if (basename(dirname(pattern)) === USUAL_FOLDER[protocol]) return 1;
  return pattern.endsWith(".conf") ? 2 : 3;
}
