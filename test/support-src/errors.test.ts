import { expect, test } from "vitest";
import { ERRORS, type ErrorCode, messageOf, UpstreamdError } from "../../src/support/errors.ts";

test("an UpstreamdError carries its code, what to do next, and the exit code of the contract", () => {
  const error = new UpstreamdError("LOCKED", "Cannot use it: held", "stop the other");
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "UpstreamdError", code: "LOCKED", message: "Cannot use it: held", hint: "stop the other", exit: 2 });
  expect(String(error)).toBe("UpstreamdError: Cannot use it: held");
});

test("ERRORS has the exit codes that the contract gives", () => {
  const exits = Object.fromEntries(Object.keys(ERRORS).map((code) => [code, new UpstreamdError(code as ErrorCode, "", "").exit]));
  expect(exits).toMatchObject({
    USAGE: 2,
    CONFIG_INVALID: 2,
    TEMPLATE: 2,
    LOCKED: 2,
    CONSUL: 3,
    NO_DAEMON: 3,
    NGINX_REFUSED: 4,
    NOT_VERIFIED: 5,
  });
  for (const exit of Object.values(exits)) expect([2, 3, 4, 5]).toContain(exit);
});

test("every code says what it means in a whole sentence", () => {
  for (const { meaning } of Object.values(ERRORS)) expect(meaning).toMatch(/^[A-Z].*\.$/);
});

test.each<[unknown, string]>([
  [new Error("why"), "why"],
  [new UpstreamdError("CONSUL", "gone", ""), "gone"],
  ["text", "text"],
  [undefined, "undefined"],
  [{ message: "no error" }, "[object Object]"],
])("messageOf tells of %o", (thrown, text) => {
  expect(messageOf(thrown)).toBe(text);
});
