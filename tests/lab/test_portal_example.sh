#!/bin/bash
# SPDX-License-Identifier: MIT
# test_portal_example.sh - scripts/portal-example, on another machine: signed links, TLS, a token.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

token=0123456789abcdef0123456789abcdef-lab
example_config=$lab_dir/example.conf
example=(/usr/bin/python3 "$lab_top/scripts/portal-example")

# The daemon, with the portal at an address.
write_config() {
	sed "s|^url .*|url = http://$1:8090/login|; s|^prefix .*||" "$lab_config" >"$example_config"
	cat >>"$example_config" <<-EOT

		[api]
		listen = [fd00:511:2::1]:8443
		certificate = $lab_dir/api.crt
		key = $lab_dir/api.key
		token-file = $lab_dir/api.tokens
	EOT
}

# The key of the links and a token are copied to the portal's machine.
set_up() {
	write_config 198.18.2.90
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=gateway \
		-addext subjectAltName=IP:fd00:511:2::1 -keyout "$lab_dir/api.key" -out "$lab_dir/api.crt" \
		2>/dev/null && (umask 077 && echo "$token" >"$lab_dir/api.tokens") &&
		lab_start_daemon "$example_config" && start_example
}

before_each() {
	lab_start_daemon "$example_config" && api DELETE '/v1/sessions?all=true' >/dev/null
}

start_example() {
	lab_spawn example "$lab_dir/example.log" nsenter "--net=/run/netns/$lab-web" "${example[@]}" 8090 \
		"$lab_dir/state/link.key" 'https://[fd00:511:2::1]:8443' "$lab_dir/api.tokens" "$lab_dir/api.crt"
	lab_wait_for 30 web curl -s -o /dev/null http://198.18.2.90:8090/
}

# The link of the page that a guest gets instead of what it asked for.
link() {
	client curl -s --max-time 20 "$1" | grep -oE 'http://[^ "<>]*sig=[0-9a-f]+' | head -n 1
}

# at_portal STATUS CURL-ARGUMENT...: the page's text.
at_portal() {
	local status=$1 got

	shift
	got=$(client curl -s --max-time 20 -w '\n%{http_code}' "$@")
	[ "$(tail -n 1 <<<"$got")" = "$status" ] || expect_fail "not $status: $*" "$got"
	head -n -1 <<<"$got"
}

# sign_in_at PORTAL PAGE
sign_in_at() {
	local link

	expect_status 511 "$2"
	link=$(link "$2")
	expect_match "$link" "^http://${1//[][]/.}:8090/login\?mac="
	expect_match "$(at_portal 200 "$link")" '<form method=post>'
	expect_match "$(at_portal 200 -d 'user=Ann+Other' "$link")" "You are online.*href='http://"
	expect_json "$(api GET "/v1/sessions/$lab_mac")" \
		'.user == "Ann Other" and .method == "example" and .state == "active"'
	expect_status 200 "$2"
}

test_sign_in_over_ipv4() {
	sign_in_at 198.18.2.90 "http://198.18.2.80/?page=1"
}

test_sign_in_over_ipv6() {
	write_config '[fd00:511:2::90]'
	cli reload >/dev/null
	sign_in_at '[fd00:511:2::90]' 'http://[fd00:511:2::80]/?page=1'
	write_config 198.18.2.90
	cli reload >/dev/null
}

test_forged_links_are_refused() {
	local link

	link=$(link http://example.com/)
	at_portal 403 -d user=x "${link/02:05:11:00:00:01/02:05:11:00:00:02}" >/dev/null
	at_portal 403 -d user=x "${link/zone=default/zone=press}" >/dev/null
	at_portal 403 -d user=x "${link%?}" >/dev/null
	at_portal 403 -d user=x http://198.18.2.90:8090/login >/dev/null
	at_portal 403 -d user=x 'http://198.18.2.90:8090/login?mac=02:05:11:00:00:01&sig=%C3%A9' >/dev/null
	expect_status 511 http://example.com/
}

test_gateway_that_is_away_is_told() {
	local link

	link=$(link http://198.18.2.80/)
	lab_stop daemon
	expect_match "$(at_portal 503 -d user=x "$link")" 'try again'
	lab_start_daemon "$example_config"
}
