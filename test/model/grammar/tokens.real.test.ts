import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteToken } from "../../../src/model/grammar/quote.ts";
import { tokenize } from "../../../src/model/grammar/tokens.ts";
import { nginxVersions, startNginx } from "../../support/nginx-server.ts";
import { anyText, specialText } from "./any-text.ts";

/** Enough of each to meet every pair of special characters, and the same ones in each run. */
const SEED = 20_260_101;

/** The words of a text that stands as arguments of one directive, or null where it does not. */
function wordsOf(text: string): readonly string[] | null {
  const result = tokenize(`x ${text};`);
  if ("error" in result) return null;
  const [, ...words] = result.tokens.slice(0, -1);
  return words.length > 0 && words.every(({ kind }) => kind === "word") ? words.map(({ value }) => value) : null;
}

/** Nginx lowers the case of ASCII letters in what `types` is given. */
function lowered(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

describe.each(nginxVersions)("nginx %s", (version) => {
  /** What Nginx sees in each text: `types` names every extension that it is given for a second time, byte for byte. */
  async function wordsSeen(texts: readonly string[]): Promise<readonly (readonly string[])[]> {
    const lines = texts.map((text, i) => `t${i}/a ${text};\nt${i}/b ${text};`);
    const file = `types_hash_bucket_size 65536; types_hash_max_size 65536;\ntypes {\n${lines.join("\n")}\n}\n`;
    const nginx = await startNginx({ version, stopped: true, files: { "conf.d/types.conf": file } });
    const { code, stderr } = await nginx.configTest();
    expect([code, stderr.match(/\[emerg\].*/)]).toEqual([0, null]);
    const seen = texts.map((): string[] => []);
    for (const [, word, i, line] of stderr.matchAll(/duplicate extension "([\s\S]*?)", content type: "t(\d+)\/([ab])"/g)) {
      if (line === "b") seen[Number(i)]?.push(word ?? "");
    }
    return seen;
  }

  test("splits and unescapes hundreds of odd texts into the same words as tokenize", async () => {
    const texts = fc.sample(
      specialText.filter((text) => wordsOf(text) !== null),
      { numRuns: 600, seed: SEED },
    );
    expect(await wordsSeen(texts)).toEqual(texts.map((text) => wordsOf(text)?.map(lowered)));
  });

  test("reads each of hundreds of quoted values as exactly that value", async () => {
    const values = fc.sample(
      anyText.filter((text) => quoteToken(text, { variables: true }).ok),
      { numRuns: 600, seed: SEED },
    );
    const quoted = values.map((text) => quoteToken(text, { variables: true }));
    const seen = await wordsSeen(quoted.map((result) => (result.ok ? result.text : "")));
    expect(seen).toEqual(values.map((text) => [lowered(text)]));
  });

  const x = (length: number) => "x".repeat(length);

  test.each([
    ["a bare word of 4095 bytes", `${x(4095)};`],
    ["a bare word of 4096 bytes", `${x(4096)};`],
    ["a bare word of 4094 bytes before a space", `${x(4094)} y;`],
    ["a bare word of 4095 bytes before a space", `${x(4095)} y;`],
    ["a quoted word of 4094 bytes", `"${x(4094)}";`],
    ["a quoted word of 4095 bytes", `"${x(4095)}";`],
    ["a quoted word of 4096 bytes", `"${x(4096)}";`],
    ["a quoted word of 4093 bytes before a space", `"${x(4093)}" y;`],
    ["a quoted word of 4094 bytes before a space", `"${x(4094)}" y;`],
    ["a quoted word of 4095 bytes in 4094 letters", `"é${x(4093)}";`],
    ["a comment of 4095 bytes", `y #${x(4094)}\n;`],
    ["a comment of 4096 bytes", `y #${x(4095)}\n;`],
    ["a quote that does not end", `\n"${x(5000)}`],
    ["a quote that does not end with the file", '\n"y\n'],
    ["a word right after a quote", '\n"y"z;'],
    ["a brace right after a quote", '"y"};'],
    ["a bracket right after a quote", '"y");'],
    ["a semicolon too many", "512;\n;"],
    ["a brace that closes too early", "y }"],
    ["a brace too many", "512;\n}\n}"],
    ["a directive that does not end", "y\n\n"],
    ["a backslash at the end", "y \\"],
    ["a block without a name", "512;\n{ }"],
  ])("takes or refuses %s as tokenize does", async (_, text) => {
    // Enough after it for Nginx's buffer to be refilled; a directive that it knows at any place.
    const file = `server_names_hash_max_size ${text}\n`;
    const nginx = await startNginx({ version, stopped: true, files: { "conf.d/text.conf": file } });
    const { stderr } = await nginx.configTest();
    const [, error, line] = /\[emerg\] ([\s\S]*?) in \S+conf\.d\/text\.conf:(\d+)/.exec(stderr) ?? [];
    const result = tokenize(file);
    if ("error" in result) expect({ error, line: Number(line) }).toEqual(result);
    // What it then says is about the directive, not about the text.
    else expect(error).toMatch(/^(invalid (number of arguments|value)|"server_names_hash_max_size" directive|directive)/);
  });
});
