import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startConsul } from "../support/consul-agent.ts";
import { tempFolder } from "../support/tmp.ts";
import { upstreamd } from "../support/upstreamd.ts";
import { figuresOf, type Row, ratioRow } from "./figures.ts";

const BIN = join(import.meta.dirname, "..", "..", "bin", "upstreamd.js");
const WARM_UP = 2;

/** Whole processes, from the start to the end, one after the other in each round. */
export async function startUp(rounds: number): Promise<readonly Row[]> {
  const folder = tempFolder("bench");
  const consul = await startConsul();
  await consul.register({ service: "api", address: "10.0.0.7", port: 8080 });
  const [snapshot, config] = [join(folder, "snapshot.json"), join(folder, "upstreamd.yaml")];
  writeFileSync(config, `consul:\n  address: ${consul.url}\nupstreams:\n  api:\n    algorithm: least_conn\n`);
  await upstreamd(["snapshot", "-c", config, "--out", snapshot]);
  const render = [BIN, "render", "--service", "api", "--algorithm", "least_conn"];
  const [empty, version, ofConsul, ofSnapshot, ofFile] = await measure(rounds, [
    ["-e", "0"],
    [BIN, "--version"],
    [...render, "--consul-address", consul.url],
    [...render, "--from", snapshot],
    [BIN, "render", "-c", config, "--from", snapshot],
  ]);
  if (empty === undefined || version === undefined || ofConsul === undefined || ofSnapshot === undefined || ofFile === undefined)
    throw new Error("nothing was measured");
  return [
    ratioRow("`upstreamd --version`, against `node -e 0`", empty, version, 1.5),
    ratioRow("`render --service api` from Consul, against `node -e 0`", empty, ofConsul, 2.6),
    ratioRow("`render --service api --from FILE`, against `node -e 0`", empty, ofSnapshot, 2.6),
    ratioRow("`render -c FILE --from FILE`, against `node -e 0`", empty, ofFile, 2.6),
  ];
}

async function measure(rounds: number, commands: readonly (readonly string[])[]) {
  const samples: number[][] = commands.map(() => []);
  for (let round = 0; round < rounds + WARM_UP; round++) {
    for (const [i, args] of commands.entries()) samples[i]?.push(await wholeProcess(args));
  }
  return samples.map((taken) => figuresOf(taken.slice(WARM_UP)));
}

function wholeProcess(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve(performance.now() - from) : reject(new Error(`${args.join(" ")} ended with ${code}`)),
    );
  });
}
