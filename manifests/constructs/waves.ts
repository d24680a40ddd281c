/** Order within one application: each step is there before the next is applied. */
export const waves = {
  namespace: -4,
  limits: -3,
  policies: -2,
  config: -1,
  /** Programs: the rank among their callees is added. */
  programs: 0,
  /** What only makes sense for programs that are there: scaling, disruption, schedules. */
  afterwards: 90,
} as const;

/** Order of the applications of an environment. */
export const applicationWaves = {
  /** How health is judged and what projects allow: an application without its project fails. */
  settings: -10,
  projects: -9,
  /** Priorities and storage. Argo CD's own pods have a priority, so it is there before Argo CD. */
  cluster: -8,
  bootstrap: -7,
  root: -6,
  applications: -5,
  definitions: -4,
  admission: -2,
  data: -1,
  /** The rank among the contexts is added. */
  contexts: 0,
  monitoring: 20,
  ingress: 21,
} as const;
