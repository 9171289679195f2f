import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configurationForServices, loadConfiguration } from "../../src/config/load.ts";
import { NO_OVERRIDES } from "../../src/config/overrides.ts";
import { errorOf, faultsOf, worldOf } from "./loading.ts";

const OK = "upstreams: { api: {} }\n";

/** Loads a configuration with this text from a folder that has been prepared. */
async function loadIn(text: string, prepare: (dir: string) => void = () => undefined) {
  const environment = worldOf({});
  prepare(environment.cwd);
  writeFileSync(join(environment.cwd, "c.yaml"), `${OK}${text}`);
  return { cwd: environment.cwd, loading: loadConfiguration({ path: "c.yaml", overrides: NO_OVERRIDES, environment }) };
}

async function faultsIn(text: string, prepare?: (dir: string) => void): Promise<string> {
  const { cwd, loading } = await loadIn(text, prepare);
  return (await errorOf(loading)).message.replaceAll(`${cwd}/`, "");
}

describe("templates", () => {
  it("are read with paths that begin at the file's folder, and nothing else is asked for", async () => {
    const { cwd, loading } = await loadIn("templates: [{ source: ./a.hbs, destination: out/a.conf }]\n");
    const { settings, consul } = await loading;
    expect(settings.templates).toEqual([{ source: join(cwd, "a.hbs"), destination: join(cwd, "out/a.conf") }]);
    expect(consul.metadata).toBe("all");
    expect((await (await loadIn("")).loading).consul.metadata).toBe("ours");
  });

  it.each([
    ["templates: {}\n", "c.yaml:2:12: templates: found a mapping, expected a list such as"],
    ["templates: [a]\n", "c.yaml:2:13: templates.0: found a text, expected a mapping of keys to values"],
    ["templates: [{ source: a }]\n", "templates.0.destination: found nothing, expected a path"],
    ["templates: [{ source: a, destination: '' }]\n", 'templates.0.destination: found "", expected a path'],
    ["templates: [{ sorce: a, destination: b }]\n", 'unknown key "sorce". Did you mean "source"?'],
  ])("%j is refused by name", async (text, fault) => {
    expect((await faultsOf(`${OK}${text}`)).join("\n")).toContain(fault);
  });

  it.each<[string, string, string, ((dir: string) => void)?]>([
    [
      "by two templates",
      "templates: [{ source: a, destination: x }, { source: b, destination: ./x }]\n",
      "c.yaml:2:70: templates.1.destination: x is the destination of another template as well.",
    ],
    [
      "by http",
      "output: { http: x }\ntemplates: [{ source: a, destination: y/../x }]\n",
      "c.yaml:3:39: templates.0.destination: x is the file for http as well.",
    ],
    [
      "by stream",
      "output: { stream: x }\ntemplates: [{ source: a, destination: x }]\n",
      "c.yaml:3:39: templates.0.destination: x is the file for stream as well.",
    ],
    [
      "by http and stream through a link",
      "output: { http: x, stream: y }\n",
      "c.yaml:2:28: output.stream: y is the file for http as well.",
      (dir) => symlinkSync("x", join(dir, "y")),
    ],
    [
      "through a link of its folder",
      "templates: [{ source: a, destination: one/x }, { source: b, destination: two/x }]\n",
      "templates.1.destination: two/x is the destination of another template as well.",
      (dir) => {
        mkdirSync(join(dir, "one"));
        symlinkSync("one", join(dir, "two"));
      },
    ],
    [
      "by its own source",
      "templates: [{ source: a, destination: ./a }]\n",
      "templates.0.destination: a is the source of a template as well.",
    ],
    [
      "by the source of another",
      "templates: [{ source: a, destination: b }, { source: c, destination: a }]\n",
      "templates.1.destination: a is the source of a template as well.",
    ],
    [
      "by a partial that may be made",
      "templates: [{ source: t/a.hbs, destination: t/../t/row.hbs }]\n",
      "templates.0.destination: t/row.hbs is where a template would read a partial from. Name another one.",
    ],
    [
      "by a partial that is a link",
      "templates: [{ source: t/a.hbs, destination: out.conf }]\n",
      "templates.0.destination: out.conf is where a template would read a partial from.",
      (dir) => {
        mkdirSync(join(dir, "t"));
        symlinkSync("../out.conf", join(dir, "t", "row.hbs"));
      },
    ],
    [
      "by nginx.conf",
      "nginx: { config: n.conf }\ntemplates: [{ source: a, destination: n.conf }]\n",
      "templates.0.destination: n.conf is Nginx's main configuration as well.",
    ],
  ])("refuse a destination that is claimed %s", async (_, text, fault, prepare) => {
    expect(await faultsIn(text, prepare)).toContain(fault);
  });

  it("refuse a destination that is a folder, as output does", async () => {
    const makeFolder = (dir: string) => mkdirSync(join(dir, "d"));
    expect(await faultsIn("templates: [{ source: a, destination: d }]\n", makeFolder)).toContain(
      'templates.0.destination: found "d", which is a folder'.replace('"d"', '"d"'),
    );
    expect(await faultsIn("output: { http: d }\n", makeFolder)).toContain("which is a folder, expected the path of a file.");
  });

  it("are replaced by --service", async () => {
    const environment = worldOf({ "c.yaml": `${OK}templates: [{ source: a, destination: b }]\n` });
    const { settings } = await configurationForServices(["api"], { path: "c.yaml", overrides: NO_OVERRIDES, environment });
    expect(settings.templates).toEqual([]);
  });
});
