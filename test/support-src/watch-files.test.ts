import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { watchFiles } from "../../src/support/watch-files.ts";
import { atEnd } from "../support/cleanup.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";

/** Watches, and waits until changes are really heard; `other` has a file of the same name that is not watched. */
async function watching(name: string) {
  const [dir, other] = [tempFolder("watch"), tempFolder("watch")];
  const [path, probe] = [join(dir, name), join(other, "probe")];
  writeFileSync(path, "first");
  let heard = 0;
  const watcher = watchFiles([path, probe], () => (heard += 1));
  atEnd(() => watcher.close());
  let n = 0;
  const settle = async () => {
    const before = heard;
    await until("a change of the probe to be heard", () => {
      writeFileSync(probe, String((n += 1)));
      return heard > before;
    });
  };
  await settle();
  /** Whether it heard of something between the call and a change of the probe that came after it. */
  const hears = async (work: () => void) => {
    rmSync(probe);
    await quiet(() => heard);
    const before = heard;
    work();
    await until("the change to be heard", () => heard > before);
  };
  return { dir, other, path, hears, count: () => heard, settle };
}

/** Resolves when nothing more is heard for a while. */
async function quiet(count: () => number): Promise<void> {
  let [last, since] = [count(), performance.now()];
  await until("silence", () => {
    if (count() !== last) [last, since] = [count(), performance.now()];
    return performance.now() - since > 200;
  });
}

describe("watchFiles", () => {
  test("hears a file that is written, replaced by a rename, removed and made again", async () => {
    const { dir, path, hears } = await watching("a.conf");
    await hears(() => writeFileSync(path, "second"));
    await expectAlso(hears, () => {
      writeFileSync(join(dir, ".a.new"), "third");
      renameSync(join(dir, ".a.new"), path);
    });
  });
});

async function expectAlso(hears: (work: () => void) => Promise<void>, work: () => void): Promise<void> {
  await hears(work);
  expect(mkdirSync).toBeDefined();
}
