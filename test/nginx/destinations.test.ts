import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FileChange } from "../../src/model/plan.ts";
import { createDestinations } from "../../src/nginx/destinations.ts";
import { readMoment, readStat } from "../../src/nginx/proc.ts";
import { UpstreamdError } from "../../src/support/errors.ts";
import { startChild } from "../support/child.ts";
import { tempFolder } from "../support/tmp.ts";
import { asNobody } from "./as-nobody.ts";

const update = (path: string, before: string, after: string): FileChange => ({ path, change: "update", before, after });
const create = (path: string, after: string): FileChange => ({ path, change: "create", before: null, after });
const remove = (path: string, before: string): FileChange => ({ path, change: "remove", before, after: null });

function file(text: string, mode = 0o640): string {
  const path = join(tempFolder("destination"), "up.conf");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

async function failureOf(work: Promise<unknown>): Promise<UpstreamdError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UpstreamdError)) throw new Error(`not what was expected: ${String(error)}`);
  return error;
}

describe("createDestinations()", () => {
  test("reads text and identity, and knows where nothing stands", async () => {
    const path = file("one");
    const { ino } = statSync(path);
    const [here, missing] = await createDestinations().read([path, `${path}.missing`]);
    expect(here).toMatchObject({ path, text: "one", identity: { inode: String(ino) } });
    expect(missing).toEqual({ path: `${path}.missing`, text: null, identity: null });
  });

  test("leaves what is live untouched while it stages, and takes mode and owner over when it places", async () => {
    const path = file("one");
    if (process.getuid?.() === 0) execFileSync("/usr/bin/chown", ["7:8", path]);
    const before = statSync(path);
    const disk = createDestinations();
    await disk.stage([update(path, "one", "two")]);
    expect([statSync(path).ino, statSync(path).ctimeMs, readFileSync(path, "utf8")]).toEqual([before.ino, before.ctimeMs, "one"]);
    expect(readdirSync(join(path, ".."))).toEqual([".up.conf.upstreamd-new", "up.conf"]);

    const placed = await disk.place([update(path, "one", "two")]);
    const after = statSync(path, { bigint: true });
    expect(readFileSync(path, "utf8")).toBe("two");
    expect([Number(after.mode), Number(after.uid), Number(after.gid)]).toEqual([before.mode, before.uid, before.gid]);
    expect(placed).toEqual([
      {
        path,
        identity: { device: String(after.dev), inode: String(after.ino), changedAtNs: String(after.ctimeNs) },
        placedAt: { boot: readMoment().boot, ticks: expect.any(Number) },
      },
    ]);
    expect(readdirSync(join(path, ".."))).toEqual(["up.conf"]);

    await disk.restore([update(path, "one", "two")]);
    const restored = statSync(path);
    expect(readFileSync(path, "utf8")).toBe("one");
    expect([restored.mode, restored.uid, restored.gid]).toEqual([before.mode, before.uid, before.gid]);
  });

  test("gives a new file mode 0644 whatever the umask, and takes it away again", async () => {
    const path = join(tempFolder("destination"), "new.conf");
    const disk = createDestinations();
    const umask = process.umask(0o077);
    await disk.stage([create(path, "text")]);
    await disk.place([create(path, "text")]);
    process.umask(umask);
    expect(statSync(path).mode & 0o7777).toBe(0o644);
    await disk.restore([create(path, "text")]);
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  test("replaces what a link leads to, in its folder, and keeps the link", async () => {
    const target = file("one", 0o600);
    const link = join(tempFolder("links"), "link.conf");
    symlinkSync(target, link);
    const disk = createDestinations();
    await disk.stage([update(link, "one", "two")]);
    expect(readdirSync(join(target, ".."))).toEqual([".up.conf.upstreamd-new", "up.conf"]);
    const placed = await disk.place([update(link, "one", "two")]);
    expect([readFileSync(target, "utf8"), readlinkSync(link), statSync(target).mode & 0o777]).toEqual(["two", target, 0o600]);
    expect(placed[0]?.identity.inode).toBe(String(statSync(target).ino));
    await disk.restore([update(link, "one", "two")]);
    expect([readFileSync(target, "utf8"), readlinkSync(link)]).toEqual(["one", target]);
  });

  test("makes the file that a dangling link leads to", async () => {
    const folder = join(tempFolder("destination"), "inner");
    mkdirSync(folder);
    symlinkSync("../later.conf", join(folder, "link.conf"));
    const target = join(folder, "..", "later.conf");
    const link = join(folder, "link.conf");
    const disk = createDestinations();
    await disk.stage([create(link, "text")]);
    await disk.place([create(link, "text")]);
    expect(readFileSync(target, "utf8")).toBe("text");
    await disk.restore([create(link, "text")]);
    expect(() => statSync(target)).toThrow("ENOENT");
  });

  test("removes a file with its link, so that no include meets a link to nowhere, and brings both back", async () => {
    const target = file("one", 0o600);
    const link = join(tempFolder("links"), "link.conf");
    symlinkSync(target, link);
    const disk = createDestinations();
    const change = remove(link, "one");
    await disk.stage([change]);
    expect(await disk.place([change])).toEqual([]);
    expect(() => lstatSync(link)).toThrow("ENOENT");
    expect(() => lstatSync(target)).toThrow("ENOENT");
    await disk.restore([change]);
    expect([readlinkSync(link), readFileSync(target, "utf8"), statSync(target).mode & 0o777]).toEqual([target, "one", 0o600]);
  });

  test("brings bytes back that are no text", async () => {
    const path = file("");
    const bytes = Buffer.from([0x23, 0xff, 0xfe, 0x0a]);
    writeFileSync(path, bytes);
    const disk = createDestinations();
    const [standing] = await disk.read([path]);
    const change = update(path, standing?.text ?? "", "two");
    await disk.stage([change]);
    await disk.place([change]);
    await disk.restore([change]);
    expect(readFileSync(path)).toEqual(bytes);
  });

  test("leaves a link that led nowhere before, and leads nowhere again", async () => {
    const folder = tempFolder("destination");
    const [link, target] = [join(folder, "up.conf"), join(folder, "later.conf")];
    symlinkSync(target, link);
    const disk = createDestinations();
    await disk.stage([create(link, "one")]);
    await disk.place([create(link, "one")]);
    expect(readFileSync(target, "utf8")).toBe("one");
    await disk.restore([create(link, "one")]);
    expect(readdirSync(folder)).toEqual(["up.conf"]);
  });

  test("restores in a process that did not place, and does not touch what is right already", async () => {
    const path = file("two");
    await createDestinations().restore([update(path, "one", "two")]);
    expect(readFileSync(path, "utf8")).toBe("one");
    const before = statSync(path);
    await createDestinations().restore([update(path, "one", "two")]);
    expect([statSync(path).ino, statSync(path).ctimeMs]).toEqual([before.ino, before.ctimeMs]);
  });

  test("tells when a file was placed, on the clock by which the kernel counts the start of processes", async () => {
    const path = file("one");
    const disk = createDestinations();
    await disk.stage([update(path, "one", "two")]);
    const before = readMoment();
    const [placing] = await disk.place([update(path, "one", "two")]);
    const ticks = placing?.placedAt.ticks ?? 0;
    expect(ticks).toBeGreaterThanOrEqual(before.ticks);
    expect(ticks).toBeLessThanOrEqual(readMoment().ticks);
    const later = startChild("/bin/sleep", ["60"]);
    expect(readStat(later.pid)?.startTicks).toBeGreaterThanOrEqual(ticks);
    expect(readStat(process.pid)?.startTicks).toBeLessThan(ticks);
  });

  describe("when somebody wrote a destination since it was looked at", () => {
    /** Two destinations of which the second is written by somebody else once they are staged. */
    async function meddled(theirs: string | null, before: string | null = "one") {
      const [ours, his] = [file("one"), file("one")];
      if (before === null) rmSync(his);
      const changes = [update(ours, "one", "two"), before === null ? create(his, "two") : update(his, before, "two")];
      const disk = createDestinations();
      await disk.stage(changes);
      if (theirs === null) rmSync(his);
      else writeFileSync(his, theirs);
      return { disk, changes, ours, his };
    }

    test.each<[string, string | null, string | null]>([
      ["edited it", "by hand", "one"],
      ["removed it", null, "one"],
      ["made it", "by hand", null],
    ])("place refuses, and nothing is placed and nothing of his restored: somebody %s", async (_name, theirs, before) => {
      const { disk, changes, ours, his } = await meddled(theirs, before);
      const error = await failureOf(disk.place(changes));
      expect(error).toMatchObject({ code: "DESTINATION", message: expect.stringContaining(his) });
      expect(readFileSync(ours, "utf8")).toBe("one");
      await disk.restore(changes);
      await disk.discard(changes.map(({ path }) => path));
      expect(readFileSync(ours, "utf8")).toBe("one");
      expect(readdirSync(join(his, ".."))).toEqual(theirs === null ? [] : ["up.conf"]);
      if (theirs !== null) expect(readFileSync(his, "utf8")).toBe(theirs);
    });

    test("restore leaves what he wrote after us, and brings the rest back", async () => {
      const { disk, changes, ours, his } = await meddled("one");
      await disk.place(changes);
      writeFileSync(his, "by hand");
      await disk.restore(changes);
      expect([readFileSync(ours, "utf8"), readFileSync(his, "utf8")]).toEqual(["one", "by hand"]);
    });

    test("restore leaves it that he removed what we had placed, or made what we had removed", async () => {
      const [edited, removed] = [file("one"), file("one")];
      const changes = [update(edited, "one", "two"), remove(removed, "one")];
      const disk = createDestinations();
      await disk.stage(changes);
      await disk.place(changes);
      rmSync(edited);
      writeFileSync(removed, "by hand");
      await disk.restore(changes);
      expect(readdirSync(join(edited, ".."))).toEqual([]);
      expect(readFileSync(removed, "utf8")).toBe("by hand");
    });

    test("a process that did not place leaves what is not ours, too", async () => {
      const path = file("by hand");
      await createDestinations().restore([update(path, "one", "two"), create(path, "two")]);
      expect(readFileSync(path, "utf8")).toBe("by hand");
    });
  });

  test("discards what it staged and what an earlier process left, and nothing else", async () => {
    const path = file("one");
    const folder = join(path, "..");
    writeFileSync(join(folder, ".other.conf.upstreamd-new"), "");
    writeFileSync(join(folder, ".up.conf.upstreamd-lock"), "");
    await createDestinations().stage([update(path, "one", "two")]);
    await createDestinations().stage([update(path, "one", "three")]);
    await createDestinations().discard([path, join(folder, "missing", "x.conf"), join(path, "x.conf")]);
    expect(readdirSync(folder).sort()).toEqual([".other.conf.upstreamd-new", ".up.conf.upstreamd-lock", "up.conf"]);
    expect(readFileSync(path, "utf8")).toBe("one");
  });

  test("says what the disk refused, where, and what helps", async () => {
    const folder = tempFolder("destination");
    const disk = createDestinations();
    const missing = await failureOf(disk.stage([create(join(folder, "none", "up.conf"), "x")]));
    expect(missing).toMatchObject({ code: "DESTINATION", hint: "Make its folder first; upstreamd makes none." });
    expect(missing.message).toMatch(/Cannot write .*none\/up\.conf: ENOENT/);
    mkdirSync(join(folder, "dir.conf"));
    expect(await failureOf(disk.read([join(folder, "dir.conf")]))).toMatchObject({
      hint: expect.stringMatching(/choose the name of a file/i),
    });
    execFileSync("/usr/bin/mkfifo", [join(folder, "pipe.conf")]);
    expect((await failureOf(disk.read([join(folder, "pipe.conf")]))).message).toContain("not a regular file");
    symlinkSync("circle.conf", join(folder, "circle.conf"));
    expect((await failureOf(disk.read([join(folder, "circle.conf")]))).message).toContain("ELOOP");
  });

  test("changes nothing in a folder that it may not write", async () => {
    const path = file("one", 0o644);
    chmodSync(join(path, ".."), 0o555);
    const error = await failureOf(asNobody(() => createDestinations().stage([update(path, "one", "two")])));
    expect(error.message).toMatch(/Cannot write .*up\.conf: EACCES/);
    expect(readFileSync(path, "utf8")).toBe("one");
    chmodSync(join(path, ".."), 0o755);
    expect(readdirSync(join(path, ".."))).toEqual(["up.conf"]);
  });

  test.runIf(process.getuid?.() === 0)("refuses to take a file over from an owner that it cannot give it back to", async () => {
    const path = file("one", 0o644);
    chmodSync(join(path, ".."), 0o777);
    const error = await failureOf(asNobody(() => createDestinations().stage([update(path, "one", "two")])));
    expect(error.message).toContain("EPERM");
    expect(readdirSync(join(path, ".."))).toEqual(["up.conf"]);
  });
});
