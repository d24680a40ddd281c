/** What the system itself takes of a node before a pod gets anything. */
export interface NodeReserve {
  /** Operating system, agent and journal. */
  readonly systemMiB: number;
  /** k3s: the server with its SQLite, or the agent. */
  readonly kubeMiB: number;
  /** Memory that the kubelet keeps free by evicting pods. */
  readonly evictionMiB: number;
  readonly cpuMilli: number;
}

export interface NodeSpec {
  readonly name: string;
  readonly shape: 'VM.Standard.A1.Flex' | 'VM.Standard.E2.1.Micro' | 'any';
  readonly architecture: 'arm64' | 'amd64';
  /** `witness` looks from outside and is not part of the cluster. */
  readonly role: 'server' | 'agent' | 'witness';
  /** Oracle's unit: one core of an A1, two threads of an amd64 machine. */
  readonly ocpus: number;
  /** What `/proc/meminfo` would show as the total. */
  readonly memoryMiB: number;
  /** What the provider counts against its allowance. */
  readonly billedMemoryGb: number;
  readonly bootVolumeGb: number;
  readonly reserve: NodeReserve;
}

/** The machines that an environment runs on, and the way in. */
export interface Profile {
  readonly name: ProfileName;
  readonly summary: string;
  readonly provider: 'oracle' | 'any';
  readonly nodes: readonly NodeSpec[];
  readonly ingress: 'tunnel' | 'network-load-balancer';
  /** The volume of the cluster's own PostgreSQL and its dumps. */
  readonly databaseVolumeGiB: number;
  /** What a restore drill may fill for as long as it takes. */
  readonly drillScratchGiB: number;
  /** More than the allowance known today: refused unless somebody accepts the cost. */
  readonly mayCost: boolean;
}

export const profileNames = ['free-1x2', 'free-2x1', 'full-2x2', 'any-k3s'] as const;
export type ProfileName = (typeof profileNames)[number];

// Figures of the reserves: k3s resource profiling (1,596 MB server with work, 275 MB agent), and an
// estimate of 350-450 MB for Ubuntu with Oracle's agent.
const serverReserve = (cpuMilli: number): NodeReserve => ({
  systemMiB: 450,
  kubeMiB: 1_600,
  evictionMiB: 300,
  cpuMilli,
});
const agentReserve: NodeReserve = {
  systemMiB: 450,
  kubeMiB: 275,
  evictionMiB: 300,
  cpuMilli: 150,
};

/** An A1 VM shows some 2.5% less than what is paid for: the firmware and the kernel keep it. */
const a1 = (
  name: string,
  role: 'server' | 'agent',
  ocpus: 1 | 2,
  bootVolumeGb: number,
): NodeSpec => ({
  name,
  shape: 'VM.Standard.A1.Flex',
  architecture: 'arm64',
  role,
  ocpus,
  memoryMiB: ocpus === 2 ? 11_700 : 5_800,
  billedMemoryGb: ocpus * 6,
  bootVolumeGb,
  reserve: role === 'server' ? serverReserve(ocpus === 2 ? 300 : 250) : agentReserve,
});

const micro = (name: string): NodeSpec => ({
  name,
  shape: 'VM.Standard.E2.1.Micro',
  architecture: 'amd64',
  role: 'witness',
  ocpus: 0.125,
  memoryMiB: 950,
  billedMemoryGb: 1,
  bootVolumeGb: 50,
  reserve: { systemMiB: 300, kubeMiB: 0, evictionMiB: 0, cpuMilli: 50 },
});

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  'free-1x2': {
    name: 'free-1x2',
    summary: 'one A1 VM with 2 OCPU and 12 GB: the whole allowance since 2026-06-15',
    provider: 'oracle',
    nodes: [a1('main', 'server', 2, 200)],
    ingress: 'tunnel',
    databaseVolumeGiB: 90,
    drillScratchGiB: 40,
    mayCost: false,
  },
  'free-2x1': {
    name: 'free-2x1',
    summary: 'two A1 VMs with 1 OCPU and 6 GB each',
    provider: 'oracle',
    nodes: [a1('main', 'server', 1, 100), a1('second', 'agent', 1, 100)],
    ingress: 'tunnel',
    databaseVolumeGiB: 50,
    drillScratchGiB: 19,
    mayCost: false,
  },
  'full-2x2': {
    name: 'full-2x2',
    summary: 'the original layout: two A1 VMs with 2 OCPU and 12 GB, and two E2.1.Micro',
    provider: 'oracle',
    nodes: [
      a1('main', 'server', 2, 50),
      a1('second', 'agent', 2, 50),
      micro('witness-a'),
      micro('witness-b'),
    ],
    ingress: 'network-load-balancer',
    databaseVolumeGiB: 16,
    drillScratchGiB: 7,
    mayCost: true,
  },
  'any-k3s': {
    name: 'any-k3s',
    summary:
      'one machine of anybody with 4 threads, 12 GB and 200 GB of disk: the way out of Oracle',
    provider: 'any',
    nodes: [{ ...a1('main', 'server', 2, 200), shape: 'any', architecture: 'amd64', ocpus: 2 }],
    ingress: 'tunnel',
    databaseVolumeGiB: 90,
    drillScratchGiB: 40,
    mayCost: false,
  },
};

/** Nights whose dumps are kept: each is on the volume of what it is a dump of. */
export const keptDumps = 3;
