import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nginxConfig, nginxLayout } from "../support/nginx-config.ts";
import { NGINX, type NginxVersion } from "../support/nginx-server.ts";
import { tempFolder } from "../support/tmp.ts";
import type { Cell } from "./cells.ts";

export interface Answer {
  readonly accepted: boolean;
  /** What it complained of, warnings included. */
  readonly said: string;
}

export interface Examiner {
  readonly version: string;
  ask(cell: Pick<Cell, "block" | "protocol">): Promise<Answer>;
}

/** A real Nginx that is asked about one block at a time. A warning counts as accepted. */
export async function examiner(which: NginxVersion): Promise<Examiner> {
  const { binary, streamModule } = NGINX[which];
  const layout = nginxLayout(tempFolder("cells"));
  mkdirSync(layout.httpFolder);
  mkdirSync(layout.streamFolder);
  const version = /nginx\/(\S+)/.exec((await run(binary, ["-v"])).text)?.[1] ?? "";
  return {
    version,
    ask: async ({ block, protocol }) => {
      writeFileSync(layout.config, nginxConfig(layout, { [protocol]: `upstream u {\n${block}\n}`, streamModule }));
      const { code, text } = await run(binary, ["-t", "-p", layout.prefix, "-c", layout.config, "-e", "stderr"]);
      return {
        accepted: code === 0,
        said: (/\[(?:emerg|crit|alert|warn)\] (?:\d+#\d+: )?(.*)/.exec(text)?.[1] ?? text).replaceAll(
          ` in ${join(layout.config)}`,
          " in line ",
        ),
      };
    },
  };
}

/** Straight, because it is done some thousand times. */
function run(binary: string, args: readonly string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(binary, args, { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, text: stdout + stderr });
    });
  });
}
