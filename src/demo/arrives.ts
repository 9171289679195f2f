import { sameShares, sharesOf, sharesText } from "./shares.ts";
import type { Stage } from "./stage.ts";
import { servingIn, sharesIn, type World } from "./world.ts";

/** So many requests in a row are looked at: enough for every scene to share them in whole numbers. */
export const IN_A_ROW = 12;

/** Waits until upstreamd says that Nginx runs what this world asks for, and traffic shows it; throws when that takes too long or a request fails. */
export async function arrives(stage: Stage, world: World): Promise<void> {
  const ports = servingIn(world).map(({ name }) => stage.backends[name].port);
  await stage.until(
    `Nginx to run the ports ${ports} and upstreamd to say so`,
    async () => {
      const { state, reason, upstreams } = await stage.status();
      return { state, reason, ports: upstreams.flatMap(({ servers }) => servers.map(({ port }) => port)) };
    },
    ({ state, ports: seen }) => state === "in_sync" && seen.length === ports.length && ports.every((port) => seen.includes(port)),
  );
  await seesTraffic(stage, world);
}

/** Waits for so many answers in a row, all from now on, that are shared as in this world. */
export async function seesTraffic({ traffic, until }: Stage, world: World): Promise<void> {
  const [shares, before] = [sharesIn(world, IN_A_ROW), traffic.answers().length];
  await until(
    `${IN_A_ROW} requests in a row to be answered by ${sharesText(shares)}`,
    () => sharesOf(traffic.answers().slice(before).slice(-IN_A_ROW)),
    (seen) => sameShares(seen, shares),
  );
}
