# A dump, the roles that its rights name, and how many rows each table has in the same snapshot. Each
# is written beside and named when it is whole, the dump last. What pg_restore cannot list is no dump:
# that is found tonight and not on the day it is needed.
set -euo pipefail
kept="${KEPT_DUMPS:-3}"
dumps="${DUMPS:-/dumps}"
export compress="${COMPRESS:-zstd:6}"
name="$dumps/mkt-$(date -u +%Y-%m-%dT%H%M%S)"
export part="$name.part"
rm -f "$dumps"/*.part*
tab="$(printf '\t')"

# The snapshot is held open for as long as the dump takes.
# shellcheck disable=SC2016
sql='SET idle_in_transaction_session_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\! pg_dump --snapshot="$SNAPSHOT" --format=custom --compress="$compress" --file="$part" < /dev/null && touch "$part.whole"
\o :rows
SELECT $$dumped_at$$, to_char(now() AT TIME ZONE $$UTC$$, $$YYYY-MM-DD"T"HH24:MI:SS"Z"$$);
SELECT format($$SELECT %L, count(*) FROM %I.%I$$, schemaname || $$.$$ || tablename, schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ($$pg_catalog$$, $$information_schema$$) ORDER BY schemaname, tablename \gexec
COMMIT;'
printf '%s\n' "$sql" | psql --no-psqlrc --quiet --no-align --tuples-only \
  --field-separator="$tab" --set=ON_ERROR_STOP=1 --set=rows="$part.rows"

test -e "$part.whole"
pg_restore --list "$part" > /dev/null
pg_dumpall --roles-only --no-role-passwords --file="$part.roles"
rm "$part.whole"
mv "$part.rows" "$name.rows"
mv "$part.roles" "$name.roles.sql"
mv "$part" "$name.dump"

find "$dumps" -maxdepth 1 -name '*.dump' | sort -r | tail -n "+$((kept + 1))" |
  while read -r old; do rm -f -- "$old" "${old%.dump}.rows" "${old%.dump}.roles.sql"; done
ls -l "$name.dump"
