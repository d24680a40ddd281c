import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const scriptOf = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

export const dumpScript = scriptOf('dump.sh');
/** Takes the arguments of the server that it restores into. */
export const restoreScript = scriptOf('restore.sh');

/** As the restoring script makes them. */
export const scratchUser = 'drill';
export const scratchDatabase = 'mkt';

/** What is lost with the machine is restored again: nothing is written out before it has to be. */
const scratchSettings = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=256MB',
  'autovacuum=off',
  'max_connections=20',
  'shared_buffers=32MB',
  'maintenance_work_mem=32MB',
  // Nothing outside the folder: shared memory of a container is small.
  'dynamic_shared_memory_type=mmap',
  'max_parallel_workers=0',
];

/** `address` is empty for a server that only its socket reaches. */
export const scratchArguments = (folder: string, address: string): readonly string[] => [
  '-D',
  `${folder}/data`,
  '-k',
  folder,
  ...[...scratchSettings, `listen_addresses=${address}`].flatMap((one) => ['-c', one]),
];
