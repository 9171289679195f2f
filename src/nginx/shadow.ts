import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readStat } from "./proc.ts";

/** What is to be written below a folder of its own. */
export interface ShadowContent {
  readonly files: ReadonlyMap<string, string>;
  readonly links?: ReadonlyMap<string, string>;
  readonly folders?: readonly string[];
}

/** A folder of ours that nobody else may look into: it holds copies of the user's configuration. */
export interface Shadow {
  readonly root: string;
  write(content: ShadowContent): void;
  remove(): Promise<void>;
}

/** Makes an empty folder for one test below `STATE_DIR/shadow`, and removes what killed processes left there. Throws where the disk refuses. */
export function openShadow(stateDir: string): Shadow {
  const root = rootIn(stateDir);
  const folder = dirname(root);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    if (name === String(process.pid) || readStat(Number(name)) === null) rmSync(join(folder, name), { recursive: true, force: true });
  }
  mkdirSync(root, { mode: 0o700 });
  return { root, write: (content) => writeContent(content), remove: () => removeShadow(stateDir) };
}

/** Removes what this process has there. */
export async function removeShadow(stateDir: string): Promise<void> {
  await rm(rootIn(stateDir), { recursive: true, force: true, maxRetries: 3 });
}

function rootIn(stateDir: string): string {
  return join(stateDir, "shadow", String(process.pid));
}

function writeContent({ files, links = new Map(), folders = [] }: ShadowContent): void {
  const made = new Set<string>();
  const make = (folder: string) => {
    if (!made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    made.add(folder);
  };
  folders.forEach(make);
  for (const [path, text] of files) {
    make(dirname(path));
    writeFileSync(path, text, { mode: 0o600 });
  }
  for (const [path, target] of links) {
    make(dirname(path));
    symlinkSync(target, path);
  }
}
