import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { watchFiles } from "../../src/support/watch-files.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";

const FILE = "a.conf";

/** Counts what is heard of the files; close it before the folder goes. */
function listen(paths: readonly string[]) {
  let heard = 0;
  const watcher = watchFiles(paths, () => {
    heard += 1;
  });
  const close = atEnd(() => watcher.close());
  return { heard: () => heard, close };
}

/** Resolves when whoever watched the folder before us has heard all that happened in it before. */
async function allIsHeard(dir: string): Promise<void> {
  const witness = listen([join(dir, "witness")]);
  let n = 0;
  const write = () => {
    n += 1;
    writeFileSync(join(dir, "witness"), String(n));
    return witness.heard() > 0;
  };
  // A file that is written all the time is not heard of before it rests.
  await until("the witness to hear", write, { everyMs: 500 });
  await witness.close();
}

describe("watchFiles", () => {
  test.each<[string, (path: string) => void]>([
    ["is written", (path) => writeFileSync(path, "second")],
    ["is removed", (path) => rmSync(path)],
    [
      "is replaced by a rename",
      (path) => {
        writeFileSync(`${path}.new`, "second");
        renameSync(`${path}.new`, path);
      },
    ],
  ])("hears of a file that %s", async (_name, change) => {
    const dir = tempFolder("watch");
    const path = join(dir, FILE);
    writeFileSync(path, "first");
    const { heard } = listen([path]);
    await allIsHeard(dir);
    expect(heard()).toBe(0);
    change(path);
    await until("the change to be heard", () => heard() > 0);
  });

  test("hears of a file that was not there before", async () => {
    const dir = tempFolder("watch");
    const { heard } = listen([join(dir, FILE)]);
    await allIsHeard(dir);
    writeFileSync(join(dir, FILE), "first");
    await until("the new file to be heard of", () => heard() > 0);
  });

  test("goes on after the file got a new inode, and after it was gone", async () => {
    const dir = tempFolder("watch");
    const path = join(dir, FILE);
    const { heard } = listen([path]);
    await allIsHeard(dir);
    for (let round = 0; round < 3; round++) {
      const before = heard();
      writeFileSync(path, String(round));
      await until("the file to be heard of", () => heard() > before);
      await allIsHeard(dir);
      rmSync(path);
      await allIsHeard(dir);
    }
  });

  test("hears nothing of other files, also where they have the same name", async () => {
    const [one, two] = [tempFolder("watch"), tempFolder("watch")];
    const { heard } = listen([join(one, FILE), join(two, "b.conf")]);
    await Promise.all([allIsHeard(one), allIsHeard(two)]);
    writeFileSync(join(two, FILE), "not this one");
    writeFileSync(join(one, "b.conf"), "nor this");
    mkdirSync(join(one, "deep"));
    writeFileSync(join(one, "deep", FILE), "nor that");
    await Promise.all([allIsHeard(one), allIsHeard(two)]);
    expect(heard()).toBe(0);
    writeFileSync(join(two, "b.conf"), "this one");
    await until("the watched one to be heard of", () => heard() > 0);
  });

  test("bears a folder that is not there, and one that it loses", async () => {
    const dir = tempFolder("watch");
    mkdirSync(join(dir, "lost"));
    const { heard, close } = listen([join(dir, "none", FILE), join(dir, "lost", FILE), join(dir, FILE)]);
    await allIsHeard(dir);
    rmSync(join(dir, "lost"), { recursive: true });
    await allIsHeard(dir);
    writeFileSync(join(dir, FILE), "x");
    await until("the file in the folder that stayed to be heard of", () => heard() > 0);
    await close();
    expect(readFileSync(join(dir, FILE), "utf8")).toBe("x");
  });
});
