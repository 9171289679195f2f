import { dirname, isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The JSON schema of the configuration as an editor finds it from a file: this package's own. A path that leads out of the file's
 * folder is given whole, since it is true of this machine only. Two folders up from both `src/cli` and `dist/chunks`.
 */
export function schemaFor(file: string): string {
  const schema = fileURLToPath(new URL("../../docs/config.schema.json", import.meta.url));
  const path = relative(dirname(file), schema);
  return path.startsWith("..") || isAbsolute(path) ? schema : path;
}
