import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { DURATION_EXAMPLES, parseDuration } from "../config/duration.ts";
import type { Io } from "./io.ts";
import type { CommandOptions, DemoOptions, DiffOptions, RenderOptions, RunOptions, SnapshotOptions, StatusOptions } from "./options.ts";
import { commandOptions, type OwnOverrides } from "./options.ts";
import { SETTING_FLAGS } from "./settings-flags.ts";
import { version } from "./version.ts";

/** Each command as a function of its options; it gives the exit code. */
export interface Actions {
  run(options: RunOptions, io: Io): Promise<number>;
  render(options: RenderOptions, io: Io): Promise<number>;
  diff(options: DiffOptions, io: Io): Promise<number>;
  snapshot(options: SnapshotOptions, io: Io): Promise<number>;
  status(options: StatusOptions, io: Io): Promise<number>;
  demo(options: DemoOptions, io: Io): Promise<number>;
}

/** What the commands are bound to: the world, the actions, and who is told the exit code. */
interface Frame {
  readonly program: Command;
  readonly actions: Actions;
  readonly io: Io;
  readonly ended: (exit: number) => void;
}

/** The command line: every command and option of this version. `parseAsync` runs an action, and `ended` is told its exit code. */
export function buildProgram(actions: Actions, io: Io, ended: (exit: number) => void = () => undefined): Command {
  const program = globalProgram(io);
  for (const add of [addRun, addRender, addDiff, addSnapshot, addStatus, addDemo]) add({ program, actions, io, ended });
  return program;
}

function globalProgram(io: Io): Command {
  const program = new Command("upstreamd");
  program
    .description("Keeps Nginx's upstreams true to Consul: watches, renders, tests, reloads and verifies.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // The text of an error is `main`'s business.
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => undefined,
    });
  for (const { flag, short, argument, variable, description } of SETTING_FLAGS) {
    const names = short === undefined ? flag : `${short}, ${flag}`;
    program.option(`${names} <${argument}>`, `${description} [${variable}]`, plain);
  }
  program.option("--no-color", "no colour [NO_COLOR]");
  return program;
}

function addRun(frame: Frame): void {
  frame.program
    .command("run")
    .description("keep Nginx true to Consul until told to stop")
    .option("--adopt", "take over a file at a destination that is not ours (it is kept aside)")
    .action(async ({ adopt = false }) => {
      frame.ended(await frame.actions.run({ ...common(frame), adopt }, frame.io));
    });
}

function addRender(frame: Frame): void {
  const command = frame.program
    .command("render")
    .description("render once: to stdout, to a folder, or into force")
    .addOption(new Option("--write", "put it into force: test, place, reload, verify").conflicts("out"))
    .option("--out <DIR>", "write the files to a folder", plain)
    .option("--adopt", "with --write: take over a file at a destination that is not ours (it is kept aside)")
    .addOption(fromOption())
    .addOption(serviceOption())
    .addOption(algorithmOption())
    .addOption(nginxVersionOption())
    .addOption(timeoutOption());
  command.action(async ({ write = false, adopt = false, out, ...source }) => {
    if (adopt && !write) command.error("option '--adopt' needs '--write'");
    frame.ended(await frame.actions.render({ ...sourceOptions(frame, source), write, adopt, out: out ?? null }, frame.io));
  });
}

function addDiff(frame: Frame): void {
  const command = frame.program
    .command("diff")
    .description("say what would change; exit 1 when something would")
    .addOption(fromOption())
    .addOption(new Option("--to <FILE>", "compare the snapshot of --from with this one").argParser(plain).conflicts("against"))
    .option("--against <DIR>", "compare with a folder that render --out wrote, instead of the live files", plain)
    .option("--json", "as JSON")
    .addOption(serviceOption())
    .addOption(algorithmOption())
    .addOption(nginxVersionOption())
    .addOption(timeoutOption());
  command.action(async ({ to, against, json = false, ...source }) => {
    if (to !== undefined && source.from === undefined) command.error("option '--to' needs '--from'");
    frame.ended(await frame.actions.diff({ ...sourceOptions(frame, source), to: to ?? null, against: against ?? null, json }, frame.io));
  });
}

function addSnapshot(frame: Frame): void {
  frame.program
    .command("snapshot")
    .description("write what Consul says now, for --from")
    .option("--out <FILE>", "the file (default: stdout)", plain)
    .addOption(timeoutOption())
    .action(async ({ out, timeout }) => {
      frame.ended(await frame.actions.snapshot({ ...common(frame), out: out ?? null, timeoutMs: timeout }, frame.io));
    });
}

function addStatus(frame: Frame): void {
  frame.program
    .command("status")
    .description("ask the running daemon: exit 0 in sync, 1 not, 3 no daemon")
    .option("--json", "as JSON")
    .option("--watch", "go on: at each change, and to a pipe at least every 10 s")
    .action(async ({ json = false, watch = false }) => {
      frame.ended(await frame.actions.status({ ...common(frame), json, watch }, frame.io));
    });
}

function addDemo(frame: Frame): void {
  frame.program
    .command("demo")
    .description("show it all on this machine, with a stand-in for Consul")
    .option("--fast", "without pauses for reading")
    .action(async ({ fast = false }) => {
      frame.ended(await frame.actions.demo({ ...common(frame), fast }, frame.io));
    });
}

function common({ program, io }: Frame, own: OwnOverrides = {}): CommandOptions {
  return commandOptions(program.opts(), io, own);
}

interface RawSource extends OwnOverrides {
  readonly from?: string | undefined;
  readonly service: readonly string[];
  readonly timeout: number;
}

function sourceOptions(frame: Frame, { from, service, timeout, ...own }: RawSource) {
  return { ...common(frame, own), from: from ?? null, services: service, timeoutMs: timeout };
}

/** An option whose value was forgotten would take the next option for it. */
function plain(text: string): string {
  if (text !== "" && !text.startsWith("--")) return text;
  throw new InvalidArgumentError("Expected a value.");
}

function fromOption() {
  return new Option("--from <FILE>", "a snapshot instead of Consul").argParser(plain);
}

function serviceOption() {
  return new Option("--service <NAME>", "this service instead of the file's upstreams; needs no file; repeatable")
    .argParser((name: string, earlier: readonly string[]) => [...earlier, plain(name)])
    .default([] as readonly string[], "the file's");
}

function algorithmOption() {
  return new Option(
    "--algorithm <A>",
    "the method where an upstream names none: least_conn, hash=$request_uri,consistent, random=two, ...",
  );
}

function nginxVersionOption() {
  return new Option("--nginx-version <V>", "render for this version of Nginx").argParser((text: string) => {
    if (/^\d+\.\d+(\.\d+)?$/.test(text)) return text;
    throw new InvalidArgumentError("Expected a version such as 1.22.1.");
  });
}

function timeoutOption() {
  return new Option("--timeout <DURATION>", "how long Consul may take").default(30_000, "30s").argParser((text: string) => {
    const ms = parseDuration(text);
    if (ms !== null && ms > 0) return ms;
    throw new InvalidArgumentError(`Expected ${DURATION_EXAMPLES}.`);
  });
}
