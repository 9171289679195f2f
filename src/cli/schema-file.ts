import { dirname, isAbsolute, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * The JSON schema of the configuration as an editor finds it from a file: this package's own. A path that leads out of the file's
 * folder is given as a URL, since it is true of this machine only, and so is one with a space, where editors would end it. Two folders
 * up from both `src/cli` and `dist/chunks`.
 */
export function schemaFor(file: string): string {
  const schema = fileURLToPath(new URL("../../docs/config.schema.json", import.meta.url));
  const path = relative(dirname(file), schema);
  return path.startsWith("..") || isAbsolute(path) || /\s/.test(path) ? pathToFileURL(schema).href : path;
}
