import { request } from "node:http";
import { connect } from "node:net";

/** How often each answer came: the body of a 200, else the status (`502`), or the error (`ECONNREFUSED`). */
export type Answers = Readonly<Record<string, number>>;

const PATIENCE_MS = 10_000;

/** Makes `count` requests, each over a connection of its own, and counts the answers. */
export async function httpTraffic(url: string, count: number): Promise<Answers> {
  return await countAnswers(count, () => httpAnswer(url));
}

/** Opens `count` connections to a port of loopback and counts what each said before it was closed (`closed`: nothing). */
export async function tcpTraffic(port: number, count: number): Promise<Answers> {
  return await countAnswers(count, () => tcpAnswer(port));
}

/** One after the other: what a balancer does with requests that overlap is another question. */
async function countAnswers(count: number, ask: () => Promise<string>): Promise<Answers> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const answer = await ask();
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}

function httpAnswer(url: string): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { agent: false, timeout: PATIENCE_MS }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("error", (error) => resolve(codeOf(error)));
      response.on("end", () => resolve(response.statusCode === 200 ? body : String(response.statusCode)));
    });
    sent.on("timeout", () => sent.destroy(new Error("timeout")));
    sent.on("error", (error) => resolve(codeOf(error)));
    sent.end();
  });
}

function tcpAnswer(port: number): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    const socket = connect({ port, host: "127.0.0.1", timeout: PATIENCE_MS });
    socket.setEncoding("utf8").on("data", (chunk) => (said += String(chunk)));
    socket.on("timeout", () => socket.destroy(new Error("timeout")));
    socket.on("error", (error) => resolve(codeOf(error)));
    socket.on("close", () => resolve(said === "" ? "closed" : said));
  });
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
