import { resolve } from "node:path";
import { named, visible } from "../config/visible.ts";
import { exists } from "../nginx/include-tree.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";
import { configurationWithoutFile } from "./configuration.ts";
import { draft } from "./init/draft.ts";
import type { Found } from "./init/found.ts";
import { lookAround } from "./init/look-around.ts";
import { writeNew } from "./init/write-new.ts";
import type { Io } from "./io.ts";
import type { InitOptions } from "./options.ts";
import { waitingFor } from "./progress.ts";

/** `upstreamd init`: writes a first configuration from what this machine looks like; never over a file that is there. */
export async function init(options: InitOptions, io: Io): Promise<number> {
  const path = resolve(io.cwd(), options.out ?? "upstreamd.yaml");
  if (exists(path)) throw isThere(path);
  const asked = await configurationWithoutFile(options, io);
  const found = await waitingFor(`Consul at ${asked.consul.address}`, io, () => lookAround(asked, options, path, io));
  await write(path, draft(found));
  for (const line of [...remarksOn(found), ...summaryOf(path, found, options)]) io.stderr.write(`${visible(line)}\n`);
  return 0;
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeNew(path, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw isThere(path);
    throw new UpstreamdError(
      "USAGE",
      `Cannot write ${named(path)}: ${withoutCall(messageOf(error))}.`,
      "Name a file in a folder that is there and takes it, with --out FILE.",
    );
  }
}

/** What failed, without the call and the file beside ours that it was for. */
function withoutCall(message: string): string {
  return message.replace(/, [a-z]+(?: '.*)?$/s, "");
}

function isThere(path: string): UpstreamdError {
  return new UpstreamdError(
    "USAGE",
    `Cannot write ${named(path)}: it is there already, and is left as it is.`,
    "Name another file with --out FILE, or move this one away.",
  );
}

function remarksOn({ consul, nginx, outputs: { http } }: Found): readonly string[] {
  return [...consul.remarks, nginx.remark, http.add === null ? null : `${http.because} ${http.add}`].filter((remark) => remark !== null);
}

function summaryOf(path: string, { entries }: Found, { out }: InitOptions): readonly string[] {
  const inForce = entries.filter(({ off }) => off === null).length;
  const flag = out === null ? "" : ` -c ${named(out)}`;
  const more = entries.length === inForce ? "" : `, ${entries.length - inForce} more as comments`;
  const next = inForce === 0 ? "name your upstreams in it, then try" : "next:";
  return [`wrote ${named(path)} with ${inForce} upstream${inForce === 1 ? "" : "s"}${more}; ${next} upstreamd check${flag}`];
}
