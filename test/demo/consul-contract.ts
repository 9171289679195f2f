import { describe } from "vitest";
import { testAnswers } from "./contract/answers.ts";
import { type Start, subject } from "./contract/ask.ts";
import { testAsking } from "./contract/asking.ts";
import { testRegistering } from "./contract/registering.ts";
import { TOKEN, testRights } from "./contract/rights.ts";
import { testWaiting } from "./contract/waiting.ts";

/**
 * What upstreamd relies on in Consul, as tests that a real agent and the stand-in both have to pass: what the stand-in
 * does, a real agent was seen to do.
 */
export function describeConsulContract(name: string, start: Start): void {
  describe(name, () => {
    const consul = subject(start);
    describe("answers", () => testAnswers(consul));
    describe("waiting", () => testWaiting(consul));
    describe("registering", () => testRegistering(consul));
    describe("asking", () => testAsking(consul));
  });
  describe(`${name} with ACLs`, () => testRights(subject(start, TOKEN)));
}
