import { describe, expect, test } from "vitest";
import { has } from "../../src/model/capabilities/since.ts";
import { nginxVersions } from "../support/nginx-server.ts";
import { examiner } from "./ask-nginx.ts";
import { type Cell, everyCell } from "./cells.ts";

const CELLS = everyCell();
const GROUPS = [...new Set(CELLS.map(({ group }) => group))];

describe.concurrent.each(nginxVersions)("what the table says of Nginx, and nginx -t of %s,", (which) => {
  test.each(GROUPS)("agree on every cell of: %s", async (group) => {
    const { version, ask } = await examiner(which);
    const wrong: string[] = [];
    for (const cell of cellsOf(group)) {
      const { accepted, said } = await ask(cell);
      const expected = has(cell.since, cell.protocol, version);
      if (accepted !== expected)
        wrong.push(`${cell.protocol} { ${cell.block} }: ${expected ? `Nginx refuses: ${said}` : "Nginx takes it"}`);
    }
    expect(wrong).toEqual([]);
  });
});

function cellsOf(group: string): readonly Cell[] {
  return CELLS.filter((cell) => cell.group === group);
}
