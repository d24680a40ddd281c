import { createHash } from 'node:crypto';

/** A script is called by its digest; its text goes to a server once, when that does not know it. */
export interface Script {
  readonly lua: string;
  readonly digest: string;
  readonly keys: number;
}

export function defineScript(keys: number, lua: string): Script {
  return { lua, keys, digest: createHash('sha1').update(lua).digest('hex') };
}

export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
