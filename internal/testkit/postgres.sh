# Runs one PostgreSQL server for as long as standard input stays open, then
# removes it with everything it wrote.
#
#   sh -c "$script" sh BIN DIR [COMMAND…]
#
# BIN holds PostgreSQL's programs, DIR is an empty folder of the user it runs
# as, COMMAND runs a program as that user if it is not ours. The script answers
# "ready" once the server accepts connections, or else with what went wrong, and
# closes standard output.
#
# The test process holds the other end of standard input and never writes to
# it. The kernel closes it when that process ends, be it by os.Exit, a panic or
# SIGKILL, so no server outlives its tests.
bin=$1
dir=$2
shift 2

# The data is thrown away, so nothing waits for the disk. There is no TCP port
# to collide with another server's, and only the owner of DIR reaches the
# socket, so trusting every connection opens nothing to others on the machine.
# C.UTF-8 rather than C, or pg_trgm finds no Cyrillic and no CJK. The connections
# are enough for many packages that are tested at once.
start() {
	"$@" "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust \
		--locale=C.UTF-8 --encoding=UTF8 --no-sync &&
		"$@" "$bin/pg_ctl" start --wait --pgdata="$dir/data" --log="$dir/server.log" --options="\
			-c listen_addresses='' -c unix_socket_directories='$dir' -c port=5432 \
			-c fsync=off -c full_page_writes=off -c max_wal_size=256MB \
			-c max_connections=1000"
}
if start "$@" >"$dir/start.log" 2>&1; then
	echo ready
else
	cat "$dir/start.log" "$dir/server.log"
fi
exec >/dev/null 2>&1

cat
"$@" "$bin/pg_ctl" stop --wait --mode=immediate --pgdata="$dir/data"
rm -rf "$dir"
