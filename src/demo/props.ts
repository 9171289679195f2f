/** Something that the demo brought into the world. */
export interface Prop {
  remove(): Promise<unknown> | void;
  /** The same without waiting for anything, for a process that ends in the middle; only for what would outlive it. */
  removeAtOnce?(): void;
}

export interface Props {
  /** To be told of a thing in the moment in which it is there, so that what is half built goes as well. */
  add(prop: Prop): void;
  /** Takes everything down, the last first, whatever fails. Rejects with the first failure. */
  strike(): Promise<void>;
}

/** All that has to be gone when the demo is over, however it ends. */
export function createProps(): Props {
  const props: Prop[] = [];
  const atOnce = () => {
    for (const prop of props.toReversed()) attempt(() => prop.removeAtOnce?.());
  };
  process.once("exit", atOnce);
  return {
    add: (prop) => void props.push(prop),
    strike: async () => {
      const failures: unknown[] = [];
      for (const prop of props.toReversed()) {
        await Promise.resolve()
          .then(() => prop.remove())
          .catch((error: unknown) => failures.push(error));
      }
      process.off("exit", atOnce);
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Nobody is left who could be told. */
function attempt(remove: () => void): void {
  try {
    remove();
  } catch {
    // The next one has to go as well.
  }
}
