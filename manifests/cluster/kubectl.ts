import { spawn } from 'node:child_process';
import type { Kubectl, Run } from './apply.ts';

const timeoutMs = 180_000;

/** A kubectl, that of PATH unless named, for the cluster that a kubeconfig names. */
export function kubectlFor(kubeconfig: string, program = 'kubectl'): Kubectl {
  return (args, input) =>
    new Promise<Run>((resolve, reject) => {
      const child = spawn(program, [`--kubeconfig=${kubeconfig}`, ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
        signal: AbortSignal.timeout(timeoutMs),
      });
      const [out, err]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('error', reject);
      // It may refuse its arguments before it has read anything.
      child.stdin.on('error', () => {});
      child.on('close', (exitCode) =>
        resolve({
          exitCode: exitCode ?? 1,
          stdout: Buffer.concat(out).toString(),
          stderr: Buffer.concat(err).toString(),
        }),
      );
      child.stdin.end(input ?? '');
    });
}
