import { readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Who the server runs as; `drop` is set when we must change to that user (we are root). */
export type ServerUser = { uid: number; gid: number; drop: boolean };

const FALLBACK_ID = 65_534;

/** PostgreSQL refuses to run as root: then it runs as the data's owner, or as `nobody`. */
export function serverUser(cluster: string): ServerUser {
  const uid = process.getuid?.() ?? FALLBACK_ID;
  const gid = process.getgid?.() ?? FALLBACK_ID;
  if (uid !== 0) return { uid, gid, drop: false };
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, drop: true };
  return { ...nobody(), drop: true };
}

function nobody(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(-?\d+):(-?\d+):/m);
  // Some systems write -2: ids are unsigned.
  return {
    uid: Number(line?.[1] ?? FALLBACK_ID) >>> 0,
    gid: Number(line?.[2] ?? FALLBACK_ID) >>> 0,
  };
}

/** The `spawn` options that make a child run as that user. */
export function spawnIdentity(user: ServerUser): { uid?: number; gid?: number } {
  return user.drop ? { uid: user.uid, gid: user.gid } : {};
}

/** Whether the mode bits (read 4, write 2, enter 1) are granted to that user. */
export async function grants(path: string, user: ServerUser, bits: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return false;
  const shift = found.uid === user.uid ? 6 : found.gid === user.gid ? 3 : 0;
  return ((found.mode >> shift) & bits) === bits;
}

/** Whether that user can enter the folder, that is every folder above it as well. */
export async function canReach(folder: string, user: ServerUser): Promise<boolean> {
  if (!user.drop) return true;
  for (let at = folder; ; at = dirname(at)) {
    if (!(await grants(at, user, 1))) return false;
    if (at === dirname(at)) return true;
  }
}
