import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nginxVersions } from "../support/nginx-server.ts";
import { freePort } from "../support/ports.ts";
import { setUpCheck } from "./a-check.ts";

const VERSION = { debian: "1.22.1", wheel: "1.31.3" };
const port = await freePort();
/** Only tested, never started. */
const proxy = (body: string) => `server {\n listen 127.0.0.1:${port};\n location / {\n ${body}\n }\n}\n`;

/** Every file of a folder with its content's age. */
function everythingIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${name} ${statSync(join(folder, name)).ino} ${statSync(join(folder, name), { bigint: true }).mtimeNs}`)
    .sort();
}

describe.each(nginxVersions)("check (%s)", (version) => {
  test("finds nothing where nothing is wrong, also strictly, and leaves no trace", async () => {
    const stage = await setUpCheck({ version, files: { "conf.d/site.conf": proxy("proxy_pass http://api;") } });
    // What nginx -t itself makes is there already.
    await stage.check();
    const before = everythingIn(stage.nginx.prefix);
    const checked = await stage.check("--strict");
    expect(checked).toMatchObject({ code: 0, findings: [], stderr: "" });
    expect(checked.host).toMatchObject({
      test: "whole",
      test_because: null,
      verification: "workers",
      nginx: {
        binary: stage.nginx.binary,
        version: VERSION[version],
        version_from: "binary",
        state: "stopped",
        config: stage.nginx.config,
      },
    });
    expect(everythingIn(stage.nginx.prefix).filter((line) => !line.startsWith("error.log"))).toEqual(
      before.filter((line) => !line.startsWith("error.log")),
    );
    expect(existsSync(stage.stateDir)).toBe(false);
  });

  test("warns when nothing includes the destination, and exits 2 for that with --strict", async () => {
    const stage = await setUpCheck({ version });
    stage.edit("nginx.conf", `include ${stage.nginx.httpFolder}/*.conf;`, "");
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 0, codes: ["not_included"], host: { test: "fragment" } });
    expect(checked.findings[0]).toMatchObject({ severity: "warning", place: "output.http" });
    expect(checked.host.test_because).toContain(`does not include ${stage.destination}`);
    expect(await stage.check("--strict")).toMatchObject({ code: 2 });
    const text = await stage.run("check", "--timeout", "50ms", "--consul-address", "http://127.0.0.1:1");
    expect(text.stdout).toContain(`output.http: warning: ${stage.nginx.config} does not include ${stage.destination}`);
  });

  test("says where the destination is included at the outermost level, and twice", async () => {
    const stage = await setUpCheck({ version });
    const include = `include ${stage.nginx.httpFolder}/*.conf;`;
    stage.edit("nginx.conf", "events {", `${include}\nevents {`);
    const line = stage.nginx.read("nginx.conf").split("\n").indexOf(include) + 1;
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 4, codes: ["wrong_block", "included_twice", "candidate_refused"], host: { test: "whole" } });
    expect(checked.findings[0]?.place).toBe(`${stage.nginx.config}:${line}`);
    expect(checked.findings[2]).toMatchObject({
      place: `${stage.destination}:4`,
      message: expect.stringContaining('"upstream" directive is not allowed here'),
    });
  });

  test("lists every name that somebody else defines, although Nginx only speaks of the first", async () => {
    const upstreams = "  api: {}\n  web: { service: api }\n  tcp: { service: api, protocol: stream }";
    const stage = await setUpCheck({ version, upstreams });
    stage.nginx.write("conf.d/a.conf", "upstream API { server 127.0.0.1:1; }\nupstream other { server 127.0.0.1:1; }\n");
    stage.nginx.write("conf.d/z.conf", "\nupstream web { server 127.0.0.1:1; }\n");
    stage.nginx.write("stream.d/a.conf", "upstream tcp { server 127.0.0.1:1; }\n");
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 4, codes: ["name_taken", "name_taken", "name_taken", "candidate_refused"] });
    expect(checked.findings.slice(0, 3).map(({ place }) => place)).toEqual([
      join(stage.nginx.httpFolder, "a.conf:1"),
      join(stage.nginx.httpFolder, "z.conf:2"),
      join(stage.nginx.streamFolder, "a.conf:1"),
    ]);
    expect(checked.findings[3]?.message).toContain('duplicate upstream "');
  });

  test("finds keepalive that comes to nothing, where this Nginx does not speak HTTP/1.1 by itself", async () => {
    const stage = await setUpCheck({ version, upstreams: "  api: { keepalive: 8 }" });
    stage.nginx.write("conf.d/site.conf", proxy("proxy_http_version 1.1;\n proxy_pass http://api;"));
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 0, codes: version === "debian" ? ["keepalive_unused"] : [] });
    if (version === "debian") expect(checked.findings[0]?.place).toBe(join(stage.nginx.httpFolder, "site.conf:5"));
  });

  test("tells a port behind an upstream, and a bare word in stream that is none", async () => {
    const stage = await setUpCheck({ version });
    stage.nginx.write("conf.d/site.conf", proxy("proxy_pass http://api:8080;"));
    stage.nginx.write("stream.d/site.conf", `server {\n listen 127.0.0.1:${port};\n proxy_pass nowhere;\n}\n`);
    const checked = await stage.check();
    expect(checked.code).toBe(4);
    expect(checked.findings.slice(0, 2)).toMatchObject([
      { code: "port_with_upstream", place: join(stage.nginx.httpFolder, "site.conf:4") },
      { code: "undefined_upstream", place: join(stage.nginx.streamFolder, "site.conf:3") },
    ]);
  });

  test("tells a present configuration that is refused from a candidate that is", async () => {
    const stage = await setUpCheck({ version });
    stage.nginx.write("conf.d/broken.conf", "\nno_such_directive on;\n");
    expect(await stage.check()).toMatchObject({
      code: 4,
      codes: ["present_refused"],
      findings: [{ place: join(stage.nginx.httpFolder, "broken.conf:2"), message: expect.stringContaining("no_such_directive") }],
    });
    stage.nginx.write("conf.d/broken.conf", proxy("proxy_pass http://web.invalid;"));
    expect(await stage.check()).toMatchObject({ code: 4, codes: ["present_refused"] });
    stage.nginx.write("conf.d/broken.conf", 'limit_req_zone $uri zone="api":1m rate=1r/s;\n');
    const clash = await setUpCheck({ version, upstreams: "  api: { zone: 256k }" });
    clash.nginx.write("conf.d/z.conf", "limit_req_zone $uri zone=upstreamd_http_api:1m rate=1r/s;\n");
    expect(await clash.check()).toMatchObject({
      code: 4,
      codes: ["candidate_refused"],
      findings: [{ message: expect.stringContaining("zone") }],
    });
  });

  test("does not take for broken what only waits for the first file of ours", async () => {
    const stage = await setUpCheck({ version });
    stage.nginx.write("conf.d/site.conf", proxy("proxy_pass http://api;"));
    expect((await stage.nginx.configTest()).stderr).toContain("host not found in upstream");
    expect(await stage.check("--strict")).toMatchObject({ code: 0, findings: [] });
    // Also where another file of ours is not included.
    const both = await setUpCheck({ version, upstreams: "  api: {}\n  tcp: { service: api, protocol: stream }" });
    both.nginx.write("conf.d/site.conf", proxy("proxy_pass http://api;"));
    both.edit("nginx.conf", `include ${both.nginx.streamFolder}/*.conf;`, "");
    expect(await both.check()).toMatchObject({ code: 0, codes: ["not_included"] });
  });

  test("says what was not checked where Consul does not answer, checks all else with sample data, and exits 3", async () => {
    const stage = await setUpCheck({ version });
    const nobody = ["--timeout", "50ms", "--consul-address", "http://127.0.0.1:1"];
    expect(await stage.check(...nobody)).toMatchObject({ code: 3, codes: ["consul_unreachable"], host: { test: "whole" } });
    stage.nginx.write("conf.d/z.conf", "upstream api { server 127.0.0.1:1; }\n");
    expect(await stage.check(...nobody)).toMatchObject({ code: 4, codes: ["consul_unreachable", "name_taken", "candidate_refused"] });
  });

  test("tells a running Nginx from one that is not, and leaves it alone", async () => {
    const stage = await setUpCheck({ version, stopped: false, settings: `  config: NGINX` });
    const asked = await setUpCheck({ version, settings: `  pid_file: ${stage.nginx.pidFile}\n  config: ${stage.nginx.config}` });
    const checked = await asked.check("--output-http", stage.destination);
    expect(checked.host).toMatchObject({
      nginx: { state: "running", master_pid: stage.nginx.pid(), version_from: "master", processes: 2 },
    });
    expect(checked.codes).toEqual([]);
    const full = await setUpCheck({ version, settings: `  pid_file: ${stage.nginx.pidFile}\n  process_limit: 3` });
    expect(await full.check("--output-http", stage.destination)).toMatchObject({
      code: 0,
      findings: [{ code: "reload_impossible", message: expect.stringContaining("to 4 processes") }],
    });
    expect(stage.nginx.reloads()).toBe(0);
  });
});

describe("check", () => {
  test("works without Nginx: a warning, and all that needs none", async () => {
    const stage = await setUpCheck({ version: "debian", settings: "  binary: /nowhere/nginx" });
    expect(await stage.check()).toMatchObject({ code: 0, codes: ["nginx_missing"], host: { test: "none", nginx: { binary: null } } });
    expect(await stage.check("--strict")).toMatchObject({ code: 2 });
  });

  test("reads Nginx's configuration also where its binary is missing", async () => {
    const { nginx } = await setUpCheck({ version: "debian" });
    const stage = await setUpCheck({ version: "debian", settings: `  binary: /nowhere/nginx\n  config: ${nginx.config}` });
    expect((await stage.check()).codes).toEqual(["nginx_missing", "not_included"]);
  });

  test("calls missing rights missing rights: nothing is refused for them", async () => {
    const stage = await setUpCheck({ version: "debian" });
    chmodSync(stage.nginx.httpFolder, 0o500);
    chmodSync(stage.nginx.prefix, 0o500);
    const checked = await stage.checkWithoutRights();
    chmodSync(stage.nginx.prefix, 0o700);
    expect(checked).toMatchObject({ code: 0, codes: ["destination_unwritable", "test_impossible"], host: { test: "none" } });
    expect(checked.host.test_because).toMatch(/not permitted|EACCES/);
  });

  test("works with a state folder that cannot be used", async () => {
    const stage = await setUpCheck({ version: "debian" });
    mkdirSync(stage.stateDir, { mode: 0o500 });
    expect(await stage.checkWithoutRights()).toMatchObject({ code: 0, codes: ["state_dir_unusable"], host: { test: "none" } });
    chmodSync(stage.stateDir, 0o700);
    expect(await stage.check()).toMatchObject({ codes: [], host: { test: "whole" } });
    expect(readdirSync(stage.stateDir)).toEqual([]);
  });

  test("refuses a destination that is a folder, or has none around it", async () => {
    const stage = await setUpCheck({ version: "debian" });
    mkdirSync(stage.destination);
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 2, codes: ["config_invalid"], host: null });
    expect(checked.findings[0]?.message).toContain("is a folder, expected the path of a file");
    const missing = await setUpCheck({ version: "debian" });
    expect(await missing.check("--output-http", join(missing.nginx.prefix, "none", "up.conf"))).toMatchObject({
      code: 2,
      codes: ["destination_unusable", "not_included"],
    });
  });

  test("refuses a destination that is neither a file nor a folder", async () => {
    const stage = await setUpCheck({ version: "debian" });
    const checked = await stage.check("--output-http", "/dev/null");
    expect(checked).toMatchObject({ code: 2, codes: ["destination_unusable"] });
    expect(checked.findings[0]).toMatchObject({ place: "output.http", message: expect.stringContaining("no regular file") });
  });

  test("never speaks of adopting Nginx's main file, and tests nothing in its place", async () => {
    const stage = await setUpCheck({ version: "debian" });
    const { config, binary, prefix, errorLog } = stage.nginx;
    const named = await stage.check("--output-http", config);
    expect(named).toMatchObject({ code: 2, codes: ["config_invalid"], host: null });
    expect(named.findings[0]?.message).toContain(`${config} is Nginx's main configuration as well`);
    // Only the machine tells which one it is where the configuration does not.
    const settings = `  binary: ${binary}\n  args: ["-c", "${config}", "-p", "${prefix}", "-e", "${errorLog}"]`;
    const found = await (await setUpCheck({ version: "debian", settings })).check("--output-http", config);
    expect(found).toMatchObject({ code: 2, codes: ["destination_unusable"], host: { test: "none" } });
    expect(found.findings[0]?.message).toBe(`${config} cannot be written: it is Nginx's main configuration`);
  });

  test("says nothing of a main file that cannot be read but that", async () => {
    const stage = await setUpCheck({ version: "debian" });
    rmSync(stage.nginx.config);
    expect(await stage.check()).toMatchObject({ code: 4, codes: ["present_refused", "include_unread"] });
  });

  test("leaves a file that is not ours alone, and says how to take it over", async () => {
    const stage = await setUpCheck({ version: "debian" });
    writeFileSync(stage.destination, "upstream api { server 127.0.0.1:1; }\n");
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 2, codes: ["destination_foreign"], host: { test: "whole" } });
  });

  test("names who holds the lock, and waits for nobody", async () => {
    const stage = await setUpCheck({ version: "debian" });
    const { openStore } = await import("../../src/state/store.ts");
    const { systemClock } = await import("../../src/support/clock.ts");
    const { SILENT } = await import("../../src/support/log.ts");
    const store = await openStore(stage.stateDir, systemClock, SILENT);
    expect((await stage.check()).findings).toMatchObject([
      { severity: "info", code: "lock_held", place: stage.stateDir, message: `the upstreamd with pid ${process.pid} holds it` },
    ]);
    await store.release();
  });

  test("finds every setting that this Nginx lacks, each where it is written", async () => {
    const stage = await setUpCheck({
      version: "debian",
      upstreams: "  api: { algorithm: least_time }\n  web: { service: api, algorithm: least_time }",
    });
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 2, codes: ["unsupported", "unsupported"], host: { test: "none" } });
    expect(checked.findings.map(({ place }) => place.replace(/^.*yaml:/, ""))).toEqual(["11:3", "12:3"]);
    expect(await stage.check("--nginx-version", "1.31.0")).toMatchObject({ codes: ["candidate_refused"] });
  });

  test("gives every problem of the configuration as a finding of its own, and as the error that every command ends in", async () => {
    const stage = await setUpCheck({ version: "debian", upstreams: "  api: { nonsense: 1 }\n  web: { nonsense: 2 }" });
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 2, codes: ["config_invalid", "config_invalid"], host: null });
    expect(checked.findings.map(({ place }) => place.replace(/^.*yaml:/, ""))).toEqual(["11:10", "12:10"]);
    expect(checked.stderr).toContain("[CONFIG_INVALID]");
  });

  test("refuses a snapshot that lacks a service, and checks the rest", async () => {
    const stage = await setUpCheck({ version: "debian", upstreams: "  api: {}\n  web: {}" });
    expect(await stage.check()).toMatchObject({ code: 2, codes: ["snapshot_invalid"], host: { test: "whole" } });
  });
});

describe("check, of templates of the user's own,", () => {
  const places = (findings: readonly { readonly place: string }[]) => findings.map(({ place }) => place.replace(/^.*\//, ""));

  test("finds every fault of every template, with Consul and without", async () => {
    const templates = {
      "a.hbs": "# fine\n{{#each upstreams}}\n# {{comment nme}}\n{{/each}}\n",
      "b.hbs": "{{#each upstreams}}\n",
      "c.hbs": "{{{raw}}}\n",
    };
    const stage = await setUpCheck({ version: "debian", templates });
    const checked = await stage.check();
    expect(checked).toMatchObject({ code: 2, codes: ["template", "template", "template"] });
    expect(places(checked.findings)).toEqual([expect.stringMatching(/^a\.hbs:3:\d+$/), expect.stringMatching(/^b\.hbs:/), "c.hbs:1:1"]);
    const alone = await stage.check("--timeout", "50ms", "--consul-address", "http://127.0.0.1:1");
    expect(alone).toMatchObject({ code: 2, codes: ["consul_unreachable", "template", "template", "template"] });
  });

  test("has sample data for whatever metadata a template asks for, and warns of what an instance may lack", async () => {
    const text = "{{#each upstreams}}{{#each servers}}\n{{#if placeholder}}{{else}}# {{comment meta.env}}\n{{/if}}{{/each}}{{/each}}\n";
    const stage = await setUpCheck({ version: "debian", templates: { "a.hbs": text } });
    const checked = await stage.check("--timeout", "50ms", "--consul-address", "http://127.0.0.1:1");
    expect(checked).toMatchObject({ code: 3, codes: ["consul_unreachable", "template_fragile"], host: { test: "whole" } });
    expect(checked.findings[1]?.message).toMatch(/^it cannot be rendered when an instance has no metadata: /);
  });

  test("warns of a template that has nothing to print once an upstream has no server", async () => {
    const text = "{{#each upstreams}}{{#each servers}}\n# {{comment node}}\n{{/each}}{{/each}}\n";
    const stage = await setUpCheck({ version: "debian", templates: { "a.hbs": text } });
    expect(await stage.check()).toMatchObject({
      code: 0,
      codes: ["template_fragile"],
      findings: [{ place: expect.stringContaining("a.hbs:2:") }],
    });
  });

  test("names the template whose text Nginx refuses, and takes what it defines for somebody else's", async () => {
    const stage = await setUpCheck({ version: "debian", templates: { "a.hbs": "nonsense;\n" } });
    const checked = await stage.check();
    expect(checked).toMatchObject({
      code: 4,
      codes: ["candidate_refused"],
      findings: [{ hint: expect.stringMatching(/^Mend .*a\.hbs, which prints that/) }],
    });
    const other = await setUpCheck({ version: "debian", templates: { "a.hbs": "upstream API { server 127.0.0.1:1; }\n" } });
    expect(await other.check()).toMatchObject({
      codes: ["name_taken", "candidate_refused"],
      findings: [{ place: expect.stringMatching(/a\.hbs\.conf:4$/) }, {}],
    });
  });

  test("finds a template that is not there, and one that nothing includes", async () => {
    const stage = await setUpCheck({
      version: "debian",
      upstreams: "  api: {}\ntemplates:\n  - { source: gone.hbs, destination: /nowhere/x.conf }",
    });
    const checked = await stage.check();
    expect(checked.codes).toEqual(["destination_unusable", "template", "not_included"]);
    expect(places(checked.findings.slice(1))).toEqual(["gone.hbs", "templates[0].destination"]);
  });
});
