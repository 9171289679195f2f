import { basename } from "node:path";
import { UpstreamdError } from "../support/errors.ts";

/** Throws `USAGE` where two destinations would be one file of a folder, as `render --out` lays it out; `cannot` says what that is in the way of. */
export function refuseClash(paths: readonly string[], cannot: string): void {
  const names = paths.map((path) => basename(path));
  const clash = names.find((name, i) => names.indexOf(name) !== i);
  if (clash === undefined) return;
  throw new UpstreamdError("USAGE", `${cannot}: two destinations have the name ${clash}`, "Give all destinations different base names.");
}
