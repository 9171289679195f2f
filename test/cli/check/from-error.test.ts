import { expect, test } from "vitest";
import { findingsOf } from "../../../src/cli/check/from-error.ts";
import { UpstreamdError } from "../../../src/support/errors.ts";

const shape = (error: UpstreamdError) => findingsOf(error).map(({ code, place, message, hint }) => [code, place, message, hint]);

test("findingsOf makes a finding of each thing that an error names, at its place", () => {
  const faults = [
    { place: "u.yaml:2:3", text: "unknown key." },
    { place: null, text: "found nothing." },
  ];
  expect(shape(new UpstreamdError("CONFIG_INVALID", "Cannot use it: ...", "Mend it.", faults))).toEqual([
    ["config_invalid", "u.yaml:2:3", "unknown key", "Mend it."],
    ["config_invalid", "the configuration", "found nothing", "Mend it."],
  ]);
});

test("findingsOf takes the place from a message that begins with one, and else names what was asked for", () => {
  expect(shape(new UpstreamdError("TEMPLATE", "a/t.hbs:3:7: there is no nme", "See."))).toEqual([
    ["template", "a/t.hbs:3:7", "there is no nme", "See."],
  ]);
  expect(shape(new UpstreamdError("CONSUL", "Consul is gone. Nobody answers.", "Look."))).toEqual([
    ["consul_unreachable", "consul.address", "Consul is gone. Nobody answers", "Look."],
  ]);
});

test("findingsOf throws what check cannot go on after", () => {
  const usage = new UpstreamdError("USAGE", "no", "no");
  expect(() => findingsOf(usage)).toThrow(usage);
});
