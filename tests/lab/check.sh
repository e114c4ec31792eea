#!/bin/bash
# SPDX-License-Identifier: MIT
# check.sh - what the tests of `xdp511 check` share: its configuration, its run, and what was seen.
# shellcheck disable=SC2034,SC2119,SC2120,SC2154 # used by tests, with arguments; lab_… are set by scripts/lab.sh

seen=$lab_dir/check-seen
report=$lab_dir/check.json
conf=$lab_dir/check.conf

# Checks that are met by test_check_services.sh; all others by test_check.sh.
checks_of_services='user file listen certificate resolver portal radius accounting'

# The daemon runs where a test starts it.
before_each() {
	write_conf
}

set_up() {
	mkdir -p "$lab_dir/disk" && : >"$seen"
}

# write_conf [LINE...]: the lab's, with lines behind it.
write_conf() {
	lab_write_config && cp "$lab_config" "$conf"
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$conf"
}

# gateway KEY VALUE: in [gateway] of the configuration.
gateway() {
	sed -i "/^$1 /d; s|^\[gateway\]|&\n$1 = $2|" "$conf"
}

# run_check CODE [COMMAND...]: the check as JSON, started by the command; it takes its time at most.
run_check() {
	local wanted=$1 code=0

	shift
	timeout 60 nsenter "--net=/run/netns/$lab-gw" "${lab_with_users[@]}" "$@" \
		"${program:-$lab_build/xdp511}" --json check --config "$conf" >"$report" 2>"$report.err" || code=$?
	[ "$code" -eq "$wanted" ] || expect_fail "exit code $code instead of $wanted" "$(cat "$report" "$report.err")"
}

# expect_line LEVEL CHECK WHAT [FINDING [REMEDY]]: patterns. A bad line has a remedy, a good one none.
expect_line() {
	local line kind=bad

	[ "$1" != ok ] || kind=ok
	line=$(jq -c --arg level "$1" --arg check "$2" --arg what "$3" --arg finding "${4-}" '.[] |
		select(.level == $level and .check == $check and .what == $what and (.finding | test($finding)))' "$report")
	[ -n "$line" ] || expect_fail "no line: $*" "$(jq -c . "$report")"
	expect_match "$(head -n 1 <<<"$line" | jq -r '.remedy // "none"')" "$(if [ "$1" = ok ]; then echo '^none$'; else echo "${5:-.}"; fi)"
	echo "$2:$kind" >>"$seen"
}

# DIRECTORY PLACE behind it: what is started then sees the one at the other.
# shellcheck disable=SC2016 # expanded by the inner shell
with_directory=(unshare --mount --propagation private sh -c 'mount --bind "$0" "$1" && shift && exec "$@"')

# expect_seen CHECK...: both ways, but for what $unseen lists. Nobody adds a check without that.
expect_seen() {
	local check kind missing=

	for check; do
		for kind in ok bad; do
			grep -qx "$check:$kind" "$seen" || [[ " ${unseen-} " == *" $check:$kind "* ]] || missing+=" $check:$kind"
		done
	done
	[ -z "$missing" ] || expect_fail "never seen:$missing" "seen: $(sort -u "$seen")"
}
