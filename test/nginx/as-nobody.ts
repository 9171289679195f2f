const NOBODY = 65_534;

/** Runs `work` without the rights of root; where the tests do not run as root, it has none anyway. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
