import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { fromRoot } from './root.mjs';

/** Starts a launcher that hands over to a program, with or without the means to replace itself. */
function launch(program: string, how: 'replace' | 'child'): ChildProcess {
  const module = JSON.stringify(fromRoot('scripts/bootstrap/hand-over.mjs'));
  const launcher = `
    ${how === 'child' ? 'process.execve = undefined;' : ''}
    const { handOver } = await import(${module});
    const node = process.execPath;
    await handOver(node, ['-e', ${JSON.stringify(program)}], { node, env: { PASSED_ON: 'yes' } });
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', launcher], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function endOf(child: ChildProcess): Promise<{ code: unknown; signal: unknown }> {
  const [code, signal] = await once(child, 'exit');
  return { code, signal };
}

const waitForSignal = `
  process.on('SIGTERM', () => process.exit(3));
  setInterval(() => {}, 1000);
  console.log('ready');
`;

describe.each(['replace', 'child'] as const)('handing over (%s)', (how) => {
  it("ends with the program's exit code", async () => {
    expect(await endOf(launch('process.exit(7)', how))).toEqual({ code: 7, signal: null });
  });

  it('passes the environment and its additions on', async () => {
    const program = "process.exit(process.env.PASSED_ON === 'yes' && process.env.PATH ? 0 : 1)";
    expect(await endOf(launch(program, how))).toEqual({ code: 0, signal: null });
  });

  it('passes a signal on, and the program decides how to end', async () => {
    const child = launch(waitForSignal, how);
    const ended = endOf(child);
    if (child.stdout === null) throw new Error('the launcher has no output');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 3, signal: null });
  });

  it('ends by the signal that ended the program', async () => {
    const program = "process.kill(process.pid, 'SIGKILL')";
    expect(await endOf(launch(program, how))).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
