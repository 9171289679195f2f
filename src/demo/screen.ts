import { type Line, lineText } from "./drawing/line.ts";
import { type Drawn, redraw } from "./drawing/redraw.ts";
import type { Props } from "./props.ts";
import type { Patience } from "./until.ts";

/** Where the demo is watched. */
export interface Viewer {
  write(text: string): void;
  /** Whether a picture can be drawn in place. */
  readonly isLive: boolean;
  readonly colour: boolean;
  /** Whether blocks can be shown; else all is ASCII. */
  readonly blocks: boolean;
  columns(): number;
  rows(): number;
}

export type Picture = () => readonly Line[];

export interface Screen {
  readonly viewer: Viewer;
  /** Writes whole lines above the picture. */
  say(lines: readonly Line[]): void;
  /** From now on draws this below the text, again and again; nothing where no picture can be drawn. */
  show(picture: Picture): void;
  /** Leaves the picture as it is now; what is said from now on stands below it. */
  close(): Promise<void>;
}

const FRAME_MS = 100;
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** Writes the text, and on a terminal the picture below it. The cursor is hidden only for as long as that moves. */
export function createScreen(viewer: Viewer, { clock, stop }: Patience, props: Props): Screen {
  let picture: Picture | null = null;
  let drawn: Drawn = [];
  let last = "";
  const draw = (above: string) => {
    const shape = { columns: viewer.columns(), rows: viewer.rows(), colour: viewer.colour };
    const next = redraw(drawn, picture?.() ?? [], above, shape);
    if (above !== "" || next.text !== last) viewer.write(next.text);
    drawn = next.drawn;
    last = next.text;
  };
  const ending = new AbortController();
  let drawing: Promise<void> = Promise.resolve();
  const animate = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      draw("");
      await clock.sleep(FRAME_MS, signal);
    }
  };
  const close = async () => {
    ending.abort();
    await drawing;
    if (picture !== null) viewer.write(SHOW_CURSOR);
    picture = null;
  };
  return {
    viewer,
    close,
    say: (lines) => {
      const text = lines.map((line) => `${lineText(line, Number.POSITIVE_INFINITY, viewer.colour)}\n`).join("");
      if (picture === null) viewer.write(text);
      else draw(text);
    },
    show: (wanted) => {
      if (!viewer.isLive) return;
      props.add({ remove: close, removeAtOnce: () => viewer.write(SHOW_CURSOR) });
      viewer.write(HIDE_CURSOR);
      picture = wanted;
      drawing = animate(AbortSignal.any([ending.signal, stop]));
    },
  };
}
