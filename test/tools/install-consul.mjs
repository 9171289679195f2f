import { existsSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { place } from "./place.mjs";
import { PLACES, VERSIONS } from "./places.mjs";
import { run, works } from "./run.mjs";
import { step } from "./step.mjs";

const MODULE = join(import.meta.dirname, "consul");

/**
 * Consul is a Go tool module here: no registry of this machine's has it ready, `go install` refuses its replace
 * directives, and go.sum says exactly which sources are meant.
 */
export async function installConsul() {
  if (existsSync(PLACES.consul.binary)) return;
  const present = await onPath();
  if (present !== undefined) {
    await place(PLACES.consul, (draft) => symlink(present, join(draft, "consul")));
    return;
  }
  if (!(await works("go", ["version"]))) {
    throw new Error(
      `Cannot build Consul ${VERSIONS.consul}, because there is no \`go\` on the PATH. Install Go 1.25.9 or newer, or Consul ${VERSIONS.consul} itself.`,
    );
  }
  await step(`building Consul ${VERSIONS.consul} with Go`, "1-2 min with warm caches, 5-8 min and 6 GB without", () =>
    place(PLACES.consul, build),
  );
}

/** A `consul` of the very version that somebody installed. */
async function onPath() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const binary = join(folder, "consul");
    const said = existsSync(binary) ? await run(binary, ["version"]).catch(() => "") : "";
    if (said.startsWith(`Consul v${VERSIONS.consul}\n`)) return binary;
  }
  return undefined;
}

/** The environment is set over what a machine may have: a workspace or other flags would choose other sources. */
async function build(draft) {
  const env = { ...process.env, GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" };
  const args = ["build", "-trimpath", "-ldflags", "-s -w", "-o", join(draft, "consul"), "github.com/hashicorp/consul"];
  await run("go", args, { cwd: MODULE, env });
}
