# Runs one S3 server for as long as standard input stays open, then removes it with
# everything it wrote.
#
#   sh -c "$script" sh VERSITYGW ADDRESS DIR
#
# As with postgres.sh, the test process holds the other end of standard input, and the
# kernel closes it however that process ends. What the server says goes to standard
# output, which ends with the server.
"$1" --quiet --keep-alive --port "$2" posix --sidecar "$3/attributes" "$3/data" 2>&1 &
server=$!
exec >/dev/null 2>&1
cat
kill "$server"
wait "$server"
rm -rf "$3"
