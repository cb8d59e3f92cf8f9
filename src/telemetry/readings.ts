/** What is read when somebody looks, instead of being counted as it happens. */
export interface Reading {
  readonly value: number;
  /** By name. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where readings come from; each is asked at every look. Ids and states are its only labels. */
export interface ReadingSources {
  /** Engine processes of the warehouse, and statements that wait for one. */
  readonly engines: () => { readonly idle: number; readonly busy: number; readonly waiting: number };
  readonly journal: () => { readonly records: number; readonly row_bytes: number };
  /** Served models that failed lately; those that answer are not among them. */
  readonly circuits: () => readonly {
    readonly endpoint_id: string;
    readonly entity: string;
    readonly isOpen: boolean;
  }[];
}

interface GaugeRow {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** It only ever grows. */
  readonly isSum?: true;
  readonly read: (sources: ReadingSources) => readonly Reading[];
}

const one = (value: number): readonly Reading[] => [{ value, labels: {} }];
const MICROSECONDS = 1_000_000;

export const gaugeRows: readonly GaugeRow[] = [
  {
    name: "lakeward.engine.processes",
    unit: "{process}",
    description: "Engine processes of the warehouse.",
    read: ({ engines }) =>
      (["idle", "busy"] as const).map((state) => ({
        value: engines()[state],
        labels: { "lakeward.engine.state": state },
      })),
  },
  {
    name: "lakeward.engine.waiting",
    unit: "{statement}",
    description: "Statements that wait for an engine process.",
    read: ({ engines }) => one(engines().waiting),
  },
  {
    name: "lakeward.journal.unshipped",
    unit: "{record}",
    description: "Records of the journal that are not in the database yet.",
    read: ({ journal }) => one(journal().records),
  },
  {
    name: "lakeward.journal.pending_rows",
    unit: "By",
    description: "Rows in the journal that are in no table yet.",
    read: ({ journal }) => one(journal().row_bytes),
  },
  {
    name: "lakeward.circuit.open",
    unit: "1",
    description: "1 for a served model that is not asked because it failed, 0 for one that failed less often.",
    read: ({ circuits }) =>
      circuits().map(({ endpoint_id, entity, isOpen }) => ({
        value: Number(isOpen),
        labels: { "lakeward.endpoint.id": endpoint_id, "lakeward.entity.name": entity },
      })),
  },
  {
    name: "process.cpu.time",
    unit: "s",
    description: "Processor time of the server, without its engines and agents.",
    isSum: true,
    read: () => {
      const { user, system } = process.cpuUsage();
      return [
        { value: user / MICROSECONDS, labels: { "cpu.mode": "user" } },
        { value: system / MICROSECONDS, labels: { "cpu.mode": "system" } },
      ];
    },
  },
  {
    name: "process.memory.usage",
    unit: "By",
    description: "Memory of the server, without its engines and agents.",
    read: () => one(process.memoryUsage.rss()),
  },
];
