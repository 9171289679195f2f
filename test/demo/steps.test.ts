import { describe, expect, test } from "vitest";
import { chooseScenes, stepList } from "../../src/demo/steps.ts";
import { STORY } from "../../src/demo/story.ts";
import { isProblem, problemText } from "../../src/model/problem.ts";

const namesOf = (asked: string) => {
  const chosen = chooseScenes(asked, STORY);
  return isProblem(chosen) ? problemText(chosen) : chosen.map(({ name }) => name);
};

describe("chooseScenes()", () => {
  test.each([
    ["1", ["start"]],
    ["2-4,7", ["join", "grow", "die", "refuse"]],
    ["freeze,diff", ["diff", "freeze"]],
    ["3, join,2-3", ["join", "grow"]],
    ["1-8", STORY.map(({ name }) => name)],
  ])("%s is %j, in the order of the story and each once", (asked, names) => {
    expect(namesOf(asked)).toEqual(names);
  });

  test.each(["0", "9", "3-2", "1-9", "", "1,,2", "-1", "join-die", "JOIN!", "1.5"])("%j is none", (asked) => {
    expect(namesOf(asked)).toMatch(/^the step ".*": there is none\..*; name steps as in 1-8 or start,join,/);
  });

  test("a name that is nearly right is suggested", () => {
    expect(namesOf("1,jion")).toContain('the step "jion": there is none. Did you mean "join"?');
  });
});

test("stepList() has a line for every scene, with its number, its name and its title", () => {
  expect(stepList(STORY).split("\n").slice(0, 2)).toEqual([" 1  start    One server", " 2  join     A server joins"]);
  expect(stepList(STORY).trimEnd().split("\n")).toHaveLength(STORY.length);
});
