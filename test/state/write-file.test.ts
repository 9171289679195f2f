import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { syncFolder, writeFileDurably } from "../../src/state/write-file.ts";
import { tempFolder } from "../support/tmp.ts";

describe("writeFileDurably", () => {
  test("makes a file that only its user can read, and leaves nothing else", async () => {
    const dir = tempFolder("write");
    await writeFileDurably(join(dir, "a"), "text\n");
    expect(readFileSync(join(dir, "a"), "utf8")).toBe("text\n");
    expect(statSync(join(dir, "a")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(["a"]);
  });

  test("whoever reads meanwhile sees the old text or the new one, both whole", async () => {
    const path = join(tempFolder("write"), "a");
    const texts = ["a", "b"].map((letter) => letter.repeat(2_000_000));
    await writeFileDurably(path, "a".repeat(2_000_000));
    let done = false;
    const reader = async () => {
      const seen = new Set<string>();
      while (!done) seen.add(await readFile(path, "utf8"));
      return seen;
    };
    const reading = reader();
    for (let i = 1; i <= 20; i++) await writeFileDurably(path, texts[i % 2] ?? "");
    done = true;
    for (const text of await reading) expect(texts.includes(text)).toBe(true);
    expect(readFileSync(path, "utf8")).toBe(texts[0]);
  });

  test("is a new file each time, so that an open reader keeps the old text", async () => {
    const path = join(tempFolder("write"), "a");
    await writeFileDurably(path, "old");
    const inode = statSync(path).ino;
    await writeFileDurably(path, "new");
    expect(statSync(path).ino).not.toBe(inode);
  });

  test("takes no harm from what a killed process left half written", async () => {
    const path = join(tempFolder("write"), "a");
    writeFileSync(`${path}.new`, "half of something much longer");
    await writeFileDurably(path, "whole");
    expect(readFileSync(path, "utf8")).toBe("whole");
  });

  test("leaves the old text where it cannot write the new one", async () => {
    const path = join(tempFolder("write"), "a");
    await writeFileDurably(path, "old");
    mkdirSync(`${path}.new`);
    await expect(writeFileDurably(path, "new")).rejects.toThrow("EISDIR");
    expect(readFileSync(path, "utf8")).toBe("old");
  });
});

describe("syncFolder", () => {
  test("refuses what is not there", async () => {
    await expect(syncFolder(join(tempFolder("write"), "none"))).rejects.toThrow("ENOENT");
  });
});
