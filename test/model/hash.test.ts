import { expect, test } from "vitest";
import { hashFiles, hashText } from "../../src/model/hash.ts";

test("hashText is the SHA-256 in hexadecimal", () => {
  expect(hashText("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("hashFiles does not depend on the order of the paths, and on all else", () => {
  const hash = (...files: (readonly [string, string])[]) => hashFiles(new Map(files));
  expect(hash(["/a", "1"], ["/b", "2"])).toBe(hash(["/b", "2"], ["/a", "1"]));
  const others = [
    hash(),
    hash(["/a", "1"]),
    hash(["/a", "2"]),
    hash(["/b", "1"]),
    hash(["/a", "12"]),
    hash(["/a1", "2"]),
    hash(["/a", "1"], ["/b", ""]),
  ];
  expect(new Set(others).size).toBe(others.length);
});
