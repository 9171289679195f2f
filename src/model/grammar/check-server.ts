import { type ParameterValue, SERVER_PARAMETERS } from "../capabilities/server-parameters.ts";
import { ANY_VERSION, has } from "../capabilities/since.ts";
import type { Protocol } from "../settings.ts";
import type { Server } from "../upstream.ts";
import { readServer } from "./server-line.ts";

/** What decides which parameters a server may have. */
interface Block {
  readonly protocol: Protocol;
  readonly isSticky: boolean;
}

/** Why the words after `server` are not this server, each parameter once and each in the meaning that it seems to have; null: they are. */
export function checkServer(words: readonly string[], server: Server, { protocol, isSticky }: Block): string | null {
  const parameters = words.slice(1);
  const names = parameters.map(nameOf);
  const allowed = ALLOWED[protocol][isSticky ? "sticky" : "plain"];
  const wrong = parameters.findIndex((word, i) => !allowed.test(word) || names.indexOf(names[i] ?? "") !== i);
  if (wrong !== -1) return `the server may not have ${JSON.stringify(parameters[wrong])}`;
  const pair = EXCLUSIVE.find(([one, other]) => names.includes(one) && names.includes(other));
  if (pair !== undefined) return `the server may not have ${pair.join(" and ")}`;
  const read = readServer(words, protocol);
  const differing = (Object.keys(server) as (keyof Server)[]).find((fact) => read[fact] !== server[fact]);
  return differing === undefined ? null : `the server should have ${differing} ${server[differing]}, and is: ${words.join(" ")}`;
}

function nameOf(parameter: string): string {
  const equals = parameter.indexOf("=");
  return equals === -1 ? parameter : parameter.slice(0, equals);
}

const ALLOWED = {
  http: { plain: allowedIn("http", false), sticky: allowedIn("http", true) },
  stream: { plain: allowedIn("stream", false), sticky: allowedIn("stream", true) },
} as const;

const EXCLUSIVE = Object.entries(SERVER_PARAMETERS).flatMap(([name, { excludes }]) =>
  excludes === null ? [] : [[name, excludes] as const],
);

/** Any version has it. */
function allowedIn(protocol: Protocol, isSticky: boolean): RegExp {
  const forms = Object.entries(SERVER_PARAMETERS).flatMap(([name, { since, value, needsSticky }]) => {
    return has(since, protocol, ANY_VERSION) && (isSticky || !needsSticky) ? [`${name}${formOf(value)}`] : [];
  });
  return new RegExp(`^(?:${forms.join("|")})$`);
}

function formOf(value: ParameterValue): string {
  if (value.kind === "flag") return "";
  if (value.kind === "text") return `=[A-Za-z0-9_-]{1,${value.most}}`;
  return value.kind === "count" ? String.raw`=\d+` : String.raw`=\d+s`;
}
