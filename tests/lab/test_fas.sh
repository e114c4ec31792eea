#!/bin/bash
# SPDX-License-Identifier: MIT
# test_fas.sh - a portal made for openNDS (FAS, levels 1 and 2) signs guests in.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"

fas_key=c775e7b757ede630cd0aa1113bd102661ab38829ca52a6422ab782862f268646
fas=http://fas.example:8090/fas

fas_listens() {
	grep -q listens "$lab_dir/fas.log"
}

# at_level LEVEL: the portal elsewhere, and the gateway for it.
at_level() {
	lab_stop fas
	: >"$lab_dir/fas.log"
	lab_spawn fas "$lab_dir/fas.log" nsenter "--net=/run/netns/$lab-web" \
		/usr/bin/python3 "$here/fas.py" "$fas_key" "$1"
	lab_wait_for 30 fas_listens && sed -i "s/^level .*/level = $1/" "$lab_config" && restart_portal
}

set_up() {
	lab_write_config && lab_portal_config && lab_write_users && lab_secret fas.key "$fas_key" || return 1
	sed -i -e "s|^url .*|url = http://$lab_portal_name:2050/|" \
		-e '/^\[allow\]/a prefix = 198.18.2.90:8090/tcp\
prefix = [fd00:511:2::90]:8090/tcp' "$lab_config"
	cat >>"$lab_config" <<-END
		[fas]
		server      = $fas
		key-file    = $lab_dir/fas.key
		level       = 1
		listen      = 198.18.1.1:2050
		listen      = [fd00:511:1::1]:2050
	END
	at_level 1 && lab_start_daemon "$lab_config"
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null && restart_portal
}

# visit FAMILY CURL-OPTIONS URL: as a browser would; the page is left in $jar, its head in $jar.head.
visit() {
	local family=$1 gateway=198.18.1.1 portal_at=198.18.2.90

	[ "$family" = 4 ] || { gateway='[fd00:511:1::1]' && portal_at='[fd00:511:2::90]'; }
	shift
	client curl -sSg "-$family" --max-time 30 --resolve "$lab_portal_name:2050:$gateway" \
		--resolve "fas.example:8090:$portal_at" -o "$jar" -D "$jar.head" "$@"
}

at() {
	visit "$1" "http://$lab_portal_name:2050$2"
}

expect_first_line() {
	expect_match "$(head -n 1 "$jar.head")" "^HTTP/1.1 $1"
}

# The portal's page after the 511; what it was told is left in $page, and its button's URL in $button.
come_to_page() {
	visit "$1" -L "$(blocked_link "$1" 'http://example.com/a?x=1,%20y=2')"
	page=$(<"$jar")
	button=$(jq -r .continue <<<"$page")
}

whole_way() {
	local family=$1 gateway=$2 address=$3

	come_to_page "$family"
	expect_json "$page" '.clientmac == "02:05:11:00:00:01" and .gatewayname == "Lab%20Wi-Fi" and .clientif == "lan0"
		and .gatewaymac == "02:05:11:00:00:fe" and (.hid | test("^[0-9a-f]{64}$")) and (.version | length) > 0
		and .originurl == "http%3a%2f%2fexample.com%2fa%3fx%3d1%2c%2520y%3d2"'
	expect_eq "$(jq -r .clientip <<<"$page") $(jq -r .gatewayaddress <<<"$page")" "$address $gateway:2050"
	visit "$family" -L "$button"
	expect_json "$(<"$jar")" '.landing == "1"'
	expect_json "$(session_of "$lab_mac")" '.state == "active" and .method == "fas"'
	expect_status 200 "-$family" http://example.com/
	at "$family" /
	expect_first_line 200
	expect_match "$(<"$jar")" 'value="sign-out"'
	visit "$family" "$button"
	expect_match "$(head_of Location)" "^$fas\\?fas="
	at "$family" /opennds_deny/
	expect_first_line 303
	expect_signed_out "$lab_mac"
}

test_level_1_ipv4() {
	at_level 1
	whole_way 4 198.18.1.1 198.18.1.10
}

test_level_1_ipv6() {
	whole_way 6 '[fd00:511:1::1]' fd00:511:1::10
}

test_level_2() {
	at_level 2
	whole_way 4 198.18.1.1 198.18.1.10
	whole_way 6 '[fd00:511:1::1]' fd00:511:1::10
	at_level 1
}

# The button on the gateway's own status page works here, too.
test_button_to_sign_out() {
	come_to_page 4
	visit 4 "$button"
	at 4 /
	visit 4 --data-urlencode "token=$(page_token)" -d action=sign-out "http://$lab_portal_name:2050/"
	expect_first_line 303
	expect_signed_out "$lab_mac"
	at 4 "$(head_of Location)"
	expect_match "$(<"$jar")" 'signed out'
	at 4 /style.css
	expect_match "$(head_of Content-Type)" '^text/css'
}

expect_shut() {
	visit 4 "$1"
	expect_first_line 403
	expect_signed_out "$lab_mac"
}

test_wrong_tokens() {
	local path="http://$lab_portal_name:2050/opennds_auth/" hid

	come_to_page 4
	hid=$(jq -r .hid <<<"$page")
	expect_shut "$path"
	expect_shut "$path?tok=$hid"
	expect_shut "$path?tok=$(printf %s "${hid}wrong" | sha256sum | cut -d' ' -f1)"
	restart_portal # with a key of its own: as one that is too old
	expect_shut "$button"
	come_to_page 4
	visit 4 "$button"
	expect_signed_in "$lab_mac"
}

# as_other COMMAND...: the client is another device meanwhile.
as_other() {
	client ip link set wlan0 address 02:05:11:00:00:02
	"$@"
	client ip link set wlan0 address "$lab_mac"
}

test_token_of_another_device() {
	local one

	as_other come_to_page 4
	one=$button
	expect_eq "$(jq -r .clientmac <<<"$page")" 02:05:11:00:00:02
	expect_shut "$one"
	expect_json "$(session_of 02:05:11:00:00:02)" '.status == 404'
}

test_no_open_redirect() {
	local url token

	come_to_page 4
	token=${button#*tok=}
	for url in http://evil.example/ http://fas.example@evil.example/ 'javascript:alert(1)' //evil.example/ \
		'http://fas.example.evil.example/'; do
		visit 4 -G -d "tok=${token%%&*}" --data-urlencode "redir=$url" \
			"http://$lab_portal_name:2050/opennds_auth/"
		expect_first_line 200
		expect_eq "$(head_of Location)" ''
	done
	expect_signed_in "$lab_mac"
}

# Who has to go to the portal elsewhere can't click at the gateway's own.
test_own_portal_lets_nobody_in() {
	at 4 /opennds_auth/
	visit 4 -d action=sign-in -d method=click -d accept=1 --data-urlencode "token=$(page_token)" \
		"http://$lab_portal_name:2050/"
	expect_signed_out "$lab_mac"
	visit 4 -X DELETE "http://$lab_portal_name:2050/"
	expect_first_line 405
	at 4 /etc/passwd
	expect_first_line 404
}
