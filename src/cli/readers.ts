import { fstatSync, type Stats, writeSync } from "node:fs";
import type { Output } from "./io.ts";

/** Who reads an output, for a command that goes on for ever. */
export interface Readers {
  /** false once it is known that nobody does. */
  areThere(): boolean;
  /** Whether that is only learnt by writing, so that something has to be written now and then. */
  readonly onlyByWriting: boolean;
}

export function readersOf(output: Output): Readers {
  let failed = false;
  output.on?.("error", () => {
    failed = true;
  });
  const fd = output.fd ?? -1;
  const kind = kindOf(fd);
  return { areThere: () => !failed && !(kind?.isSocket() === true && isClosed(fd)), onlyByWriting: kind?.isFIFO() === true };
}

function kindOf(fd: number): Stats | null {
  try {
    return fstatSync(fd);
  } catch {
    return null;
  }
}

/** A socket whose other end is closed refuses even what is empty; a pipe takes that from everybody. */
function isClosed(fd: number): boolean {
  try {
    writeSync(fd, "");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPIPE";
  }
}
