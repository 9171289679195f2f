import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createDestinations } from "../../src/nginx/destinations.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";

function smallDisk(): string {
  const folder = tempFolder("disk");
  execFileSync("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=32k", "tmpfs", folder]);
  atEnd(() => execFileSync("/usr/bin/umount", [folder]));
  return folder;
}

describe.runIf(process.getuid?.() === 0)("createDestinations() on a real disk", () => {
  test("leaves the live file and nothing else when the disk is full", async () => {
    const path = join(smallDisk(), "up.conf");
    writeFileSync(path, "one");
    const before = statSync(path);
    const change = { path, change: "update", before: "one", after: "x".repeat(100_000) } as const;
    await expect(createDestinations().stage([change])).rejects.toMatchObject({
      message: expect.stringContaining("ENOSPC"),
      hint: "Make room on that file system.",
    });
    expect([readdirSync(join(path, "..")), readFileSync(path, "utf8"), statSync(path).ino]).toEqual([["up.conf"], "one", before.ino]);
  });

  test("leaves the live file when the disk became read-only between staging and placing", async () => {
    const folder = smallDisk();
    const path = join(folder, "up.conf");
    writeFileSync(path, "one");
    const change = { path, change: "update", before: "one", after: "two" } as const;
    const disk = createDestinations();
    await disk.stage([change]);
    execFileSync("/usr/bin/mount", ["-o", "remount,ro", folder]);
    await expect(disk.place([change])).rejects.toMatchObject({
      message: expect.stringContaining("EROFS"),
      hint: expect.stringContaining("read-write"),
    });
    await disk.restore([change]).catch(() => undefined);
    expect(readFileSync(path, "utf8")).toBe("one");
    execFileSync("/usr/bin/mount", ["-o", "remount,rw", folder]);
    await disk.discard([path]);
    expect(readdirSync(folder)).toEqual(["up.conf"]);
  });
});
