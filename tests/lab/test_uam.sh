#!/bin/bash
# SPDX-License-Identifier: MIT
# test_uam.sh - a hotspot provider's portal, made for CoovaChilli, signs guests in by a real RADIUS server.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
# shellcheck source=tests/lab/radius.sh
source "$here/radius.sh"

uam_secret=uam-secret-7
hotspot=http://hotspot.example:8090/login

hotspot_is_ready() {
	grep -q listens "$lab_dir/hotspot.log"
}

set_up() {
	radius_write radius "$radius_4"
	radius_user radius bob 'hello w+rld' 'Session-Timeout = 3600' 'Reply-Message = "Welcome -- <b>Bob</b>"'
	radius_start radius "$radius_4" || return 1
	: >"$lab_dir/hotspot.log"
	lab_spawn hotspot "$lab_dir/hotspot.log" nsenter "--net=/run/netns/$lab-web" \
		/usr/bin/python3 "$here/hotspot.py" "$uam_secret"
	lab_wait_for 30 hotspot_is_ready || return 1
	lab_write_config && lab_portal_config && lab_write_users
	lab_secret uam.secret "$uam_secret" || return 1
	sed -i -e "s|^url .*|url = http://$lab_portal_name:3990/|" \
		-e '/^\[allow\]/a prefix = 198.18.2.90:8090/tcp\
prefix = [fd00:511:2::90]:8090/tcp' "$lab_config"
	radius_config "server = $radius_4" "accounting = $radius_4"
	cat >>"$lab_config" <<-END
		[uam]
		server      = $hotspot
		secret-file = $lab_dir/uam.secret
		listen      = 198.18.1.1:3990
		listen      = [fd00:511:1::1]:3990
	END
	lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null && restart_portal
}

# visit FAMILY CURL-OPTIONS URL: as a browser would; the page is left in $jar, its head in $jar.head.
visit() {
	local family=$1 gateway=198.18.1.1 provider=198.18.2.90

	[ "$family" = 4 ] || { gateway='[fd00:511:1::1]' && provider='[fd00:511:2::90]'; }
	shift
	client curl -sSg "-$family" --max-time 30 --resolve "$lab_portal_name:3990:$gateway" \
		--resolve "hotspot.example:8090:$provider" -o "$jar" -D "$jar.head" "$@"
}

# at FAMILY PATH: at the UAM port.
at() {
	visit "$1" "http://$lab_portal_name:3990$2"
}

told() {
	sed -n "s/^$1=//p" "$jar"
}

# log_in FAMILY USER PASSWORD [FIELD...]: the provider's form with what its page was told.
log_in() {
	local family=$1 name fields=()

	for name in challenge uamip uamport userurl; do
		fields+=(--data-urlencode "$name=$(told "$name")")
	done
	fields+=(--data-urlencode "username=$2" --data-urlencode "password=$3")
	for name in "${@:4}"; do fields+=(-d "$name"); done
	visit "$family" -L "${fields[@]}" "$hotspot"
}

# The provider's page after the 511, with all that it was told.
come_to_page() {
	local link

	link=$(blocked_link "$1" 'http://example.com/a?x=1&y=2')
	expect_match "$link" "^http://$lab_portal_name:3990/\\?mac="
	visit "$1" -L "$link"
	expect_eq "$(told res)" notyet
	expect_match "$(told challenge)" '^[0-9a-f]{32}$'
}

expect_uam_session() {
	expect_json "$(session_of "$lab_mac")" '.state == "active" and .user == "bob" and .method == "uam"
		and (.expires_at | fromdate) - (.login_at | fromdate) == 3600'
}

whole_way() {
	local family=$1 here=$2 address=$3 id

	come_to_page "$family"
	expect_eq "$(told uamip):$(told uamport)" "$here:3990"
	expect_eq "$(told called)/$(told mac)" 02-05-11-00-00-FE/02-05-11-00-00-01
	expect_eq "$(told ip)/$(told nasid)" "$address/venue-1"
	expect_eq "$(told userurl)" 'http://example.com/a?x=1&y=2'
	expect_match "$(told sessionid)" '^[0-9a-f]{16}$'
	id=$(told sessionid)
	log_in "$family" bob 'hello w+rld' "${@:4}"
	expect_eq "$(told res)/$(told uid)/$(told timeleft)" success/bob/3600
	expect_eq "$(told reply)" 'Welcome -- <b>Bob</b>'
	expect_eq "$(told userurl)" 'http://example.com/a?x=1&y=2'
	expect_eq "$(told challenge)/$(told sessionid)" "/$id"
	expect_uam_session
	expect_status 200 "-$family" http://example.com/
	visit "$family" -L "http://$lab_portal_name:3990/prelogin"
	expect_eq "$(told res)/$(told sessionid)" "already/$id"
	lab_wait_for 60 has_start "$id" || expect_fail "no Start of $id" "$(radius_json radius records)"
	visit "$family" -L "http://$lab_portal_name:3990/logoff"
	expect_eq "$(told res)" logoff
	expect_signed_out "$lab_mac"
	lab_wait_for 60 has_stop "$id" || expect_fail "no Stop of $id" "$(radius_json radius records)"
}

has_start() {
	radius_json radius records | jq -e --arg id "$1" \
		'any(.[]; .["Acct-Session-Id"] == $id and .["Acct-Status-Type"] == "Start")' >/dev/null
}

has_stop() {
	radius_json radius records | jq -e --arg id "$1" 'any(.[]; .["Acct-Session-Id"] == $id
		and .["Acct-Status-Type"] == "Stop" and .["Acct-Terminate-Cause"] == "User-Request")' >/dev/null
}

test_chap_ipv4() {
	whole_way 4 198.18.1.1 198.18.1.10
	expect_match "$(tail -n 30 "$lab_dir/radius/requests")" 'CHAP-Password = 0x00'
}

test_pap_ipv6() {
	whole_way 6 '[fd00:511:1::1]' fd00:511:1::10 pap=1
	expect_match "$(tail -n 30 "$lab_dir/radius/requests")" 'User-Password = "hello w\+rld"'
}

# A new challenge comes with each refusal, and the form can be sent again.
test_wrong_password_then_right() {
	local challenge

	come_to_page 4
	challenge=$(told challenge)
	log_in 4 bob wrong
	expect_eq "$(told res)/$(told reason)" failed/reject
	expect_signed_out "$lab_mac"
	[ "$(told challenge)" != "$challenge" ] || expect_fail 'the challenge is the same again'
	log_in 4 bob wrong pap=1
	expect_eq "$(told res)/$(told reason)" failed/reject
	log_in 4 bob 'hello w+rld'
	expect_eq "$(told res)" success
	expect_uam_session
}

# logon_of_bob: the URL that the provider sends him to.
logon_of_bob() {
	log_in 4 bob 'hello w+rld' >/dev/null
	sed -n 's/\r$//; s/^Location: \(.*logon.*\)/\1/p' "$jar.head" | head -n 1
}

test_replay() {
	local link

	come_to_page 4
	link=$(logon_of_bob)
	expect_match "$link" '^http://198.18.1.1:3990/logon\?username=bob&response='
	expect_uam_session
	visit 4 "$link"
	expect_match "$(head_of Location)" '[?&]res=already&'
	at 4 /logoff
	visit 4 "$link"
	expect_match "$(head_of Location)" "^$hotspot\\?res=failed&reason=reject&"
	expect_signed_out "$lab_mac"
	restart_portal
	visit 4 "$link"
	expect_match "$(head_of Location)" 'res=failed&reason=other&'
	expect_signed_out "$lab_mac"
}

test_page_checks_md() {
	at 4 /prelogin
	visit 4 "$(head_of Location)"
	expect_eq "$(told res)" notyet
	at 4 /prelogin
	visit 4 "$(head_of Location | sed 's/ip=198.18.1.10/ip=198.18.1.11/')"
	expect_eq "$(<"$jar")" 'md is wrong'
}

test_json() {
	local challenge response

	at 4 /json/status
	expect_json "$(<"$jar")" '.version == "1.0" and .clientState == 0 and .nasid == "venue-1"
		and (.challenge | length) == 32 and .location.name and .redir.macAddress == "02-05-11-00-00-01"
		and .redir.ipAddress == "198.18.1.10" and .redir.logoutURL == "http://198.18.1.1:3990/logoff"'
	expect_match "$(head_of Content-Type)" '^application/json'
	challenge=$(jq -r .challenge "$jar")
	response=$(/usr/bin/python3 -c 'import hashlib, sys
key = hashlib.md5(bytes.fromhex(sys.argv[1]) + sys.argv[2].encode()).digest()
print(hashlib.md5(b"\0" + sys.argv[3].encode() + key).hexdigest())' "$challenge" "$uam_secret" 'hello w+rld')
	at 4 "/json/logon?username=bob&response=$response&callback=chilliJSON.reply"
	expect_match "$(head_of Content-Type)" '^application/javascript'
	expect_match "$(<"$jar")" '^chilliJSON\.reply\(\{"version":"1\.0","clientState":1,.*\}\)$'
	expect_json "$(sed 's/^[^(]*(\(.*\))$/\1/' "$jar")" '.session.userName == "bob" and .session.sessionTimeout == 3600
		and (.session.sessionId | length) == 16 and .accounting.inputOctets == 0 and .accounting.viewPoint == "client"
		and .message == "Welcome -- <b>Bob</b>"'
	expect_uam_session
	at 4 /json/status
	expect_json "$(<"$jar")" '.clientState == 1 and .session.userName == "bob" and .session.sessionTimeout == 3600
		and .session.startTime + 3600 == .session.terminateTime and .accounting.sessionTime >= 0
		and .challenge == null'
	at 4 '/json/status?callback=alert(1)//'
	expect_match "$(<"$jar.head")" '^HTTP/1.1 400'
	at 4 /json/logoff
	expect_json "$(<"$jar")" '.clientState == 0 and (.challenge | length) == 32'
	expect_signed_out "$lab_mac"
}

test_wispr() {
	at 4 /
	expect_match "$(<"$jar.head")" '^HTTP/1.1 302'
	/usr/bin/python3 - "$jar" <<-'END' || expect_fail 'the XML is not as it should be' "$(<"$jar")"
		import re, sys
		import xml.etree.ElementTree as tree
		text = open(sys.argv[1]).read()
		xml = tree.fromstring(re.search(r"<!--\s*(.*?)\s*-->", text, re.S)[1].encode())
		redirect = xml.find("Redirect")
		assert xml.tag == "WISPAccessGatewayParam" and redirect.findtext("MessageType") == "100"
		assert redirect.findtext("LoginURL").startswith("http://hotspot.example:8090/login?res=wispr&uamip=198.18.1.1&")
		assert redirect.findtext("AbortLoginURL") == "http://198.18.1.1:3990/abort"
	END
	come_to_page 4
	visit 4 "$(logon_of_bob)" # it has been followed already
	expect_match "$(<"$jar")" '<ResponseCode>102</ResponseCode>'
	at 4 /status
	expect_match "$(head_of Location)" 'res=already&.*&starttime=[0-9]+&sessiontime=[0-9]+&sessiontimeout=3600&stoptime='
	expect_match "$(<"$jar")" '<ResponseCode>50</ResponseCode>'
	at 4 /logoff
	expect_match "$(<"$jar")" '<LogoffReply>'
}

test_what_is_refused() {
	local path

	for path in /www/coova.html /json/ /x /../etc/passwd; do
		at 4 "$path"
		expect_match "$(<"$jar.head")" '^HTTP/1.1 404'
	done
	for path in '/logon?username=bob&response=zz' '/logon?username=bob&password=abc' '/logon?username=bob' \
		'/logon?username=%00&response=00' "/logon?username=$(printf 'x%.0s' {1..129})&response=00"; do
		at 4 "$path"
		expect_match "$(<"$jar.head")" '^HTTP/1.1 400'
	done
	visit 4 -X PUT "http://$lab_portal_name:3990/logon"
	expect_match "$(<"$jar.head")" '^HTTP/1.1 405'
	at 4 '/prelogin?userurl=javascript:alert(1)'
	expect_match "$(head_of Location)" '&userurl=&md='
	at 4 '/prelogin?userurl=http://evil.example/'
	expect_match "$(head_of Location)" "^$hotspot\\?.*&userurl=http%3a%2f%2fevil.example%2f&md="
	expect_signed_out "$lab_mac"
}

# The pages of the gateway's own portal don't sign in who has to go to the provider.
test_own_portal_lets_nobody_in() {
	local token

	client curl -s --max-time 20 -o "$jar" --resolve "$lab_portal_name:80:198.18.1.1" "http://$lab_portal_name/"
	token=$(page_token)
	[ -n "$token" ] || expect_fail 'there is no token' "$(<"$jar")"
	client curl -s --max-time 20 -o "$jar" --resolve "$lab_portal_name:80:198.18.1.1" \
		-d action=sign-in -d method=click -d accept=1 --data-urlencode "token=$token" "http://$lab_portal_name/"
	expect_signed_out "$lab_mac"
}
