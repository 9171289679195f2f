import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";

/** What the package `papi` hands to an extension: the transport may be replaced before the request is made. */
export interface GuardedRequest {
  transport: { request(options: RequestOptions): ClientRequest };
}

/** Marks the error of a body that is larger than allowed. */
export const TOO_LARGE = "TOO_LARGE";

/**
 * An extension for `onRequest` that closes two gaps of the package (facts: Consul: the client library): a body that is cut
 * short is noticed at once instead of at the deadline, and a body beyond `maxBodyBytes` ends the request while it streams in.
 * Errors of a kept-alive connection that the agent had closed just before it was used again are put into `raced`: asking
 * again is safe.
 */
export function transportGuard(maxBodyBytes: number, raced: WeakSet<Error>): (request: GuardedRequest, next: () => void) => void {
  return (request, next) => {
    const { transport } = request;
    request.transport = {
      request(options) {
        const sent = transport.request(options);
        let answered = false;
        sent.on("error", (error: NodeJS.ErrnoException) => {
          if (!answered && sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE")) raced.add(error);
        });
        sent.on("response", (response: IncomingMessage) => {
          answered = true;
          guardResponse(sent, response, maxBodyBytes);
        });
        return sent;
      },
    };
    next();
  };
}

function guardResponse(sent: ClientRequest, response: IncomingMessage, maxBodyBytes: number): void {
  let length = 0;
  const refuse = (): void => {
    fail(sent, TOO_LARGE, `the body is larger than ${maxBodyBytes} bytes`);
    sent.destroy();
  };
  // Without a listener the error of a cut body would end the process; `close` reports it.
  response.on("error", () => undefined);
  response.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBodyBytes) refuse();
  });
  response.on("close", () => {
    if (!response.complete) fail(sent, "ECONNRESET", "the connection was closed in the middle of the answer");
  });
  if (Number(response.headers["content-length"] ?? 0) > maxBodyBytes) refuse();
}

/** The package takes the first `error` of a request as its end, and ignores the others. */
function fail(sent: ClientRequest, code: string, message: string): void {
  sent.emit("error", Object.assign(new Error(message), { code }));
}
