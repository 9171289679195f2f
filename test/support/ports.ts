import { createSocket } from "node:dgram";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd } from "./cleanup.ts";

/** Below the range from which Linux takes the ports of outgoing connections. */
const FIRST = 20_000;
const LAST = 31_999;
const CLAIMS = join(tmpdir(), "upstreamd-test-ports");

let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/**
 * A port of loopback that nobody listens on, over TCP or UDP, and that no other test process of this machine is given
 * while this test file runs: it is claimed by a file with our pid in it.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries <= LAST - FIRST; tries++) {
    const port = next;
    next = next === LAST ? FIRST : next + 1;
    if (claim(port) && (await isFree(port))) return port;
  }
  throw new Error(`Cannot find a free port between ${FIRST} and ${LAST}; claims are kept in ${CLAIMS}.`);
}

/** As many different free ports. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

function claim(port: number): boolean {
  const path = join(CLAIMS, String(port));
  mkdirSync(CLAIMS, { recursive: true, mode: 0o1777 });
  if (!create(path)) {
    if (isHeld(path)) return false;
    rmSync(path, { force: true });
    if (!create(path)) return false;
  }
  atEnd(() => rmSync(path, { force: true }));
  return true;
}

function create(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

/** A claim outlives its process when that was killed; an empty one is just being written. */
function isHeld(path: string): boolean {
  try {
    const pid = readFileSync(path, "utf8");
    return pid === "" || process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isFree(port: number): Promise<boolean> {
  return (await canListen(port)) && (await canBind(port));
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "0.0.0.0" }, () => server.close(() => resolve(true)));
  });
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind(port, () => socket.close(() => resolve(true)));
  });
}
