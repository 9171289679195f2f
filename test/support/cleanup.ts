const pending = new Set<() => Promise<unknown> | unknown>();

/** Has `dispose` called at the end of the test file, also when a test fails; the result calls it earlier, once. */
export function atEnd(dispose: () => Promise<unknown> | unknown): () => Promise<void> {
  const once = async (): Promise<void> => {
    if (pending.delete(once)) await dispose();
  };
  pending.add(once);
  return once;
}

/** Disposes of everything that is left, the newest first, and then reports the first that failed. */
export async function cleanUp(): Promise<void> {
  const failures: unknown[] = [];
  for (const dispose of [...pending].reverse()) {
    await Promise.resolve(dispose()).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
