#!/bin/bash
# SPDX-License-Identifier: MIT
# portal.sh - curl as the browser of a guest at xdp511-portal; sourced by tests of the lab floor.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh, status_line and others by these functions

portal=https://$lab_portal_name
jar=$lab_dir/page

# The portal's name is known to the client's curl, of either family; the gate lets its ports through.
portal_config() {
	lab_write_config && lab_portal_config &&
		sed -i '/^\[allow\]/a prefix = 198.18.1.1:80/tcp\
prefix = 198.18.1.1:443/tcp\
prefix = [fd00:511:1::1]:80/tcp\
prefix = [fd00:511:1::1]:443/tcp' "$lab_config"
}

# browse FAMILY CURL-OPTIONS URL: prints the status; the page is left in $jar, its head in $jar.head.
browse() {
	local address=198.18.1.1

	[ "$1" = 4 ] || address='[fd00:511:1::1]'
	shift
	"${browse_as[@]}" curl -sS --cacert "$lab_ca" --connect-timeout 10 --max-time 30 \
		--resolve "$lab_portal_name:443:$address" --resolve "$lab_portal_name:80:$address" \
		-o "$jar" -D "$jar.head" -w '%{http_code}' "$@" || true
}
browse_as=(client)

# expect_page STATUS PATTERN FAMILY CURL-OPTIONS URL: a page with that status and text.
expect_page() {
	local wanted=$1 pattern=$2 got

	shift 2
	: >"$jar"
	got=$(browse "$@")
	[ "$got" = "$wanted" ] || expect_fail "status $got instead of $wanted: ${*: -1}" "$(<"$jar")"
	[ -z "$pattern" ] || grep -qE -- "$pattern" "$jar" || expect_fail "the page has no: $pattern" "$(<"$jar")"
}

head_of() {
	tr -d '\r' <"$jar.head" | sed -nE "s/^$1: //Ip"
}

page_token() {
	sed -nE 's/.*name="token" value="([^"]*)".*/\1/p' "$jar" | sed 's/&amp;/\&/g' | head -n 1
}

# The link of the 511 page of a site, as the client gets it.
blocked_link() {
	client curl -s "-$1" -H 'Accept: text/html' --max-time 20 "$2" |
		sed -nE 's/.*<a href="([^"]*)".*/\1/p' | sed 's/&amp;/\&/g' | head -n 1
}

# make_link MAC ZONE URL AGE: as the gate would sign it for another device.
make_link() {
	local key text

	key=$(api GET /v1/link-key | jq -r .key)
	text="mac=$1&zone=$2&url=$(jq -rn --arg url "$3" '$url|@uri')&t=$(($(date +%s) - $4))"
	echo "$portal/login?$text&sig=$(printf %s "$text" |
		openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d' ' -f1)"
}

# send FAMILY FIELD...: a form to the sign-in page; prints the status.
send() {
	local family=$1 field fields=()

	shift
	for field in "$@"; do fields+=(--data-urlencode "$field"); done
	browse "$family" "${fields[@]}" "$portal/login"
}

# expect_sent STATUS FAMILY FIELD...
expect_sent() {
	local wanted=$1 got

	shift
	got=$(send "$@")
	[ "$got" = "$wanted" ] || expect_fail "status $got instead of $wanted: $*" "$(<"$jar")"
}

click() {
	expect_sent "$1" "$2" action=sign-in method=click accept=1 "token=$(page_token)"
}

session_of() {
	api GET "/v1/sessions/$1?zone=${2:-default}"
}

expect_signed_in() {
	expect_json "$(session_of "$1")" '.state == "active"'
}

expect_signed_out() {
	expect_json "$(session_of "$1")" '.status == 404'
}

# The portal with nothing remembered of earlier tries.
restart_portal() {
	lab_stop_portal && lab_start_portal
}
