import type { Status } from "../../model/status.ts";
import { sharesOf, since } from "../shares.ts";
import type { Answer } from "../traffic.ts";
import { NAMES } from "../world.ts";
import { barLine } from "./bar.ts";
import type { Line, Span, Style } from "./line.ts";

/** What is going on at a moment. */
export interface Sight {
  readonly now: number;
  readonly answers: readonly Answer[];
  /** Null while no daemon answers. */
  readonly status: Status | null;
}

export interface PanelShape {
  readonly columns: number;
  readonly blocks: boolean;
}

const WINDOW_MS = 2_000;
const STATE_STYLES: Readonly<Record<Status["state"], Style>> = {
  in_sync: "green",
  pending: "yellow",
  starting: "yellow",
  stale: "yellow",
  blocked: "red",
};

/** The picture that stands below the story: who answered in the last seconds, and what upstreamd says of itself. */
export function panelLines({ now, answers, status }: Sight, { columns, blocks }: PanelShape): readonly Line[] {
  const recent = since(answers, now - WINDOW_MS);
  const shares = sharesOf(recent);
  const failed = answers.filter((answer) => answer.failed).length;
  return [
    rule(` answers in the last ${WINDOW_MS / 1_000} s `, columns, blocks),
    ...NAMES.map((name) => barLine({ name, count: shares[name] ?? 0, of: recent.length, indent: "  " }, columns, blocks)),
    [{ text: `  ${answers.length} requests, ` }, { text: `${failed} failed`, style: failed === 0 ? "green" : "red" }],
    ...(status === null ? [[{ text: "  upstreamd is not running yet" }], []] : statusLines(status)),
  ];
}

function rule(title: string, columns: number, blocks: boolean): Line {
  const dash = blocks ? "─" : "-";
  return [{ text: `${dash}${dash}${title}`.padEnd(Math.min(columns, 78), dash), style: "dim" }];
}

function statusLines({ state, reason, running, consul }: Status): readonly Line[] {
  const generation = running.generation === null ? "" : `, generation ${running.generation} runs`;
  const said: Span = { text: state === "in_sync" ? generation : reason === null ? "" : `: ${reason}` };
  const age = consul.last_answer_age_s;
  return [
    [{ text: "  upstreamd " }, { text: state, style: STATE_STYLES[state] }, said],
    [
      { text: "  consul    " },
      { text: consul.state, style: consul.state === "ok" ? "green" : "yellow" },
      { text: age === null ? "" : `, last heard ${age.toFixed(1)} s ago` },
    ],
  ];
}
