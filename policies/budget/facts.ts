import type { BarredUse, Limit } from '../limits/index.ts';
import type { Cluster } from './kubernetes/cluster.ts';
import type { Place } from './kubernetes/read.ts';
import type { PlacementNode } from './placement/node.ts';

/**
 * A quantity that something spends or occupies, against one entry of the limits catalogue. The
 * topology, the manifests and (later) the cloud stacks each declare theirs; rules only add up.
 */
export interface DeclaredUse {
  /** Id in the limits catalogue. */
  readonly limitId: string;
  /** In the limit's unit and, for a flow, for one of its periods. */
  readonly quantity: number;
  /** Which of several counts it belongs to, where the limit is per project or site. */
  readonly instance?: string;
  /** The arithmetic, for people: `2 OCPU x 744 h`. */
  readonly because: string;
  readonly source?: Place;
  /**
   * The most that counts against the limit on each day of the month, where a flow is not spent
   * evenly: it says on which day it runs out.
   */
  readonly dailyLevels?: readonly number[];
}

/** What is wanted of the machines themselves, against what they can do. */
export interface Capacity {
  /** `profile.cpu.cores`, as the simulator names it. */
  readonly id: string;
  readonly resource: string;
  readonly unit: string;
  readonly quantity: number;
  readonly limit: number;
  readonly because: string;
  /** The entry of the catalogue by whose price more of it can be had. */
  readonly priceOf?: string;
}

/** What somebody takes for granted about an allowance: compared with the catalogue. */
export interface Assumption {
  readonly limitId: string;
  readonly value: Limit['value'];
  /** How it is counted, where that is part of the belief. */
  readonly period?: Limit['period'];
  readonly because: string;
  readonly source?: Place;
}

/** A use of a provider that its terms may bar. */
export interface PlannedUse {
  /** The limits of the provider's plan begin with it: `vercel.hobby`. */
  readonly plan: string;
  readonly use: BarredUse;
  readonly because: string;
  readonly source?: Place;
}

/** How a machine is replaced: the new one first, or the old one gone before. */
export type Replacement = 'delete-before-create' | 'create-before-delete';

/** A store that holds what exists nowhere else, and what brings it back. */
export interface Truth {
  readonly data: string;
  /** Where it is written to. More than one place are several truths. */
  readonly homes: readonly string[];
  /** How often it is copied to another provider; undefined where it is not. */
  readonly backedUpEveryHours?: number;
  /** Whether the plan says that it can be restored: then it is wrong where it cannot. */
  readonly isPromised: boolean;
}

/** How work is taken from a queue. */
export interface QueueUse {
  readonly name: string;
  /** Gone when it is taken, or when it is done. */
  readonly taking: 'pop' | 'acknowledge';
}

/** What a profile or an environment is asked to survive. */
export interface Availability {
  /** Servers that hold the cluster's state. */
  readonly servers: number;
  /** How many of them may fail, as it was promised. */
  readonly failuresPromised: number;
}

/** A machine's disk, which local volumes and images share. */
export interface NodeDisk {
  readonly node: string;
  readonly sizeGb: number;
  readonly systemGb: number;
}

/** Everything that is judged: about one environment on one profile, on one day. */
export interface BudgetFacts {
  /** `2026-11-27`: which limits hold. */
  readonly day: string;
  readonly environment: string;
  readonly profile: { readonly name: string; readonly mayCost: boolean };
  readonly uses: readonly DeclaredUse[];
  readonly assumptions: readonly Assumption[];
  readonly plannedUses: readonly PlannedUse[];
  readonly nodes: readonly PlacementNode[];
  readonly disks: readonly NodeDisk[];
  readonly cluster: Cluster;
  /** Services that have to be somewhere in the cluster. */
  readonly services: readonly string[];
  readonly replacement: Replacement;
  readonly machineOcpus: readonly number[];
  readonly truths: readonly Truth[];
  readonly queues: readonly QueueUse[];
  readonly availability: Availability;
  /** What the expected month wants of the machines; nothing where nothing says it. */
  readonly capacities: readonly Capacity[];
}
