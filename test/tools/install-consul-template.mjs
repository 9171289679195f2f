import { existsSync } from "node:fs";
import { place } from "./place.mjs";
import { PLACES, VERSIONS } from "./places.mjs";
import { run, works } from "./run.mjs";
import { step } from "./step.mjs";

/** What the benchmark compares with; no test needs it. */
export async function installConsulTemplate() {
  if (existsSync(PLACES.consulTemplate.binary)) return;
  if (!(await works("go", ["version"])))
    throw new Error(`Cannot build consul-template ${VERSIONS.consulTemplate}, because there is no \`go\` on the PATH.`);
  await step(`building consul-template ${VERSIONS.consulTemplate} with Go`, "1-2 min", () => place(PLACES.consulTemplate, build));
}

async function build(draft) {
  const env = { ...process.env, GOBIN: draft, GOFLAGS: "", GOWORK: "off" };
  await run("go", ["install", `github.com/hashicorp/consul-template@v${VERSIONS.consulTemplate}`], { cwd: draft, env });
}
