/** What the arithmetic takes for granted where no provider or measurement says it. */
export const assumptions = {
  /**
   * Disk of a row's table and indexes for each of its bytes: 1.74 over 800 checkouts, and a little
   * more for the rows that pass (outbox, inbox, sagas, idempotency).
   */
  diskPerStoredByte: 1.85,
  /**
   * A dump for each byte of disk of what it is of: 0.064 over 600 checkouts (zstd, level 6), in which
   * rows that pass compress best.
   */
  dumpPerDiskByte: 0.075,
  /** Rows are kept so long before they go to an archive. */
  historyMonths: 12,
  /** Messages to shoppers and vendors are deleted after 180 days (the notification service). */
  customerMonths: 6,
  /** A core of an A1 against the one the processor times were measured on: an estimate. */
  slowerCore: 1.4,
  /** Prometheus looks at all services once in this time. */
  scrapeSeconds: 60,
  /** Processor time of everything that is not the marketplace: GitOps, monitoring, ingress. */
  platformCpuMilli: 900,
  /** Above it in the busiest hour, answers wait for each other. */
  cpuShareAtMost: 0.7,
  /** Of each boot volume: the system, and the images of the containers. */
  systemDiskGb: 20,
  /** k3s puts pods out when less than this share of a disk is free. */
  diskKeptFree: 0.05,
  /** All volumes in the cluster but the database's own: logs, metrics, traces, files. */
  otherVolumesGb: 30,
  /** A product's document, read or written. */
  documentBytes: 2_000,
  /** Its entries in eight indexes. */
  documentIndexBytes: 600,
  /** What a client sends to ask for it, with session and cluster time. */
  documentQuestionBytes: 500,
} as const;
