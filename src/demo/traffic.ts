import { request } from "node:http";

/** How many of the requests each server answered; a failure counts under its own name. */
export type Shares = Readonly<Record<string, number>>;

/** Makes `count` requests, one after the other and each over a connection of its own; all of them fail once `stop` aborts. */
export async function sendRequests(url: string, count: number, stop: AbortSignal): Promise<Shares> {
  const shares: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const name = await answerOf(url, stop);
    shares[name] = (shares[name] ?? 0) + 1;
  }
  return shares;
}

function answerOf(url: string, stop: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { agent: false, timeout: 5_000, signal: stop }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString("utf8").trim() : `status ${response.statusCode}`),
      );
      response.on("close", () => resolve("cut off"));
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? "error"));
    sent.end();
  });
}
