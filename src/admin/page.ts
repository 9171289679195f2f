import type { Status, UpstreamStatus } from "../model/status.ts";

/** The status as a page that needs no script. */
export function statusPage(status: Status): string {
  const rows = status.upstreams.map(upstreamRow).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>upstreamd: ${escapeHtml(status.state)}</title>
<style>body{font:15px system-ui,sans-serif;margin:2rem;max-width:60rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}</style>
<h1>${escapeHtml(status.state)}</h1><p>${escapeHtml(status.reason ?? "")}</p>
<p>Consul: ${escapeHtml(status.consul.state)}. Nginx: ${escapeHtml(status.nginx.state)} ${escapeHtml(status.nginx.version ?? "")}. Generation: ${status.running.generation ?? "none"}.</p>
<table><tr><th>upstream</th><th>state</th><th>servers</th></tr>${rows}</table></html>
`;
}

function upstreamRow({ name, protocol, state, reason, servers }: UpstreamStatus): string {
  const lines = servers.map((server) => `${server.address} ${server.port} weight ${server.weight} ${server.state}`);
  return `<tr><td>${escapeHtml(name)} (${protocol})</td><td>${escapeHtml([state, reason].filter((text) => text !== null).join(": "))}</td><td>${lines.map(escapeHtml).join("<br>")}</td></tr>`;
}

/** Reasons quote what a registry holds. */
function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
