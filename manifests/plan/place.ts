import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A file of the repository, with the first line that has the text, where one has. */
export function placeOf(file: string, text: string): string {
  const path = join(root, file);
  if (!existsSync(path)) return file;
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(text));
  return at === -1 ? file : `${file}:${at + 1}`;
}
