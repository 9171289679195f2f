import { spawn } from "node:child_process";

const KEPT = 4000;

/** Runs a command to its end and resolves with its stdout; rejects with the end of what it said. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let stdout = "";
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      said = (said + text).slice(-KEPT);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said = (said + text).slice(-KEPT);
    });
    child.once("error", (error) => reject(new Error(`Cannot run ${command}: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${[command, ...args].join(" ").slice(0, 200)} ended with ${signal ?? code}:\n${said}`));
    });
  });
}

/** Whether the command runs and ends well. */
export async function works(command, args) {
  return await run(command, args).then(
    () => true,
    () => false,
  );
}
