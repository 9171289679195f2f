import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { atEnd, cleanUp } from "./cleanup.ts";
import { tempFolder } from "./tmp.ts";

test("cleanUp() disposes of the newest first, of all in spite of a failure, and reports that", async () => {
  const order: string[] = [];
  atEnd(() => order.push("first"));
  atEnd(() => Promise.reject(new Error("stuck")));
  atEnd(() => order.push("last"));
  await expect(cleanUp()).rejects.toThrow("stuck");
  expect(order).toEqual(["last", "first"]);
});

test("what was disposed of early is not disposed of again", async () => {
  let times = 0;
  const dispose = atEnd(() => times++);
  await dispose();
  await cleanUp();
  expect(times).toBe(1);
});

test("tempFolder() gives a folder that cleanUp() removes", async () => {
  const folder = tempFolder();
  expect(existsSync(folder)).toBe(true);
  await cleanUp();
  expect(existsSync(folder)).toBe(false);
});
