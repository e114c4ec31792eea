#!/bin/bash
# SPDX-License-Identifier: MIT
# test_import.sh - sessions in bulk: lines in, lines out, the same again, and what is refused.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

import_lines() {
	printf '%s\n' "$@" >"$lab_dir/lines"
	api POST /v1/sessions "@$lab_dir/lines"
}

export_lines() {
	api GET '/v1/sessions?format=lines'
}

# Each line is refused by a sentence that matches, and nobody is signed in.
expect_bad_line() {
	local answer

	answer=$(import_lines "$2")
	expect_json "$answer" '.imported == 0 and .refused == 1 and (.errors | length) == 1 and .errors[0].line == 1'
	expect_match "$(jq -r '.errors[0].detail' <<<"$answer")" "$1"
}

test_short_lines_sign_in() {
	expect_json "$(import_lines '{"mac":"02:05:11:00:00:01","user":"ann","timeout":"1h"}' '' \
		'  {"mac" : "0205.1100.0077", "zone":"stage", "quota": 5000000}  ')" \
		'. == {"imported":2,"refused":0,"errors":[]}'
	expect_status 200 http://example.com/
	expect_json "$(cli --json show "$lab_mac")" '.user == "ann" and .method == "import" and .expires_at != null'
	expect_json "$(cli --json show 02:05:11:00:00:77)" '.zone == "stage" and .quota_bytes == 5000000'
}

test_what_is_not_plain_is_read_too() {
	expect_json "$(import_lines '{"mac":"02:05:11:00:00:01","user":"J\u00fcrgen \"J\""}')" '.imported == 1'
	expect_json "$(cli --json show "$lab_mac")" '.user == "Jürgen \"J\""'
	printf '{"mac":"02:05:11:00:00:02","user":"last"}' >"$lab_dir/lines"
	expect_json "$(api POST /v1/sessions "@$lab_dir/lines")" '.imported == 1'
	expect_json "$(api POST /v1/sessions '')" '. == {"imported":0,"refused":0,"errors":[]}'
}

test_lists_beside_escapes_and_times_far_away_are_read() {
	expect_json "$(import_lines '{"mac":"02:05:11:00:00:76","user":"b \"c\\d","addresses":["198.18.1.76"],"idle":60,"last_seen_at":"2612-01-01T00:00:00Z","expires_at":"2611-06-15T00:00:00Z"}')" \
		'.imported == 1'
	expect_json "$(cli --json show 02:05:11:00:00:76)" \
		'.addresses == ["198.18.1.76"] and .last_seen_at[:4] != "2612" and .expires_at == "2611-06-15T00:00:00Z"'
	expect_bad_line "'zone' is no text" '{"mac":"02:05:11:00:00:01","zone":5}'
	expect_bad_line "'addresses' is no list" '{"mac":"02:05:11:00:00:01","addresses":{}}'
}

test_export_and_import_are_the_same() {
	# Of a device that is silent, or the counters would go on.
	jq -nc --arg seen "$(date -u -d '-10 seconds' +%FT%TZ)" '{mac: "02:05:11:00:00:76", zone: "default",
		vlan: 12, user: "alice", method: "voucher", state: "active", login_at: "2026-01-02T03:04:05Z",
		expires_at: "2099-01-01T00:00:00Z", idle_s: 360000, last_seen_at: $seen, up_bytes: 5000000000,
		up_packets: 12, down_bytes: 6, down_packets: 7, up_bps: 5000000, down_bps: 7000000,
		quota_bytes: 9000000000, quota_left_bytes: 3999999994, addresses: ["198.18.1.76"]}' >"$lab_dir/line"
	expect_json "$(api POST /v1/sessions "@$lab_dir/line")" '.imported == 1'
	expect_eq "$(export_lines)" "$(cat "$lab_dir/line")"
	cli login 02:05:11:00:00:77 --zone stage --user 'b "c\d' >/dev/null
	cli trust 02:05:11:00:00:78 >/dev/null
	cli block 02:05:11:00:00:79 >/dev/null
	export_lines >"$lab_dir/first"
	expect_eq "$(wc -l <"$lab_dir/first")" 4
	api DELETE '/v1/sessions?all=true' >/dev/null
	expect_eq "$(export_lines)" ''
	expect_json "$(api POST /v1/sessions "@$lab_dir/first")" '.imported == 4 and .refused == 0'
	export_lines >"$lab_dir/second"
	expect_eq "$(diff "$lab_dir/first" "$lab_dir/second")" ''
	expect_json "$(api POST /v1/sessions "@$lab_dir/second")" '.imported == 4'
}

test_lines_by_accept_header_and_bad_format() {
	sign_in
	expect_eq "$(curl -sS --unix-socket "$lab_socket" -H 'Accept: application/x-ndjson' \
		-o "$lab_dir/body" -w '%{content_type}' http://x/v1/sessions)" 'application/x-ndjson'
	expect_json "$(cat "$lab_dir/body")" '.mac == "02:05:11:00:00:01"'
	expect_problem 400 "'format'" GET '/v1/sessions?format=xml'
	expect_problem 400 "'zone'" POST '/v1/sessions?zone=default' '{}'
}

test_bad_lines() {
	expect_bad_line "'mac' is missing" '{"user":"ann"}'
	expect_bad_line 'elephant' '{"mac":"elephant"}'
	expect_bad_line "'mac' is no text" '{"mac":5}'
	expect_bad_line 'no JSON' '{"mac":"02:05:11:00:00:01"'
	expect_bad_line 'no JSON object' '[]'
	expect_bad_line "no field 'colour'" '{"mac":"02:05:11:00:00:01","colour":"red"}'
	expect_bad_line "'user'.* twice|no JSON.*duplicate" '{"mac":"02:05:11:00:00:01","user":"a","user":"b"}'
	expect_bad_line "no zone 'moon'" '{"mac":"02:05:11:00:00:01","zone":"moon"}'
	expect_bad_line "'vlan'" '{"mac":"02:05:11:00:00:01","vlan":4095}'
	expect_bad_line "'login_at'" '{"mac":"02:05:11:00:00:01","login_at":"yesterday"}'
	expect_bad_line "'expires_at'" '{"mac":"02:05:11:00:00:01","expires_at":12}'
	expect_bad_line 'time is up' '{"mac":"02:05:11:00:00:01","expires_at":"2001-01-01T00:00:00Z"}'
	expect_bad_line "'last_seen_at'" '{"mac":"02:05:11:00:00:01","last_seen_at":"2026-13-01T00:00:00Z"}'
	expect_bad_line "'timeout' and 'expires_at'" \
		'{"mac":"02:05:11:00:00:01","timeout":"1h","expires_at":"2099-01-01T00:00:00Z"}'
	expect_bad_line "'up_bytes'" '{"mac":"02:05:11:00:00:01","up_bytes":-1}'
	expect_bad_line "'up_packets'" '{"mac":"02:05:11:00:00:01","up_packets":"5"}'
	expect_bad_line "'down_bytes'" '{"mac":"02:05:11:00:00:01","down_bytes":1.5}'
	expect_bad_line "'down_packets'" '{"mac":"02:05:11:00:00:01","down_packets":null}'
	expect_bad_line "'idle_s'" '{"mac":"02:05:11:00:00:01","idle_s":"ages"}'
	expect_bad_line "'up_bps'" '{"mac":"02:05:11:00:00:01","up_bps":-5}'
	expect_bad_line "'down_bps'" '{"mac":"02:05:11:00:00:01","down_bps":true}'
	expect_bad_line "'quota_bytes'" '{"mac":"02:05:11:00:00:01","quota_bytes":"much"}'
	expect_bad_line "'addresses'" '{"mac":"02:05:11:00:00:01","addresses":"198.18.1.10"}'
	expect_bad_line "'state'" '{"mac":"02:05:11:00:00:01","state":"happy"}'
	expect_bad_line "blocked device has no limits" '{"mac":"02:05:11:00:00:01","state":"blocked","timeout":5}'
	expect_bad_line 'longer than 4095' "{\"mac\":\"02:05:11:00:00:01\",\"user\":\"$(printf 'x%.0s' {1..5000})\"}"
	expect_status 511 http://example.com/
}

test_bad_lines_do_not_stop_the_good_ones() {
	local answer

	answer=$(import_lines '{"mac":"02:05:11:00:00:02"}' nonsense '{"mac":"02:05:11:00:00:03"}' '{"mac":7}')
	expect_json "$answer" '.imported == 2 and .refused == 2 and (.errors | map(.line)) == [2, 4]'
	expect_json "$(export_lines | jq -s .)" 'length == 2'
}

test_blocked_device_is_not_signed_in_by_a_line() {
	cli block "$lab_mac" >/dev/null
	expect_bad_line 'is blocked' '{"mac":"02:05:11:00:00:01"}'
	expect_json "$(import_lines '{"mac":"02:05:11:00:00:01","state":"active"}')" '.imported == 1'
	expect_status 200 http://example.com/
}

test_login_and_logout_of_trusted_and_blocked_devices_are_refused() {
	cli trust "$lab_mac" >/dev/null
	expect_refusal 1 'is trusted.*untrust' cli login "$lab_mac"
	expect_refusal 1 'is trusted.*untrust' cli logout "$lab_mac"
	cli untrust "$lab_mac" >/dev/null
	cli block "$lab_mac" >/dev/null
	expect_refusal 1 'is blocked.*unblock' cli login "$lab_mac"
	expect_refusal 1 'is blocked.*unblock' cli logout "$lab_mac"
	cli unblock "$lab_mac" >/dev/null
	sign_in
	sign_out
}

many_lines() {
	seq "$1" "$2" | awk '{ printf "{\"mac\":\"02:05:aa:%02x:%02x:%02x\",\"user\":\"many\"}\n", $1 / 65536, $1 / 256 % 256, $1 % 256 }'
}

# More than the table holds, which is 4096.
test_full_table_refuses_the_rest_and_counts_it() {
	local answer before

	before=$(api GET /v1/stats | jq .sessions.refused)
	many_lines 1 5000 >"$lab_dir/lines"
	answer=$(api POST /v1/sessions "@$lab_dir/lines")
	expect_json "$answer" '.imported == 4096 and .refused == 904 and (.errors | length) == 20'
	expect_match "$(jq -r '.errors[0].detail' <<<"$answer")" 'max-sessions'
	expect_problem 507 'max-sessions' PUT "/v1/sessions/$lab_mac" '{}'
	expect_json "$(api GET /v1/stats)" ".sessions.refused == $((before + 905)) and .sessions.active == 4096"
	expect_eq "$(export_lines | wc -l)" 4096
	expect_json "$(api DELETE '/v1/sessions?user=many')" '.removed == 4096'
	expect_json "$(api GET /v1/stats)" '.sessions.active == 0'
	sign_in
}

test_client_that_leaves_amid_an_import() {
	many_lines 1 3000 >"$lab_dir/lines"
	{
		printf 'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n'
		cat "$lab_dir/lines"
	} >"$lab_dir/request"
	/usr/bin/python3 - "$lab_socket" "$lab_dir/request" <<-'EOF'
		import socket, sys
		for n in range(6):
		    client = socket.socket(socket.AF_UNIX)
		    client.connect(sys.argv[1])
		    client.sendall(open(sys.argv[2], "rb").read())
		    client.close()
	EOF
	lab_wait_for 30 lab_answers
	expect_json "$(import_lines '{"mac":"02:05:11:00:00:01"}')" '.imported == 1'
}

# Answers come in order, though each waits for the disk.
test_pipelined_sign_ins() {
	/usr/bin/python3 - "$lab_socket" >"$lab_dir/codes" <<-'EOF'
		import socket, sys
		client = socket.socket(socket.AF_UNIX)
		client.settimeout(30)
		client.connect(sys.argv[1])
		body = b'{"user":"pipe"}'
		for n in range(20):
		    client.sendall(b"PUT /v1/sessions/02:05:11:00:04:%02x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (n, len(body), body))
		data = b""
		while data.count(b"HTTP/1.1 ") < 20 or not data.endswith(b"}\n"):
		    piece = client.recv(65536)
		    if not piece:
		        break
		    data += piece
		print(data.count(b"HTTP/1.1 201"), [int(part[:2], 16) for part in data.decode().split('02:05:11:00:04:')[1:]] == list(range(20)))
		# One that doesn't wait for its answer.
		client.sendall(b"PUT /v1/sessions/02:05:11:00:04:77 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
		client.close()
	EOF
	expect_eq "$(cat "$lab_dir/codes")" '20 True'
	expect_json "$(api GET /v1/status)" '.health == "ok"'
}
