import { type Environment, variable } from "./environment.ts";
import type { Issue } from "./issue.ts";
import { NOT_YET_VALUES, notYetText } from "./not-yet.ts";
import type { Override } from "./overrides.ts";

/** Consul's own variables for settings that are built. The token's are read in `consul-token.ts`. */
const VARIABLES: Readonly<Record<string, string>> = {
  CONSUL_HTTP_ADDR: "consul.address",
  CONSUL_NAMESPACE: "consul.namespace",
  CONSUL_PARTITION: "consul.partition",
};

/** Variables that change what is sent to Consul, and that this version cannot honour. */
const REFUSED: readonly string[] = ["CONSUL_HTTP_AUTH"];

/** What Consul's own variables say, as overrides; an empty one counts as not set. */
export function consulOverrides(environment: Environment): readonly Override[] {
  return Object.entries(VARIABLES).flatMap(([source, path]) => {
    const value = variable(environment, source);
    return value === null ? [] : [{ path, value, source }];
  });
}

/** What of Consul's variables cannot be honoured, without their values. */
export function consulVariableIssues(environment: Environment, overrides: readonly Override[]): readonly Issue[] {
  const refused = REFUSED.filter((name) => variable(environment, name) !== null);
  const issues = refused.map((name): Issue => ({ path: [name], at: "key", isOutside: true, text: notYetText(name) }));
  return asksForTls(environment, overrides)
    ? [...issues, { path: ["CONSUL_HTTP_SSL"], at: "key", isOutside: true, text: notYetText(NOT_YET_VALUES.https) }]
    : issues;
}

/**
 * Consul's CLI never goes back to plain http once this variable asks for TLS, whatever scheme the address has; a flag
 * of ours with a scheme beats it, as every flag does.
 */
function asksForTls(environment: Environment, overrides: readonly Override[]): boolean {
  const isOn = /^(1|t|true)$/i.test(variable(environment, "CONSUL_HTTP_SSL") ?? "");
  const flag = overrides.findLast(({ path }) => path === "consul.address");
  return isOn && !(flag?.source.startsWith("--") === true && String(flag.value).includes("://"));
}
