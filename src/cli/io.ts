/** A stream that text is written to; the process's own ones fit by shape. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Of a terminal, as it is now. */
  readonly columns?: number;
  readonly rows?: number;
  /** The file descriptor behind it. */
  readonly fd?: number;
  on?(event: "error", listener: (error: Error) => void): unknown;
}

/** The process as the commands see it, so that a test can bring its own; `process` fits by shape. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
  readonly getuid?: () => number;
  /** Ends the process at once, for what is only learnt after the command has ended. */
  exit?(code: number): unknown;
}

/** All that comes by stdin. */
export async function readAll(stdin: Io["stdin"]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString("utf8");
}
