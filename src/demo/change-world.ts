import type { Acting } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { NAMES, NOTHING, type ServerName, type Standing, settingsIn, VERSIONS, type World } from "./world.ts";

/** The act of a scene in which nothing else happens than that the world changes. */
export async function changes({ stage, scene, tell }: Acting): Promise<void> {
  await changeWorld(stage, scene.from, scene.to, tell);
}

/** Brings everything from one state to another; where nothing was, the daemon and Nginx are started. */
export async function changeWorld(stage: Stage, from: World, to: World, tell: (line: string) => void): Promise<void> {
  for (const name of NAMES) await changeServer(stage, name, from.servers[name], to.servers[name], tell);
  if (from === NOTHING || settingsIn(from) !== settingsIn(to)) {
    stage.writeSettings(settingsIn(to));
    stage.reload();
  }
  if (from !== NOTHING) return;
  tell("upstreamd run");
  await stage.startDaemon();
  tell(`nginx, at ${stage.url}`);
  await stage.startNginx();
}

async function changeServer(
  { consul, backends }: Stage,
  name: ServerName,
  from: Standing | undefined,
  to: Standing | undefined,
  tell: (line: string) => void,
): Promise<void> {
  if (from === to) return;
  const server = backends[name];
  if (to === "dead") await server.stop();
  if (from === "dead") await server.start();
  if (to === undefined) {
    await consul.registry.deregister(server);
    tell(`consul: ${name} is deregistered`);
  } else {
    const weight = to === "dead" ? 1 : to;
    await consul.registry.register("shop", server, { weight, tags: [VERSIONS[name]], isAlive: to !== "dead" });
    tell(`consul: ${name} is registered at 127.0.0.1:${server.port} with the weight ${weight} and the tag ${VERSIONS[name]}`);
  }
}
