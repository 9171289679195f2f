import fc from "fast-check";
import { describe, it } from "vitest";
import { configure } from "../../src/config/configure.ts";
import { documentOf } from "../../src/config/document.ts";
import { NO_OVERRIDES } from "../../src/config/overrides.ts";
import { DIRECTIVES } from "../../src/model/capabilities/directives.ts";
import { UpstreamdError } from "../../src/support/errors.ts";

const ENVIRONMENT = { variables: {}, uid: 0, home: "/root", cwd: "/" };
const KEYS = [
  ...Object.keys(DIRECTIVES),
  "algorithm",
  "weight",
  "address",
  "fail_timeout",
  "datacenter",
  "protocol",
  "sticky",
  "tags",
  "toString",
];
const SECTIONS = ["consul", "nginx", "output", "admin", "apply", "safety", "defaults", "upstreams", "state_dir", "constructor"];

/** What the libraries under us would say. */
const FOREIGN_WORDS = /Invalid |Too (small|big)|Unrecognized|YAML\.parse/;

/** Whether a text is loaded, or refused as something that the user can mend, in words of ours. */
async function isLoadedOrRefused(text: string): Promise<boolean> {
  try {
    await configure(documentOf("c.yaml", text), NO_OVERRIDES, ENVIRONMENT);
    return true;
  } catch (error) {
    if (!(error instanceof UpstreamdError) || error.code !== "CONFIG_INVALID") return false;
    return error.message.includes("c.yaml:") && !FOREIGN_WORDS.test(error.message.replaceAll(/"(\\.|[^"])*"/g, ""));
  }
}

describe("any configuration file", () => {
  it("is loaded or refused with a place, whatever text it holds", async () => {
    const text = fc.array(
      fc.oneof(fc.constantFrom(...SECTIONS, ": ", "\n", "  ", "- ", "{", "}", "[", "*a", "&a", "!x", '"', "|"), fc.string()),
    );
    await fc.assert(
      fc.asyncProperty(text, (parts) => isLoadedOrRefused(parts.join(""))),
      { numRuns: 300 },
    );
  });

  it("is loaded or refused with a place, whatever values stand behind its keys", async () => {
    const options = fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 2 }));
    const upstreams = fc.dictionary(
      fc.oneof(fc.constantFrom("api", "API", "web"), fc.string()),
      fc.oneof(options, fc.jsonValue({ maxDepth: 1 })),
    );
    const sections = fc.dictionary(fc.constantFrom(...SECTIONS), fc.oneof(options, fc.jsonValue({ maxDepth: 2 })));
    const file = fc.record({ file: sections, upstreams, defaults: options });
    const property = fc.asyncProperty(file, ({ file: rest, ...own }) => isLoadedOrRefused(JSON.stringify({ ...rest, ...own })));
    await fc.assert(property, { numRuns: 300 });
  });
});
