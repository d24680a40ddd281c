import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecretKey } from '@mkt/service-kit';

/**
 * The secret key of a data folder, made at its first start: readable by its owner alone, and not in
 * the database whose secrets it seals. To change it, write `NEW,OLD` into the file and start again.
 */
export async function secretKeyOf(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret.key');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
  }
  const key = newSecretKey();
  // Whole or not there: rows that are sealed with a lost key cannot be read again.
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${key}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return key;
}
