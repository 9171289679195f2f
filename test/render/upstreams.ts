import fc from "fast-check";
import { canonicalAddress } from "../../src/model/address.ts";
import { isPlaceholder, type Server, type Upstream } from "../../src/model/upstream.ts";
import { aServer } from "../builders.ts";
import { anyText } from "../model/grammar/any-text.ts";

/** A server with nothing said about it. */
export const SERVER = aServer({ address: "10.0.0.7", port: 80 });

const ipV6 = fc.ipV6().map((text) => new URL(`http://[${text}]/`).hostname.slice(1, -1));
const address = fc.oneof(fc.ipV4(), ipV6).filter((text) => canonicalAddress(text) === text);
const maybe = fc.option(fc.nat({ max: 100_000 }));

const server: fc.Arbitrary<Server> = fc
  .record({
    address,
    port: fc.integer({ min: 1, max: 65_535 }),
    weight: fc.integer({ min: 1, max: 65_535 }),
    state: fc.constantFrom("up", "down", "drain"),
    backup: fc.boolean(),
    maxConns: maybe,
    maxFails: maybe,
    failTimeout: maybe,
    route: fc.option(fc.stringMatching(/^[0-9a-f]{16}$/)),
  })
  .filter((candidate) => !isPlaceholder(candidate));

/** A hash key of any printable characters that still holds a variable. */
const key = anyText.map((text) => `$remote_addr ${text.replace(/[\p{Cc}\p{Cs}$]/gu, "")}`);

const method = fc.oneof(
  fc.constant([]),
  fc.constant([{ name: "least_conn", arguments: [] }]),
  fc.constant([{ name: "random", arguments: ["two"] }]),
  fc.tuple(key, fc.boolean()).map(([text, consistent]) => [{ name: "hash", arguments: consistent ? [text, "consistent"] : [text] }]),
);

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/);

const STICKY = { name: "sticky", arguments: ["cookie", "sid", "path=/"] };

/** In http sessions are sticky; stream has neither routes nor draining. */
function asProtocolHas(upstream: Upstream): Upstream {
  if (upstream.protocol === "http") return { ...upstream, directives: [...upstream.directives, STICKY] };
  const plain = (candidate: Server): Server => ({ ...candidate, route: null, state: candidate.state === "drain" ? "up" : candidate.state });
  return { ...upstream, servers: upstream.servers.map(plain) };
}

/** Upstreams of both protocols as the model can hold them; names are unique without regard to case. */
export const anyUpstreams: fc.Arbitrary<readonly Upstream[]> = fc.uniqueArray(
  fc
    .record({
      name,
      protocol: fc.constantFrom("http", "stream"),
      directives: fc
        .tuple(method, fc.boolean(), fc.option(fc.integer({ min: 1, max: 65_535 })))
        .map(([first, zone]) => [...first, ...(zone ? [{ name: "zone", arguments: ["z", "64k"] }] : [])]),
      servers: fc.array(server, { maxLength: 8 }),
    })
    .map(asProtocolHas),
  { maxLength: 6, selector: (upstream) => upstream.name.toLowerCase() },
);
