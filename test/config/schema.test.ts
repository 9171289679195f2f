import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fileSchema } from "../../src/config/schema.ts";
import { DIRECTIVES } from "../../src/model/capabilities/directives.ts";

/** The keys of the contract, as its section on the configuration file lists them. */
const CONTRACT: Readonly<Record<string, string>> = {
  consul: "address token token_file datacenter namespace partition ca_file cert_file key_file server_name verify stale wait connections",
  nginx: "binary config prefix args pid_file reload verify timeout process_limit",
  output: "http stream",
  admin: "listen allow_remote group",
  apply: "min_interval",
  safety: "max_drop window confirm max_servers",
  defaults:
    "service datacenter tags filter protocol algorithm sticky weight max_conns max_fails fail_timeout backup keepalive keepalive_requests " +
    "keepalive_timeout keepalive_time zone include_states when_none_healthy when_maintenance ramp address",
};

interface Described {
  readonly description?: string;
  readonly not?: unknown;
  readonly properties?: Readonly<Record<string, Described>>;
}

describe("fileSchema", () => {
  const schema = z.toJSONSchema(fileSchema, { io: "input" }) as unknown as Described;

  it("knows exactly the sections of the contract", () => {
    const sections = [...Object.keys(CONTRACT), "state_dir", "upstreams", "discover", "templates"];
    expect(Object.keys(schema.properties ?? {}).sort()).toEqual(sections.sort());
  });

  it.each(Object.entries(CONTRACT))("knows exactly the keys of %s", (section, keys) => {
    expect(Object.keys(schema.properties?.[section]?.properties ?? {}).sort()).toEqual(keys.split(" ").sort());
  });

  it("describes every key that is built", () => {
    const sections = Object.entries(schema.properties ?? {});
    const keys = sections.flatMap(([name, section]) =>
      Object.entries(section.properties ?? {}).map(([key, value]) => [`${name}.${key}`, value] as const),
    );
    const silent = [...sections, ...keys].filter(([, value]) => value.not === undefined && value.description === undefined);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it("takes its directives from the table of what Nginx knows", () => {
    expect(Object.keys(schema.properties?.["defaults"]?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(DIRECTIVES)));
  });
});
