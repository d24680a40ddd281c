/**
 * Flow quotas without an alert rule, by the beginning of their ids, each with its reason. A test
 * keeps the two lists complete: a new flow quota is metered or has a reason.
 */
export const unmetered: Readonly<Record<string, string>> = {
  'oracle.a1.': 'the machines run all month: their hours are counted by the budget check',
  'oracle.object-storage.requests': 'counted by the jobs that make backups; no series of its own',
  'oracle.monitoring.': 'nothing is sent to it',
  'oracle.logging.': 'nothing is sent to it',
  'oracle.notifications.': 'nothing is sent to it',
  'oracle.email.': 'mail goes over the SMTP server that SMTP_URL names',
  'oracle.apm.': 'nothing is sent to it',
  'neon.egress.gb': 'read from the project by the guard; the driver does not count bytes',
  'atlas.transfer-': 'read from the provider by the guard; the driver does not count bytes',
  'upstash.bandwidth.gb': 'commands run out long before: 10 GB are 21 KB for each of them',
  'upstash.commands.per-second': 'a month of commands would be spent in 50 seconds of it',
  'cloudflare.': 'metered at the edge, where no series of ours comes from',
  'vercel.': 'not used: its terms bar a shop',
  'github.': 'counted by the budget check from the triggers of the workflows',
  'grafana-cloud.': 'not used: metrics, logs and traces stay in the cluster',
};

export const reasonUnmetered = (limitId: string): string | undefined =>
  Object.entries(unmetered).find(([start]) => limitId.startsWith(start))?.[1];
