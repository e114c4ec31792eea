#!/bin/bash
# SPDX-License-Identifier: MIT
# iperf.sh - traffic of iperf3 through the gate, measured by both of them; sourced by tests.
# shellcheck disable=SC2034,SC2154 # read by tests; lab_… are set by scripts/lab.sh

iperf_v4=198.18.2.80
iperf_v6=fd00:511:2::80

# The sum of what the gate has counted for the device: DIRECTION is up or down.
gate_bytes() {
	cli --json show "$lab_mac" | jq ".$1_bytes"
}

iperf_listens() {
	web ss -Hltn "sport = :$1" | grep -q .
}

# iperf_once PORT ADDRESS ARGUMENT...: one transfer with a server of its own, and its report.
iperf_once() {
	local port=$1 address=$2

	shift 2
	# An address of its own: UDP answers would leave from another one of the same interface.
	lab_spawn "iperf-$port" "$lab_dir/iperf.log" nsenter "--net=/run/netns/$lab-web" \
		iperf3 --server --one-off --bind "$address" --port "$port"
	lab_wait_for 30 iperf_listens "$port"
	client timeout 60 iperf3 --client "$address" --port "$port" --json "$@" \
		>"$lab_dir/iperf.$port" 2>>"$lab_dir/iperf.log" || true
	lab_stop "iperf-$port"
}

# iperf PORT ADDRESS ARGUMENT...: its report is $lab_dir/iperf.PORT. The first datagram of a UDP
# stream isn't repeated by iperf3: when the rate drops that one, it gives up and is asked again.
iperf() {
	local port=$1

	for _ in 1 2 3; do
		iperf_once "$@"
		! jq -e '.end and (.error | not)' "$lab_dir/iperf.$port" >/dev/null || return 0
		jq -e '.error | contains("unable to read from stream socket")' "$lab_dir/iperf.$port" >/dev/null || break
	done
	expect_fail "iperf3 $*: $(jq -r .error "$lab_dir/iperf.$port")"
}

# Bytes of payload that arrived, and in how many milliseconds by iperf3's own clock.
iperf_payload() {
	jq -r '.end | if .sum_received then .sum_received else .sum | .bytes *= 1 - .lost_percent / 100 end |
		"\(.bytes | floor) \(.seconds * 1000 | floor)"' "$lab_dir/iperf.$1"
}

# Whether BYTES in MILLISECONDS are within 3 % of the rate BITS.
expect_ceiling() {
	[ "$1" -le $(($3 * $2 * 103 / 800000)) ] ||
		expect_fail "$4: $1 bytes in $2 ms, and the rate is $3 bit/s: $(($1 * 800000 / ($2 * $3 / 1000))) %"
}

# iperf_within PORT DIRECTION BITS ADDRESS ARGUMENT...: neither whole frames, as the gate counts them,
# nor payload are more than the rate, in the time around the transfer: a machine that stands
# still makes that longer, never shorter. What was reached is left in $reached, in percent of the
# rate: payload, so 94 to 97 of 100 are all there is.
iperf_within() {
	local port=$1 direction=$2 bits=$3 address=$4 before start frames payload ms

	shift 4
	[ "$direction" = up ] || set -- --reverse "$@"
	start=$(now_ms)
	before=$(gate_bytes "$direction")
	iperf "$port" "$address" "$@"
	frames=$(($(gate_bytes "$direction") - before))
	expect_ceiling "$frames" $(($(now_ms) - start)) "$bits" "frames $direction"
	read -r payload ms <<<"$(iperf_payload "$port")"
	expect_ceiling "$payload" $(($(now_ms) - start)) "$bits" "payload $direction"
	reached=$((payload * 800000 / (ms * bits)))
}

# The same, and the best of some tries reaches nine tenths of the rate.
iperf_fills() {
	for _ in 1 2 3 4 5 6; do
		iperf_within "$@"
		[ "$reached" -lt 90 ] || return 0
	done
	expect_fail "$reached % of the rate: $*"
}

# --- to the byte -----------------------------------------------------------------------------

# Nobody asks for addresses: what the gateway sends to all isn't the session's.
fix_neighbours() {
	gw ip neighbour replace 198.18.1.10 lladdr "$lab_mac" dev lan0 nud permanent
	gw ip neighbour replace fd00:511:1::10 lladdr "$lab_mac" dev lan0 nud permanent
	client ip neighbour replace 198.18.1.1 lladdr "$lab_gw_mac" dev wlan0 nud permanent
	client ip neighbour replace fd00:511:1::1 lladdr "$lab_gw_mac" dev wlan0 nud permanent
}

# What the client's interface really received and sent: bytes and packets each, in whole frames and
# without multicasts, which no session is charged for. It counts without the Ethernet header.
client_counters() {
	local rx rx_packets tx tx_packets many many_bytes

	read -r rx rx_packets tx tx_packets <<<"$(client ip -s -j link show dev wlan0 |
		jq -r '.[0].stats64 | "\(.rx.bytes) \(.rx.packets) \(.tx.bytes) \(.tx.packets)"')"
	# shellcheck disable=SC2016 # read by awk
	read -r many many_bytes <<<"$(client awk '
		/InMcastPkts/ { n = $2 } /InMcastOctets/ { b = $2 } END { print n, b }' /proc/net/dev_snmp6/wlan0)"
	rx_packets=$((rx_packets - many))
	echo "$((rx - many_bytes + 14 * rx_packets)) $rx_packets $((tx + 14 * tx_packets)) $tx_packets"
}

session_counters() {
	cli --json show "$lab_mac" | jq -r '"\(.down_bytes) \(.down_packets) \(.up_bytes) \(.up_packets)"'
}

# Client's counters less the session's, read while nothing moved: a constant.
counter_difference() {
	local before session after

	read -ra before <<<"$(client_counters)"
	read -ra session <<<"$(session_counters)"
	read -ra after <<<"$(client_counters)"
	[ "${before[*]}" = "${after[*]}" ] || return 1
	echo "$((after[0] - session[0])) $((after[1] - session[1])) $((after[2] - session[2])) $((after[3] - session[3]))"
}

note_counters() {
	counted_from=$(counter_difference)
}

begin_counting() {
	fix_neighbours
	lab_wait_for 30 note_counters
}

counts_agree() {
	[ "$(counter_difference)" = "$counted_from" ]
}

# To the byte, as soon as nothing is on its way any more.
expect_counted() {
	lab_wait_for 20 counts_agree || expect_fail "client less session, down and up: were $counted_from, are $(counter_difference)"
}
