import type { Clock } from "../../model/clock.ts";
import type { Catalog } from "./catalog.ts";
import type { Topic } from "./topic.ts";

/** What a query looks at: which changes wake it, and how new it is. Both can differ from one moment to the next. */
export interface Watched {
  topics(): readonly Topic[];
  index(): number;
}

interface Wait {
  /** 0: not at all. */
  readonly index: number;
  readonly waitMs: number;
}

interface World {
  readonly catalog: Catalog;
  readonly clock: Clock;
}

/**
 * Waits until what is watched is newer than `index`, or `waitMs` are over, or nobody listens any more. An index above
 * the present one is deaf to all changes until then, as Consul's is.
 */
export async function waitForChange(watched: Watched, query: Wait, { catalog, clock }: World, gone: AbortSignal): Promise<void> {
  if (query.index === 0) return;
  const end = clock.now() + query.waitMs;
  for (let left = query.waitMs; watched.index() <= query.index && left > 0 && !gone.aborted; left = end - clock.now()) {
    const woken = new AbortController();
    const forget = catalog.onChange(watched.topics(), () => woken.abort());
    await clock.sleep(left, AbortSignal.any([gone, woken.signal]));
    forget();
  }
}
