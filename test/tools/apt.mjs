import { run, works } from "./run.mjs";

/**
 * One at a time, as apt's lists have a lock that does not wait; and with services held back by Debian's own means, so
 * that no Nginx starts to listen on this machine.
 */
const SCRIPT = `
exec 9>/var/lock/upstreamd-test-tools
flock 9
dpkg -s "$@" >/dev/null 2>&1 && exit 0
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq 9>&-
apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" 9>&-
`;

/** Installs Debian packages; needs root, or a sudo that asks for nothing. */
export async function aptInstall(packages) {
  const shell = ["sh", "-ec", SCRIPT, "apt", ...packages];
  const asked = `apt-get install --no-install-recommends ${packages.join(" ")}`;
  if (!(await works("apt-get", ["--version"]))) {
    throw new Error(`Cannot install ${packages.join(" and ")}, because this machine has no apt-get. Run the tests on Debian or Ubuntu.`);
  }
  if (process.getuid() === 0) await run(shell[0], shell.slice(1));
  else if (await works("sudo", ["-n", "true"])) await run("sudo", ["-n", ...shell]);
  else throw new Error(`Cannot install ${packages.join(" and ")} without root or a password-less sudo. Run this once as root: ${asked}`);
}
