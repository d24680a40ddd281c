import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '@mkt/topology';
import type { Kubectl } from '../apply.ts';
import { builtPrograms, type Caller } from './build.ts';
import { startControlPlane } from './control-plane.ts';
import { Crew } from './crew.ts';
import { playGateway, startMachines } from './machines.ts';
import { packagedObjects } from './packaged.ts';

export interface LocalCluster {
  /** This run's own folder, with the logs. */
  readonly dir: string;
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  readonly crew: Crew;
  /** Plays the gateway's controller as soon as there are its kinds; ends when it does. */
  playGateway(): Promise<void>;
}

/**
 * Starts a control plane with the machines of a profile on this computer, lets `work` have it, and
 * stops it whatever comes. The logs stay when the work fails.
 */
export async function withLocalCluster<Result>(
  profile: Profile,
  caller: Caller,
  work: (cluster: LocalCluster) => Promise<Result>,
): Promise<Result> {
  const { kwok, ...files } = builtPrograms(
    ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kwok'],
    caller,
  );
  const dir = mkdtempSync(join(tmpdir(), 'mkt-cluster-'));
  const crew = new Crew(dir, caller.env['PATH'] ?? '');
  const stopAndEnd = (): void => void crew.stop().finally(() => process.exit(130));
  process.once('SIGINT', stopAndEnd).once('SIGTERM', stopAndEnd);
  try {
    const began = performance.now();
    const { kubeconfig, kubectl } = await startControlPlane(dir, files, crew);
    const played = { kubeconfig, kubectl, kwok, crew };
    await kubectl(
      ['create', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: packagedObjects() }),
    );
    await startMachines(profile, played);
    caller.tell(`control plane and ${profile.name} up after ${secondsSince(began)} s`);
    const result = await work({
      dir,
      kubeconfig,
      kubectl,
      crew,
      playGateway: () => {
        const playing = playGateway(played);
        // Work that fails before it waits for this still has its programs stopped.
        playing.catch(() => {});
        return playing;
      },
    });
    await crew.stop();
    rmSync(dir, { recursive: true, force: true });
    return result;
  } catch (error) {
    await crew.stop();
    caller.tell(`logs: ${dir}`);
    throw error;
  } finally {
    process.off('SIGINT', stopAndEnd).off('SIGTERM', stopAndEnd);
  }
}

export const secondsSince = (began: number): number =>
  Math.round((performance.now() - began) / 1_000);
