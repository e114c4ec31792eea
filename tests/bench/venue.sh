#!/bin/bash
# SPDX-License-Identifier: MIT
# venue.sh - a gateway with a server behind it, under the noise of a venue's phones; sourced by run.
# shellcheck disable=SC2154,SC2034 # lab_… are set by lab.sh, bench_… by run; contenders.sh reads the rest
#
#   namespace <lab>-client          namespace <lab>-venue or <lab>-bare       namespace <lab>-server
#   +----------------------+        +---------------------------------+      +---------------------+
#   |  load -- <if>t, <if>r |        |  xdp511d, or a program that     |      |                     |
#   |                 <if>c o--------o <if>g   drops all but one device |      |                     |
#   |                      |        |                           <if>h o------o <if>s  198.18.2.80  |
#   |                      |        |                           <if>d o------o <if>e  198.18.3.53  |
#   +----------------------+        +---------------------------------+      +---------------------+

venue_stream_mac=02:5a:00:00:00:01 # as noise.c has it
venue_old_neighbours=              # the machine's limit
venue_herd=0                       # so that each measurement's guests are new ones

# An interface behind the gateway, and the neighbour all of NET is reached by.
venue_add_link() {
	local name=$1 near far net=$4 neighbour

	near=$(bench_interface "$name" "$2")
	far=$(bench_interface "$name" "$3")
	neighbour=02:05:11:00:0d:$(printf %02x "${bench_index[$name]}")
	ip -n "$lab-$name" link add "$near" numtxqueues 1 numrxqueues 1 type veth \
		peer name "$far" numtxqueues 1 numrxqueues 1 address "$neighbour" netns "$lab-server" &&
		in_net_of server sysctl -qw "net.ipv6.conf.$far.disable_ipv6=1" &&
		in_net_of "$name" sysctl -qw "net.ipv6.conf.$near.disable_ipv6=1" &&
		ip -n "$lab-$name" link set "$near" up && ip -n "$lab-server" link set "$far" up &&
		ip -n "$lab-$name" address add "$net.1/24" dev "$near" &&
		ip -n "$lab-$name" neigh replace "$net.$5" lladdr "$neighbour" nud permanent dev "$near"
}

venue_add_contender() {
	bench_add_contender "$1" && bench_add_relay "$1" &&
		venue_add_link "$1" h s 198.18.2 80 && venue_add_link "$1" d e 198.18.3 53
}

# All but what the measurement is about as a venue has it: budgets and ceilings of the defaults.
venue_start_daemon() {
	bench_extra[venue]="
[allow]
dns = 198.18.3.53"
	bench_start_daemon venue "$bench_build_dir" &&
		curl -sf --unix-socket "$lab_dir/venue/control.sock" -X PUT -H 'Content-Type: application/json' \
			-d '{}' -o /dev/null "http://x/v1/sessions/$venue_stream_mac"
}

venue_start_bare() {
	local interface

	interface=$(bench_interface bare g)
	bpftool prog loadall "$bench_tools/bench.bpf.o" "/sys/fs/bpf/$lab-bare" &&
		in_net_of bare bpftool net attach xdpdrv pinned "/sys/fs/bpf/$lab-bare/bench_bare" dev "$interface" &&
		bench_pin_napi bare "$interface" &&
		bench_servers[bare]=$(bench_napi_threads "$interface" | xargs)
}

# As a gateway for so many devices needs it. The machine has but one limit for all namespaces.
venue_neighbours() {
	local limit=$1

	sysctl -n net.ipv4.neigh.default.gc_thresh3 &&
		sysctl -qw "net.ipv4.neigh.default.gc_thresh3=$limit" "net.ipv4.neigh.default.gc_thresh2=$((limit / 2))"
}

venue_create() {
	if ! ip netns add "$lab-server" || ! venue_add_contender venue || ! venue_start_daemon; then
		die "could not set up the venue."
	fi
	wants chatter || return 0
	venue_old_neighbours=$(venue_neighbours 262144) || die "could not set the limit of neighbours."
	if ! venue_add_contender bare || ! venue_start_bare; then
		die "could not set up the bare program."
	fi
}

venue_destroy() {
	[ -z "$venue_old_neighbours" ] || venue_neighbours "$venue_old_neighbours" >/dev/null
	[ ! -e "/run/netns/$lab-server" ] || ip netns delete "$lab-server"
	rm -rf "/sys/fs/bpf/$lab-bare"
}

# What came in from the clients and what went out to the server, as JSON.
venue_count() {
	ip -n "$lab-$1" -j -s link | jq -c --arg in "$(bench_interface "$1" g)" --arg out "$(bench_interface "$1" h)" '
		{gate: (map(select(.ifname == $in))[0].stats64.rx.packets),
		 server: (map(select(.ifname == $out))[0].stats64.tx.packets)}'
}

# venue_load NAME OPTION...: one measurement of the generator, with what got through it.
venue_load() {
	local name=$1 before after record

	venue_herd=$((venue_herd % 80 + 1))
	before=$(venue_count "$name")
	record=$(load "$name" --rto 1000 --slots 1000 --clients 20000 --herd "$venue_herd" "${@:2}") || return 1
	after=$(venue_count "$name")
	jq -c --argjson before "$before" --argjson after "$after" '. + {
		gate_per_s: (($after.gate - $before.gate) / .run_s),
		stream_per_s: (($after.server - $before.server) / .run_s),
		stream_sent_per_s: (.stream_sent / .run_s),
		noise_sent_per_s: (.noise_sent / .run_s)}' <<<"$record"
}

venue_measure() {
	local part=$1 round=$2 name=$3 record

	record=$(venue_load "$name" --seconds "$seconds" "${@:4}") || die "the generator failed against \"$name\"."
	jq -c --arg part "$part" --argjson round "$round" --arg name "$name" \
		'{part: $part, round: $round, name: $name} + .' <<<"$record" >>"$bench_records"
	progress_hide
	report_venue_line
	progress_step
}

# As much of the noise as the generator can get to somebody who only drops it.
venue_noise() {
	venue_load bare --seconds 1 --rate 0.001 --stream "$stream" --chatter "$chatter" --strangers "$strangers" |
		jq --argjson wanted $((chatter + strangers)) '(.gate_per_s - .stream_sent_per_s) / $wanted | if . > 1 then 1 else . end'
}

run_chatter() {
	local round share noise=()

	share=$(venue_noise)
	noise=(--chatter "$(jq -n "$chatter * $share")" --strangers "$(jq -n "$strangers * $share")")
	for ((round = 1; round <= rounds; round++)); do
		venue_measure quiet "$round" venue --stream "$stream" --rate 20
		venue_measure noise "$round" bare --stream "$stream" --rate 0.001 "${noise[@]}"
		venue_measure noise "$round" venue --stream "$stream" --rate 20 "${noise[@]}"
	done
	venue_count_guests
}

# The table may be full, never fuller; and no process may have grown by it.
venue_count_guests() {
	local pid rss=0

	for pid in $(lab_pid venue) $(pgrep -P "$(lab_pid venue)"); do
		rss=$((rss + $(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")))
	done
	jq -nc --argjson guests "$(bpftool map dump pinned "/sys/fs/bpf/$lab-venue/x511_guests" | grep -c '"key"')" \
		--argjson rss "$rss" '{part: "guests", name: "venue", guests: $guests, rss_kb: $rss}' >>"$bench_records"
}
