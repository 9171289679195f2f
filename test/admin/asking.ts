import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

/** Where an admin server listens. */
export type Door = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function ask(door: Door, path: string, method = "GET"): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...door, path, method, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on("error", reject).end();
  });
}

/** Sends bytes that no HTTP client would, and resolves with all that comes back. */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}
