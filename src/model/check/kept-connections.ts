import { isAtLeast } from "../capabilities/since.ts";
import type { UpstreamSettings } from "../settings.ts";
import { isSameName } from "../surroundings/defined-upstreams.ts";
import { inForce } from "../surroundings/in-force.ts";
import type { Pass } from "../surroundings/passes.ts";
import { placeOf, type SitedDirective } from "../surroundings/surroundings.ts";
import { type Finding, finding } from "./findings.ts";

/** Since then Nginx speaks HTTP/1.1 to upstreams, and does not ask them to close, by itself (facts: Kept connections). */
const BY_ITSELF_SINCE = "1.29.7";

export type KeepingUpstream = Pick<UpstreamSettings, "name" | "protocol" | "directives">;

/** Every `proxy_pass` to an upstream with `keepalive` whose connections are not kept, because of what is in force around it. */
export function checkKeptConnections(ours: readonly KeepingUpstream[], passes: readonly Pass[], version: string): readonly Finding[] {
  if (isAtLeast(version, BY_ITSELF_SINCE)) return [];
  const keeping = ours.filter(({ protocol, directives }) => protocol === "http" && directives.some(({ name }) => name === "keepalive"));
  return passes.flatMap(({ directive, around, protocol, host, port }) => {
    const upstream = keeping.find(({ name }) => isSameName(name, host));
    if (protocol !== "http" || directive.name !== "proxy_pass" || port !== null || upstream === undefined) return [];
    const missing = [...missingVersion(around), ...missingHeader(around)];
    return missing.length === 0 ? [] : [unused(directive, upstream.name, missing, version)];
  });
}

function unused(directive: SitedDirective, name: string, missing: readonly string[], version: string): Finding {
  return finding(
    "keepalive_unused",
    placeOf(directive),
    `connections to ${name} are not kept although it has keepalive: Nginx ${version} needs ${missing.join(" and ")} here`,
    `Add ${missing.map((line) => `\`${line};\``).join(" and ")} beside this line.`,
  );
}

function missingVersion(around: readonly SitedDirective[]): readonly string[] {
  const version = inForce("proxy_http_version", around).at(-1)?.arguments[0] ?? "1.0";
  return version === "1.0" ? ["proxy_http_version 1.1"] : [];
}

/** Whatever else is sent as `Connection` is the operator's choice, and a variable may be right. */
function missingHeader(around: readonly SitedDirective[]): readonly string[] {
  const header = inForce("proxy_set_header", around).find(({ arguments: [name] }) => name?.toLowerCase() === "connection");
  const value = header?.arguments[1]?.toLowerCase() ?? "close";
  return value === "close" ? ['proxy_set_header Connection ""'] : [];
}
