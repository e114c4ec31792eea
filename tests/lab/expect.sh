#!/bin/bash
# SPDX-License-Identifier: MIT
# expect.sh - what tests of the lab floor say of commands and answers; sourced by tests/lab/run.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# Prints what was wrong and fails the test.
expect_fail() {
	printf '%s\n' "$@"
	return 1
}

expect_eq() {
	[ "$1" = "$2" ] || expect_fail "expected: $2" "got:      $1"
}

# The text matches the extended regular expression.
expect_match() {
	grep -qE -- "$2" <<<"$1" || expect_fail "nothing matches: $2" "in: $1"
}

expect_no_match() {
	! grep -qE -- "$2" <<<"$1" || expect_fail "should not match: $2" "in: $1"
}

# The command ends with exactly this code; what it prints (both streams) is left in $output.
expect_exit() {
	local wanted=$1 code=0

	shift
	output=$("$@" 2>&1) || code=$?
	[ "$code" -eq "$wanted" ] || expect_fail "exit code $code instead of $wanted: $*" "$output"
}

# One line that names the thing: what every refusal must be. A \" of the pattern is either quote.
expect_sentence() {
	[ "$(wc -l <<<"$1")" -eq 1 ] || expect_fail "not one sentence: $1"
	expect_match "$1" "${2//\"/[\'\"]}"
}

# The command refuses with this code and one sentence on stderr that matches.
expect_refusal() {
	local code=$1 pattern=$2

	shift 2
	expect_exit "$code" "$@"
	expect_sentence "$output" "$pattern"
}

# A JSON text for which the jq filter is true.
expect_json() {
	jq -e "$2" <<<"$1" >/dev/null || expect_fail "not true: $2" "of: $1"
}

# --- HTTP of the client ------------------------------------------------------------------

# Prints the status code; 000 when there was no answer.
http_status() {
	client curl -s -o /dev/null -w '%{http_code}' --connect-timeout 10 --max-time 20 "$@" || true
}

# Where no answer is expected the full time is spent: it is short.
expect_status() {
	local wanted=$1 got

	shift
	[ "$wanted" != 000 ] || set -- --connect-timeout 3 --max-time 5 "$@"
	got=$(http_status "$@")
	[ "$got" = "$wanted" ] || expect_fail "status $got instead of $wanted: curl $*"
}

# --- the API -----------------------------------------------------------------------------

# api METHOD PATH [BODY]: prints the body.
api() {
	curl -sS --max-time 20 --unix-socket "$lab_socket" -X "$1" ${3+--data-binary "$3"} "http://x$2"
}

# Prints the status code, and leaves the body in $body_file.
api_status() {
	curl -sS --max-time 20 --unix-socket "$lab_socket" -X "$1" ${3+--data-binary "$3"} \
		-o "$lab_dir/body" -w '%{http_code}' "http://x$2"
}

# expect_problem STATUS PATTERN METHOD PATH [BODY]: an RFC 9457 problem whose detail matches.
expect_problem() {
	local status=$1 pattern=$2 got

	shift 2
	got=$(api_status "$@")
	[ "$got" = "$status" ] || expect_fail "status $got instead of $status: $1 $2" "$(cat "$lab_dir/body")"
	expect_json "$(cat "$lab_dir/body")" ".status == $status and (.type and .title and .detail)"
	expect_match "$(jq -r .detail "$lab_dir/body")" "$pattern"
}

# How many frames got this verdict.
verdict_count() {
	api GET /v1/stats | jq ".verdicts.$1.packets"
}

verdict_count_is_above() {
	[ "$(verdict_count "$1")" -gt "$2" ]
}

# expect_verdict NAME COMMAND...: the command makes the counter of the verdict grow.
expect_verdict() {
	local name=$1 before

	shift
	before=$(verdict_count "$name")
	"$@"
	lab_wait_for 30 verdict_count_is_above "$name" "$before" ||
		expect_fail "verdict $name stayed at $before: $*"
}

# --- a device ----------------------------------------------------------------------------

sign_in() {
	cli login "$lab_mac" "$@" >/dev/null
}

sign_out() {
	cli logout "$lab_mac" >/dev/null
}

# The running download gets no further byte, but for what was on its way.
expect_download_stands() {
	lab_wait_for 20 lab_download_stands ||
		expect_fail "the download goes on, at $(lab_download_bytes) bytes"
}

expect_download_runs() {
	lab_wait_for 30 lab_download_has $(($(lab_download_bytes) + 100000)) ||
		expect_fail "the download stands at $(lab_download_bytes) bytes" "$(cat "$lab_dir/download.log")"
}

# Milliseconds of a clock that nobody sets.
now_ms() {
	local up

	read -r up _ </proc/uptime
	echo $((10#${up/./} * 10))
}

# --- rates ---------------------------------------------------------------------------------

# is_within_rate BYTES MILLISECONDS BITS: not more than the time that really passed allows, and a
# burst of 0.3 s.
is_within_rate() {
	[ "$1" -le $(($3 * ($2 + 300) * 105 / 800000)) ] ||
		expect_fail "$1 bytes in $2 ms, and the rate is $3 bit/s"
}

# expect_rate BITS COMMAND...: the command prints "BYTES MILLISECONDS". The ceiling holds at every
# try; a quarter of the rate is reached at the best of three, because a busy machine may take long.
expect_rate() {
	local rate=$1 bytes ms

	shift
	for _ in 1 2 3; do
		read -r bytes ms <<<"$("$@")"
		is_within_rate "$bytes" "$ms" "$rate"
		[ "$bytes" -le $((rate * ms / 32000)) ] || return 0
	done
	expect_fail "$bytes bytes in $ms ms, and the rate is $rate bit/s"
}

# timed_download SECONDS CURL-ARGUMENT...: prints how many bytes of the body came in how many
# milliseconds, by curl's own clock.
timed_download() {
	local bytes seconds

	read -r bytes seconds <<<"$(client curl -s -o /dev/null -w '%{size_download} %{time_total}\n' --max-time "$@")"
	seconds=${seconds/./}
	echo "$bytes $((10#$seconds / 1000))"
}
