import { spawn } from 'node:child_process';
import type { Machine } from './doctor.ts';

/** The program that shows an address to a person, with its first arguments; none where nobody looks. */
export async function browserOf(
  { env, programAt }: Pick<Machine, 'env' | 'programAt'>,
  platform: NodeJS.Platform,
): Promise<readonly string[] | undefined> {
  const chosen = env.BROWSER;
  if (chosen === 'none' || chosen === '') return undefined;
  if (chosen !== undefined) return [chosen];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['explorer.exe'];
  const hasScreen = env.DISPLAY || env.WAYLAND_DISPLAY;
  const program = hasScreen ? await programAt('xdg-open') : undefined;
  return program === undefined ? undefined : [program];
}

/** Whether the browser could be started; it goes on when the command has ended. */
export function openIn(browser: readonly string[], url: string): Promise<boolean> {
  const [program = '', ...args] = browser;
  return new Promise((resolve) => {
    const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
