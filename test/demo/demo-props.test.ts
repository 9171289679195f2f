import { expect, test } from "vitest";
import { createProps } from "../../src/demo/props.ts";

test("strike() takes everything down, the last first, though one fails, and rejects with the first failure", async () => {
  const props = createProps();
  const removed: string[] = [];
  props.add({ remove: () => void removed.push("folder") });
  props.add({
    remove: () => {
      throw new Error("cannot remove Consul");
    },
  });
  props.add({
    remove: async () => {
      removed.push("Nginx");
      throw new Error("cannot remove Nginx");
    },
  });
  await expect(props.strike()).rejects.toThrow("cannot remove Nginx");
  expect(removed).toEqual(["Nginx", "folder"]);
});

test("a process that ends in the middle takes down what would outlive it, once the stage is struck nothing", async () => {
  const removed: string[] = [];
  const before = process.listeners("exit");
  const props = createProps();
  const [atExit] = process.listeners("exit").filter((listener) => !before.includes(listener));
  props.add({ remove: () => undefined, removeAtOnce: () => void removed.push("folder") });
  props.add({
    remove: () => undefined,
    removeAtOnce: () => {
      throw new Error("it is gone already");
    },
  });
  atExit?.(0);
  expect(removed).toEqual(["folder"]);
  await props.strike();
  expect(process.listeners("exit")).toEqual(before);
});
