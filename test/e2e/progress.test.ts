import { expect, test } from "vitest";
import { startConsul } from "../support/consul-agent.ts";
import { startOnTerminal } from "../support/pty.ts";
import { tempFolder } from "../support/tmp.ts";
import { BIN } from "../support/upstreamd.ts";

test("a terminal is told that a frozen Consul is waited for, and has that line no more when the command ends", async () => {
  const consul = await startConsul();
  consul.freeze();
  const args = [BIN, "render", "--service", "api", "--nginx-version", "1.22.1", "--consul-address", consul.url, "--timeout", "2500ms"];
  const env = { PATH: process.env["PATH"] ?? "", HOME: tempFolder("home"), TERM: "xterm" };
  const terminal = startOnTerminal(process.execPath, args, { columns: 100, rows: 24, env });
  expect(await terminal.exited).toMatchObject({ code: 3 });
  const clear = "\r\u001b[K";
  const [shown = "", after] = terminal.stdout().split(`${clear}upstreamd: `);
  expect(shown).toContain(`${clear}waiting for Consul at ${consul.url} ... 1 s${clear}waiting for Consul at ${consul.url} ... 2 s`);
  expect(after).toMatch(/^Consul gave no answer to be trusted within 2\.5 s\./);
  consul.thaw();
});
