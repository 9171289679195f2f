import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_MEMORY } from "../../src/model/memory.ts";
import { openStore, peekMemory, socketIn } from "../../src/state/store.ts";
import { SILENT } from "../../src/support/log.ts";
import { tempFolder } from "../support/tmp.ts";
import { CLOCK, INTENT, listeningLog, MEMORY, STAMP } from "./a-store.ts";

const open = (dir: string, log = SILENT) => openStore(dir, CLOCK, log);
const put = (dir: string, name: string, text: string | Buffer) => writeFileSync(join(dir, name), text);
const textOf = (...path: string[]) => readFileSync(join(...path), "utf8");

describe("openStore", () => {
  test("makes the folder for its user and group, numbers the layout and starts with nothing", async () => {
    const dir = join(tempFolder("state"), "deep", "state");
    const store = await open(dir);
    expect(store.memory).toEqual(EMPTY_MEMORY);
    expect(store.intent).toBeNull();
    expect(textOf(dir, "format")).toBe("1\n");
    expect(statSync(dir).mode & 0o007).toBe(0);
  });

  test("refuses a second one while the first is open, and not after its release", async () => {
    const dir = tempFolder("state");
    const { release } = await open(dir);
    await expect(open(dir)).rejects.toMatchObject({ code: "LOCKED", message: expect.stringContaining(`the state folder ${dir}`) });
    await release();
    const second = await open(dir);
    await second.release();
    expect(existsSync(join(dir, "lock"))).toBe(false);
  });

  test.each([
    ["a file", join(tempFolder("state"), "file")],
    ["a folder that nobody can write in", "/proc/self"],
  ])("says that the state folder cannot be used where it is %s", async (_name, dir) => {
    if (!existsSync(dir)) writeFileSync(dir, "");
    await expect(open(dir)).rejects.toMatchObject({
      code: "STATE_DIR",
      exit: 2,
      message: expect.stringContaining(dir),
      hint: expect.stringContaining("state_dir"),
    });
  });

  test("gives the lock back when it cannot go on", async () => {
    const dir = tempFolder("state");
    mkdirSync(join(dir, "upstreamd.sock"));
    await expect(open(dir)).rejects.toMatchObject({ code: "STATE_DIR" });
    expect(existsSync(join(dir, "lock"))).toBe(false);
  });

  test("removes the socket that a killed daemon left", async () => {
    const dir = tempFolder("state");
    put(dir, "upstreamd.sock", "");
    await open(dir);
    expect(socketIn(dir)).toBe(join(dir, "upstreamd.sock"));
    expect(existsSync(socketIn(dir))).toBe(false);
  });

  test.each(["memory.json", "journal.json"])("sets aside a %s that cannot be read, says so, and starts as on a first day", async (name) => {
    for (const text of ["", "{", "null", '{"generation":"1"}', Buffer.from([0xff, 0x00, 0x80])]) {
      const dir = tempFolder("state");
      put(dir, name, text);
      const { log, heard } = listeningLog();
      const store = await open(dir, log);
      expect(store.memory).toEqual(EMPTY_MEMORY);
      expect(store.intent).toBeNull();
      const aside = join(dir, `${name}.set-aside-${STAMP}`);
      expect(readFileSync(aside)).toEqual(Buffer.from(text));
      expect(existsSync(join(dir, name))).toBe(false);
      expect(heard).toMatchObject([
        { level: "warn", message: expect.stringContaining("set aside"), fields: { path: join(dir, name), aside } },
      ]);
    }
  });

  test("a folder in the place of a file is set aside as well", async () => {
    const dir = tempFolder("state");
    for (const name of ["memory.json", "journal.json", "format"]) mkdirSync(join(dir, name));
    expect((await open(dir)).memory).toEqual(EMPTY_MEMORY);
    expect(textOf(dir, "format")).toBe("1\n");
  });

  test("an unreadable journal leaves the memory alone", async () => {
    const dir = tempFolder("state");
    put(dir, "memory.json", JSON.stringify(MEMORY));
    put(dir, "journal.json", JSON.stringify(INTENT).slice(0, -5));
    const store = await open(dir);
    expect(store.memory).toEqual(MEMORY);
    expect(store.intent).toBeNull();
  });

  test("random bytes never refuse a start", async () => {
    const name = fc.constantFrom("memory.json", "journal.json", "format");
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.uint8Array({ maxLength: 60 })), async (files) => {
        const dir = tempFolder("state");
        for (const [file, bytes] of Object.entries(files)) put(dir, file, Buffer.from(bytes));
        const store = await open(dir);
        expect(store.memory).toEqual(EMPTY_MEMORY);
        await store.journal.commit(MEMORY);
        await store.release();
        const again = await open(dir);
        expect(again.memory).toEqual(MEMORY);
        await again.release();
      }),
      { numRuns: 30 },
    );
  });

  test.each(["2", "10", "0", "1.5", "-1", "latest", ""])(
    "a layout that we cannot know (%j) is set aside with its number, and said",
    async (number) => {
      const dir = tempFolder("state");
      put(dir, "format", `${number}\n`);
      put(dir, "memory.json", JSON.stringify(MEMORY));
      put(dir, "journal.json", JSON.stringify(INTENT));
      const { log, heard } = listeningLog();
      const store = await open(dir, log);
      expect(store.memory).toEqual(EMPTY_MEMORY);
      expect(store.intent).toBeNull();
      expect(textOf(dir, "format")).toBe("1\n");
      expect(JSON.parse(textOf(dir, `memory.json.set-aside-${STAMP}`))).toEqual(MEMORY);
      expect(JSON.parse(textOf(dir, `journal.json.set-aside-${STAMP}`))).toEqual(INTENT);
      expect(textOf(dir, `format.set-aside-${STAMP}`)).toBe(`${number}\n`);
      expect(heard.map(({ fields }) => fields["because"])).toEqual(Array(3).fill(`it has layout ${number}`));
    },
  );

  test.each<[string, string | null]>([
    ["its own", "1\n"],
    ["its own, without the end of the line", "1"],
    ["none yet, as where a first start was cut short,", null],
  ])("a layout that it can read is read: %s", async (_name, number) => {
    const dir = tempFolder("state");
    if (number !== null) put(dir, "format", number);
    put(dir, "memory.json", JSON.stringify(MEMORY));
    put(dir, "journal.json", JSON.stringify(INTENT));
    const { log, heard } = listeningLog();
    const { memory, intent } = await open(dir, log);
    expect({ memory, intent }).toEqual({ memory: MEMORY, intent: INTENT });
    expect(heard).toEqual([]);
    expect(textOf(dir, "format").trim()).toBe("1");
  });
});

describe("the journal of a store", () => {
  /** What the next process finds. */
  async function reopened(dir: string) {
    const { memory, intent, release } = await open(dir);
    await release();
    return { memory, intent };
  }

  test("an intent is open from the note on, and closed by the commit, which remembers", async () => {
    const dir = tempFolder("state");
    const { journal, release } = await open(dir);
    await journal.note(INTENT);
    await release();
    expect(await reopened(dir)).toEqual({ memory: EMPTY_MEMORY, intent: INTENT });
    await journal.commit(MEMORY);
    expect(await reopened(dir)).toEqual({ memory: MEMORY, intent: null });
  });

  test("forgetting closes an intent and remembers what was remembered", async () => {
    const dir = tempFolder("state");
    const { journal, release } = await open(dir);
    await journal.commit(MEMORY);
    await journal.note(INTENT);
    await journal.forget();
    await journal.forget();
    await release();
    expect(await reopened(dir)).toEqual({ memory: MEMORY, intent: null });
  });

  test("a commit whose memory cannot be written leaves the intent open", async () => {
    const dir = tempFolder("state");
    const { journal, release } = await open(dir);
    await journal.note(INTENT);
    mkdirSync(join(dir, "memory.json"));
    await expect(journal.commit(MEMORY)).rejects.toThrow("EISDIR");
    await release();
    expect((await reopened(dir)).intent).toEqual(INTENT);
  });

  test("only its user can read what is noted, since it holds whole configurations", async () => {
    const dir = tempFolder("state");
    const { journal } = await open(dir);
    await journal.note(INTENT);
    expect(statSync(join(dir, "journal.json")).mode & 0o777).toBe(0o600);
  });

  test("a copy of what somebody else wrote is kept in the folder of the state, not what we were told it was", async () => {
    const dir = tempFolder("state");
    const { journal } = await open(dir);
    const destination = join(tempFolder("destination"), "upstreamd.conf");
    writeFileSync(destination, Buffer.from([0x23, 0xff, 0x0a]));
    await journal.keep(destination);
    await journal.keep(destination);
    const names = readdirSync(join(dir, "kept"));
    expect(names.map((name) => readFileSync(join(dir, "kept", name)))).toEqual([Buffer.from([0x23, 0xff, 0x0a])]);
  });
});

describe("peekMemory", () => {
  test("reads what was remembered, also while a daemon holds the folder, and writes nothing", async () => {
    const dir = tempFolder("state");
    const { journal } = await open(dir);
    await journal.commit(MEMORY);
    const before = listing(dir);
    expect(await peekMemory(dir)).toEqual({ memory: MEMORY, problem: null });
    expect(listing(dir)).toEqual(before);
  });

  test("there is no problem where nothing was ever remembered, and no folder is made", async () => {
    const dir = join(tempFolder("state"), "none");
    expect(await peekMemory(dir)).toEqual({ memory: EMPTY_MEMORY, problem: null });
    expect(existsSync(dir)).toBe(false);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["it is cut off", { "memory.json": '{"generation":1' }],
    ["it has another layout", { "memory.json": JSON.stringify(MEMORY), format: "2\n" }],
  ])("says why the memory is empty when %s, and leaves it", async (_name, files) => {
    const dir = tempFolder("state");
    for (const [name, text] of Object.entries(files)) put(dir, name, text);
    const before = listing(dir);
    const { memory, problem } = await peekMemory(dir);
    expect(memory).toEqual(EMPTY_MEMORY);
    expect(problem).toContain(dir);
    expect(listing(dir)).toEqual(before);
  });
});

function listing(dir: string): readonly unknown[] {
  return readdirSync(dir).map((name) => {
    const { ino, mtimeMs, ctimeMs, size } = statSync(join(dir, name));
    return [name, ino, mtimeMs, ctimeMs, size];
  });
}
