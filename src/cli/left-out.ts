import { quoted, visible } from "../config/visible.ts";
import type { Candidate } from "../pipeline/prepare.ts";
import type { Io } from "./io.ts";

/** How an instance is spoken of that is left out, with the sentence why; safe to print, whatever was registered. */
export function leftOutText(node: string, id: string, because: string): string {
  return `left out ${quoted(id, 80)} on ${quoted(node, 80)}: ${visible(because)}`;
}

/** Says, a line each, which registrations are not what they claim to be, so that whoever reads the result does not look for them in vain. */
export function sayLeftOut({ upstreams }: Candidate, io: Io): void {
  for (const { upstream, judgements } of upstreams) {
    const invalid = judgements.filter((judgement) => judgement.invalid);
    for (const { instance, because } of invalid)
      io.stderr.write(`${upstream.name} (${upstream.protocol}): ${leftOutText(instance.node, instance.id, because)}\n`);
  }
}
