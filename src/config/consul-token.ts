import { resolve } from "node:path";
import { type Environment, variable } from "./environment.ts";
import type { Overrides } from "./overrides.ts";
import type { FileSettings } from "./schema.ts";
import { checkedToken, readTokenFile } from "./token-file.ts";

/**
 * The ACL token: of our flag (or our variable), of Consul's variables, of the configuration, in this order. A file beats
 * a token in both of the latter, as in Consul's own CLI. null: anonymous.
 */
export async function consulToken(consul: FileSettings["consul"], overrides: Overrides, environment: Environment): Promise<string | null> {
  if (overrides.tokenText !== null) return checkedToken(overrides.tokenText, "stdin");
  if (overrides.tokenFile !== null) return readTokenFile(resolve(environment.cwd, overrides.tokenFile.path), overrides.tokenFile.source);
  const file = variable(environment, "CONSUL_HTTP_TOKEN_FILE");
  if (file !== null) return readTokenFile(resolve(environment.cwd, file), "CONSUL_HTTP_TOKEN_FILE");
  const token = variable(environment, "CONSUL_HTTP_TOKEN");
  if (token !== null) return checkedToken(token, "CONSUL_HTTP_TOKEN");
  if (consul.token_file !== undefined) return readTokenFile(consul.token_file, "consul.token_file");
  return consul.token === undefined ? null : checkedToken(consul.token, "consul.token");
}
