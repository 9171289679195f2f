import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { common, type Frame } from "../frame.ts";
import { plain } from "../shared-options.ts";

export function addDemo(frame: Frame): void {
  frame.program
    .command("demo")
    .description("a story of a minute on this machine: real Nginx, real traffic, a Consul that is found or stood in for")
    .addOption(speedOption())
    .addOption(new Option("--fast", "without pauses for reading, as where stdout is no terminal").conflicts("speed"))
    .option("--steps <LIST>", "only these, such as 1-4,7 or join,die", plain)
    .option("--list", "say which steps there are")
    .action(({ speed = null, fast = false, steps = null, list = false }) =>
      frame.perform(async () => (await import("../demo.ts")).demo, {
        ...common(frame),
        speed: fast ? Number.POSITIVE_INFINITY : speed,
        steps,
        list,
      }),
    );
}

function speedOption() {
  return new Option("--speed <X>", "how quick: 2 is twice as quick, 0.5 half (default: 1)").argParser((text: string) => {
    const speed = Number(text);
    if (/^[\d.]+$/.test(text) && speed >= SLOWEST && speed <= QUICKEST) return speed;
    throw new InvalidArgumentError(`Expected a number from ${SLOWEST} to ${QUICKEST}.`);
  });
}

const SLOWEST = 0.1;
const QUICKEST = 100;
