import { readFileSync } from "node:fs";

/** Whether a process runs. A dead one that its parent has not asked for yet (a zombie) does not. */
export function isAlive(pid: number | string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
