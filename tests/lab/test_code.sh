#!/bin/bash
# SPDX-License-Identifier: MIT
# test_code.sh - guests sign in by codes that a program or a service of the operator's knows.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
service=https://198.18.2.90:8443/check

write_hook() {
	install -m 0666 /dev/null "$lab_dir/asked"
	install -m 0666 /dev/null "$lab_dir/hook-pid"
	cat >"$lab_dir/check-code" <<-END
		#!/bin/bash
		question=\$(cat)
		echo "\$question \$(id -un 2>/dev/null || id -u)" >>$lab_dir/asked
		echo \$\$ >$lab_dir/hook-pid
		case \$(jq -r '.action + " " + .code' <<<"\$question") in
		send\ ) echo '{"ok":true}' ;;
		check\ 4711) echo '{"ok":true,"user":"ticket-4711","timeout":1800,"idle":300,"quota":1000000,"up":1000000,"down":2000000}' ;;
		check\ plain) echo '{"ok":true}' ;;
		check\ nojson) echo hello ;;
		check\ huge) head -c 100000 /dev/zero ;;
		check\ hang) sleep 300 ;;
		check\ exit) echo '{"ok":true}'; exit 1 ;;
		check\ types) echo '{"ok":"yes"}' ;;
		check\ limit) echo '{"ok":true,"timeout":-1}' ;;
		check\ screen) printf '{"ok":false,"message":"\\\\u001b[2J"}' ;;
		check\ stderr) echo secret >&2; echo '{"ok":false}' ;;
		*) echo '{"ok":false,"message":"no such <ticket>"}' ;;
		esac
	END
	chmod 0755 "$lab_dir/check-code"
}

set_up() {
	write_hook && portal_config && printf '[sign-in]\nmethods = code\n' >>"$lab_config" || return 1
	cp "$lab_config" "$lab_dir/plain.conf"
	with_hook "code-exec = $lab_dir/check-code" && lab_start_daemon "$lab_config"
}

# with_hook KEY-LINE...: the portal with these in [web].
with_hook() {
	local line

	cp "$lab_dir/plain.conf" "$lab_config"
	for line; do sed -i "/^\[web\]/a $line" "$lab_config"; done
	restart_portal
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null && restart_portal
	log_begin=$(wc -l <"$lab_dir/portal.log")
}

# code STATUS FAMILY FIELD...: after a look at the page.
code() {
	expect_page 200 'name="method" value="code"' "$2" "$portal/login"
	expect_sent "$1" "$2" action=sign-in method=code "token=$(page_token)" "${@:3}"
}

# A line of the log since the test began matches.
expect_told() {
	expect_match "$(tail -n "+$((log_begin + 1))" "$lab_dir/portal.log")" "$1"
}

test_program_ipv4() {
	code 303 4 code=4711
	expect_json "$(session_of "$lab_mac")" '.state == "active" and .method == "code" and .user == "ticket-4711"
		and .idle_s == 300 and .quota_bytes == 1000000 and .up_bps == 1000000 and .down_bps == 2000000
		and (.expires_at | fromdate) - (.login_at | fromdate) == 1800'
	expect_json "$(tail -n 1 "$lab_dir/asked" | sed 's/ [^ ]*$//')" '.action == "check" and .mac == "02:05:11:00:00:01"
		and .zone == "default" and .code == "4711" and .contact == "" and .address == "198.18.1.10"'
	expect_no_match "$(tail -n 1 "$lab_dir/asked")" ' (root|0)$'
	expect_status 200 -4 http://example.com/
}

test_program_ipv6() {
	code 303 6 code=plain
	expect_json "$(session_of "$lab_mac")" '.state == "active" and .method == "code" and .user == "plain"'
	expect_match "$(tail -n 1 "$lab_dir/asked")" '"address":"fd00:511:1::10"'
}

test_code_is_sent_first() {
	with_hook "code-exec = $lab_dir/check-code" 'code-contact = on'
	code 200 4 contact=+49-170-5550
	expect_match "$(tail -n 1 "$lab_dir/asked")" '"action":"send",.*"contact":"\+49-170-5550","code":""'
	expect_match "$(<"$jar")" 'name="contact" value="\+49-170-5550"'
	expect_match "$(<"$jar")" 'autocomplete="one-time-code"'
	expect_signed_out "$lab_mac"
	expect_sent 403 4 action=sign-in method=code "token=$(page_token)" contact=+49-170-5550 code=wrong
	expect_match "$(<"$jar")" 'no such &lt;ticket&gt;'
	expect_sent 303 4 action=sign-in method=code "token=$(page_token)" contact=+49-170-5550 code=plain
	expect_json "$(session_of "$lab_mac")" '.user == "+49-170-5550"'
}

test_few_codes_are_sent() {
	local n

	with_hook "code-exec = $lab_dir/check-code" 'code-contact = on'
	for n in 1 2 3; do code 200 4 "contact=someone$n@example.com"; done
	code 429 4 contact=someone4@example.com
	expect_no_match "$(<"$lab_dir/asked")" someone4
}

# refused CODE STATUS SENTENCE: nothing is opened, and the log has one line of it.
refused() {
	log_begin=$(wc -l <"$lab_dir/portal.log")
	code "$2" 4 "code=$1"
	expect_signed_out "$lab_mac"
	expect_told "$3"
}

test_hostile_answers() {
	with_hook "code-exec = $lab_dir/check-code"
	refused wrong 403 'refused: problem.code'
	refused nojson 503 "answer of the hook '.*check-code' doesn't read: it is no object of JSON"
	refused huge 503 "the hook '.*check-code': wrote too much"
	refused exit 503 "the hook '.*check-code': ended with a failure"
	restart_portal
	refused types 503 'its "ok" is neither true nor false'
	refused limit 503 'its "timeout" is no whole number'
	refused screen 503 'its "message" is no text'
	refused stderr 403 'refused: problem.code'
	expect_no_match "$(<"$lab_dir/portal.log")" secret
	refused "$(printf 'x%.0s' {1..200})" 403 'refused: problem.code'
}

hook_is_gone() {
	! kill -0 "$(<"$lab_dir/hook-pid")" 2>/dev/null
}

test_hanging_program() {
	refused hang 503 "the hook '.*check-code': took more than 5 s and was ended"
	lab_wait_for 30 hook_is_gone || expect_fail 'the program goes on'
	code 303 4 code=4711
	expect_signed_in "$lab_mac"
}

test_program_that_is_none() {
	chmod 0644 "$lab_dir/check-code"
	lab_stop_portal
	expect_exit 1 gw "${lab_with_users[@]}" "$lab_build/xdp511-portal" --config "$lab_config"
	expect_match "$output" "the hook '.*check-code' can't be run: Permission denied"
	chmod 0755 "$lab_dir/check-code"
	printf 'no program' >"$lab_dir/check-code"
	lab_start_portal
	refused 4711 503 "the hook '.*check-code': can't be started"
	write_hook
}

service_listens() {
	grep -q listens "$lab_dir/tickets.log"
}

# shellcheck disable=SC2016 # expanded by the inner shell
test_service() {
	lab_certificate "$lab_portal_name" 198.18.1.1 fd00:511:1::1 198.18.2.90
	: >"$lab_dir/tickets.log"
	lab_spawn tickets "$lab_dir/tickets.log" nsenter "--net=/run/netns/$lab-web" \
		/usr/bin/python3 "$here/tickets.py" "$lab_dir/ca/portal.crt" "$lab_dir/ca/portal.key"
	lab_wait_for 30 service_listens
	with_hook "code-url = $service"
	refused 4711 503 "the hook '$service': .*"
	expect_no_match "$(<"$lab_dir/tickets.log")" 4711
	lab_stop_portal
	lab_start_portal sh -c 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"' "$lab_ca"
	refused 500 503 'answered with the status 500'
	refused moved 503 'answered with the status 302'
	refused nojson 503 'it is no object of JSON'
	refused huge 503 'wrote too much'
	code 303 6 code=4711
	expect_json "$(session_of "$lab_mac")" '.method == "code" and .user == "ticket-4711" and .idle_s == 300'
	expect_match "$(<"$lab_dir/tickets.log")" '"action":"check".*"address":"fd00:511:1::10"'
	lab_stop tickets
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_stop_portal
	with_hook "code-exec = $lab_dir/check-code"
}
