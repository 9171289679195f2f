import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Backend, startHttpBackends } from "../support/backends.ts";
import { startChild } from "../support/child.ts";
import { type ConsulAgent, startConsul } from "../support/consul-agent.ts";
import { httpProxy } from "../support/nginx-config.ts";
import { type NginxServer, startNginx } from "../support/nginx-server.ts";
import { freePort } from "../support/ports.ts";
import { tempFolder } from "../support/tmp.ts";
import { until } from "../support/until.ts";
import { startUpstreamd } from "../support/upstreamd.ts";
import { PLACES } from "../tools/places.mjs";
import { type Figures, figuresOf, figuresText, type Row, ratioRow } from "./figures.ts";
import { answerOf, type Moments, momentsOf, type Side } from "./moments.ts";

/** Long enough that neither tool has anything left to do of the change before, and that the next one is not held back. */
const QUIET_MS = 1_200;
const WARM_UP = 2;

/** One instance moves from one backend to another while all is quiet: by consul-template and by us in turn, in one run. */
export async function oneChange(rounds: number): Promise<readonly Row[]> {
  const [consul, backends] = [await startConsul(), await startHttpBackends("server", 2)];
  const sides = [await setUp("theirs", consul, backends), await setUp("ours", consul, backends)] as const;
  startConsulTemplate(sides[0], consul);
  startOurs(sides[1], consul);
  for (const side of sides) await until(`${side.service} to be served`, async () => (await answerOf(side)) === backends[0]?.name);
  const taken: [Moments[], Moments[]] = [[], []];
  for (let round = 1; round <= rounds + WARM_UP; round++) {
    for (const [i, side] of sides.entries()) {
      await delay(QUIET_MS);
      const backend = backends[round % 2];
      if (backend !== undefined) taken[i]?.push(await momentsOf(side, backend, () => register(side, consul, backend)));
    }
  }
  const tests = await timesOfTest(sides[1].nginx, rounds);
  const of = (i: 0 | 1, moment: keyof Moments) => figuresOf(taken[i].slice(WARM_UP).map((moments) => moments[moment]));
  return [
    ratioRow("one quiet change: SIGHUP at the master", of(0, "signal"), of(1, "signal"), 0.7),
    ratioRow("one quiet change: first answer of the new server", of(0, "answer"), of(1, "answer"), 0.85),
    fileRow(of(0, "file"), of(1, "file"), tests),
  ];
}

/** Ours is tested before it is placed. */
function fileRow(theirs: Figures, ours: Figures, test: Figures): Row {
  const [over, most] = [ours.p50 - theirs.p50, test.p50 + 4];
  const target = `at most ${most.toFixed(1)} ms more (\`nginx -t\`: ${figuresText(test)})`;
  const what = "one quiet change: file on disk";
  return { what, other: figuresText(theirs), ours: figuresText(ours), result: `${over.toFixed(1)} ms more`, target, isMet: over <= most };
}

async function setUp(service: string, consul: ConsulAgent, [first]: readonly Backend[]): Promise<Side> {
  const port = await freePort();
  const files = { [`conf.d/${service}.conf`]: `# Managed by upstreamd\nupstream ${service} {\n    server 127.0.0.1:1 down;\n}\n` };
  const nginx = await startNginx({ version: "debian", http: httpProxy(port, service), files });
  const side = { service, nginx, port, destination: join(nginx.httpFolder, `${service}.conf`) };
  if (first !== undefined) await register(side, consul, first);
  return side;
}

/** The same instance at another port: whoever answers says whether the change has come through. */
function register({ service }: Side, consul: ConsulAgent, { address, port }: Backend): Promise<void> {
  return consul.register({ service, address, port });
}

function startConsulTemplate({ service, nginx, destination }: Side, { url }: ConsulAgent): void {
  const config = join(tempFolder("consul-template"), "consul-template.hcl");
  const call = [nginx.binary, ...nginx.args].join(" ");
  writeFileSync(
    config,
    `consul { address = "${url.replace("http://", "")}" }
log_level = "err"
template {
  contents = <<EOT
upstream ${service} {
{{- range service "${service}" }}
    server {{ .Address }}:{{ .Port }};
{{- else }}
    server 127.0.0.1:1 down;
{{- end }}
}
EOT
  destination = "${destination}"
  command = "${call} -t && ${call} -s reload"
}
`,
  );
  startChild(PLACES.consulTemplate.binary, ["-config", config]);
}

function startOurs({ service, nginx, destination }: Side, { url }: ConsulAgent): void {
  const home = tempFolder("upstreamd");
  const [config, stateDir] = [join(home, "upstreamd.yaml"), join(home, "state")];
  mkdirSync(stateDir);
  writeFileSync(
    config,
    `consul: { address: "${url}" }
nginx: { binary: ${nginx.binary}, config: ${nginx.config}, prefix: ${nginx.prefix}, pid_file: ${nginx.pidFile}, args: ["-e", "${nginx.errorLog}"] }
output: { http: ${destination} }
state_dir: ${stateDir}
upstreams: { ${service}: {} }
`,
  );
  startUpstreamd(["run", "-c", config], { stateDir });
}

async function timesOfTest(nginx: NginxServer, rounds: number): Promise<Figures> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    await nginx.configTest();
    samples.push(performance.now() - from);
  }
  return figuresOf(samples);
}
