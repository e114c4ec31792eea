#!/bin/bash
# SPDX-License-Identifier: MIT
# test_top.sh - `xdp511 top` in a terminal of its own: frames of all sizes, keys, and how it ends.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run

test_seconds=240
frames=$lab_build/screenshots
names=(alice bob carol dave erin frank grace heidi ivan judy mallory oscar)

in_tmux() {
	tmux -L "$lab" "$@"
}

is_tmux_up() {
	in_tmux list-sessions >/dev/null 2>&1 || in_tmux start-server 2>/dev/null
}

set_up() {
	local n

	lab_start_daemon "$lab_config" || return 1
	mkdir -p "$frames"
	lab_spawn tmux "$lab_dir/tmux.log" env LC_ALL=C.UTF-8 tmux -D -L "$lab" -f /dev/null
	lab_wait_for 30 is_tmux_up || return 1
	in_tmux set-option -g status off
	in_tmux set-option -g remain-on-exit on
	for n in {1..12}; do
		gw ip neigh replace "198.18.1.$((20 + n))" lladdr "$(mac_of "$n")" dev lan0
	done
	lab_spawn up "$lab_dir/stadium.log" "${lab_as_client[@]}" /usr/bin/python3 \
		"$here/stadium.py" up wlan0 "$lab_gw_mac" 600
	lab_spawn down "$lab_dir/stadium.log" nsenter --net="/run/netns/$lab-web" /usr/bin/python3 \
		"$here/stadium.py" down 600
}

before_each() {
	local n

	lab_start_daemon "$lab_config"
	in_tmux kill-session -a 2>/dev/null
	in_tmux kill-session 2>/dev/null
	api DELETE '/v1/sessions?all=true' >/dev/null
	for n in {1..12}; do
		printf '{"mac":"%s","zone":"default","user":"%s"}\n' "$(mac_of "$n")" "${names[n - 1]}"
	done | cli import - >/dev/null
}

mac_of() {
	printf '02:05:11:00:02:%02x' "$1"
}

# start WIDTH HEIGHT [VARIABLE=VALUE...]: top in a terminal; the shell around it tells how it ended.
start() {
	local size=(-x "$1" -y "$2") i

	shift 2
	rm -f "$lab_dir"/stty.*
	# shellcheck disable=SC2016 # expanded by the inner shell
	in_tmux -u new-session -d -s top "${size[@]}" env "$@" sh -c '
		trap : INT
		stty -a >"$0/stty.before"
		"$1" --socket "$2" top
		echo "ended with $?"
		stty -a >"$0/stty.after"
		exec sleep 600' "$lab_dir" "$lab_build/xdp511" "$lab_socket"
	wait_for_frame 'xdp511 top|ended'
}

keys() {
	local key

	for key in "$@"; do
		in_tmux send-keys -t top "$key"
	done
}

frame() {
	in_tmux capture-pane -p -t top
}

frame_has() {
	frame | grep -qE -- "$1"
}

wait_for_frame() {
	lab_wait_for 30 frame_has "$1" || expect_fail "no frame has: $1" "$(frame)"
}

# The frame is one of the artefacts.
keep_frame() {
	frame >"$frames/top-$1.txt"
}

# Rates of all devices are known, and some seconds have passed.
wait_for_traffic() {
	wait_for_frame "$(mac_of 12).* [1-9][0-9.]*[kM]"
	wait_for_frame '(▁|▂|▃|▄|▅|▆|▇|█|[*#=+-]){2,} +[0-9]+s$'
}

test_80_by_24() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	keep_frame 80x24
	wait_for_frame '^ xdp511 top  [0-9.]+, up .* [0-2][0-9]:[0-5][0-9]:[0-5][0-9]'
	wait_for_frame '^health   ok'
	wait_for_frame '^down +[0-9.]+ [kM]bit/s +[0-9.]+k? pkt/s '
	wait_for_frame '^refused .*[1-9][0-9.]* [kM]bit/s'
	wait_for_frame '^sessions 12 of 4096'
	wait_for_frame '^workers  1 of 1 up; rings lose 0/s'
	wait_for_frame '^(DOWN_)?PASS_SESSION +[0-9.]+k?/s +[0-9.]+% █████+'
	wait_for_frame '^\[SESSIONS\] guests  by down, 1-9 of 12'
	wait_for_frame '^ \? help  q quit  Tab guests  s sort  / filter  k sign out  b block  p pause'
	wait_for_frame "^> $(mac_of 12) default +oscar +198.18.1.32 "
	expect_eq "$(frame | wc -l)" 24
	keys Tab
	wait_for_frame ' sessions \[GUESTS\] by frames, 1-[0-9]+ of [0-9]+'
	wait_for_frame '02:05:11:00:03:04 default +198.18.1.64 +[1-9]'
	keep_frame 80x24-guests
	keys '?'
	wait_for_frame 'filter by MAC, user, zone or address'
	keep_frame 80x24-help
}

test_200_by_50() {
	start 200 50 TERM=screen-256color
	wait_for_traffic
	wait_for_frame 'WORKERS AND RINGS'
	wait_for_frame 'lan0 queue 0: up, process [0-9]+, copy, ring loses 0/s, 0 restarts'
	wait_for_frame 'by down, 1-12 of 12'
	wait_for_frame 'BYTES +LEFT$'
	wait_for_frame "$(mac_of 1) .*7h5[0-9]m$"
	keep_frame 200x50
}

test_small_and_resized() {
	start 40 12 TERM=screen-256color
	wait_for_frame "^> $(mac_of 12) +[1-9][0-9.]*[kM]"
	wait_for_frame '^no room: verdicts workers totals'
	wait_for_frame 'by down, 1-3 of 12'
	keep_frame 40x12
	in_tmux resize-window -t top -x 30 -y 8
	wait_for_frame '^too small: 30x8$'
	wait_for_frame '^40x10 is the least; q quits$'
	in_tmux resize-window -t top -x 100 -y 30
	wait_for_frame 'by down, 1-1[0-2] of 12'
	keep_frame 100x30
	in_tmux resize-window -t top -x 40 -y 10
	wait_for_frame 'by down, 1-2 of 12'
	keep_frame 40x10
}

# A colour is one of 3x, 4x, 9x and 10x.
has_colour() {
	in_tmux capture-pane -e -p -t top | grep -qP '\e\[([0-9;]*;)?(3|4|9|10)[0-7][;m]'
}

test_without_colour() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	has_colour || expect_fail "there is no colour where there could be"
	before_each
	start 80 24 TERM=screen-256color NO_COLOR=1
	wait_for_traffic
	! has_colour || expect_fail "there is colour in spite of NO_COLOR"
	before_each
	start 80 24 TERM=vt100 LC_ALL=C
	wait_for_traffic
	! has_colour || expect_fail "there is colour on a vt100"
	expect_eq "$(frame | LC_ALL=C tr -d ' -~\n' | wc -c)" 0
	wait_for_frame 'PASS_SESSION +[0-9.]+k?/s +[0-9.]+% ####+'
	keep_frame 80x24-vt100-ascii
}

test_sorted_and_filtered() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	keys s
	wait_for_frame 'by up, 1-9'
	keys s s
	wait_for_frame 'by user, 1-9'
	wait_for_frame "^. $(mac_of 1) default +alice"
	keys / 1 9 8 . 1 8 . 1 . 2 2
	wait_for_frame "filter '198.18.1.22'"
	keys Enter
	wait_for_frame "1-1 of 1, filter '198.18.1.22'"
	wait_for_frame "^> $(mac_of 2) .*bob"
	keys Escape
	wait_for_frame 'by user, 1-9 of 12$|by user, 1-9 of 12 '
	keys / O S C A R Enter
	wait_for_frame "^> $(mac_of 12) .*oscar"
	keep_frame 80x24-filter
}

test_signed_out() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	keys / c a r o l Enter k
	wait_for_frame "sign out $(mac_of 3) of zone default \(carol\)\? y/n"
	keep_frame 80x24-question
	keys n
	wait_for_frame 'nothing was done'
	api_status GET "/v1/sessions/$(mac_of 3)" | grep -q 200
	keys k
	wait_for_frame 'carol.*y/n' && keys y
	wait_for_frame "$(mac_of 3) is signed out"
	expect_eq "$(api_status GET "/v1/sessions/$(mac_of 3)")" 404
	expect_eq "$(api_status GET "/v1/sessions/$(mac_of 4)")" 200
}

# A daemon that is slow to answer, and somebody else is asked about meanwhile.
test_told_of_the_right_one() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	keys / c a r o l Enter k
	wait_for_frame 'carol.*y/n'
	kill -STOP "$(lab_pid daemon)"
	keys y
	keys / BSpace BSpace BSpace BSpace BSpace d a v e Enter k
	wait_for_frame 'dave.*y/n' && keys n
	wait_for_frame 'nothing was done'
	kill -CONT "$(lab_pid daemon)"
	wait_for_frame "$(mac_of 3) is signed out"
	expect_eq "$(api_status GET "/v1/sessions/$(mac_of 3)")" 404
	expect_eq "$(api_status GET "/v1/sessions/$(mac_of 4)")" 200
}

# Keys typed before a question is on the screen don't answer it.
test_typed_ahead() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	kill -STOP "$(program_of_top)"
	keys k y
	kill -CONT "$(program_of_top)"
	wait_for_frame 'sign out .*y/n'
}

test_blocked() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	keys g
	wait_for_frame '02:05:11:00:03:04'
	keys / 0 3 : 0 2 Enter b
	wait_for_frame 'block 02:05:11:00:03:02 of zone default\? y/n' && keys y
	wait_for_frame '02:05:11:00:03:02 is blocked'
	expect_json "$(api GET /v1/sessions/02:05:11:00:03:02)" '.state == "blocked"'
	keys g
	wait_for_frame '^>!02:05:11:00:03:02'
	keys b
	wait_for_frame 'unblock 02:05:11:00:03:02'
	keys y
	wait_for_frame '02:05:11:00:03:02 is no longer blocked'
	expect_eq "$(api_status GET /v1/sessions/02:05:11:00:03:02)" 404
}

test_paused() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	keys p
	wait_for_frame 'PAUSED'
	cli logout "$(mac_of 12)" >/dev/null
	keys p
	wait_for_frame 'by down, 1-9 of 11'
}

test_daemon_away() {
	start 80 24 TERM=screen-256color
	wait_for_traffic
	lab_stop daemon
	wait_for_frame "^health   away for [0-9]+s: (there is no socket|no daemon listens)"
	keep_frame 80x24-away
	lab_start_daemon "$lab_config"
	wait_for_frame '^health   ok'
	wait_for_traffic
}

# Whatever ends it, the terminal is as it was, and that is no failure.
expect_ended() {
	wait_for_frame "^ended with 0"
	lab_wait_for 30 test -s "$lab_dir/stty.after"
	expect_eq "$(cat "$lab_dir/stty.after")" "$(cat "$lab_dir/stty.before")"
	expect_eq "$(in_tmux display-message -p -t top '#{cursor_flag} #{alternate_on}')" "1 0"
}

program_of_top() {
	pgrep -x xdp511 -s "$(in_tmux display-message -p -t top '#{pane_pid}')"
}

test_ends() {
	local end

	for end in q C-c TERM HUP; do
		start 80 24 TERM=screen-256color
		wait_for_frame 'q quit'
		case $end in
		TERM | HUP) kill -s "$end" "$(program_of_top)" ;;
		*) keys "$end" ;;
		esac
		expect_ended
		in_tmux kill-session -t top
	done
}

test_no_screen() {
	expect_refusal 1 'top needs a terminal' cli top
	expect_refusal 3 'no socket' "$lab_build/xdp511" --socket "$lab_dir/none" top --once
	start 80 24 TERM=dumb
	wait_for_frame "the terminal 'dumb' can't be drawn on"
	wait_for_frame '^ended with 1'
	lab_wait_for 30 text_has_rates || expect_fail "no rates in the text" "$(cli top --once)"
	expect_eq "$(LC_ALL=C cli top --once | wc -l)" 24
	expect_match "$(COLUMNS=200 LINES=50 cli top --once --guests)" '\[GUESTS\] by frames, 1-[0-9]+ of [0-9]+'
	lab_wait_for 30 json_has_rates || expect_fail "no rates in the JSON" "$(cli top --json)"
}

# The traffic may pause where the machine does.
text_has_rates() {
	LC_ALL=C cli top --once | grep -qE "$(mac_of 12) default +oscar +198.18.1.32 +[1-9]"
}

json_has_rates() {
	cli top --json | jq -e '.health == "ok" and .up.bps > 0 and .down.packets_per_s > 0 and .refused.bps > 0 and
		(.sessions[0] | .user == "oscar" and .down_bps > 0 and .up_bytes > 0) and
		.verdicts[0].share > 0 and (.guests | length) >= 4' >/dev/null
}

busiest() {
	api GET "/v1/sessions?top=$1&sort=$2"
}

# busiest_are N SORT FILTER: the sweep has been round since they signed in.
busiest_are() {
	busiest "$1" "$2" | jq -e "$3" >/dev/null
}

expect_busiest() {
	lab_wait_for 30 busiest_are "$@" || expect_fail "not true: $3" "of: $(busiest "$1" "$2")"
}

test_api() {
	expect_busiest 12 total 'length == 12 and all(.[]; .down_now_bps > 0)'
	expect_busiest 3 down 'length == 3 and .[0].user == "oscar" and .[2].user == "judy"'
	expect_busiest 5 up '.[0].up_now_bps > .[4].up_now_bps and (.[0].addresses | length) > 0'
	expect_json "$(api GET '/v1/sessions?sort=total')" 'length == 12'
	expect_problem 400 "'top' is '0'" GET '/v1/sessions?top=0'
	expect_problem 400 "'sort' is none of" GET '/v1/sessions?sort=user'
	expect_problem 400 "leave out 'zone'" GET '/v1/sessions?top=3&zone=default'
}

# In a pipe: a line a second, and nothing is said of a reader that has seen enough.
test_pipes() {
	local lines codes

	lines=$(
		cli stats --watch --json 2>"$lab_dir/said" | head -n 2
		echo "${PIPESTATUS[0]}"
	)
	expect_eq "$(wc -l <<<"$lines")" 3
	expect_eq "$(tail -n 1 <<<"$lines")" 0
	expect_json "$(head -n 1 <<<"$lines")" '.verdicts | has("PASS_SESSION")'
	cli stats --watch 2>>"$lab_dir/said" | grep -qm 1 PASS_SESSION
	for codes in events "events --follow --json"; do
		# shellcheck disable=SC2086 # words
		cli $codes 2>>"$lab_dir/said" | head -n 1 >"$lab_dir/event" &
		lab_wait_for 30 comes_and_goes_until_told || expect_fail "no event in the pipe"
		comes_and_goes_until_told # the pipe is closed by now
		wait $!
		expect_match "$(cat "$lab_dir/event")" 'sign-(in|out)'
	done
	expect_eq "$(cat "$lab_dir/said")" ''
}

comes_and_goes_until_told() {
	cli login 02:05:11:00:04:02 >/dev/null && cli logout 02:05:11:00:04:02 >/dev/null && [ -s "$lab_dir/event" ]
}

types_until_seen() {
	in_tmux send-keys -t import -l '{"mac":"02:05:11:00:04:01","zone":"default"}'
	in_tmux send-keys -t import Enter
	in_tmux capture-pane -p -t import | grep -qE '^[0-9]+ lines, [0-9.]+k?/s'
}

import_has_ended() {
	in_tmux capture-pane -p -t import | grep -q '^ended with 0'
}

test_progress() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	in_tmux -u new-session -d -s import -x 80 -y 24 env TERM=screen sh -c 'stty -echo
		"$0" --socket "$1" import -
		echo "ended with $?"
		exec sleep 600' "$lab_build/xdp511" "$lab_socket"
	lab_wait_for 30 types_until_seen || expect_fail "no progress" "$(in_tmux capture-pane -p -t import)"
	in_tmux send-keys -t import C-d
	lab_wait_for 30 import_has_ended
	in_tmux capture-pane -p -t import | grep -qE '^[0-9]+ sessions? imported, [0-9]+ refused' ||
		expect_fail "$(in_tmux capture-pane -p -t import)"
	in_tmux capture-pane -p -t import | grep -qE 'lines, ' && expect_fail "the progress is still there"
	cli export >"$lab_dir/exported" 2>"$lab_dir/said"
	expect_eq "$(wc -l <"$lab_dir/exported") $(wc -c <"$lab_dir/said")" "13 0"
}
