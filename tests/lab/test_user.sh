#!/bin/bash
# SPDX-License-Identifier: MIT
# test_user.sh - the portal's own users: made on the command line, signing in, and shut out again.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
other=02:05:11:00:00:02
admin=$lab_dir/portal-run/admin.sock

set_up() {
	portal_config && printf '\n[sign-in]\nmethods = click user\ndevices = 1\n' >>"$lab_config" &&
		lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null && restart_portal || return 1
	user del alice >/dev/null 2>&1 || true
}

# The password is standard input, if there is one.
user() {
	cli user "$@" --admin "$admin"
}

add_alice() {
	user add alice "$@" <<<'secret & Möwe' >/dev/null
}

# enter STATUS FAMILY NAME PASSWORD
enter() {
	expect_page 200 'name="username"' "$2" "$portal/login"
	expect_sent "$1" "$2" action=sign-in method=user "username=$3" "password=$4" "token=$(page_token)"
}

# enter_as STATUS MAC NAME PASSWORD: another device, which comes by its link.
enter_as() {
	browse_as=(gw)
	expect_page 200 'name="username"' 4 "$(make_link "$2" default '' 0)"
	expect_sent "$1" 4 action=sign-in method=user "username=$3" "password=$4" "token=$(page_token)"
	browse_as=(client)
}

is_signed_out() {
	session_of "$1" | jq -e '.status == 404' >/dev/null
}

expect_end_of() {
	lab_wait_for 30 is_signed_out "$1" || expect_fail "$1 is still signed in"
}

test_user_signs_in_ipv4() {
	add_alice --timeout 2h --down 4M
	enter 303 4 alice 'secret & Möwe'
	expect_json "$(session_of "$lab_mac")" '.method == "user" and .user == "alice" and .down_bps == 4000000'
	expect_status 200 -4 http://example.com/
	expect_page 200 'alice' 4 "$portal/login/status"
}

test_user_signs_in_ipv6() {
	add_alice
	enter 303 6 ALICE 'secret & Möwe'
	expect_json "$(session_of "$lab_mac")" '.user == "alice"'
	expect_status 200 -6 http://example.com/
}

# A device has five tries; a name has fifty wrong ones, whoever makes them.
test_many_devices_cannot_guess() {
	local device try

	add_alice
	user add bob <<<'another secret' >/dev/null
	for device in {10..19}; do
		for try in 1 2 3 4 5; do
			enter_as 403 "02:05:11:00:01:$device" Alice "guess $try"
		done
	done
	# One a minute is forgiven, which may have been some.
	browse_as=(gw)
	for try in 1 2 3 4 5; do
		expect_page 200 'name="username"' 4 "$(make_link 02:05:11:00:01:20 default '' 0)"
		expect_match "$(send 4 action=sign-in method=user username=Alice "password=guess $try" "token=$(page_token)")" '^4(03|29)$'
	done
	browse_as=(client)
	enter_as 429 02:05:11:00:01:21 alice 'secret & Möwe'
	expect_match "$(<"$jar")" 'Too many attempts'
	enter_as 303 02:05:11:00:01:21 bob 'another secret'
	user del bob >/dev/null
}

# Who isn't there and who mistypes are told the same.
test_wrong_names_and_passwords() {
	local told

	add_alice
	enter 403 4 alice wrong
	told=$(grep -o 'The user name[^<]*' "$jar")
	enter 403 4 nobody 'secret & Möwe'
	expect_eq "$(grep -o 'The user name[^<]*' "$jar")" "$told"
	enter 403 4 alice ''
	enter 403 4 '' ''
	enter 403 4 "<script>" "' OR 1=1 --"
	expect_no_match "$(<"$jar")" '<script>'
	expect_no_match "$(<"$jar")" 'OR 1=1'
	expect_no_match "$(<"$lab_dir/portal.log")" 'secret|OR 1=1'
	expect_signed_out "$lab_mac"
}

test_devices_are_counted() {
	add_alice
	enter 303 4 alice 'secret & Möwe'
	enter_as 503 "$other" alice 'secret & Möwe'
	expect_match "$(<"$jar")" 'Too many devices'
	user set alice --devices 2 >/dev/null
	enter_as 303 "$other" alice 'secret & Möwe'
	expect_signed_in "$lab_mac"
	expect_signed_in "$other"
	user set alice --devices 1 --devices-full oldest >/dev/null
}

test_who_is_disabled_is_signed_out() {
	add_alice
	enter 303 4 alice 'secret & Möwe'
	cli login "$other" --user alice >/dev/null
	user disable alice >/dev/null
	expect_end_of "$lab_mac"
	expect_signed_in "$other" # it has only the same name
	enter 403 4 alice 'secret & Möwe'
	expect_match "$(<"$jar")" 'switched off|wrong'
	user enable alice >/dev/null
	enter 303 4 alice 'secret & Möwe'
	user del alice >/dev/null
	expect_end_of "$lab_mac"
	enter 403 4 alice 'secret & Möwe'
}

test_new_password() {
	add_alice
	enter 303 4 alice 'secret & Möwe'
	user passwd alice <<<'another one' >/dev/null
	expect_end_of "$lab_mac"
	enter 403 4 alice 'secret & Möwe'
	enter 303 4 alice 'another one'
	lab_stop_portal KILL
	lab_start_portal
	expect_json "$(user list --json)" 'length == 1 and .[0].name == "alice" and (.[0] | has("hash") or has("password") | not)'
	expect_match "$(user list)" 'alice +enabled +any +zone +zone'
}

# A terminal is asked twice, without showing what is typed.
test_password_from_a_terminal() {
	/usr/bin/python3 - "$lab_build/xdp511" "$admin" <<'EOF'
import os, pty, sys, time
def run(typed, args):
    pid, fd = pty.fork()
    if not pid:
        os.execv(sys.argv[1], [sys.argv[1], "user", *args, "--admin", sys.argv[2]])
    seen = b""
    for prompt, keys in typed:
        while prompt not in seen:
            seen += os.read(fd, 4096)
        seen = seen[seen.index(prompt) + len(prompt):]
        time.sleep(0.2)
        os.write(fd, keys)
    try:
        while True:
            more = os.read(fd, 4096)
            if not more:
                break
            seen += more
    except OSError:
        pass
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen
code, seen = run([(b"password: ", b"pasx\x7fs\r"), (b"again: ", b"pass\r")], ["add", "alice"])
assert code == 0 and b"pass" not in seen and b"user alice added" in seen, (code, seen)
code, seen = run([(b"password: ", b"one\r"), (b"again: ", b"two\r")], ["passwd", "alice"])
assert code == 1 and b"differ" in seen, (code, seen)
code, seen = run([(b"password: ", b"ab\x03")], ["passwd", "alice"])
assert code == 1 and b"no password was typed" in seen, (code, seen)
EOF
	enter 303 4 alice pass
}

test_bad_input() {
	expect_refusal 1 "printable text of 1 to 255 bytes" user add bob </dev/null
	expect_refusal 1 "printable text of 1 to 255 bytes" user add bob <<<"$(printf '%0300d' 0)"
	expect_refusal 1 "printable text of 1 to 255 bytes" user add bob <<<$'a\tb'
	expect_refusal 1 "has a slash" user add a/b <<<x
	expect_refusal 1 "name is too long" user add "$(printf '%0100d' 0)" <<<x
	expect_refusal 1 "spaces around it" user add ' bob' <<<x
	expect_refusal 1 "there is no user 'bob'" user passwd bob <<<x
	expect_refusal 1 "there is no user 'bob'" user del bob
	expect_refusal 1 "there is no user 'bob'" user disable bob
	add_alice
	expect_refusal 1 "there is a user 'alice' already" user add alice <<<x
	expect_refusal 1 "there is no zone 'nowhere'" user set alice --zone nowhere
	expect_refusal 2 'user add needs a NAME' user add
	expect_refusal 2 'user knows list, add, set' user make bob
	expect_refusal 2 "has no use for '--timeout'" user passwd alice --timeout 1h
	expect_refusal 2 "user list has no use for 'x'" user list x
	expect_refusal 3 'start xdp511-portal' cli user list --admin /nowhere
	expect_match "$(user list --json | jq -r '.[].name' | tr '\n' ' ')" '^alice $'
}

# Standard input that never ends isn't waited for.
test_password_that_does_not_come() {
	mkfifo "$lab_dir/fifo" 2>/dev/null || true
	exec 9<>"$lab_dir/fifo"
	expect_refusal 1 'no password came' user add bob <&9
	exec 9>&-
}
