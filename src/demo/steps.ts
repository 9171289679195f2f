import { didYouMean } from "../config/suggest.ts";
import { type Problem } from "../model/problem.ts";
import type { Scene } from "./scene.ts";

/** The scenes that were asked for, as `1-4,7` or by name, in the order of the story. */
export function chooseScenes(asked: string, story: readonly Scene[]): readonly Scene[] | Problem {
  const chosen = new Set<Scene>();
  for (const word of asked.split(",").map((part) => part.trim())) {
    const found = scenesOf(word, story);
    if (found === null) return noSuchStep(word, story);
    for (const scene of found) chosen.add(scene);
  }
  return story.filter((scene) => chosen.has(scene));
}

/** The steps as a list for people: number, name and title. */
export function stepList(story: readonly Scene[]): string {
  const longest = Math.max(...story.map(({ name }) => name.length));
  return story.map(({ name, title }, at) => `${String(at + 1).padStart(2)}  ${name.padEnd(longest)}  ${title}\n`).join("");
}

function scenesOf(word: string, story: readonly Scene[]): readonly Scene[] | null {
  const named = story.find(({ name }) => name === word);
  if (named !== undefined) return [named];
  const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return from >= 1 && from <= to && to <= story.length ? story.slice(from - 1, to) : null;
}

function noSuchStep(word: string, story: readonly Scene[]): Problem {
  const names = story.map(({ name }) => name);
  return {
    asked: `the step ${JSON.stringify(word)}`,
    because: `there is none.${didYouMean(word, names)}`,
    instead: `name steps as in 1-${story.length} or ${names.join(",")}`,
  };
}
