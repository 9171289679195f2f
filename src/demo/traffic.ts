import { request } from "node:http";
import type { Patience } from "./until.ts";

/** How many of some requests each server answered. */
export type Shares = Readonly<Record<string, number>>;

/** What became of one request. */
export interface Answer {
  /** When it was there, by the clock's `now`. */
  readonly at: number;
  /** The server that answered, or what went wrong. */
  readonly from: string;
  readonly failed: boolean;
}

/** A steady trickle of requests, one at a time, so that the servers take their turns to the letter. */
export interface Traffic {
  start(): void;
  /** Of every request since the first good one, in order. */
  answers(): readonly Answer[];
  stop(): Promise<void>;
}

const EVERY_MS = 20;
const ANSWER_WITHIN_MS = 5_000;

/** Requests to this URL, fifty a second, each over a connection of its own. */
export function createTraffic(url: string, { clock, stop }: Patience): Traffic {
  const answers: Answer[] = [];
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, stop]);
  let going: Promise<void> = Promise.resolve();
  const go = async () => {
    for (let due = clock.now() + EVERY_MS; !signal.aborted; due = Math.max(due + EVERY_MS, clock.now())) {
      await clock.sleep(Math.max(0, due - clock.now()), signal);
      const answer = await ask(url, signal);
      const isUp = answers.length > 0 || !answer.failed;
      if (isUp && !signal.aborted) answers.push({ ...answer, at: clock.now() });
    }
  };
  return {
    answers: () => answers,
    start: () => {
      going = go();
    },
    stop: async () => {
      ending.abort();
      await going;
    },
  };
}

function ask(url: string, signal: AbortSignal): Promise<Omit<Answer, "at">> {
  return new Promise((resolve) => {
    const fail = (words: string) => resolve({ from: words, failed: true });
    const sent = request(url, { agent: false, timeout: ANSWER_WITHIN_MS, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const isGood = response.statusCode === 200;
        if (isGood) resolve({ from: Buffer.concat(chunks).toString("utf8").trim(), failed: false });
        else fail(`status ${response.statusCode}`);
      });
      response.on("close", () => fail("cut off"));
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)));
    sent.on("error", (error) => fail(error.message));
    sent.end();
  });
}
