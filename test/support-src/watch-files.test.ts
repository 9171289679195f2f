import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { watchFiles } from "../../src/support/watch-files.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";

const FILE = "a.conf";

/** Counts what is heard of the files, and reads the first of them each time; close it before the folder goes. */
function listen(paths: readonly string[]) {
  const texts: string[] = [];
  const watcher = watchFiles(paths, () => {
    texts.push(textAt(paths[0] ?? ""));
  });
  const close = atEnd(() => watcher.close());
  return { heard: () => texts.length, texts, close };
}

function textAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "gone";
  }
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
  // A file that is written all the time is heard of late.
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

  test("hears of a link to a folder that is turned, and from then on of what is written behind it", async () => {
    const dir = tempFolder("watch");
    for (const release of ["rel1", "rel2"]) {
      mkdirSync(join(dir, release));
      writeFileSync(join(dir, release, FILE), release);
    }
    symlinkSync("rel1", join(dir, "current"));
    const { texts } = listen([join(dir, "current", FILE)]);
    await allIsHeard(dir);
    symlinkSync("rel2", join(dir, "next"));
    renameSync(join(dir, "next"), join(dir, "current"));
    await until("the turned link to be heard of", () => texts.at(-1) === "rel2");
    writeFileSync(join(dir, "rel2", FILE), "edited");
    await until("the edit behind it to be heard of", () => texts.at(-1) === "edited");
    writeFileSync(join(dir, "rel1", FILE), "nobody's any more");
    await Promise.all([allIsHeard(join(dir, "rel1")), allIsHeard(dir)]);
    expect(texts).toEqual(["rel2", "edited"]);
  });

  test("hears of a file in a folder that is made late, and in one that is removed and made again", async () => {
    const dir = tempFolder("watch");
    const path = join(dir, "late", FILE);
    const { texts } = listen([path]);
    mkdirSync(join(dir, "late"));
    writeFileSync(path, "first");
    await until("the file in the late folder to be heard of", () => texts.at(-1) === "first");
    rmSync(join(dir, "late"), { recursive: true });
    await until("that it is gone to be heard of", () => texts.at(-1) === "gone");
    mkdirSync(join(dir, "late"));
    writeFileSync(path, "again");
    await until("the file in the folder that was made again to be heard of", () => texts.at(-1) === "again");
    writeFileSync(path, "and again");
    await until("its next change to be heard of", () => texts.at(-1) === "and again");
  });

  test("hears of a file that is written bit by bit once it is whole, and not of its half", async () => {
    const dir = tempFolder("watch");
    const path = join(dir, FILE);
    writeFileSync(path, "whole");
    const { texts } = listen([path]);
    await allIsHeard(dir);
    writeFileSync(path, "");
    appendFileSync(path, "new, ");
    appendFileSync(path, "and whole");
    await until("the file to be heard of", () => texts.length > 0);
    await allIsHeard(dir);
    expect(texts).toEqual(["new, and whole"]);
  });

  test("hears of a file that never comes to rest", async () => {
    const dir = tempFolder("watch");
    const { heard } = listen([join(dir, FILE)]);
    let n = 0;
    await until("it to be heard of while it is written", () => {
      n += 1;
      writeFileSync(join(dir, FILE), String(n));
      return heard() > 0;
    });
  });

  test("hears nothing where a file is touched, written the same again, or given another mode", async () => {
    const dir = tempFolder("watch");
    const path = join(dir, FILE);
    writeFileSync(path, "the same");
    const { texts } = listen([path]);
    await allIsHeard(dir);
    utimesSync(path, new Date(), new Date());
    chmodSync(path, 0o600);
    writeFileSync(`${path}.new`, "the same");
    renameSync(`${path}.new`, path);
    await allIsHeard(dir);
    expect(texts).toEqual([]);
    writeFileSync(path, "another");
    await until("a real change to be heard of", () => texts.at(-1) === "another");
  });
});
