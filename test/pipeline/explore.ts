/** Picks one of `n` ways, 0 being the one in which nothing goes wrong. */
export type Choose = (n: number) => number;

/**
 * Runs `scenario` once for every way in which its choices can fall, with at most `maxFaults` of them other than 0.
 * Returns how many ways there were.
 */
export async function explore(scenario: (choose: Choose) => Promise<void>, maxFaults: number): Promise<number> {
  const pending: number[][] = [[]];
  let runs = 0;
  for (let script = pending.pop(); script !== undefined; script = pending.pop()) {
    const prefix = script;
    const widths: number[] = [];
    await scenario((n) => {
      widths.push(n);
      return prefix[widths.length - 1] ?? 0;
    });
    runs++;
    if (prefix.filter((choice) => choice > 0).length >= maxFaults) continue;
    for (let at = prefix.length; at < widths.length; at++) {
      for (let way = 1; way < (widths[at] ?? 1); way++) pending.push([...prefix, ...Array<number>(at - prefix.length).fill(0), way]);
    }
  }
  return runs;
}
