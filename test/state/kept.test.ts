import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { keepCopy } from "../../src/state/kept.ts";
import { tempFolder } from "../support/tmp.ts";

const NO_TEXT = Buffer.from([0x23, 0xff, 0xfe, 0x00, 0x80, 0x0d, 0x0a]);

/** A destination with something in it, and the folder for copies, which is not made yet. */
function aDestination(bytes: string | Buffer, name = "upstreamd.conf"): { path: string; folder: string } {
  const path = join(tempFolder("kept"), name);
  writeFileSync(path, bytes);
  return { path, folder: join(path, "..", "kept") };
}

const copies = (folder: string) => readdirSync(folder).map((name) => readFileSync(join(folder, name)));

describe("keepCopy", () => {
  test("keeps a file byte for byte, also what is no text, under a name that begins with its own", async () => {
    const { path, folder } = aDestination(NO_TEXT);
    await keepCopy(path, folder);
    expect(copies(folder)).toEqual([NO_TEXT]);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^upstreamd\.conf\.[0-9a-f]{16}$/)]);
    expect(statSync(folder).mode & 0o007).toBe(0);
    expect(readFileSync(path)).toEqual(NO_TEXT);
  });

  test("keeps the same content once, however often it is tried", async () => {
    const { path, folder } = aDestination("by hand\n");
    for (let time = 0; time < 5; time++) await keepCopy(path, folder);
    expect(copies(folder).map(String)).toEqual(["by hand\n"]);
  });

  test("keeps each content, and the same content of two destinations with the same name", async () => {
    const [http, stream] = [aDestination("one\n"), aDestination("one\n")];
    await keepCopy(http.path, http.folder);
    await keepCopy(stream.path, http.folder);
    writeFileSync(http.path, "two\n");
    await keepCopy(http.path, http.folder);
    expect(copies(http.folder).map(String).sort()).toEqual(["one\n", "one\n", "two\n"]);
  });

  test("keeps nothing of a file that is gone, and makes no folder for it", async () => {
    const { path, folder } = aDestination("");
    await keepCopy(`${path}.gone`, folder);
    expect(readdirSync(join(folder, ".."))).toEqual(["upstreamd.conf"]);
  });

  test("says so when a file cannot be copied", async () => {
    const { path, folder } = aDestination("");
    mkdirSync(`${path}.d`);
    await expect(keepCopy(`${path}.d`, folder)).rejects.toThrow("EISDIR");
    writeFileSync(folder, "in the way");
    await expect(keepCopy(path, folder)).rejects.toThrow("EEXIST");
  });

  test("a copy has its name only once it is whole, and one that was cut short is made again", async () => {
    const { path, folder } = aDestination("by hand\n");
    await keepCopy(path, folder);
    const [name = ""] = readdirSync(folder);
    const other = tempFolder("kept");
    // What a killed process left; as a folder it cannot be written, so whoever does not write it first leaves no copy at all.
    mkdirSync(join(other, `.${name}`));
    await expect(keepCopy(path, other)).rejects.toThrow("EISDIR");
    expect(readdirSync(other)).toEqual([`.${name}`]);

    const third = tempFolder("kept");
    writeFileSync(join(third, `.${name}`), "by h");
    await keepCopy(path, third);
    expect(readdirSync(third)).toEqual([name]);
    expect(copies(third).map(String)).toEqual(["by hand\n"]);
  });

  test("keeps a hundred copies; then the oldest go, and never the one that was just made", async () => {
    const { path, folder } = aDestination("new\n");
    mkdirSync(folder);
    for (let n = 1; n <= 102; n++) aged(join(folder, `upstreamd.conf.${n}`), n);
    await keepCopy(path, folder);
    expect(readdirSync(folder)).toHaveLength(100);
    expect(copies(folder).map(String)).toContain("new\n");
    const gone = Array.from({ length: 102 }, (_, i) => `upstreamd.conf.${i + 1}`).filter((name) => !readdirSync(folder).includes(name));
    expect(gone.sort()).toEqual(["upstreamd.conf.1", "upstreamd.conf.2", "upstreamd.conf.3"]);
  });

  test("the newest copy stays although the wall clock went back", async () => {
    const { path, folder } = aDestination("new\n");
    mkdirSync(folder);
    const future = Date.now() / 1000 + 86_400;
    for (let n = 1; n <= 100; n++) aged(join(folder, `upstreamd.conf.${n}`), future + n);
    await keepCopy(path, folder);
    expect(readdirSync(folder)).toHaveLength(100);
    expect(copies(folder).map(String)).toContain("new\n");
  });

  test("does not take over the rights of what it copies", async () => {
    const { path, folder } = aDestination("by hand\n");
    chmodSync(path, 0o777);
    await keepCopy(path, folder);
    expect(statSync(join(folder, basename(readdirSync(folder)[0] ?? ""))).mode & 0o137).toBe(0);
  });
});

function aged(path: string, second: number): void {
  writeFileSync(path, String(second));
  utimesSync(path, second, second);
}
