import type { Surroundings } from "../surroundings/surroundings.ts";
import { type Finding, finding } from "./findings.ts";

/** Whether anything bounds the life of workers that finish their last connections (facts: Process limit). */
export function checkShutdownTimeout({ config, directives }: Surroundings): readonly Finding[] {
  if (directives.some(({ name }) => name === "worker_shutdown_timeout")) return [];
  return [
    finding(
      "no_shutdown_timeout",
      config,
      "there is no worker_shutdown_timeout: after each reload the old workers stay until their last connection is closed, and count against nginx.process_limit",
      'Add "worker_shutdown_timeout 1h;" (or what your longest connections need) at the outermost level.',
    ),
  ];
}
