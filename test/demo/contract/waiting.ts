import { expect, test } from "vitest";
import { type Asker, newName, type Reply } from "./ask.ts";

/** Long enough to see that a query sleeps; a query that wakes is always given far longer. */
const SHORT = "&wait=400ms";
const LONG = "&wait=15s";
const HONEST = "near=_agent";
const STREAMED = "";

/** Blocking queries: what wakes them, what does not, and the index. */
export function testWaiting(consul: Asker): void {
  const ask = (name: string, backend: string, query: string) => consul.get(`/v1/health/service/${name}?${backend}${query}`);

  test("a query without an index, or with index 0 or 1, does not wait", async () => {
    const name = newName();
    await consul.register({ service: name });
    for (const query of ["", "&index=", "&index=0", "&index=1"]) expect((await ask(name, HONEST, query + LONG)).ms).toBeLessThan(5000);
    expect((await ask(name, STREAMED, `&index=1${LONG}`)).ms).toBeLessThan(5000);
  });

  for (const [kind, backend] of [
    ["with", HONEST],
    ["without", STREAMED],
  ] as const) {
    test(`a query ${kind} near ends after its wait, with the same index, when nothing happens`, async () => {
      const name = newName();
      await consul.register({ service: name });
      const { index } = await ask(name, backend, "&index=1");
      expectSlept(await ask(name, backend, `&index=${index()}${SHORT}`), index());
    });

    test(`a query ${kind} near wakes with a higher index when an instance is added, its check changes, and it is in maintenance`, async () => {
      const name = newName();
      await consul.register({ service: name, id: `${name}-1`, check: "critical" });
      let index = (await ask(name, backend, "&index=1")).index();
      const changes = [
        () => consul.register({ service: name, id: `${name}-2` }),
        () => consul.check(`${name}-1`, "passing"),
        () => consul.maintenance(`${name}-1`, true),
        () => consul.register({ service: name, id: `${name}-2`, meta: { k: "v" } }),
        () => consul.deregister(`${name}-2`),
      ];
      for (const change of changes) index = expectWoken(await whileAsking(ask(name, backend, `&index=${index}${LONG}`), change), index);
    });

    test(`a query ${kind} near sleeps through other services, repeated registrations and outputs that alone are new`, async () => {
      const name = newName();
      await consul.register({ service: name, check: "passing" });
      await consul.check(name, "warning", "first");
      const { index } = await ask(name, backend, "&index=1");
      const reply = await whileAsking(ask(name, backend, `&index=${index()}${SHORT}`), async () => {
        await consul.register({ service: newName(), check: "passing" });
        await consul.register({ service: name, check: "passing" });
        await consul.check(name, "warning", "second");
      });
      expectSlept(reply, index());
      expect(reply.entries()[0]?.Checks[1]).toMatchObject({ Status: "warning", Output: "first" });
    });

    test(`a query ${kind} near wakes with an empty list and a higher index when the last instance goes`, async () => {
      const name = newName();
      await consul.register({ service: name });
      const { index } = await ask(name, backend, "&index=1");
      const reply = await whileAsking(ask(name, backend, `&index=${index()}${LONG}`), () => consul.deregister(name));
      expectWoken(reply, index());
      expect(reply.json()).toEqual([]);
    });

    test(`a query ${kind} near and an index above the present one is deaf for its whole wait, then answers with the lower index`, async () => {
      const name = newName();
      await consul.register({ service: name });
      const reply = await whileAsking(ask(name, backend, `&index=1000000&wait=1s`), () =>
        consul.register({ service: name, id: `${name}-2` }),
      );
      expect(reply.ms).toBeGreaterThanOrEqual(995);
      expect(reply.index()).toBeLessThan(1_000_000);
      expect(reply.entries()).toHaveLength(2);
    });

    test(`a query ${kind} near for a name that nothing has wakes when something has it`, async () => {
      const name = newName();
      const { index } = await ask(name, backend, "&index=1");
      const reply = await whileAsking(ask(name, backend, `&index=${index()}${LONG}`), () => consul.register({ service: name }));
      expectWoken(reply, index());
      expect(reply.entries()).toHaveLength(1);
    });

    test(`a query ${kind} near wakes when a check of the node changes`, async () => {
      const name = newName();
      await consul.register({ service: name });
      const { index } = await ask(name, backend, "&index=1");
      const reply = await whileAsking(ask(name, backend, `&index=${index()}${LONG}`), () =>
        consul.request("PUT", "/v1/agent/maintenance?enable=true&reason=r"),
      );
      await consul.request("PUT", "/v1/agent/maintenance?enable=false");
      expectWoken(reply, index());
      expect(reply.entries()[0]?.Checks[0]).toMatchObject({
        CheckID: "_node_maintenance",
        Status: "critical",
        Notes: "r",
        ServiceID: "",
        Type: "maintenance",
      });
    });
  }

  test("only the blocking back end wakes a name that nothing has when another service loses its last instance", async () => {
    const [absent, other] = [newName(), newName()];
    await consul.register({ service: other });
    const [honest, streamed] = [await ask(absent, HONEST, ""), await ask(absent, STREAMED, "&index=1")];
    const hanging = ask(absent, HONEST, `&index=${honest.index()}${LONG}`);
    const sleeping = ask(absent, STREAMED, `&index=${streamed.index()}${SHORT}`);
    const woken = await whileAsking(hanging, () => consul.deregister(other));
    expectWoken(woken, honest.index());
    expect(woken.json()).toEqual([]);
    expectSlept(await sleeping, streamed.index());
  });

  test("`wait=0s` waits like no wait at all, until something changes", async () => {
    const name = newName();
    await consul.register({ service: name });
    const { index } = await ask(name, HONEST, "");
    let answered = false;
    const hanging = ask(name, HONEST, `&index=${index()}&wait=0s`).finally(() => (answered = true));
    await ask(name, HONEST, `&index=${index()}${SHORT}`);
    expect(answered).toBe(false);
    expectWoken(await whileAsking(hanging, () => consul.register({ service: name, port: 1 })), index());
  });

  test("`passing` and `filter` narrow the answer, not the wake-up", async () => {
    const name = newName();
    await consul.register({ service: name, check: "critical" });
    for (const [narrow, state] of [
      ["&passing", "warning"],
      [`&filter=${encodeURIComponent('Service.Meta.x == "y"')}`, "critical"],
    ] as const) {
      const { index } = await ask(name, HONEST, narrow);
      const reply = await whileAsking(ask(name, HONEST, `${narrow}&index=${index()}${LONG}`), () => consul.check(name, state));
      expectWoken(reply, index());
      expect(reply.json()).toEqual([]);
    }
  });

  test("`catalog/services` wakes for tags and new names, and sleeps through checks", async () => {
    const name = newName();
    await consul.register({ service: name, check: "passing" });
    const services = (query: string) => consul.get(`/v1/catalog/services?${query}`);
    let index = (await services("")).index();
    for (const tags of [["a"], ["b"]]) {
      const change = () => consul.register({ service: name, tags, check: "passing" });
      index = expectWoken(await whileAsking(services(`index=${index}${LONG}`), change), index);
    }
    const sleeping = await whileAsking(services(`index=${index}${SHORT}`), () => consul.check(name, "critical"));
    expect(sleeping.ms).toBeGreaterThanOrEqual(395);
  });

  test("`health/state/any` wakes for a check, lists it, and sleeps through the ports of instances", async () => {
    const name = newName();
    await consul.register({ service: name, check: "passing" });
    const checks = (query: string) => consul.get(`/v1/health/state/any?${query}`);
    const before = (await checks("")).index();
    const woken = await whileAsking(checks(`index=${before}${LONG}`), () => consul.check(name, "critical"));
    expectWoken(woken, before);
    expect(woken.json()).toContainEqual(expect.objectContaining({ CheckID: `ttl:${name}`, ServiceName: name, Status: "critical" }));
    const sleeping = await whileAsking(checks(`index=${woken.index()}${SHORT}`), () =>
      consul.register({ service: name, port: 99, check: "passing" }),
    );
    expectSlept(sleeping, woken.index());
  });
}

/** Changes something while a query hangs. Which of the two arrives first makes no difference to what is expected of it. */
async function whileAsking(hanging: Promise<Reply>, change: () => Promise<unknown>): Promise<Reply> {
  const [reply] = await Promise.all([hanging, change()]);
  return reply;
}

function expectWoken(reply: Reply, before: number): number {
  expect(reply.status).toBe(200);
  expect(reply.ms).toBeLessThan(8000);
  expect(reply.index()).toBeGreaterThan(before);
  return reply.index();
}

function expectSlept(reply: Reply, before: number): void {
  expect(reply.ms).toBeGreaterThanOrEqual(395);
  expect(reply.index()).toBe(before);
}
