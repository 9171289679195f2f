import { EventEmitter } from "node:events";
import { type Draft, draftOn, type Ledger } from "./draft.ts";
import type { CheckRow, NodeRow, ServiceRow } from "./rows.ts";
import { serviceTopic, type Topic } from "./topic.ts";

export interface Catalog {
  nodes(): readonly NodeRow[];
  /** All, or those of one name. */
  services(named?: Topic): readonly ServiceRow[];
  checks(): readonly CheckRow[];
  /** The newest index of these topics; 0 when none was ever touched. */
  indexOf(...topics: readonly Topic[]): number;
  /** What `work` changes gets one index; then those are woken whom it concerns. */
  write(work: (draft: Draft) => void): void;
  /** Calls `wake` whenever one of the topics is touched, until the function that is returned is called. */
  onChange(topics: readonly Topic[], wake: () => void): () => void;
}

/** What a fresh agent has roughly reached by the time it answers. */
const FIRST_INDEX = 10;

/** Nodes, services and checks in memory, with an index for each topic (facts: Consul: index rules). */
export function createCatalog(): Catalog {
  const ledger: Ledger = { nodes: new Map(), services: new Map(), checks: new Map(), touched: new Set(), index: FIRST_INDEX };
  const indexes = new Map<Topic, number>();
  const changes = new EventEmitter().setMaxListeners(0);
  return {
    nodes: () => sorted(ledger.nodes),
    services: (named) => sorted(ledger.services, (service) => named === undefined || serviceTopic(service.Service) === named),
    checks: () => sorted(ledger.checks),
    indexOf: (...topics) => Math.max(0, ...topics.map((topic) => indexes.get(topic) ?? 0)),
    write: (work) => {
      work(draftOn(ledger));
      const topics = [...ledger.touched];
      ledger.touched.clear();
      if (topics.length === 0) return;
      for (const topic of topics) indexes.set(topic, ledger.index);
      ledger.index += 1;
      for (const topic of topics) changes.emit(topic);
    },
    onChange: (topics, wake) => {
      for (const topic of topics) changes.on(topic, wake);
      return () => {
        for (const topic of topics) changes.off(topic, wake);
      };
    },
  };
}

function sorted<Row>(table: ReadonlyMap<string, Row>, wanted: (row: Row) => boolean = () => true): readonly Row[] {
  const rows = [...table].filter(([, row]) => wanted(row));
  return rows.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
