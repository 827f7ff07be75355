# Runs PostgreSQL servers that replicate, for as long as standard input stays open, then
# removes them with everything they wrote.
#
#   sh -c "$script" sh BIN DIR [COMMAND…]
#
# BIN, DIR and COMMAND are those of postgres.sh. Each line of standard input asks for a
# server, whose data and socket are in DIR/NAME:
#
#   primary NAME        an empty one
#   standby NAME FROM   one that follows another from what that has now
#
# The answer is a line with the word "ready" once it accepts connections, or else what went
# wrong.
bin=$1
dir=$2
shift 2
as=$*

run() { $as "$@" >>"$dir/commands.log" 2>&1; }

start() {
	run "$bin/pg_ctl" start --wait --pgdata="$dir/$1/data" --log="$dir/$1/server.log" --options="\
		-c listen_addresses='' -c unix_socket_directories='$dir/$1' -c port=5432 \
		-c fsync=off -c full_page_writes=off -c max_wal_size=256MB -c shared_buffers=32MB \
		-c max_connections=100 -c wal_receiver_status_interval=1"
}

primary() {
	run mkdir "$dir/$1" &&
		run "$bin/initdb" --pgdata="$dir/$1/data" --username=postgres --auth=trust \
			--locale=C.UTF-8 --encoding=UTF8 --no-sync &&
		start "$1"
}

standby() {
	run mkdir "$dir/$1" &&
		run "$bin/pg_basebackup" --host="$dir/$2" --port=5432 --username=postgres --pgdata="$dir/$1/data" \
			--write-recovery-conf --checkpoint=fast --no-sync &&
		start "$1"
}

while read -r kind name from; do
	case $kind in
	primary) primary "$name" ;;
	standby) standby "$name" "$from" ;;
	esac && echo ready || tail -n 20 "$dir/commands.log" "$dir/$name/server.log" | tr '\n' ' '
done
for data in "$dir"/*/data; do
	run "$bin/pg_ctl" stop --wait --mode=immediate --pgdata="$data"
done
rm -rf "$dir"
