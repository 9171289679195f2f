import { request } from "node:http";
import { join } from "node:path";
import { type Child, type Exit, startChild } from "./child.ts";
import { until, type Waiting } from "./until.ts";

export const BIN = join(import.meta.dirname, "..", "..", "bin", "upstreamd.js");

export interface RunOptions {
  readonly cwd?: string;
  /** Beside what is left of our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface Result extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command to its end. */
export async function upstreamd(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = spawnBin(args, options);
  return { ...(await child.exited), stdout: child.stdout(), stderr: child.stderr() };
}

/** What `GET /status` answers, as far as tests look at it (contract: `status --json`). */
export interface StatusAnswer {
  readonly state: string;
  readonly reason: string | null;
  readonly desired: { readonly hash: string | null };
  readonly on_disk: { readonly hash: string | null };
  readonly running: { readonly hash: string | null; readonly generation: number | null; readonly verified_at: string | null };
  readonly consul: { readonly state: string; readonly last_answer_age_s: number | null };
  readonly nginx: { readonly state: string; readonly version: string; readonly master_pid: number | null; readonly processes: number };
  readonly upstreams: readonly {
    readonly name: string;
    readonly protocol: string;
    readonly state: string;
    readonly reason: string | null;
    readonly servers: readonly { readonly address: string; readonly port: number; readonly weight: number; readonly state: string }[];
  }[];
  readonly outcomes: readonly {
    readonly at: string;
    readonly outcome: string;
    readonly generation: number | null;
    readonly reason: string | null;
  }[];
}

/** A daemon that runs beside the test. */
export interface Daemon extends Child {
  /** Over the control socket; rejects while nobody answers there. */
  status(): Promise<StatusAnswer>;
  waitForStatus(what: string, accept: (status: StatusAnswer) => boolean, waiting?: Waiting): Promise<StatusAnswer>;
  /** Waits for words in what it said on stderr, and resolves with all of it. */
  waitForLog(words: RegExp, waiting?: Waiting): Promise<string>;
}

/** Starts `upstreamd ARGS` (with `run` among them) and goes on at once; `stateDir` is where its control socket will be. */
export function startUpstreamd(args: readonly string[], { stateDir, ...options }: RunOptions & { stateDir: string }): Daemon {
  const child = spawnBin(args, options);
  const socket = join(stateDir, "upstreamd.sock");
  const status = () => getJson(socket, "/status") as Promise<StatusAnswer>;
  return {
    ...child,
    status,
    waitForStatus: (what, accept, waiting) => whileRunning(child, what, status, accept, waiting),
    waitForLog: (words, waiting) => whileRunning(child, `the log to have ${words}`, child.stderr, (text) => words.test(text), waiting),
  };
}

/** Gives up as soon as the daemon has ended, with what it said last. */
async function whileRunning<T>(
  child: Child,
  what: string,
  probe: () => Promise<T> | T,
  accept: (value: T) => boolean,
  waiting?: Waiting,
): Promise<T> {
  const box = await until(
    what,
    async () => {
      const ended = !child.running();
      const value = await valueUnless(ended, probe);
      if (value !== null && accept(value)) return { value };
      return ended ? "ended" : null;
    },
    waiting,
  );
  if (box === "ended") throw new Error(`upstreamd ended while the test waited for ${what}; it said: ${child.stderr().slice(-1500)}`);
  return box.value;
}

/** After the end nobody answers on the socket: that is no news then. */
async function valueUnless<T>(ended: boolean, probe: () => Promise<T> | T): Promise<T | null> {
  try {
    return await probe();
  } catch (error) {
    if (ended) return null;
    throw error;
  }
}

/** Variables of the one who runs the tests, which would configure the command, are taken away. */
function spawnBin(args: readonly string[], { env = {}, ...options }: RunOptions): Child {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(UPSTREAMD|CONSUL|VITEST|FORCE_COLOR|NODE_OPTIONS|NOTIFY_SOCKET)/.test(name),
  );
  return startChild(process.execPath, [BIN, ...args], { ...options, env: { ...Object.fromEntries(own), ...env } });
}

function getJson(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, agent: false, timeout: 5000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("error", reject);
      response.on("end", () => {
        try {
          resolve(JSON.parse(body));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer on ${socketPath}`)));
    sent.on("error", reject);
    sent.end();
  });
}
