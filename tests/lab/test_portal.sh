#!/bin/bash
# SPDX-License-Identifier: MIT
# test_portal.sh - the page a guest gets instead of what it asked for, over real TCP.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# expect_link TEXT: the link to the portal says who wanted what, when, signed.
expect_link() {
	expect_match "$1" 'http://198\.18\.2\.90/login\?mac=02(:|%3[aA])05(:|%3[aA])11(:|%3[aA])00(:|%3[aA])00(:|%3[aA])01'
	expect_match "$1" '[?;&]zone=default'
	expect_match "$1" '[?;&]url=http(:|%3[aA])(/|%2[fF]){2}example\.com(/|%2[fF])a(/|%2[fF])page(\?|%3[fF])x'
	expect_match "$1" '[?;&]t=[0-9]+'
	expect_match "$1" '[?;&]sig=[0-9A-Za-z_-]{20,}'
}

# expect_page TYPE CURL-OPTIONS: status line, headers and link of the answer to a GET.
expect_page() {
	local type=$1 head

	shift
	client curl -s "$@" -D "$lab_dir/head" -o "$lab_dir/page" 'http://example.com/a/page?x=1&y=2'
	head=$(tr -d '\r' <"$lab_dir/head")
	expect_eq "$(head -n 1 <<<"$head")" 'HTTP/1.1 511 Network Authentication Required'
	expect_match "$head" '^Cache-Control: no-store'
	expect_match "$head" '^Connection: close$'
	expect_match "$head" "^Content-Type: $type"
	expect_eq "$(sed -n 's/^Content-Length: //p' <<<"$head")" "$(stat -c %s "$lab_dir/page")"
	expect_link "$(<"$lab_dir/page")"
	expect_match "$(<"$lab_dir/page")" 'Lab Wi-Fi'
}

test_text_for_a_program_ipv4() {
	expect_page text/plain -4
}

test_text_for_a_program_ipv6() {
	expect_page text/plain -6
}

test_page_for_a_browser_ipv4() {
	expect_page text/html -4 -H 'Accept: text/html,*/*;q=0.8'
	expect_match "$(<"$lab_dir/page")" '<a href="http://198\.18\.2\.90/login\?[^"<> ]*">'
}

test_page_for_a_browser_ipv6() {
	expect_page text/html -6 -H 'Accept: text/html,*/*;q=0.8'
	expect_match "$(<"$lab_dir/page")" '<a href="http://198\.18\.2\.90/login\?[^"<> ]*">'
}

test_head_has_no_body() {
	local answer

	answer=$(printf 'HEAD / HTTP/1.1\r\nHost: example.com\r\n\r\n' | client nc -w 20 198.18.2.80 80 | tr -d '\r')
	expect_match "$answer" '^HTTP/1.1 511 '
	expect_match "$answer" '^Content-Length: [1-9]'
	expect_eq "$(sed '1,/^$/d' <<<"$answer")" ''
}

test_post_gets_the_page() {
	expect_status 511 -d name=value http://example.com/form
}

test_other_names_and_ports_get_the_page() {
	expect_status 511 http://any.name.example/
	expect_status 511 http://198.18.2.80/
	expect_status 511 'http://[fd00:511:2::80]/'
}

test_curl_knows_it_failed() {
	expect_exit 22 client curl -sf -o /dev/null --max-time 20 http://example.com/file.tar.gz
}

test_probes_get_what_opens_the_sheet() {
	expect_status 302 http://connectivitycheck.gstatic.com/generate_204
	expect_status 302 http://captive.apple.com/hotspot-detect.html
	expect_status 302 http://www.msftconnecttest.com/connecttest.txt
	expect_status 511 http://detectportal.firefox.com/canonical.html
}

test_probe_is_sent_to_the_portal() {
	local location

	location=$(client curl -s -o /dev/null -w '%{redirect_url}' http://captive.apple.com/hotspot-detect.html)
	expect_match "$location" '^http://198\.18\.2\.90/login\?.*mac=.*sig='
	expect_status 200 "$location"
}

test_url_of_an_attacker_is_escaped() {
	local page

	page=$(client curl -sg -H 'Accept: text/html' "http://example.com/\"><script>alert('x')</script>")
	expect_match "$page" 'sig='
	expect_no_match "$page" '<script>alert'
}

# usage: send_in_pieces ADDRESS NODELAY. With 1 the pieces leave at once, and a retransmission brings
# them together; with 0 (Nagle) each waits for the acknowledgement of the one before.
send_in_pieces() {
	client timeout 90 /usr/bin/python3 - "$1" "$2" <<-'EOF'
		import socket, sys, time
		s = socket.create_connection((sys.argv[1], 80), 20)
		s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(sys.argv[2]))
		s.settimeout(30)
		for piece in (b"GET /pie", b"ces HTTP/1.1\r\nHost: exam", b"ple.com\r\n\r\n"):
		    s.sendall(piece)
		    time.sleep(0.05)
		answer = b""
		while part := s.recv(65536):
		    answer += part
		print(answer.decode())
	EOF
}

test_request_in_pieces() {
	local address nodelay answer

	for address in 198.18.2.80 fd00:511:2::80; do
		for nodelay in 0 1; do
			answer=$(send_in_pieces "$address" "$nodelay")
			expect_match "$answer" '^HTTP/1.1 511 '
			expect_match "$answer" '%2[fF]pieces&'
		done
	done
}

test_garbage_is_answered_or_closed() {
	head -c 300 /dev/urandom | expect_exit 0 client timeout 60 nc -w 20 198.18.2.80 80
	expect_status 511 http://example.com/
}

test_many_at_once() {
	local codes

	codes=$(client curl -s --parallel --parallel-immediate --max-time 60 -o /dev/null -w '%{http_code}\n' \
		'http://198.18.2.80/[1-10]')
	expect_eq "$(grep -c '^511$' <<<"$codes")" 10
}

test_answers_are_counted() {
	local before after

	before=$(api GET /v1/stats | jq .responder.pages_511)
	expect_verdict STEER_HTTP expect_status 511 http://example.com/
	after=$(api GET /v1/stats | jq .responder.pages_511)
	[ "$after" -gt "$before" ]
}
