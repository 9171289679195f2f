/** Installs what is not there yet, in this order; rejects with what cannot be had and what to do. */
export function install(names: readonly string[]): Promise<void>;
