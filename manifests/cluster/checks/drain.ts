import type { Kubectl } from '../apply.ts';
import { type Finding, listed } from './read.ts';

const drainSeconds = 60;

/**
 * Empties each machine, as an upgrade does, and lets it take pods again. What holds it up is a
 * disruption budget, or a pod that nothing would make again.
 */
export async function drainsRefused(kubectl: Kubectl): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { metadata } of await listed(kubectl, 'nodes')) {
    const drain = ['drain', metadata.name, '--ignore-daemonsets', '--delete-emptydir-data'];
    const { exitCode, stderr } = await kubectl([...drain, `--timeout=${drainSeconds}s`]);
    if (exitCode !== 0) {
      const why = stderr.trim().split('\n').slice(-3).join('\n  ');
      findings.push({ object: `cluster/Node/${metadata.name}`, why });
    }
    await kubectl(['uncordon', metadata.name]);
  }
  return findings;
}
