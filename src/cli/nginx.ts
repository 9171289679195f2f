import { NEWEST_KNOWN } from "../model/capabilities/since.ts";
import type { Configuration } from "../model/configuration.ts";
import type { DiskFile } from "../model/files.ts";
import { EMPTY_MEMORY } from "../model/memory.ts";
import { type NginxNow, unseenNginx } from "../model/nginx-process.ts";
import { createHost } from "../nginx/host.ts";
import { refuseUnsupported } from "../pipeline/gate.ts";
import { destinationsOf } from "../pipeline/prepare.ts";
import { systemClock } from "../support/clock.ts";
import { SILENT } from "../support/log.ts";
import type { Io } from "./io.ts";

/** The Nginx of this machine as one look shows it, with the way to read destinations. */
export interface Seen {
  readonly nginx: NginxNow;
  read(paths: readonly string[]): Promise<readonly DiskFile[]>;
}

/** Looks at Nginx without touching anything. Throws `UNSUPPORTED` where its version lacks what is asked for; says which one is assumed where none is found. */
export async function lookAtNginx({ nginx: settings, settings: wanted, stateDir }: Configuration, io: Io): Promise<Seen> {
  const destinations = destinationsOf(wanted, EMPTY_MEMORY);
  const host = createHost({ settings, destinations, streamOutput: null, stateDir, clock: systemClock, log: SILENT });
  const nginx = await host.observe();
  if (nginx.versionFrom === "newest")
    io.stderr.write(`no Nginx was found here; rendering for ${nginx.version} (--nginx-version names another)\n`);
  refuseUnsupported(wanted, nginx.version);
  return { nginx, read: host.read };
}

/** The same without a look, for what is compared with no machine. */
export function assumeNginx({ nginx: { version }, settings }: Configuration, io: Io): NginxNow {
  if (version === null) io.stderr.write(`comparing for Nginx ${NEWEST_KNOWN}, the newest known (--nginx-version names another)\n`);
  const nginx = version === null ? unseenNginx(NEWEST_KNOWN, "newest") : unseenNginx(version, "option");
  refuseUnsupported(settings, nginx.version);
  return nginx;
}
