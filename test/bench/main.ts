import { cleanUp } from "../support/cleanup.ts";
import { type Row, tableOf } from "./figures.ts";
import { oneChange } from "./one-change.ts";
import { rendering } from "./rendering.ts";
import { startUp } from "./start-up.ts";

/** Each part gives its rows; `npm run bench -- rendering --rounds 5` runs one of them, and quickly. */
const PARTS: Readonly<Record<string, (rounds: number) => Promise<readonly Row[]>>> = {
  "one-change": oneChange,
  "start-up": startUp,
  rendering,
};

try {
  const args = process.argv.slice(2);
  const flag = args.indexOf("--rounds");
  const rounds = flag === -1 ? 25 : Number(args[flag + 1]);
  const asked = args.filter((arg) => Object.hasOwn(PARTS, arg));
  const rows: Row[] = [];
  for (const name of asked.length === 0 ? Object.keys(PARTS) : asked) {
    process.stderr.write(`bench: ${name}, ${rounds} rounds ...\n`);
    rows.push(...((await PARTS[name]?.(rounds)) ?? []));
  }
  process.stdout.write(`${tableOf(rows)}\n`);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
