import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tempFolder } from "../support/tmp.ts";
import { errorOf, load } from "./loading.ts";

const SECRET = "b1gs3cr3t";

function tokenFile(text: string): string {
  const path = join(tempFolder("token"), "token");
  writeFileSync(path, text);
  return path;
}

const inFile = (lines: string) => `consul: { ${lines} }\nupstreams: { api: {} }\n`;

describe("the ACL token", () => {
  it("is null when nobody gives one", async () => {
    expect((await load("upstreams: { api: {} }")).consul.token).toBeNull();
  });

  it("is taken from stdin, the flag's file, CONSUL_HTTP_TOKEN_FILE, CONSUL_HTTP_TOKEN, token_file, token, in this order", async () => {
    const text = inFile(`token: six, token_file: ${tokenFile("five\n")}`);
    const variables = { CONSUL_HTTP_TOKEN_FILE: tokenFile(" three "), CONSUL_HTTP_TOKEN: "four" };
    const tokenOf = async (...[overrides, given]: [object, object]) =>
      (await load(text, { overrides, variables: { ...given } })).consul.token;
    const flag = { tokenFile: { path: tokenFile("two\n"), source: "--token-file" } };
    expect(await tokenOf({ ...flag, tokenText: "one\n" }, variables)).toBe("one");
    expect(await tokenOf(flag, variables)).toBe("two");
    expect(await tokenOf({}, variables)).toBe("three");
    expect(await tokenOf({}, { ...variables, CONSUL_HTTP_TOKEN_FILE: "" })).toBe("four");
    expect(await tokenOf({}, {})).toBe("five");
    expect((await load(inFile("token: six"))).consul.token).toBe("six");
  });

  it.each([
    ["a token that is a list", inFile(`token: [${SECRET}]`)],
    ["a token that is a mapping", inFile(`token: { x: ${SECRET} }`)],
    ["a token with a space in it", inFile(`token: "${SECRET} x"`)],
    ["a token in the place of the section", `consul: ${SECRET}\nupstreams: { api: {} }\n`],
    ["a token behind a misspelt key", inFile(`tokn: ${SECRET}`)],
    ["a token that is an alias", inFile(`token: *${SECRET}`)],
    ["a token behind a tag", inFile(`token: !${SECRET} x`)],
    ["a token with a colon", `consul:\n  token: ${SECRET}: x\nupstreams: { api: {} }\n`],
    ["a token with a stray quote", `consul:\n  token: "x" ${SECRET}\nupstreams: { api: {} }\n`],
    ["a token behind a bar", `consul:\n  token: |${SECRET}\nupstreams: { api: {} }\n`],
    ["credentials in the address", inFile(`address: "http://u:${SECRET}@x:1"`)],
  ])("is in no error: %s", async (_, text) => {
    const error = await errorOf(load(text));
    expect(error.exit).toBe(2);
    expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain(SECRET);
  });

  it("is in no error about a token file that holds two words, and the file is named", async () => {
    const path = tokenFile(`${SECRET} ${SECRET}`);
    const error = await errorOf(load(inFile(`token_file: ${path}`)));
    expect(error.message).toContain(path);
    expect(error.message).not.toContain(SECRET);
  });

  it.each(["", " \n"])("is missed by name when its file holds %j", async (text) => {
    const path = tokenFile(text);
    const { code, message } = await errorOf(load(inFile(`token_file: ${path}`)));
    expect(code).toBe("CONFIG_INVALID");
    expect(message).toContain(`the token file ${path} (consul.token_file): found nothing in it`);
  });

  it("is missed by name when its file is not there", async () => {
    const error = await errorOf(load("upstreams: { api: {} }", { variables: { CONSUL_HTTP_TOKEN_FILE: "/nope/token" } }));
    expect(error.message).toContain("CONSUL_HTTP_TOKEN_FILE");
    expect(error.message).toContain("/nope/token");
  });

  it("is not replaced by CONSUL_HTTP_AUTH, which is refused without its value", async () => {
    const { message } = await errorOf(load("upstreams: { api: {} }", { variables: { CONSUL_HTTP_AUTH: `u:${SECRET}` } }));
    expect(message).toContain("CONSUL_HTTP_AUTH is not built yet");
    expect(message).not.toContain(SECRET);
  });
});
