# Restores the newest dump into a server that is made for it, and stops that. The server's arguments
# are this script's; its superuser is one of its own, for the dumped server's comes over with the roles.
set -euo pipefail
dumps="${DUMPS:-/dumps}"
scratch="${SCRATCH:-/scratch}"
newest="$(find "$dumps" -maxdepth 1 -name '*.dump' | sort | tail -n 1)"
if [ -z "$newest" ]; then
  echo "error: there is no dump in $dumps" >&2
  exit 1
fi
name="${newest%.dump}"
echo "restoring $newest"

rm -rf "$scratch/data" "$scratch/rows"
initdb --pgdata="$scratch/data" --username=drill --auth=trust --encoding=UTF8 --locale=C \
  --no-sync > /dev/null
postgres "$@" &
server=$!
trap 'kill -INT "$server" 2> /dev/null; wait "$server" || true' EXIT
export PGHOST="$scratch" PGUSER=drill PGDATABASE=postgres
until pg_isready --quiet; do
  kill -0 "$server"
  sleep 0.2
done

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file="$name.roles.sql" postgres
createdb --template=template0 mkt
pg_restore --exit-on-error --jobs=2 --dbname=mkt "$name.dump"
cp "$name.rows" "$scratch/rows"

kill -INT "$server"
wait "$server"
trap - EXIT
echo "restored"
