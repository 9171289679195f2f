import { describe, expect, test } from "vitest";
import { IN_A_ROW } from "../../src/demo/arrives.ts";
import { STORY } from "../../src/demo/story.ts";
import { NOTHING, servingIn, settingsIn, sharesIn } from "../../src/demo/world.ts";

describe("the story", () => {
  test("begins with nothing, and each scene begins where the one before it ends", () => {
    expect(STORY[0]?.from).toBe(NOTHING);
    for (const [at, scene] of STORY.slice(1).entries()) expect(scene.from, scene.name).toEqual(STORY[at]?.to);
  });

  test.each(STORY.map((scene) => [scene.name, scene] as const))(
    "%s leads to shares in whole numbers that somebody has",
    (_name, { to }) => {
      const shares = Object.values(sharesIn(to, IN_A_ROW));
      expect(shares.every((share) => Number.isInteger(share) && share > 0)).toBe(true);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(IN_A_ROW);
    },
  );

  test("has a name and a title of its own for every scene", () => {
    for (const key of ["name", "title"] as const) expect(new Set(STORY.map((scene) => scene[key])).size).toBe(STORY.length);
    for (const { name } of STORY) expect(name).toMatch(/^[a-z]+$/);
  });
});

describe("a world", () => {
  const servers = { red: 1, green: "dead", blue: 3 } as const;

  test("is served by those that live and are wanted, by their weights", () => {
    expect(sharesIn({ servers, wants: "all" }, 12)).toEqual({ red: 3, blue: 9 });
    expect(sharesIn({ servers, wants: "v2" }, 12)).toEqual({ blue: 12 });
    expect(servingIn(NOTHING)).toEqual([]);
  });

  test("is what the operator writes as settings of the upstream", () => {
    expect(settingsIn({ servers, wants: "all" })).toBe("{}");
    expect(settingsIn({ servers, wants: "v2" })).toBe("{ tags: [v2] }");
  });
});
