import { canonicalAddress } from "../address.ts";
import type { UpstreamSettings } from "../settings.ts";
import { type DefinedUpstream, isSameName } from "../surroundings/defined-upstreams.ts";
import type { Pass } from "../surroundings/passes.ts";
import { placeOf, type Surroundings } from "../surroundings/surroundings.ts";
import { type Finding, finding } from "./findings.ts";

export type NamedUpstream = Pick<UpstreamSettings, "name" | "protocol" | "writtenAt">;

/** The names that somebody else's part of the configuration defines already. */
export function checkTakenNames(ours: readonly NamedUpstream[], defined: readonly DefinedUpstream[]): readonly Finding[] {
  return defined.flatMap((other) =>
    ours.filter(isOf(other.protocol, other.name)).map(({ name, writtenAt }) => {
      const spelt = name === other.name ? "" : ` as ${other.name}, which is the same to Nginx`;
      return finding(
        "name_taken",
        placeOf(other),
        `upstream ${name} is defined here already${spelt}${writtenAt === null ? "" : ` (ours is asked for in ${writtenAt})`}`,
        "Remove it here to hand it over to upstreamd, or give ours another name.",
      );
    }),
  );
}

/** Every use of one of our names with a port (facts: Names of upstreams). */
export function checkPorts(ours: readonly NamedUpstream[], passes: readonly Pass[]): readonly Finding[] {
  return passes.flatMap((pass) => (pass.port === null || !ours.some(isOf(pass.protocol, pass.host)) ? [] : [withPort(pass)]));
}

function withPort({ directive, host, port, isLate }: Pass): Finding {
  const asked = `${directive.name} ${directive.arguments.join(" ")}`;
  const hint = `Write ${host} without ":${port}": the ports come from Consul.`;
  return isLate
    ? finding(
        "port_bypasses_upstream",
        placeOf(directive),
        `${asked}: with a port ${host} is looked up as a host, and not as the upstream`,
        hint,
      )
    : finding("port_with_upstream", placeOf(directive), `${asked}: ${host} is an upstream, and Nginx takes no port with one`, hint);
}

/** Bare words in `stream` that are no upstream. In `http` such a word may be a host, so that only Nginx can tell. */
export function checkUndefined(
  ours: readonly NamedUpstream[],
  defined: readonly DefinedUpstream[],
  passes: readonly Pass[],
  { gaps }: Surroundings,
): readonly Finding[] {
  if (gaps.length > 0) return [];
  return passes.flatMap(({ directive, protocol, host, port, isLate }) => {
    const isKnown = ours.some(isOf(protocol, host)) || defined.some((other) => other.protocol === protocol && isSameName(other.name, host));
    if (protocol !== "stream" || port !== null || isLate || isKnown) return [];
    return [
      finding(
        "undefined_upstream",
        placeOf(directive),
        `${directive.name} ${host}: there is no upstream of that name in stream, and no port to take it for a host`,
        `Add ${host} to upstreams with protocol: stream, or name a port.`,
      ),
    ];
  });
}

/** Names of ours that read like a host, where something passes to it that went to the host so far. `rendered`: what we render already. */
export function checkCapturedHosts(
  ours: readonly NamedUpstream[],
  passes: readonly Pass[],
  rendered: readonly DefinedUpstream[],
): readonly Finding[] {
  return passes.flatMap(({ directive, protocol, host, port }) => {
    const isOld = rendered.some((other) => other.protocol === protocol && isSameName(other.name, host));
    if (port !== null || isOld || !isHostLike(host) || !ours.some(isOf(protocol, host))) return [];
    return [
      finding(
        "name_captures_host",
        placeOf(directive),
        `${directive.name} ${directive.arguments.join(" ")} will go to the upstream ${host}, and no longer to the host of that name`,
        "Give the upstream another name if that is not meant.",
      ),
    ];
  });
}

function isOf(protocol: NamedUpstream["protocol"], name: string): (upstream: NamedUpstream) => boolean {
  return (upstream) => upstream.protocol === protocol && isSameName(upstream.name, name);
}

function isHostLike(host: string): boolean {
  return host.includes(".") || host.toLowerCase() === "localhost" || canonicalAddress(host) !== null;
}
