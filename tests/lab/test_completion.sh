#!/bin/bash
# SPDX-License-Identifier: MIT
# test_completion.sh - what a tab makes of the command line, in bash, zsh and fish.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

completions=$lab_build/completion
bin=$lab_dir/bin

# The shells ask the lab's daemon.
set_up() {
	lab_start_daemon "$lab_config" && mkdir -p "$bin" &&
		printf '#!/bin/sh\nexec "%s" --socket "%s" "$@"\n' "$lab_build/xdp511" "$lab_socket" >"$bin/xdp511" &&
		chmod 755 "$bin/xdp511"
}

# Before the completion is asked, since bash and zsh are typed at.
before_each() {
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
	cli login "$lab_mac" --user ann >/dev/null
	PATH=$bin:$PATH
}

# offered SHELL TEXT: what it shows for the text and a tab.
offered() {
	if [ "$1" = fish ]; then
		# shellcheck disable=SC2016 # expanded by fish
		fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$completions/xdp511.fish" "$2" </dev/null
	else
		/usr/bin/python3 "$lab_top/tests/lab/press_tab.py" "$1" "$completions" "$lab_dir/zcompdump" "$2"
	fi
}

# What the line has become, of a text that can be only one.
expect_becomes() {
	local shell

	for shell in bash zsh; do
		expect_match "$(offered "$shell" "$1")" "^RAN: $2 *$"
	done
	expect_match "$(offered fish "$1")" "^${2##* }"
}

# Each word after the text stands there.
expect_offered() {
	local shell word output text=$1

	shift
	for shell in bash zsh fish; do
		output=$(offered "$shell" "$text")
		for word in "$@"; do
			grep -qF -- "$word" <<<"$output" || expect_fail "$shell doesn't offer $word for: $text" "$output"
		done
	done
}

test_verbs() {
	expect_becomes 'xdp511 logi' login
	expect_becomes 'xdp511 --json statu' '--json status'
	expect_offered 'xdp511 ' login auth garden voucher
}

test_options() {
	expect_becomes 'xdp511 login --time' 'login --timeout'
	expect_offered 'xdp511 login --' --zone --user --timeout --json
}

test_words_behind_a_verb() {
	expect_offered 'xdp511 garden ' list add del
	expect_becomes 'xdp511 voucher rev' 'voucher revoke'
	expect_becomes 'xdp511 user --zone press pas' 'user --zone press passwd'
}

test_words_of_an_option() {
	expect_becomes 'xdp511 voucher create --devices-full old' 'voucher create --devices-full oldest'
	expect_offered 'xdp511 events --type ' sign-in sign-out parked
}

test_files() {
	local shell

	: >"$lab_dir/visitors.jsonl"
	for shell in bash zsh; do
		expect_match "$(offered "$shell" "xdp511 import $lab_dir/visi")" "^RAN: import $lab_dir/visitors\.jsonl"
	done
	expect_match "$(offered fish "xdp511 import $lab_dir/visi")" 'visitors\.jsonl'
}

test_zones_of_the_daemon() {
	expect_becomes "xdp511 login $lab_mac --zone pre" "login $lab_mac --zone press"
	expect_offered 'xdp511 sessions --zone ' default press stage
}

test_devices_and_users_of_the_daemon() {
	expect_becomes 'xdp511 logout 02:05:11:00' "logout $lab_mac"
	expect_becomes 'xdp511 sessions --user an' 'sessions --user ann'
}

test_garden_of_the_daemon() {
	cli garden add 198.51.100.7:443/tcp >/dev/null
	expect_becomes 'xdp511 garden del 198.51' 'garden del 198.51.100.7:443/tcp'
}

# A guest may have chosen it.
test_hostile_user_is_not_offered() {
	local shell

	cli login 02:05:11:00:00:02 --user "b\$(touch $lab_dir/seen)" >/dev/null
	cli login 02:05:11:00:00:03 --user 'b;x' >/dev/null
	cli login 02:05:11:00:00:04 --user bob >/dev/null
	expect_becomes 'xdp511 sessions --user b' 'sessions --user bob'
	for shell in bash zsh fish; do
		expect_no_match "$(offered "$shell" 'xdp511 sessions --user b')" 'touch|;x'
	done
	[ ! -e "$lab_dir/seen" ]
}

test_without_a_daemon() {
	lab_stop daemon
	expect_becomes 'xdp511 statu' status
	expect_match "$(offered bash 'xdp511 show ')" '^RAN: show *$'
}
