#!/bin/bash
# SPDX-License-Identifier: MIT
# test_manual.sh - every example of the manual is run, and every field of an answer is in it.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"

pages=$lab_build/man
examples=$lab_dir/examples
admin=$lab_dir/portal-run/admin.sock

# With everything where the manual says it is: each example has mount namespaces of its own.
set_up() {
	portal_config && printf '[sign-in]\nmethods = click voucher user\n' >>"$lab_config" &&
		cp -a /etc "$lab_dir/etc" && mkdir -p "$lab_dir/etc/xdp511" &&
		cp "$lab_config" "$lab_dir/etc/xdp511/xdp511.conf" &&
		cp "$lab_dir/passwd" "$lab_dir/group" "$lab_dir/etc/" &&
		printf 'fail\nsilent\nshow-error\nmax-time = 30\n' >"$lab_dir/.curlrc" &&
		lab_start_daemon "$lab_config" && lab_start_portal
}

# shellcheck disable=SC2016 # expanded by the inner shell
as_installed=(unshare --mount --propagation private sh -c '
	dir=$0 pins=$1 build=$2
	shift 2
	mount --bind "$dir" /mnt && mount -t tmpfs tmpfs /run && mkdir -p "$dir" && mount --bind /mnt "$dir" &&
		mkdir /run/xdp511 && ln -s "$dir/control.sock" /run/xdp511/ && ln -s "$dir/portal-run" /run/xdp511-portal &&
		mount --bind "$pins" /mnt && mount -t tmpfs tmpfs /sys/fs/bpf && mkdir -p /sys/fs/bpf/xdp511 "$pins" &&
		mount --bind /mnt /sys/fs/bpf/xdp511 && mount --bind /mnt "$pins" &&
		mount --bind "$dir/etc" /etc || exit 99
	export PATH="$build:$PATH" CURL_HOME="$dir" # where curl is told that a refusal is a failure
	exec "$@"' "$lab_dir" "$lab_pins" "$lab_build")

# Those of a page, in their order, in one directory.
extract() {
	rm -rf "$examples"
	mkdir -p "$examples/work"
	/usr/bin/python3 "$lab_top/tests/lab/man_blocks.py" "$pages/$1" "$examples"
}

run_example() {
	local file=$1 code=0 place codes output

	read -r _ place codes <"$file"
	output=$(cd "$examples/work" && gw "${as_installed[@]}" timeout 60 bash -eu -o pipefail "$file" 2>&1 </dev/null) || code=$?
	[[ " $codes " == *" $code "* ]] ||
		expect_fail "$place: exit code $code instead of ${codes// / or }" "$(tail -n +2 "$file")" "$output"
}

# Two seconds are not a measure of anything: it only has not ended by itself.
run_endless() {
	local file=$1 code=0 place output

	read -r _ place _ <"$file"
	output=$(cd "$examples/work" && gw "${as_installed[@]}" timeout 2 bash -eu "$file" 2>&1 </dev/null) || code=$?
	[ "$code" -eq 124 ] || expect_fail "$place: it ended with $code" "$output"
}

# What the block leaves out, as it is only of interest with the rest.
check_config() {
	local file=$1 place output

	read -r _ place _ <"$file"
	grep -q '^\[gateway\]' "$file" || printf '[gateway]\ninterface = lan0\n' >>"$file"
	grep -q '^url ' "$file" || printf '[portal]\nurl = https://portal.venue.example/login\n' >>"$file"
	output=$("$lab_build/xdp511d" --check --config "$file" 2>&1) || expect_fail "$place: $output"
}

run_page() {
	local file n=0

	extract "$1"
	for file in "$examples"/*.*; do
		case "$file" in
		*.run) run_example "$file" ;;
		*.endless) run_endless "$file" ;;
		*.config) check_config "$file" ;;
		esac
		n=$((n + 1))
	done
	[ "$n" -gt 0 ]
}

test_examples_of_xdp511() {
	run_page xdp511.8
}

test_examples_of_xdp511d() {
	run_page xdp511d.8
}

test_examples_of_the_portal() {
	run_page xdp511-portal.8
}

test_examples_of_the_api() {
	run_page xdp511-api.7
}

test_examples_of_the_configuration() {
	run_page xdp511.conf.5
}

# --- fields ------------------------------------------------------------------------------

# expect_fields PAGE JSON: each name in it is one of the page's names.
expect_fields() {
	local known field

	known=$(sed -nE 's/^\.(It )?(Pq )?(Cm|Dv|Ic) //p' "$pages/$1" | tr ' ' '\n')
	while read -r field; do
		grep -qxF -- "$field" <<<"$known" || expect_fail "$1 doesn't say what \"$field\" is" "in: $2"
	done < <(jq -r '[paths | .[] | strings] | unique[]' <<<"$2")
}

test_fields_of_the_api() {
	local path

	expect_status 511 http://example.com/
	sign_in --user ann --quota 1G --timeout 1h
	expect_status 200 http://example.com/
	for path in status sessions "sessions/$lab_mac" stats garden guests; do
		expect_fields xdp511-api.7 "$(api GET "/v1/$path")"
	done
	expect_fields xdp511-api.7 "$(api GET /v1/sessions/elephant)"
	expect_fields xdp511-api.7 "$(api POST /v1/sessions '{"mac":1}')"
	expect_fields xdp511-api.7 "$(api POST /v1/reload)"
}

test_fields_of_events() {
	local event

	sign_in --user ann
	sign_out
	while read -r event; do
		expect_fields xdp511-api.7 "$event"
	done < <(curl -sN --max-time 2 -H 'Last-Event-ID: 0' --unix-socket "$lab_socket" http://x/v1/events |
		sed -n 's/^data: //p')
	for event in $("$lab_build/xdp511d" --describe | jq -r '.events[]'); do
		grep -qx ".It Cm $event" "$pages/xdp511-api.7" || expect_fail "nothing says what $event is"
	done
}

ask_portal() {
	curl -sS --max-time 20 --unix-socket "$admin" "$@"
}

test_fields_of_the_portal() {
	expect_fields xdp511-portal.8 "$(ask_portal http://x/v1/status)"
	expect_fields xdp511-portal.8 "$(ask_portal -d '{"count":2}' http://x/v1/vouchers)"
	expect_fields xdp511-portal.8 "$(ask_portal http://x/v1/vouchers)"
	expect_fields xdp511-portal.8 "$(ask_portal -X PUT -d '{"password":"correct horse"}' http://x/v1/users/bob)"
	expect_fields xdp511-portal.8 "$(ask_portal http://x/v1/users)"
	expect_fields xdp511-portal.8 "$(ask_portal -X DELETE 'http://x/v1/vouchers?batch=1&forget=true')"
}
