import { request } from "node:http";
import type { Status } from "../model/status.ts";
import { messageOf, UpstreamdError } from "../support/errors.ts";

/** Asks the daemon on the control socket; throws NO_DAEMON when none answers within `timeoutMs`. */
export async function fetchStatus(socket: string, timeoutMs: number): Promise<Status> {
  return new Promise<Status>((resolve, reject) => {
    const asked = request({ socketPath: socket, path: "/status", timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Status);
        } catch {
          reject(new Error(`its answer (status ${response.statusCode}) is not JSON`));
        }
      });
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    asked.on("error", reject);
    asked.end();
  }).catch((error: unknown) => {
    throw new UpstreamdError(
      "NO_DAEMON",
      `No daemon answers on ${socket}: ${messageOf(error)}`,
      "Start one with upstreamd run, or name its state_dir.",
    );
  });
}
