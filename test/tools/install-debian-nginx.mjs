import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";
import { DEBIAN_NGINX } from "./places.mjs";
import { step } from "./step.mjs";

/** The Nginx that most of our operators have: the distribution's, with `stream` as a module. */
export async function installDebianNginx() {
  if (isThere()) return;
  await step("installing Debian's Nginx with its stream module", "some seconds", () => aptInstall(["nginx", "libnginx-mod-stream"]));
  if (!isThere()) throw new Error(`apt-get ended well, and ${Object.values(DEBIAN_NGINX).join(" or ")} is still not there.`);
}

function isThere() {
  return Object.values(DEBIAN_NGINX).every((path) => existsSync(path));
}
