import { hashText } from "../model/hash.ts";
import type { World } from "../pipeline/apply.ts";
import type { Inputs } from "../pipeline/prepare.ts";
import { isNamedIn } from "../pipeline/refusal-text.ts";
import { look, type Policy, type Sight } from "../pipeline/turn.ts";
import type { RefusedText } from "../render/user-templates.ts";

/**
 * The texts of the user's own templates that are to blame for what Nginx refused: those whose destination it names, else those
 * without whose newness it accepts what would then be wanted. None: it is about something else. Tests, and changes nothing.
 */
export async function blameTemplates(
  { candidate }: Sight,
  reason: string,
  inputs: Inputs,
  world: World,
  policy: Policy,
): Promise<readonly RefusedText[]> {
  const fresh = candidate.templates.flatMap(({ source, destination, text }): RefusedText[] => {
    const before = inputs.memory.templates.find((other) => other.source === source && other.destination === destination);
    return text === null || text === before?.text ? [] : [{ destination, hash: hashText(text), reason }];
  });
  const named = fresh.filter(({ destination }) => isNamedIn(reason, destination));
  if (named.length > 0) return named;
  const isAcceptedWithout = (texts: readonly RefusedText[]) => isAccepted(without(inputs, texts), world, policy);
  if (fresh.length === 0 || !(await isAcceptedWithout(fresh))) return [];
  for (const one of fresh.length === 1 ? [] : fresh) if (await isAcceptedWithout([one])) return [one];
  return fresh;
}

function without(inputs: Inputs, texts: readonly RefusedText[]): Inputs {
  const { wanted, refused } = inputs.userTemplates;
  return { ...inputs, userTemplates: { wanted, refused: [...refused, ...texts] } };
}

async function isAccepted(inputs: Inputs, world: World, policy: Policy): Promise<boolean> {
  const { candidate } = await look(inputs, world, policy);
  const { verdict } = await world.host.test(new Map(candidate.plan.files.map(({ path, after }) => [path, after])));
  return verdict === "accepted";
}
