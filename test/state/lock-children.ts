import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";

const SOURCE = fileURLToPath(new URL("../../src/", import.meta.url));
const FILES = ["state/lock.ts", "support/errors.ts"];

/** On each path that it is sent, the child takes the lock and keeps it; it answers with what became of it. */
const CHILD = `
import { takeLock } from "./state/lock.js";
process.on("message", (path) => {
  takeLock(path, "the test").then(() => process.send("won"), (error) => process.send(error.code + " " + error.message));
});
`;

/** A process of its own that takes locks, since locks are between processes. */
export interface Taker {
  readonly pid: number;
  /** Resolves with `won`, or with the code and message of the error. */
  take(path: string): Promise<string>;
  kill(): Promise<void>;
}

/** Starts processes that run the lock as it stands in `src`; they are killed at the end of the test file. */
export function startTakers(count: number): readonly Taker[] {
  const main = transpiled();
  return Array.from({ length: count }, () => startTaker(main));
}

function transpiled(): string {
  const folder = tempFolder("lock");
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, rewriteRelativeImportExtensions: true };
  for (const file of FILES) {
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, ts.transpileModule(readFileSync(join(SOURCE, file), "utf8"), { compilerOptions }).outputText);
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "main.js"), CHILD);
  return join(folder, "main.js");
}

function startTaker(main: string): Taker {
  const child = fork(main, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const kill = atEnd(() => end(child));
  return {
    pid: child.pid ?? -1,
    take: async (path) => {
      const answer = once(child, "message");
      child.send(path);
      return String((await answer)[0]);
    },
    kill,
  };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
