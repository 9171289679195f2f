import { startConsul } from "../support/consul-agent.ts";
import { describeConsulContract } from "./consul-contract.ts";

describeConsulContract("a real agent", async (options) => {
  const acl = (token: string) => ({ enabled: true, default_policy: "deny", tokens: { initial_management: token } });
  const agent = await startConsul(options === undefined ? {} : { config: { acl: acl(options.token) }, token: options.token });
  return { address: agent.url, stop: agent.stop };
});
