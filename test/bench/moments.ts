import { closeSync, openSync, readFileSync, readSync, statSync, watch } from "node:fs";
import { get } from "node:http";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Backend } from "../support/backends.ts";
import type { NginxServer } from "../support/nginx-server.ts";

/** A tool with an Nginx and a service of its own. */
export interface Side {
  readonly service: string;
  readonly nginx: NginxServer;
  readonly port: number;
  readonly destination: string;
}

/** When each step of a change was seen, in milliseconds since Consul had taken it. */
export interface Moments {
  /** The new text at the destination. */
  readonly file: number;
  /** The master's own word that it was told. */
  readonly signal: number;
  /** The first answer by the new server. */
  readonly answer: number;
}

/** Requests that are under way at any moment, each over a connection of its own: a kept one would stay with its old worker. */
const POLLERS = 2;
const LONGEST_MS = 15_000;

/** Makes a change and watches for its steps: the kernel tells of the file and of the log, requests tell of the answer. */
export async function momentsOf(side: Side, backend: Backend, change: () => Promise<void>): Promise<Moments> {
  const isPlaced = () => readFileSync(side.destination, "utf8").includes(`:${backend.port}`);
  const log = tailOf(side.nginx.errorLog);
  const file = firstEvent(dirname(side.destination), isPlaced);
  const signal = firstEvent(side.nginx.errorLog, () => log().includes("signal 1 (SIGHUP) received"));
  await change();
  const from = performance.now();
  const answer = Promise.race(Array.from({ length: POLLERS }, () => poll(side, backend.name)));
  const [placed, told, answered] = await inTime(Promise.all([file, signal, answer]), side.service);
  return { file: Math.max(0, placed - from), signal: told - from, answer: answered - from };
}

/** Asks again and again until the server of this name has answered; when that was. */
async function poll(side: Side, name: string): Promise<number> {
  for (;;) {
    if ((await answerOf(side)) === name) return performance.now();
  }
}

/** What a request through Nginx is answered with; empty where it is not. */
export function answerOf({ port }: Pick<Side, "port">): Promise<string> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    });
    request.on("error", () => resolve(""));
  });
}

/** When something happened to a file, or in a folder, after which it is so. */
function firstEvent(path: string, isSo: () => boolean): Promise<number> {
  return new Promise((resolve) => {
    const watcher = watch(path, () => {
      if (!isSo()) return;
      watcher.close();
      resolve(performance.now());
    });
  });
}

/** Reads what came to a file since. */
function tailOf(path: string): () => string {
  let at = statSync(path).size;
  return () => {
    const file = openSync(path, "r");
    const buffer = Buffer.alloc(64 * 1024);
    const read = readSync(file, buffer, 0, buffer.length, at);
    closeSync(file);
    at += read;
    return buffer.toString("latin1", 0, read);
  };
}

async function inTime<T>(moments: Promise<T>, service: string): Promise<T> {
  const over = delay(LONGEST_MS, undefined, { ref: false }).then(() => {
    throw new Error(`The change of ${service} was not seen to come through within ${LONGEST_MS} ms.`);
  });
  return Promise.race([moments, over]);
}
