import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { exitCodes, Failure } from '../failure.ts';

/**
 * Keeps what is needed to find a defect of ours in a file, and says its name. Of the command line
 * only the command is kept: the rest may hold what is nobody's business.
 */
export function reportBug(
  error: unknown,
  { configDir, command }: { readonly configDir: string; readonly command: string },
): Failure {
  // Taken when it is needed: loading it takes longer than many a command.
  const id = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
  const path = join(configDir, 'reports', `${id}.txt`);
  const stack = error instanceof Error ? `${error.stack ?? error.message}\n` : String(error);
  const cause = error instanceof Error && error.cause ? `caused by: ${inspect(error.cause)}\n` : '';
  const text = `mkt ${command}\nnode ${process.version} ${process.platform}\n\n${stack}${cause}`;
  const isKept = keep(path, text);
  const message = error instanceof Error ? error.message : String(error);
  return new Failure(`This is a defect of mkt (report ${id}): ${message}`, {
    code: 'BUG',
    exit: exitCodes.bug,
    next: isKept ? `Send us ${path}` : `Send us these lines:\n${text}`,
    cause: error,
  });
}

function keep(path: string, text: string): boolean {
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}
