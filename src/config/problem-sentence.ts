import { type Problem, problemText } from "../model/problem.ts";
import { shortened, visible } from "./visible.ts";

/** A problem as a sentence of an issue: what it quotes of the file may be long, and hold anything. */
export function problemSentence({ asked, because, instead }: Problem): string {
  return visible(`${problemText({ asked: shortened(asked), because, instead: shortened(instead) })}.`);
}
