import { fetchStatus } from "../admin/client.ts";
import { visible } from "../config/visible.ts";
import type { Clock } from "../model/clock.ts";
import type { Status } from "../model/status.ts";
import { socketIn } from "../state/store.ts";
import { systemClock } from "../support/clock.ts";
import { stateDirOf } from "./configuration.ts";
import type { Io } from "./io.ts";
import { leftOutText } from "./left-out.ts";
import type { StatusOptions } from "./options.ts";
import { paint } from "./paint.ts";
import { readersOf } from "./readers.ts";

const ANSWER_WITHIN_MS = 5_000;
const WATCH_EVERY_MS = 500;

/** After so long without a change a pipe gets the status again, or we would outlive its reader. */
const SIGN_OF_LIFE_MS = 10_000;

/** `upstreamd status`: what the running daemon says of itself; exit 0 in sync, 1 not in sync, 3 no daemon. */
export async function status(options: StatusOptions, io: Io, clock: Clock = systemClock): Promise<number> {
  const socket = socketIn(await stateDirOf(options, io));
  const readers = readersOf(io.stdout);
  let now = await fetchStatus(socket, ANSWER_WITHIN_MS);
  let shown = { essence: "", at: 0 };
  for (;;) {
    const isDue = readers.onlyByWriting && clock.now() - shown.at >= SIGN_OF_LIFE_MS;
    if (isDue || essence(now) !== shown.essence) {
      io.stdout.write(options.json ? `${JSON.stringify(now)}\n` : asText(now, options.color));
      shown = { essence: essence(now), at: clock.now() };
    }
    if (!options.watch || !readers.areThere()) return exitOf(now);
    await clock.sleep(WATCH_EVERY_MS);
    now = await fetchStatus(socket, ANSWER_WITHIN_MS);
  }
}

function exitOf({ state }: Status): number {
  return state === "in_sync" ? 0 : 1;
}

/** What makes a status worth showing again: all but the age of the last answer. */
function essence(now: Status): string {
  return JSON.stringify({ ...now, consul: { ...now.consul, last_answer_age_s: null } });
}

function asText(now: Status, colour: boolean): string {
  const style = now.state === "in_sync" ? "green" : now.state === "blocked" ? "red" : "yellow";
  const lines = [
    now.reason === null ? "" : `: ${now.reason}`,
    `consul  ${now.consul.state}${now.consul.reason === null ? "" : `: ${now.consul.reason}`}`,
    `nginx   ${now.nginx.state}${now.nginx.version === null ? "" : ` ${now.nginx.version}`}${now.nginx.master_pid === null ? "" : `, master ${now.nginx.master_pid}`}`,
    `running ${now.running.generation === null ? "not known" : `generation ${now.running.generation}, verified ${now.running.verified_at ?? "by its exit code only"}`}`,
    ...now.upstreams.flatMap((upstream) => [
      `${upstream.name} (${upstream.protocol}) ${upstream.state}${upstream.reason === null ? "" : `: ${upstream.reason}`}`,
      ...upstream.servers.map(({ address, port, weight, state }) => `  ${address} port ${port} weight ${weight} ${state}`),
      ...upstream.left_out.map(({ node, id, because }) => `  ${leftOutText(node, id, because)}`),
    ]),
  ];
  return `${paint(now.state, style, colour)}${visible(lines.join("\n"))}\n`;
}
