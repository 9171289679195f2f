import type { Instance } from "./instance.ts";
import type { Answer, Snapshot } from "./snapshot.ts";

/** What begins so means something to us whatever templates there are. */
export const OWN_METADATA = "nginx-";

/** The keys of metadata that are of use beside our own; `all`: nobody can tell which. */
export type UsedMetadata = readonly string[] | "all";

/** The instance without the metadata that nothing uses. */
export function withUsedMetadata(instance: Instance, used: UsedMetadata): Instance {
  if (used === "all") return instance;
  const entries = Object.entries(instance.meta).filter(([key]) => key.startsWith(OWN_METADATA) || used.includes(key));
  return { ...instance, meta: Object.fromEntries(entries) };
}

/** The same for each instance of a snapshot. */
export function snapshotOfUse({ answers }: Snapshot, used: UsedMetadata): Snapshot {
  return { answers: new Map([...answers].map(([watch, answer]) => [watch, answerOfUse(answer, used)])) };
}

function answerOfUse(answer: Answer, used: UsedMetadata): Answer {
  if (answer.kind !== "believed") return answer;
  return { ...answer, instances: answer.instances.map((instance) => withUsedMetadata(instance, used)) };
}
