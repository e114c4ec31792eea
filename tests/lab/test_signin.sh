#!/bin/bash
# SPDX-License-Identifier: MIT
# test_signin.sh - a guest at the embedded portal: from the 511 page to a session, and back.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
other=02:05:11:00:00:02

set_up() {
	portal_config &&
		sed -i 's/^\[guest\]/[session]\ntimeout = 2h\nquota = 5G\n\n&/' "$lab_config" &&
		echo "venue-url = https://venue.example/" | sed -i -e '/^\[web\]/{
r /dev/stdin
N
}' "$lab_config" && lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null && restart_portal
}

# click_through FAMILY: all the pages from a site that is blocked to the end of the session.
click_through() {
	local family=$1 link

	link=$(blocked_link "$family" 'http://example.com/a?x=1')
	expect_match "$link" "^$portal/login\\?mac=$lab_mac&zone=default&url=http"
	expect_page 200 'name="method" value="click"' "$family" "$link"
	expect_match "$(head_of Content-Security-Policy)" "default-src 'none'"
	expect_eq "$(head_of Cache-Control)" 'private, no-store'
	expect_eq "$(head_of X-Content-Type-Options)/$(head_of Referrer-Policy)" nosniff/no-referrer
	click 303 "$family"
	expect_signed_in "$lab_mac"
	expect_json "$(session_of "$lab_mac")" '.method == "click" and .user == null'
	expect_match "$(head_of Location)" '^/login/status\?onward='
	expect_page 200 'href="http://example.com/a\?x=1"' "$family" "$portal$(head_of Location)"
	expect_match "$(<"$jar")" 'Time left.*(1.{1,2}h.{1,2}59|2.{1,2}h)'
	expect_match "$(<"$jar")" 'Data left.*[45](\.[0-9]+)?.{1,2}GB'
	expect_status 200 "-$family" http://example.com/
	expect_page 200 'value="sign-out"' "$family" "$portal/login"
	expect_sent 303 "$family" action=sign-out "token=$(page_token)"
	expect_eq "$(head_of Location)" /login/signed-out
	expect_page 200 'signed out' "$family" "$portal/login/signed-out"
	expect_signed_out "$lab_mac"
	expect_status 511 "-$family" http://example.com/
}

test_click_ipv4() {
	click_through 4
}

test_click_ipv6() {
	click_through 6
}

test_typed_url() {
	expect_page 200 'value="click"' 4 "$portal/"
	click 303 4
	expect_signed_in "$lab_mac"
	expect_eq "$(head_of Location)" /login/status
	expect_page 200 'sign-out' 4 "$portal/login/status"
}

test_terms_are_to_be_accepted() {
	expect_page 200 'value="click"' 4 "$portal/login"
	expect_sent 403 4 action=sign-in method=click "token=$(page_token)"
	expect_match "$(<"$jar")" 'accept the terms'
	expect_signed_out "$lab_mac"
	expect_page 200 'lawfully' 4 "$portal/login/terms"
	expect_page 200 'font' 4 "$portal/login/style.css"
	expect_eq "$(head_of Content-Type)" 'text/css; charset=utf-8'
}

test_status_of_a_guest_leads_to_signing_in() {
	expect_page 303 '' 6 "$portal/login/status"
	expect_eq "$(head_of Location)" /login
}

# Whoever follows it signs in the own device, and isn't told where the other wanted to go.
test_copied_link() {
	expect_page 200 'value="click"' 4 "$(make_link "$other" default http://private.example/ 0)"
	expect_no_match "$(<"$jar")" private.example
	click 303 4
	expect_signed_in "$lab_mac"
	expect_signed_out "$other"
}

# From this machine itself the gate sees no connection: only a link tells who it is.
test_link_alone() {
	local url=http://shop.example/

	browse_as=(gw)
	expect_page 403 'not recognised' 4 "$portal/login"
	expect_page 403 'not recognised' 4 "$(make_link "$other" default $url 1000)"
	expect_page 403 'not recognised' 4 "$(make_link "$other" default $url -120)"
	expect_page 403 'not recognised' 4 "$(make_link "$other" default $url 0 | sed 's/zone=default/zone=press/')"
	expect_page 403 'not recognised' 4 "$(make_link "$other" default $url 0 | sed 's/.$/x/')"
	expect_page 200 'value="click"' 4 "$(make_link "$other" default $url 0)"
	click 303 4
	expect_signed_in "$other"
	expect_page 403 'not recognised' 4 "$portal$(head_of Location)"
	expect_page 200 'value="click"' 4 "$(make_link "$other" default $url 0)"
	expect_sent 403 4 action=sign-out "token=$(page_token)"
	expect_signed_in "$other"
}

test_token_of_another_page() {
	local good foreign

	expect_page 200 'value="click"' 4 "$portal/login"
	good=$(page_token)
	browse_as=(gw)
	expect_page 200 'value="click"' 4 "$(make_link "$other" default '' 0)"
	foreign=$(page_token)
	browse_as=(client)
	expect_sent 403 4 action=sign-in method=click accept=1
	expect_sent 403 4 action=sign-in method=click accept=1 "token=$foreign"
	expect_sent 403 4 action=sign-in method=click accept=1 "token=${good/default/press}"
	expect_sent 403 4 action=sign-in method=click accept=1 "token=${good}http://evil.example/"
	expect_signed_out "$lab_mac"
	expect_signed_out "$other"
	expect_match "$(<"$jar")" 'open for too long'
	click 303 4
	expect_signed_in "$lab_mac"
}

# The page that another run of the portal has made is made anew.
test_form_from_before_a_restart() {
	expect_page 200 'value="click"' 4 "$portal/login"
	restart_portal
	click 403 4
	expect_signed_out "$lab_mac"
	click 303 4
}

test_no_open_redirect() {
	local elsewhere=(-H 'Host: evil.example') gateway=http://198.18.1.1

	expect_page 200 'value="click"' 4 "$portal/login?url=http%3A%2F%2Fevil.example%2F"
	expect_no_match "$(<"$jar")" evil.example
	click 303 4
	expect_page 200 'sign-out' 4 "$portal/login/status?onward=http://evil.example/"
	expect_no_match "$(<"$jar")" evil.example
	expect_page 302 '' 4 "${elsewhere[@]}" "$gateway/login?a=b"
	expect_eq "$(head_of Location)" "$portal/login?a=b"
	expect_page 302 '' 4 "${elsewhere[@]}" "$gateway//evil.example/"
	expect_eq "$(head_of Location)" "$portal/login"
	expect_page 400 '' 4 --request-target .evil.example/ http://198.18.1.1/
	expect_page 308 '' 4 -d a=b "http://$lab_portal_name/login"
	expect_eq "$(head_of Location)" "$portal/login"
	browse_as=(gw)
	expect_page 200 'value="click"' 4 "$(make_link "$other" default 'javascript:alert(1)' 0)"
	expect_no_match "$(<"$jar")" javascript
	expect_page 200 'value="click"' 4 "$(make_link "$other" default 'http://a/"><script>' 0)"
	expect_no_match "$(<"$jar")" '<script'
}

test_bounds() {
	local long token

	long=$(printf '%020000d' 0)
	expect_page 431 '' 4 -H "X-Long: $long" "$portal/login"
	expect_page 413 '' 4 -d "a=$long" "$portal/login"
	expect_eq "$(browse 4 -H 'Transfer-Encoding: chunked' -d "a=$long" "$portal/login" 2>/dev/null)" 000
	expect_page 415 '' 4 -H 'Content-Type: application/json' -d '{}' "$portal/login"
	expect_page 400 '' 4 -d 'a=%zz' "$portal/login"
	expect_page 400 '' 4 -d 'a=1&a=2' "$portal/login"
	expect_page 405 '' 4 -X PUT "$portal/login"
	expect_eq "$(head_of Allow)" 'GET, HEAD, POST'
	expect_page 404 'does not exist' 4 "$portal/admin"
	expect_page 400 '' 4 -d '' "$portal/login"
	expect_page 200 'value="click"' 4 "$portal/login"
	token=$(page_token)
	expect_sent 400 4 action=sign-in method=magic "token=$token"
	expect_sent 400 4 action=sign-in method=voucher voucher=1 "token=$token"
	expect_sent 400 4 action=dance "token=$token"
}

# One is given back every 5 s: a slow machine has some more.
test_tries_are_limited() {
	local tries=0 status=403

	expect_page 200 'value="click"' 4 "$portal/login"
	while [ "$status" = 403 ] && [ $((tries += 1)) -le 40 ]; do
		status=$(send 4 action=sign-in method=click "token=$(page_token)")
	done
	expect_eq "$status" 429
	[ "$tries" -gt 5 ]
	expect_match "$(head_of Retry-After)" '^[1-5]$'
	expect_match "$(<"$lab_dir/portal.log")" "sign-in of $lab_mac .* refused: it tries too often"
}

# Each connection says something each second, so it isn't idle; alone it has 30 seconds.
test_one_device_cannot_hold_all_places() {
	local i held addresses=()

	cli login "$lab_mac" >/dev/null
	for i in {1..45}; do
		addresses+=("fd00:511:1::a:$i")
		client ip address add "fd00:511:1::a:$i/64" dev wlan0 nodad preferred_lft 0
	done
	held=$(client "$here/hold_places.py" fd00:511:1::1 80 "${addresses[@]}")
	for i in "${addresses[@]}"; do
		client ip address del "$i/64" dev wlan0
	done
	[[ $held =~ ^900\ ([0-9]+)$ ]]
	[ "${BASH_REMATCH[1]}" -le 20 ]
}

test_blocked_device() {
	cli block "$lab_mac" >/dev/null
	[[ $(browse 4 "$portal/login") =~ ^(403|000)$ ]]
	cli unblock "$lab_mac" >/dev/null
}

test_trusted_device() {
	cli trust "$lab_mac" >/dev/null
	expect_page 200 'online' 4 "$portal/login"
	expect_no_match "$(<"$jar")" sign-out
	cli untrust "$lab_mac" >/dev/null
}

test_daemon_away() {
	expect_page 200 'value="click"' 4 "$portal/login"
	lab_stop daemon
	expect_page 503 'not possible at the moment' 4 "$portal/login"
	click 503 4
	lab_start_daemon "$lab_config"
	expect_page 200 'value="click"' 4 "$(blocked_link 4 http://example.com/)"
	click 303 4
	expect_match "$(head_of Location)" onward
}

serves_serial() {
	[ "$(client openssl s_client -connect 198.18.1.1:443 -servername "$lab_portal_name" </dev/null 2>/dev/null |
		openssl x509 -noout -serial)" = "$1" ]
}

portal_has_said() {
	grep -qE "$1" "$lab_dir/portal.log"
}

test_certificate_is_exchanged() {
	local old new

	old=$(openssl x509 -in "$lab_dir/ca/portal.crt" -noout -serial)
	serves_serial "$old"
	rm "$lab_dir/ca/portal.crt"
	lab_certificate "$lab_portal_name" 198.18.1.1 fd00:511:1::1
	new=$(openssl x509 -in "$lab_dir/ca/portal.crt" -noout -serial)
	[ "$old" != "$new" ]
	lab_wait_for 30 serves_serial "$new"
	cp "$lab_dir/ca/portal.key" "$lab_dir/portal.key.good"
	echo broken >"$lab_dir/ca/portal.key"
	lab_wait_for 30 portal_has_said 'portal.key.*; the certificate stays that of before'
	serves_serial "$new"
	cat "$lab_dir/portal.key.good" >"$lab_dir/ca/portal.key"
	kill -HUP "$(lab_pid portal)"
	lab_wait_for 30 portal_has_said 'is taken anew'
	expect_page 200 'value="click"' 4 "$portal/login"
}

test_certificate_is_refused_at_start() {
	local check=(gw "${lab_with_users[@]}" "$lab_build/xdp511-portal" --check --config "$lab_config")

	expect_exit 0 "${check[@]}"
	cp "$lab_dir/ca/portal.key" "$lab_dir/portal.key.good"
	chmod 644 "$lab_dir/ca/portal.key"
	expect_refusal 1 'portal.key" is open to everybody' "${check[@]}"
	chmod 640 "$lab_dir/ca/portal.key"
	openssl ecparam -name prime256v1 -genkey -noout >"$lab_dir/ca/portal.key"
	expect_refusal 1 'portal.key" isn.t that of the certificate' "${check[@]}"
	echo nothing >"$lab_dir/ca/portal.key"
	expect_refusal 1 'portal.key" is no key' "${check[@]}"
	cat "$lab_dir/portal.key.good" >"$lab_dir/ca/portal.key"
	expect_exit 0 "${check[@]}"
}

# Last, for it leaves a configuration without HTTPS: there only the name keeps foreign pages out.
test_other_names_of_a_portal_without_https() {
	local portal=http://$lab_portal_name gateway=http://198.18.1.1 elsewhere=(-H 'Host: evil.example')

	sed -i -e '/^https /d' -e '/^certificate /d' -e '/^key /d' -e '/^api-url /d' \
		-e "s|^url .*|url = $portal/login|" "$lab_config"
	lab_stop daemon
	lab_start_daemon "$lab_config"
	restart_portal
	expect_page 302 '' 4 "${elsewhere[@]}" "$gateway/login?a=b"
	expect_eq "$(head_of Location)" "$portal/login?a=b"
	expect_page 308 '' 4 "${elsewhere[@]}" -d action=sign-in "$gateway/login"
	expect_page 302 '' 4 -H 'Host: 198.18.1.1.evil.example' "$gateway/login"
	expect_page 200 'value="click"' 4 "$gateway/login"
	expect_page 200 'value="click"' 6 -g 'http://[fd00:511:1::1]/login'
	expect_page 200 'value="click"' 4 "$portal/login"
	click 303 4
	expect_signed_in "$lab_mac"
}
