/** What the configuration needs of the world around it; `cli` hands it in, so that nothing else is read. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** null where the platform has no such thing. */
  readonly uid: number | null;
  readonly home: string;
  /** What relative paths on the command line and in variables begin at. */
  readonly cwd: string;
}

/** A variable's value; one that is empty counts as not set. */
export function variable(environment: Environment, name: string): string | null {
  const value = environment.variables[name];
  return value === undefined || value === "" ? null : value;
}
