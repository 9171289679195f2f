import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath } from "node:url";

/** A stack with the places of our sources in it instead of those of the bundle, where the maps beside the bundle know them. */
export function originalStack(stack: string): string {
  const maps = new Map<string, SourceMap | null>();
  return stack.replaceAll(/(file:\/\/[^\s()]+):(\d+):(\d+)/g, (place: string, url: string, line: string, column: string) => {
    const map = maps.get(url) ?? readMap(url);
    maps.set(url, map);
    const found = map?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found === undefined || !("originalSource" in found)) return place;
    return `${found.originalSource.replace(/^(\.\.\/)+/, "")}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  });
}

function readMap(url: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, "utf8")) as SourceMapPayload);
  } catch {
    return null;
  }
}
