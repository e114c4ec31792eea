#!/bin/bash
# SPDX-License-Identifier: MIT
# test_remote_api.sh - the control API on TCP: tokens, certificates, and what they don't open.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

token=0123456789abcdef0123456789abcdef-lab
other_token=fedcba9876543210fedcba9876543210-lab
api_config=$lab_dir/api.conf
gw_4=https://198.18.2.1:8443
gw_6='https://[fd00:511:2::1]:8443'

make_certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
		-addext 'subjectAltName=IP:198.18.2.1,IP:fd00:511:2::1' \
		-keyout "$lab_dir/api.key.new" -out "$lab_dir/api.crt.new" 2>/dev/null &&
		chmod 600 "$lab_dir/api.key.new" && mv "$lab_dir/api.key.new" "$lab_dir/api.key" &&
		mv "$lab_dir/api.crt.new" "$lab_dir/api.crt"
}

write_tokens() {
	(umask 077 && printf '# tokens of the lab\n\n%s\n' "$@" >"$lab_dir/api.tokens.new") &&
		mv "$lab_dir/api.tokens.new" "$lab_dir/api.tokens"
}

set_up() {
	cat "$lab_config" - >"$api_config" <<-EOT

		[api]
		listen = 198.18.2.1:8443
		listen = [fd00:511:2::1]:8443
		listen = 198.18.1.1:8443
		certificate = $lab_dir/api.crt
		key = $lab_dir/api.key
		token-file = $lab_dir/api.tokens
	EOT
	make_certificate gateway && write_tokens "$token" && lab_start_daemon "$api_config"
}

before_each() {
	lab_start_daemon "$api_config" && api DELETE '/v1/sessions?all=true' >/dev/null
}

# remote TOKEN CURL-ARGUMENT...: prints body and status, from another machine.
remote() {
	local shown=$1

	shift
	web curl -sS --max-time 20 --cacert "$lab_dir/api.crt" -H "Authorization: Bearer $shown" \
		-w '\n%{http_code}\n' "$@" 2>&1
}

expect_remote() {
	local status=$1 got

	shift
	got=$(remote "$@") || true
	[ "$(tail -n 1 <<<"$got")" = "$status" ] || expect_fail "not $status: $*" "$got"
}

server_pid() {
	pgrep -P "$(lab_pid daemon)" -f -- --serve-api
}

reload() {
	api POST /v1/reload | jq -r '.changed[]'
}

test_whoever_has_a_token_uses_the_api() {
	local url

	for url in "$gw_4" "$gw_6"; do
		expect_json "$(remote "$token" "$url/v1/status" | head -n 1)" '.health == "ok"'
		expect_remote 201 "$token" -X PUT -d '{"user":"alice"}' "$url/v1/sessions/$lab_mac"
		expect_status 200 http://example.com/
		expect_json "$(remote "$token" "$url/v1/sessions" | head -n 1)" '.[0].user == "alice"'
		expect_remote 404 "$token" "$url/v1/nowhere"
		expect_remote 400 "$token" -X PUT -d '{"colour":1}' "$url/v1/sessions/$lab_mac"
		expect_remote 200 "$token" -X DELETE "$url/v1/sessions/$lab_mac"
		expect_status 511 http://example.com/
	done
	expect_remote 200 "$token" -X POST --data-binary \
		'{"mac":"02:05:11:00:00:07"}' "$gw_4/v1/sessions"
}

# A body that is larger than any buffer on its way, and an answer.
test_large_bodies_pass() {
	local i

	for ((i = 0; i < 3000; i++)); do
		printf '{"mac":"02:05:11:01:%02x:%02x","user":"a user with a long name, number %d"}\n' \
			$((i / 256)) $((i % 256)) "$i"
	done >"$lab_dir/many"
	expect_remote 200 "$token" -X POST --data-binary "@$lab_dir/many" "$gw_6/v1/sessions"
	expect_eq "$(remote "$token" "$gw_4/v1/sessions?format=lines" | grep -c '"mac"')" 3000
}

has_event() {
	grep -q 'sign-in' "$lab_dir/remote-events"
}

test_events_come_as_they_happen() {
	lab_spawn events "$lab_dir/remote-events" nsenter "--net=/run/netns/$lab-web" \
		curl -sSN --cacert "$lab_dir/api.crt" -H "Authorization: Bearer $token" "$gw_4/v1/events"
	lab_wait_for 30 grep -q . "$lab_dir/remote-events" || true
	sign_in --user bob
	lab_wait_for 30 has_event
	lab_stop events
}

test_without_a_token_nothing_is_said() {
	local head refused

	head=$(web curl -s -i --cacert "$lab_dir/api.crt" "$gw_4/v1/status" | tr -d '\r')
	expect_match "$head" '^HTTP/1.1 401 Unauthorized'
	expect_match "$head" '^WWW-Authenticate: Bearer'
	expect_match "$head" '^Content-Type: application/problem\+json'
	expect_json "$(tail -n 1 <<<"$head")" '.status == 401 and (.detail | test("Bearer"))'
	for refused in x "${token}x" "${token%?}" "${token^^}" "$other_token" "$token $token" '# tokens of the lab'; do
		expect_remote 401 "$refused" "$gw_6/v1/status"
	done
	expect_remote 400 "$token" -H "authorization: Bearer $token" "$gw_4/v1/status"
	head=$(web curl -s -i --cacert "$lab_dir/api.crt" -u "x:$token" "$gw_4/v1/status")
	expect_match "$head" '^HTTP/1.1 401'
	expect_remote 401 x -X PUT --data-binary "@$lab_dir/www/index.html" "$gw_4/v1/sessions/$lab_mac"
	expect_eq "$(grep -c 'showed no valid token' "$lab_dir/daemon.log")" 1
	expect_no_match "$(cat "$lab_dir/daemon.log")" "$token"
}

test_what_is_for_this_machine_alone() {
	expect_remote 403 "$token" "$gw_4/v1/link-key"
	expect_remote 403 "$token" "$gw_4/v1/link%2dkey"
	expect_remote 403 "$token" -X POST "$gw_4/v1/reload"
	expect_eq "$(api_status GET /v1/link-key)" 200
}

test_broken_requests() {
	expect_remote 431 "$token" -H "X-Long: $(head -c 20000 /dev/zero | tr '\0' x)" "$gw_4/v1/status"
	expect_remote 400 "$token" --http1.0 "$gw_4/v1/status"
	! web curl -s --max-time 20 http://198.18.2.1:8443/v1/status || expect_fail "it answers without TLS"
	! web curl -s --max-time 20 --cacert "$lab_dir/api.crt" --tls-max 1.1 "$gw_4/v1/status" ||
		expect_fail "it answers with TLS 1.1"
	expect_remote 200 "$token" "$gw_4/v1/status"
}

# Places are few, and one host has a part of them; who is slow loses its own.
test_many_silent_connections_leave_room() {
	web /usr/bin/python3 - <<-'EOT'
		import socket, time
		silent = [socket.create_connection(("198.18.2.1", 8443)) for _ in range(40)]
		ended = 0
		deadline = time.monotonic() + 60
		for one in silent:
		    one.settimeout(max(0.1, deadline - time.monotonic()))
		    try:
		        if not one.recv(100):
		            ended += 1
		    except ConnectionError:
		        ended += 1
		assert ended == 40, ended
	EOT
	expect_remote 200 "$token" "$gw_4/v1/status"
}

test_guests_dont_reach_it() {
	expect_verdict REFUSE_TCP expect_status 000 -k https://198.18.1.1:8443/v1/status
	expect_status 000 -k "$gw_4/v1/status"
	sign_in
	expect_status 401 -k https://198.18.1.1:8443/v1/status
}

test_reload_takes_files_anew() {
	local before

	expect_eq "$(reload)" ""
	write_tokens "$other_token"
	expect_match "$(reload)" 'read its certificate, key and tokens anew'
	expect_remote 401 "$token" "$gw_4/v1/status"
	expect_remote 200 "$other_token" "$gw_4/v1/status"
	make_certificate renewed
	before=$(server_pid)
	kill -s HUP "$(lab_pid daemon)"
	lab_wait_for 30 certificate_is renewed
	[ "$(server_pid)" != "$before" ]
	write_tokens "$token" "$other_token"
	reload >/dev/null
	expect_remote 200 "$token" "$gw_4/v1/status"
	expect_remote 200 "$other_token" "$gw_6/v1/status"
}

certificate_is() {
	web timeout 20 openssl s_client -connect 198.18.2.1:8443 </dev/null 2>/dev/null |
		openssl x509 -noout -subject | grep -q "CN = $1"
}

# expect_bad_files STATUS PATTERN: a reload is refused, and all stays as it was.
expect_bad_files() {
	expect_problem 422 "$1" POST /v1/reload
	expect_remote 200 "$token" "$gw_4/v1/status"
	expect_refusal 1 "$1" gw "$lab_build/xdp511d" --check --config "$api_config"
}

test_bad_files_are_refused() {
	write_tokens "$token"
	reload >/dev/null
	write_tokens short
	expect_bad_files 'api.tokens:3: the token has 5 characters'
	write_tokens "$token with blanks"
	expect_bad_files 'api.tokens:3: .*blanks'
	: >"$lab_dir/api.tokens"
	expect_bad_files 'no token in .*api.tokens'
	write_tokens "$token"
	chmod 604 "$lab_dir/api.tokens"
	expect_bad_files 'others may use .*api.tokens'
	chmod 600 "$lab_dir/api.tokens"
	chmod 640 "$lab_dir/api.key"
	expect_eq "$(api_status POST /v1/reload)" 200
	chmod 644 "$lab_dir/api.key"
	expect_bad_files 'others may use .*api.key'
	chmod 600 "$lab_dir/api.key"
	cp "$lab_dir/api.crt" "$lab_dir/api.crt.kept"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout /dev/null \
		-out "$lab_dir/strange.crt" 2>/dev/null
	sed -i "s|^certificate.*|certificate = $lab_dir/api.crt|" "$api_config"
	mv "$lab_dir/strange.crt" "$lab_dir/api.crt"
	expect_problem 422 'api.crt.*api.key.*pair' POST /v1/reload
	mv "$lab_dir/api.crt.kept" "$lab_dir/api.crt"
	expect_remote 200 "$token" "$gw_4/v1/status"
}

# Its process has nothing of the daemon's, and the daemon and its workers nothing of its secrets.
test_secrets_are_in_one_process() {
	local pid status line

	status=$(cat "/proc/$(server_pid)/status")
	expect_match "$status" '^CapEff:.0+$'
	expect_match "$status" '^CapBnd:.0+$'
	expect_match "$status" '^NoNewPrivs:.1$'
	expect_match "$status" '^Seccomp:.2$'
	expect_remote 200 "$token" "$gw_4/v1/status"
	line=$(sed -n 2p "$lab_dir/api.key")
	for pid in $(lab_pid daemon) $(api GET /v1/status | jq '.workers[].pid'); do
		/usr/bin/python3 "$here/find_in_memory.py" "$pid" "$token" "$line" ||
			expect_fail "a secret is in the memory of process $pid"
	done
	! /usr/bin/python3 "$here/find_in_memory.py" "$(lab_pid daemon)" '/v1/link-key' ||
		expect_fail "nothing at all is found in the memory"
}

server_is_another_than() {
	local pid

	pid=$(server_pid) && [ "$pid" != "$1" ]
}

test_dead_process_comes_back() {
	local pid

	pid=$(server_pid)
	kill -s KILL "$pid"
	lab_wait_for 30 server_is_another_than "$pid"
	expect_remote 200 "$token" "$gw_4/v1/status"
	pid=$(server_pid)
	lab_stop daemon KILL
	lab_wait_for 30 test ! -e "/proc/$pid"
	lab_start_daemon "$api_config"
	expect_remote 200 "$token" "$gw_4/v1/status"
}

test_address_may_come_later() {
	sed 's/198.18.2.1:8443/198.18.2.77:8443/' "$api_config" >"$lab_dir/later.conf"
	lab_stop daemon
	lab_start_daemon "$lab_dir/later.conf"
	expect_match "$(cat "$lab_dir/daemon.log")" "198.18.2.77:8443.*isn't this machine's yet"
	gw ip address add 198.18.2.77/24 dev wan0
	expect_remote 200 "$token" -k https://198.18.2.77:8443/v1/status
	gw ip address del 198.18.2.77/24 dev wan0
	lab_stop daemon
}
