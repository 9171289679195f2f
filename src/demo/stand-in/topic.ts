/** What a query can wait for: a table, the loss of a service's last instance, or one service by its lower-case name. */
export type Topic = "nodes" | "services" | "checks" | "extinction" | `service:${string}`;

/** The topic of a service: look-ups by name do not care for case. */
export function serviceTopic(name: string): Topic {
  return `service:${name.toLowerCase()}`;
}
