import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { serverEnvironment } from './config.ts';
import { fromLog } from './failures.ts';
import { type ServerUser, spawnIdentity } from './server-user.ts';

const WITHIN_MS = 120_000;
const SHOWN_LINES = 20;
/** From this version on the server brings its own rules for sorting and letters. */
const BUILTIN_LOCALE_MAJOR = 17;

export type InitdbPlan = {
  dataDir: string;
  binaries: Binaries;
  user: ServerUser;
  isDurable: boolean;
};

/** Makes a cluster in an empty folder that belongs to the server's user. */
export function runInitdb(folder: string, plan: InitdbPlan): Promise<void> {
  const program = join(plan.binaries.bin, 'initdb');
  const options = {
    ...spawnIdentity(plan.user),
    cwd: '/', // ours may be closed to the server's user
    env: serverEnvironment(),
    timeout: WITHIN_MS,
  };
  return new Promise((done, fail) => {
    execFile(program, initdbArguments(folder, plan), options, (error, stdout, stderr) => {
      if (!error) return done();
      // With an exit code it has said itself what was wrong; else it did not run to its end.
      const reason = typeof error.code === 'number' ? stderr : `${stderr}\n${error.message}`;
      const said = `${stdout}\n${reason}`.split('\n').filter((line) => line.trim() !== '');
      fail(fromLog(said.slice(-SHOWN_LINES), { dataDir: plan.dataDir, what: 'initdb failed' }));
    });
  });
}

function initdbArguments(folder: string, { binaries, isDurable }: InitdbPlan): string[] {
  return [
    ...['-D', folder, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C'],
    // Sorting must not depend on the machine's C library, which may change under the data.
    ...(binaries.major >= BUILTIN_LOCALE_MAJOR
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : []),
    ...['--data-checksums', '--no-instructions'],
    ...(isDurable ? [] : ['--no-sync']),
  ];
}
