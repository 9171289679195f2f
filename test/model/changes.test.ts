import { describe, expect, test } from "vitest";
import { changeText, diffUpstreams, type UpstreamChange } from "../../src/model/changes.ts";
import { PLACEHOLDER, type Upstream } from "../../src/model/upstream.ts";
import { anUpstream, aServer } from "../builders.ts";

const NOTHING = { added: [], removed: [], changed: [], directives: [] };

describe("diffUpstreams", () => {
  test("there is no difference between the same", () => {
    expect(diffUpstreams([anUpstream()], [anUpstream()])).toEqual([]);
    expect(diffUpstreams([], [])).toEqual([]);
  });

  test("tells of a new upstream with its servers, and of one that goes", () => {
    const api = { name: "api", protocol: "http" };
    const server = [{ address: "10.0.0.1", port: 8080 }];
    expect(diffUpstreams([], [anUpstream()])).toEqual([{ ...NOTHING, ...api, change: "create", added: server }]);
    expect(diffUpstreams([anUpstream()], [])).toEqual([{ ...NOTHING, ...api, change: "remove", removed: server }]);
  });

  test("tells which servers came and went, by address and port", () => {
    const before = anUpstream({ servers: [aServer(), aServer({ port: 81 })] });
    const after = anUpstream({ servers: [aServer(), aServer({ address: "10.0.0.7" })] });
    expect(diffUpstreams([before], [after])).toMatchObject([
      { change: "update", added: [{ address: "10.0.0.7", port: 8080 }], removed: [{ address: "10.0.0.1", port: 81 }], changed: [] },
    ]);
  });

  test("tells only what of a server differs, from and to", () => {
    const after = anUpstream({ servers: [aServer({ weight: 5 })] });
    expect(diffUpstreams([anUpstream()], [after])).toMatchObject([
      { change: "update", added: [], removed: [], changed: [{ address: "10.0.0.1", port: 8080, from: { weight: 1 }, to: { weight: 5 } }] },
    ]);
  });

  test.each([[{ state: "down" }], [{ backup: true }], [{ maxConns: 5 }], [{ maxFails: 0 }], [{ failTimeout: 10 }]] as const)(
    "notices a server that becomes %j, and that is no longer so",
    (change) => {
      const [plain, other] = [anUpstream(), anUpstream({ servers: [aServer(change)] })];
      const key = Object.keys(change);
      const [there] = diffUpstreams([plain], [other]);
      const [back] = diffUpstreams([other], [plain]);
      expect(there?.changed[0]?.to).toEqual(change);
      expect(back?.changed[0]?.from).toEqual(change);
      expect(Object.keys(there?.changed[0]?.from ?? {})).toEqual(key);
    },
  );

  test("tells of directives as text, with null where there was none", () => {
    const before = anUpstream({
      directives: [
        { name: "least_conn", arguments: [] },
        { name: "zone", arguments: ["a", "64k"] },
      ],
    });
    const after = anUpstream({
      directives: [
        { name: "zone", arguments: ["a", "128k"] },
        { name: "keepalive", arguments: ["32"] },
      ],
    });
    expect(diffUpstreams([before], [after])).toEqual([
      {
        ...NOTHING,
        name: "api",
        protocol: "http",
        change: "update",
        directives: [
          { name: "least_conn", from: "least_conn", to: null },
          { name: "zone", from: "zone a 64k", to: "zone a 128k" },
          { name: "keepalive", from: null, to: "keepalive 32" },
        ],
      },
    ]);
  });

  test("never lists the placeholder, whichever side has it, written out or not", () => {
    const empty = anUpstream({ servers: [] });
    const written = anUpstream({ servers: [PLACEHOLDER] });
    expect(diffUpstreams([], [empty])).toMatchObject([{ change: "create", added: [] }]);
    expect(diffUpstreams([written], [empty])).toEqual([]);
    expect(diffUpstreams([empty], [anUpstream()])).toMatchObject([{ change: "update", removed: [], added: [{ address: "10.0.0.1" }] }]);
    expect(diffUpstreams([anUpstream()], [empty])).toMatchObject([{ change: "update", removed: [{ address: "10.0.0.1" }], added: [] }]);
    const backups = anUpstream({ servers: [aServer({ backup: true })] });
    expect(diffUpstreams([], [backups])).toMatchObject([{ added: [{ address: "10.0.0.1" }] }]);
  });

  test("takes one name in http and in stream for two upstreams, and sorts by protocol and name", () => {
    const after = [anUpstream({ name: "web" }), anUpstream({ protocol: "stream" }), anUpstream()];
    expect(diffUpstreams([anUpstream()], after).map(({ protocol, name }) => `${protocol} ${name}`)).toEqual(["http web", "stream api"]);
    expect(diffUpstreams(after, [anUpstream()]).map(({ change }) => change)).toEqual(["remove", "remove"]);
  });

  test("takes api and API for two upstreams", () => {
    expect(diffUpstreams([anUpstream()], [anUpstream({ name: "API" })]).map(({ name, change }) => `${name} ${change}`)).toEqual([
      "API create",
      "api remove",
    ]);
  });
});

describe("changeText", () => {
  const textOf = (before: readonly Upstream[], after: readonly Upstream[]) => diffUpstreams(before, after).map(changeText);

  test("says who comes, who goes, and what of the others becomes different, in Nginx's words", () => {
    const before = anUpstream({ servers: [aServer({ address: "10.0.0.3" }), aServer({ address: "10.0.0.4", failTimeout: 10 })] });
    const after = anUpstream({ servers: [aServer({ address: "10.0.0.4", weight: 5, maxConns: 3 }), aServer({ address: "2001:db8::7" })] });
    expect(textOf([before], [after])).toEqual([
      "api: +[2001:db8::7]:8080, -10.0.0.3:8080, 10.0.0.4:8080 weight 1 -> 5, max_conns default -> 3, fail_timeout 10 -> default",
    ]);
  });

  test("says what is created and removed, and in which protocol", () => {
    expect(textOf([], [anUpstream({ protocol: "stream" })])).toEqual(["api (stream): created, +10.0.0.1:8080"]);
    expect(textOf([anUpstream()], [])).toEqual(["api: removed, -10.0.0.1:8080"]);
  });

  test("says directives as they were and as they will be", () => {
    const change: UpstreamChange = {
      ...NOTHING,
      name: "api",
      protocol: "http",
      change: "update",
      directives: [
        { name: "least_conn", from: "least_conn", to: null },
        { name: "keepalive", from: null, to: "keepalive 32" },
      ],
    };
    expect(changeText(change)).toBe("api: least_conn -> no least_conn, no keepalive -> keepalive 32");
  });
});
