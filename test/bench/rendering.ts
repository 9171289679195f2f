import type { Upstream } from "../../src/model/upstream.ts";
import { renderFiles, renderUpstream } from "../../src/render/render.ts";
import { loadTemplates } from "../../src/render/templates.ts";
import { toView, type UpstreamView } from "../../src/render/view.ts";
import { aServer } from "../builders.ts";
import { figuresOf, type Row, ratioRow } from "./figures.ts";

const OUTPUTS = { http: "/etc/nginx/conf.d/upstreamd.conf", stream: null };
const WARM_UP = 5;

/**
 * 10,000 servers in 1,000 upstreams. Their values to text, against a plain loop that joins the same text from the same values; all of it
 * as on the way of a change, read back strictly and joined to one file; and that once more after one upstream changed.
 */
export async function rendering(rounds: number): Promise<readonly Row[]> {
  const templates = loadTemplates();
  const [plain, printed, proven, one]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds + WARM_UP; round++) {
    const upstreams = manyUpstreams();
    const views = upstreams.map(toView);
    const joined = timed(() => flat(joinPlainly(views)), plain);
    const text = timed(() => flat(views.map((view) => `\n${renderUpstream(view, templates)}`).join("")), printed);
    const render = (wanted: readonly Upstream[]) => flat(renderFiles(wanted, OUTPUTS, templates).files.get(OUTPUTS.http) ?? "");
    const rendered = timed(() => render(upstreams), proven);
    if (text !== joined || !rendered.endsWith(joined)) throw new Error("what was rendered is not what was joined");
    timed(() => render(upstreams.map((upstream, i) => (i === 500 ? { ...upstream, servers: upstream.servers.slice(1) } : upstream))), one);
  }
  const [joining, printing, proving, changed] = [plain, printed, proven, one].map((samples) => figuresOf(samples.slice(WARM_UP)));
  if (joining === undefined || printing === undefined || proving === undefined || changed === undefined)
    throw new Error("nothing was measured");
  return [
    ratioRow("10,000 servers in 1,000 upstreams rendered, against joining the text", joining, printing, 4),
    ratioRow("the same with its values made, and the text read back strictly", joining, proving, 4),
    ratioRow("one of 1,000 upstreams changed, against all of that", proving, changed, 0.1),
  ];
}

function timed<T>(work: () => T, samples: number[]): T {
  const from = performance.now();
  const result = work();
  samples.push(performance.now() - from);
  return result;
}

/** A text that was put together of pieces is only copied when somebody looks at it; both sides have to. */
function flat(text: string): string {
  Buffer.byteLength(text);
  return text;
}

function manyUpstreams(): readonly Upstream[] {
  return Array.from({ length: 1000 }, (_, u) => ({
    name: `service-${u}`,
    protocol: "http",
    directives: [{ name: "least_conn", arguments: [] }],
    servers: Array.from({ length: 10 }, (_, s) =>
      aServer({ address: `10.${u >> 8}.${u & 255}.${s + 1}`, port: 8080, weight: (s % 3) + 1, maxFails: 3, failTimeout: 10 }),
    ),
  }));
}

/** What somebody would write who needs just this text, from the values that a template sees. */
function joinPlainly(views: readonly UpstreamView[]): string {
  let text = "";
  for (const { name, directives, servers } of views) {
    text += `\nupstream ${name} {\n`;
    for (const directive of directives) text += `    ${[directive.name, ...directive.arguments].join(" ")};\n`;
    for (const { endpoint, parameters } of servers) {
      text += `    server ${endpoint}`;
      for (const parameter of parameters) text += ` ${parameter}`;
      text += ";\n";
    }
    text += "}\n";
  }
  return text;
}
