/** Dumps that are kept. */
const kept = 14;

const tables = `SELECT format('SELECT %L, count(*) FROM %I.%I', schemaname || '.' || tablename,
 schemaname, tablename) FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY schemaname, tablename`;

const psqlLines = [
  // Held open for as long as the dump takes.
  'SET idle_in_transaction_session_timeout = 0;',
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;',
  'SELECT pg_export_snapshot() AS snapshot \\gset',
  '\\setenv SNAPSHOT :snapshot',
  '\\! pg_dump --snapshot="$SNAPSHOT" --format=custom --compress="$compress" --file="$part" < /dev/null && touch "$part.whole"',
  '\\o :rows',
  `SELECT 'dumped_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');`,
  `${tables.replaceAll('\n', '')} \\gexec`,
  'COMMIT;',
];

/**
 * A dump, the roles that its rights name, and how many rows each table has in the same snapshot.
 * Each is written beside and named when it is whole, the dump last. A dump that pg_restore cannot
 * list is none: it is found tonight and not on the day it is needed.
 */
export const dumpScript = [
  'set -euo pipefail',
  'dumps="${DUMPS:-/dumps}"',
  'export compress="${COMPRESS:-zstd:6}"',
  'name="$dumps/mkt-$(date -u +%Y-%m-%dT%H%M%S)"',
  'export part="$name.part"',
  'rm -f "$dumps"/*.part*',
  `sql=${quoted(psqlLines.join('\n'))}`,
  `tab="$(printf '\\t')"`,
  'printf "%s\\n" "$sql" | psql --no-psqlrc --quiet --no-align --tuples-only --field-separator="$tab" --set=ON_ERROR_STOP=1 --set=rows="$part.rows"',
  'test -e "$part.whole"',
  'pg_restore --list "$part" > /dev/null',
  'pg_dumpall --roles-only --no-role-passwords --file="$part.roles"',
  'rm "$part.whole"',
  'mv "$part.rows" "$name.rows"',
  'mv "$part.roles" "$name.roles.sql"',
  'mv "$part" "$name.dump"',
  `ls -1 "$dumps"/*.dump | sort -r | tail -n +${kept + 1} | while read -r old; do rm -f -- "$old" "\${old%.dump}.rows" "\${old%.dump}.roles.sql"; done`,
  'ls -l "$name.dump"',
].join('\n');

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

/** A superuser of its own: the dumped server's comes over with the roles. */
export const scratchUser = 'drill';
export const scratchDatabase = 'mkt';

export const scratchArguments = (folder: string, address: string): readonly string[] => [
  '-D',
  `${folder}/data`,
  '-k',
  folder,
  ...[...scratchSettings, `listen_addresses=${address}`].flatMap((one) => ['-c', one]),
];

/** Restores the newest dump into a server that is made for it, and stops that. */
export const restoreScript = [
  'set -euo pipefail',
  'dumps="${DUMPS:-/dumps}" scratch="${SCRATCH:-/scratch}"',
  'newest="$(find "$dumps" -maxdepth 1 -name "*.dump" | sort | tail -n 1)"',
  'if [ -z "$newest" ]; then echo "error: there is no dump in $dumps" >&2; exit 1; fi',
  'name="${newest%.dump}"',
  'echo "restoring $name.dump"',
  'rm -rf "$scratch/data" "$scratch/rows"',
  `initdb --pgdata="$scratch/data" --username=${scratchUser} --auth=trust --encoding=UTF8 --locale=C --no-sync > /dev/null`,
  `postgres ${scratchArguments('"$scratch"', '').join(' ')} &`,
  'server=$!',
  `trap 'kill -INT "$server" 2> /dev/null; wait "$server" || true' EXIT`,
  `export PGHOST="$scratch" PGUSER=${scratchUser} PGDATABASE=postgres`,
  'until pg_isready --quiet; do kill -0 "$server"; sleep 0.2; done',
  'psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file="$name.roles.sql" postgres',
  `createdb --template=template0 ${scratchDatabase}`,
  `pg_restore --exit-on-error --jobs=2 --dbname=${scratchDatabase} "$name.dump"`,
  'cp "$name.rows" "$scratch/rows"',
  'kill -INT "$server"',
  'wait "$server"',
  'trap - EXIT',
  'echo "restored"',
].join('\n');

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
