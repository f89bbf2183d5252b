#!/usr/bin/env bash
# Redis Sentinel: the replica is master already, and those who ask the sentinel are still sent to the dead one.
#
# Guess: once the replica says role:master, the sentinel that has made it so gives its address to whoever asks.
# Seen:  for most of a second it gives the address of the master that is dead; the sentinel believes its own order only when it has
#        seen it followed in the replica's INFO, which it asks for once a second.
# Why:   a client that connects again every 100 ms gains nothing by it, and a failover takes a second longer than the time
#        that was set for noticing it. Count from the sentinel's word, not from the replica's role.
# Ran:   Debian 12's redis-server 7.0.15, on 2026-11-30; needs apt-get and dpkg.
set -euo pipefail

folder=$(mktemp -d)
started=()
stop() {
	for process in "${started[@]}"; do kill -9 "$process" 2>/dev/null || continue; done
	started=()
}
trap 'stop; rm -rf "$folder"' EXIT
cd "$folder"
mkdir debian
(
	cd debian
	apt-get download -q redis-server=5:7.0.15-1~deb12u10 redis-tools=5:7.0.15-1~deb12u10 libatomic1 libjemalloc2 liblzf1 >apt.log 2>&1 || { cat apt.log; exit 2; }
	for package in *.deb; do dpkg -x "$package" ../root; done
)
export LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu
root/usr/bin/redis-server --version
ask() { root/usr/bin/redis-cli -p "$@" 2>/dev/null | tr -d '\r'; }
await() {
	local tries=0
	until eval "$1"; do
		tries=$((tries + 1))
		[ "$tries" -lt 3000 ] || { echo "waited in vain for: $1" >&2; exit 2; }
		sleep 0.005
	done
}
now() { date +%s%3N; }

longest=0
for round in 1 2 3; do
	port=$((20000 + RANDOM % 10000))
	mkdir "$round"
	root/usr/bin/redis-server --bind 127.0.0.1 --port "$port" --dir "$round" --save '' --repl-diskless-sync-delay 0 >"$round/master.log" 2>&1 &
	master=$!
	started+=("$master")
	disown
	root/usr/bin/redis-server --bind 127.0.0.1 --port $((port + 1)) --dir "$round" --save '' --replicaof 127.0.0.1 "$port" >"$round/replica.log" 2>&1 &
	started+=($!)
	disown
	await 'ask $((port + 1)) info replication | grep -q master_link_status:up'
	printf 'port %d\nsentinel monitor main 127.0.0.1 %d 1\nsentinel down-after-milliseconds main 1000\n' $((port + 2)) "$port" >"$round/sentinel.conf"
	root/usr/bin/redis-server "$round/sentinel.conf" --bind 127.0.0.1 --sentinel >"$round/sentinel.log" 2>&1 &
	started+=($!)
	disown
	await 'ask $((port + 2)) sentinel replicas main | grep -q "^$((port + 1))$"'
	kill -9 "$master"
	await 'ask $((port + 1)) info replication | grep -q role:master'
	promoted=$(now)
	await 'ask $((port + 2)) sentinel get-master-addr-by-name main | grep -q "^$((port + 1))$"'
	late=$(($(now) - promoted))
	echo "the sentinel told of the new master $late ms after it was one"
	[ "$late" -le "$longest" ] || longest=$late
	stop
done
[ "$longest" -ge 300 ] || { echo "CHANGED: the sentinel tells at once" >&2; exit 1; }
echo "as described: for up to $longest ms those who asked were sent to a master that was dead"
