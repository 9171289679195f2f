import { expect, test } from "vitest";
import { checkTests, type TestPlace } from "../../../src/cli/check/check-tests.ts";
import type { Host, TestVerdict } from "../../../src/model/host.ts";

const WHOLE: TestVerdict = { verdict: "accepted", strength: "whole" };
const ALONE: TestVerdict = { verdict: "accepted", strength: "fragment", because: "x is a pattern" };
const refused = (reason: string): TestVerdict => ({ verdict: "refused", reason });
const INSIDE: TestPlace = { config: "/n.conf", outside: [], printedBy: new Map([["/t.conf", "/etc/t.hbs"]]) };

async function tested(candidate: TestVerdict, live: TestVerdict | null, place = INSIDE, ...more: readonly (readonly [string, string])[]) {
  const testLive = async (): Promise<TestVerdict> => {
    if (live === null) throw new Error("the present configuration need not be tested");
    return live;
  };
  const host = { test: async () => candidate, testLive } as unknown as Host;
  const { findings, ...reach } = await checkTests(new Map([["/up.conf", ""], ...more]), host, place);
  return { ...reach, found: findings.map(({ code, place: where }) => `${code} ${where}`) };
}

test("checkTests has nothing to say of what was accepted as a whole, and starts no second test for it", async () => {
  expect(await tested(WHOLE, null)).toEqual({ strength: "whole", because: null, found: [] });
});

test("checkTests gives the place that Nginx names", async () => {
  expect(await tested(refused('unknown directive "x" in /a.conf:3'), WHOLE)).toMatchObject({ found: ["candidate_refused /a.conf:3"] });
  expect(await tested(refused('unknown "x" variable'), WHOLE)).toMatchObject({ found: ["candidate_refused /n.conf"] });
});

test("checkTests names the template that printed what is refused", async () => {
  const host = { test: async () => refused("x in /t.conf:7"), testLive: async () => WHOLE } as unknown as Host;
  expect((await checkTests(new Map(), host, INSIDE)).findings).toMatchObject([
    { place: "/t.conf:7", hint: "Mend /etc/t.hbs, which prints that; until then run changes nothing on disk." },
  ]);
});

test("checkTests blames the present configuration for what is refused in its very words", async () => {
  const reason = 'unknown directive "x" in /a.conf:3';
  expect(await tested(refused(`Nginx refuses the present configuration, without our change: ${reason}`), refused(reason))).toMatchObject({
    found: ["present_refused /a.conf:3"],
  });
  expect(await tested(refused("duplicate upstream"), refused("host not found"))).toMatchObject({ found: ["candidate_refused /n.conf"] });
});

test("checkTests says that only the fragment was tested, unless it is said already that nothing includes it", async () => {
  expect(await tested(ALONE, WHOLE)).toEqual({ strength: "fragment", because: "x is a pattern", found: ["tested_alone /n.conf"] });
  const outside = { ...INSIDE, outside: ["/up.conf"] };
  expect(await tested(ALONE, WHOLE, outside)).toEqual({ strength: "fragment", because: "/n.conf does not include /up.conf", found: [] });
  expect(await tested(ALONE, refused("x in /b:1"), outside)).toMatchObject({ found: ["present_refused /b:1"] });
});

test("checkTests does not test the present configuration where some of the candidate was accepted within the whole", async () => {
  const outside = { ...INSIDE, outside: ["/up.conf"] };
  expect(await tested(ALONE, null, outside, ["/in.conf", ""])).toMatchObject({ strength: "fragment", found: [] });
});

test("checkTests calls impossible what could not be tested", async () => {
  expect(await tested({ verdict: "impossible", reason: "no rights" }, null)).toEqual({
    strength: "none",
    because: "no rights",
    found: ["test_impossible /n.conf"],
  });
});
