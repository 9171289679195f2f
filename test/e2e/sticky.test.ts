import { describe, expect, it } from "vitest";
import { type BackendOptions, startHttpBackend } from "../support/backends.ts";
import { untilValue } from "../support/until.ts";
import type { Daemon } from "../support/upstreamd.ts";
import { isInSync, type Stage, setUp } from "./stage.ts";

interface Visit {
  readonly body: string;
  /** As the next visit has to bring it. */
  readonly cookie: string;
  readonly attributes: string;
}

async function visit({ http }: Stage, cookie = "", query = ""): Promise<Visit> {
  const answer = await fetch(`${http}${query}`, { headers: { connection: "close", cookie } });
  const [pair = "", ...attributes] = (answer.headers.get("set-cookie") ?? "").split("; ");
  return { body: await answer.text(), cookie: pair, attributes: attributes.join("; ") };
}

async function bodies(stage: Stage, count: number, cookie = "", query = ""): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let i = 0; i < count; i++) answers.push((await visit(stage, cookie, query)).body);
  return answers;
}

/** Instances `a` and `b` of `api`, with these settings, in sync. */
async function served(settings: string, options: (name: string) => BackendOptions = () => ({})): Promise<{ stage: Stage; daemon: Daemon }> {
  const stage = await setUp("wheel");
  stage.configure(`  api: { ${settings} }`);
  for (const name of ["a", "b"]) {
    const { port } = await startHttpBackend(name, options(name));
    await stage.consul.register({ service: "api", id: name, address: "127.0.0.1", port, check: "passing" });
  }
  const daemon = stage.daemon();
  await daemon.waitForStatus("two servers in sync", (status) => isInSync(status) && status.upstreams[0]?.servers.length === 2);
  return { stage, daemon };
}

/** By the name of its backend, the route that stands in the file. */
function routesOf({ nginx, outputs }: Stage): readonly string[] {
  return [...nginx.read(outputs.http).matchAll(/ route=([0-9a-f]{16})\b/g)].map((match) => match[1] ?? "");
}

describe("sticky sessions in real traffic", () => {
  it("stay with the server that the cookie names, and find it at another address", async () => {
    const { stage } = await served("sticky: { cookie: sid, expires: 1h, path: /, httponly: true, samesite: lax }, zone: auto");
    const first = await visit(stage);
    expect(first.cookie).toMatch(/^sid=[0-9a-f]{16}$/);
    expect(routesOf(stage)).toContain(first.cookie.slice("sid=".length));
    expect(first.attributes).toMatch(/max-age=3600; httponly; samesite=lax; path=\/$/i);
    expect(new Set(await bodies(stage, 6, first.cookie))).toEqual(new Set([first.body]));
    expect(new Set(await bodies(stage, 6))).toEqual(new Set(["a", "b"]));

    const moved = await startHttpBackend("moved");
    await stage.consul.register({ service: "api", id: first.body, address: "127.0.0.1", port: moved.port, check: "passing" });
    await untilValue(
      "the session to follow its instance",
      () => bodies(stage, 3, first.cookie),
      (answers) => answers.every((answer) => answer === "moved"),
    );
  });

  it("go where a variable names a route", async () => {
    const { stage } = await served("sticky: { route: [$cookie_r, $arg_r] }");
    const routes = routesOf(stage);
    expect(routes).toHaveLength(2);
    const byRoute = await Promise.all(routes.map((route) => bodies(stage, 4, "", `?r=${route}`)));
    expect(byRoute.map((answers) => new Set(answers).size)).toEqual([1, 1]);
    expect(new Set(byRoute.flat())).toEqual(new Set(["a", "b"]));
    expect(new Set(await bodies(stage, 4, `r=${routes[0]}`, `?r=${routes[1]}`))).toEqual(new Set([byRoute[0]?.[0]]));
  });

  it("are learned from what the application sets", async () => {
    const learn = "learn: { create: $upstream_cookie_session, lookup: $cookie_session, zone: api_sessions:1m, timeout: 10m }";
    const { stage } = await served(`sticky: { ${learn} }`, (name) => ({ headers: { "set-cookie": `session=of-${name}` } }));
    const made = await visit(stage);
    expect(made.cookie).toBe(`session=of-${made.body}`);
    expect(new Set(await bodies(stage, 6, made.cookie))).toEqual(new Set([made.body]));
    expect(new Set(await bodies(stage, 6))).toEqual(new Set(["a", "b"]));
  });

  it("go on at a server that drains, which new ones do not meet", async () => {
    const { stage, daemon } = await served("sticky: { cookie: sid }, when_maintenance: drain");
    const old = await visit(stage);
    await stage.consul.maintenance(old.body, true, "new disk");
    await daemon.waitForStatus(
      "the drain",
      (status) => isInSync(status) && status.upstreams[0]?.servers.some(({ state }) => state === "drain") === true,
    );
    expect(stage.nginx.read(stage.outputs.http)).toMatch(/ drain;$/m);
    expect(stage.nginx.read(stage.outputs.http)).not.toMatch(/ down;$/m);
    expect(new Set(await bodies(stage, 6, old.cookie))).toEqual(new Set([old.body]));
    expect(new Set(await bodies(stage, 6))).toEqual(new Set(["a", "b"].filter((name) => name !== old.body)));

    await stage.consul.maintenance(old.body, false);
    await untilValue(
      "new ones to come again",
      () => bodies(stage, 4),
      (answers) => answers.includes(old.body),
    );
  });

  it("are kept by a hash of the cookie where Nginx is too old and the operator allows it, else refused", async () => {
    const stage = await setUp("debian");
    for (const name of ["a", "b"]) {
      const { port } = await startHttpBackend(name);
      await stage.consul.register({ service: "api", id: name, address: "127.0.0.1", port, check: "passing" });
    }
    stage.configure("  api: { sticky: { cookie: sid } }");
    const refused = await stage.run("render", "--write");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      "sticky cookie sid: Nginx has it since 1.29.6 and this is 1.22.1; add fallback: hash to it, or use algorithm: ip_hash",
    );

    stage.configure("  api: { sticky: { cookie: sid, fallback: hash } }");
    expect((await stage.run("render", "--write")).code).toBe(0);
    expect(stage.nginx.read(stage.outputs.http)).toContain("hash $cookie_sid consistent;");
    const sessions = await Promise.all(Array.from({ length: 12 }, (_, i) => bodies(stage, 3, `sid=${i}`)));
    expect(sessions.map((answers) => new Set(answers).size)).toEqual(sessions.map(() => 1));
    expect(new Set(sessions.flat())).toEqual(new Set(["a", "b"]));
  });
});
