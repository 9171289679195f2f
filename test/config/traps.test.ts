import { describe, expect, it } from "vitest";
import { isAtLeast, NEWEST_KNOWN } from "../../src/model/capabilities/since.ts";
import { TRAPS, type Trap } from "../../src/model/capabilities/traps.ts";
import { checkGenerated } from "../../src/model/grammar/check-generated.ts";
import { readUpstreams } from "../../src/model/grammar/upstreams.ts";
import type { Protocol } from "../../src/model/settings.ts";
import { refuseUnsupported } from "../../src/pipeline/gate.ts";
import { load } from "./loading.ts";

/** A version that we run on and that has the trap. */
const OLDEST = "1.18.0";

const CASES = Object.entries<Trap>(TRAPS).flatMap(([name, trap]) =>
  Object.entries(trap.since).flatMap(([protocol, since]) =>
    [OLDEST, since, NEWEST_KNOWN]
      .filter((version) => isAtLeast(version, since) && (trap.until === undefined || !isAtLeast(version, trap.until)))
      .map((version) => ({ name, trap, protocol: protocol as Protocol, version })),
  ),
);

const ASKED = CASES.filter(({ trap }) => trap.asked !== null);
const PRINTED = CASES.filter(({ trap }) => trap.asked === null);

describe("what Nginx takes in another meaning", () => {
  it.each(ASKED)("is refused where it is asked for: $name ($protocol, Nginx $version)", async ({ trap, protocol, version }) => {
    const own = [...(trap.asked ?? "").split("\n"), `protocol: ${protocol}`].map((line) => `    ${line}\n`).join("");
    const text = `output: { stream: /s.conf }\nupstreams:\n  api:\n${own}`;
    const refused = load(text).then(({ settings }) => refuseUnsupported(settings, version));
    await expect(refused).rejects.toMatchObject({ exit: 2, message: expect.stringContaining("api") });
  });

  it.each(PRINTED)("is refused where a template prints it: $name ($protocol)", ({ trap, protocol }) => {
    const text = `upstream u {\n${trap.block}\n}\n`;
    const read = readUpstreams(text, protocol);
    if ("error" in read) throw new Error(read.error);
    expect(checkGenerated(text, read.upstreams)).not.toBeNull();
  });
});
