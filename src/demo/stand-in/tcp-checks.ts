import { connect } from "node:net";
import type { Clock } from "../../model/clock.ts";

/** What a TCP check connects to, how often, and how long that may take (0: the agent's default). */
export interface TcpTarget {
  /** `HOST:PORT`. */
  readonly address: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface TcpChecks {
  /** Runs a check from now on, or from now on against another target. */
  start(checkId: string, target: TcpTarget): void;
  stop(checkId: string): void;
  stopAll(): void;
}

export type Settle = (checkId: string, status: "passing" | "critical", output: string) => void;

const SHORTEST_INTERVAL_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/** TCP checks as an agent runs them: never more often than each second, the first after a part of the interval by chance. */
export function createTcpChecks(clock: Clock, settle: Settle): TcpChecks {
  const running = new Map<string, AbortController>();
  const stop = (checkId: string) => {
    running.get(checkId)?.abort();
    running.delete(checkId);
  };
  return {
    stop,
    start: (checkId, target) => {
      stop(checkId);
      const abort = new AbortController();
      running.set(checkId, abort);
      void watch(target, clock, abort.signal, (status, output) => settle(checkId, status, output));
    },
    stopAll: () => [...running.keys()].forEach(stop),
  };
}

type Found = (status: "passing" | "critical", output: string) => void;

async function watch(target: TcpTarget, clock: Clock, signal: AbortSignal, found: Found): Promise<void> {
  const interval = Math.max(target.intervalMs, SHORTEST_INTERVAL_MS);
  await clock.sleep(interval * clock.random(), signal);
  while (!signal.aborted) {
    const refusal = await refusalOf(target, signal);
    if (signal.aborted) return;
    if (refusal === null) found("passing", `TCP connect ${target.address}: Success`);
    else found("critical", `dial tcp ${target.address}: ${refusal}`);
    await clock.sleep(interval, signal);
  }
}

/** Why no connection came about, in the agent's words; null when one did. */
function refusalOf({ address, timeoutMs }: TcpTarget, signal: AbortSignal): Promise<string | null> {
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(address) ?? [];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: timeoutMs > 0 ? timeoutMs : DEFAULT_TIMEOUT_MS });
    const giveUp = () => end("the check was stopped");
    const end = (refusal: string | null) => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(refusal);
    };
    signal.addEventListener("abort", giveUp);
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end("i/o timeout"));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ECONNREFUSED" ? "connect: connection refused" : error.message),
    );
  });
}
