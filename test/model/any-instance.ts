import fc from "fast-check";
import type { Check, Instance } from "../../src/model/instance.ts";
import { anyText } from "./grammar/any-text.ts";

const status = fc.oneof(fc.constantFrom("passing", "warning", "critical"), anyText);
const checkId = fc.oneof(fc.constantFrom("alive", "serfHealth", "_node_maintenance", "_service_maintenance:api"), anyText);
const check: fc.Arbitrary<Check> = fc.record({ id: checkId, name: anyText, status, output: anyText });

/** Few addresses, so that they meet; with spellings of one another, and with what is none. */
const address = fc.oneof(
  fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.10", "::1", "0:0::1", "2001:DB8::1", "2001:db8::1", "", "web.example"),
  fc.ipV4(),
  fc.ipV6(),
  anyText,
);
const port = fc.oneof(fc.constantFrom(80, 81, 8080), fc.integer({ min: -1, max: 65_536 }));
const weight = fc.oneof(fc.constantFrom(0, 1, 2, 10), fc.integer({ min: -1, max: 65_536 }));

/** Whatever somebody who may register a service can put there. */
export const anyInstance: fc.Arbitrary<Instance> = fc.record({
  datacenter: fc.constant("dc1"),
  node: fc.oneof(fc.constantFrom("web-1", "web-2"), anyText),
  id: fc.oneof(fc.constantFrom("a", "b", "c"), anyText),
  service: fc.constant("api"),
  address,
  nodeAddress: address,
  taggedAddresses: fc.dictionary(fc.constantFrom("lan", "wan"), fc.record({ address, port })),
  port,
  tags: fc.array(fc.oneof(fc.constantFrom("backup", "v2"), anyText), { maxLength: 3 }),
  meta: fc.constant({}),
  weights: fc.record({ passing: weight, warning: weight }),
  checks: fc.array(check, { maxLength: 3 }),
});
