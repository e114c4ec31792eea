#!/bin/bash
# SPDX-License-Identifier: MIT
# test_voucher.sh - vouchers from their making to their end: at the portal, in the API, on paper.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
other=02:05:11:00:00:02
third=02:05:11:00:00:03
admin=$lab_dir/portal-run/admin.sock

set_up() {
	portal_config && printf '\n[sign-in]\nmethods = click voucher\n' >>"$lab_config" &&
		lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	lab_start_daemon "$lab_config" && api DELETE '/v1/sessions?all=true' >/dev/null && restart_portal
}

voucher() {
	cli voucher "$@" --admin "$admin"
}

# make_voucher OPTION...: prints the code of a new one.
make_voucher() {
	voucher create 1 --json "$@" | jq -r '.codes[0]'
}

voucher_is() {
	voucher show "$1" --json | jq -e "$2" >/dev/null
}

expect_voucher() {
	lab_wait_for 30 voucher_is "$1" "$2" || expect_fail "not true: $2" "of: $(voucher show "$1" --json)"
}

# enter STATUS FAMILY CODE: at the sign-in page, as the client.
enter() {
	expect_page 200 'name="voucher"' "$2" "$portal/login"
	expect_sent "$1" "$2" action=sign-in method=voucher "voucher=$3" "token=$(page_token)"
}

# enter_as STATUS MAC CODE: another device, which comes by its link.
enter_as() {
	browse_as=(gw)
	expect_page 200 'name="voucher"' 4 "$(make_link "$2" default '' 0)"
	expect_sent "$1" 4 action=sign-in method=voucher "voucher=$3" "token=$(page_token)"
	browse_as=(client)
}

is_signed_out() {
	session_of "$1" | jq -e '.status == 404' >/dev/null
}

expect_end_of() {
	lab_wait_for 30 is_signed_out "$1" || expect_fail "$1 is still signed in"
}

test_single_device_ipv4() {
	local code

	code=$(make_voucher --timeout 1h --up 2M --note 'row 5')
	expect_voucher "$code" '.state == "unused" and .first_used_at == null and .note == "row 5"'
	enter 303 4 "$(tr -d - <<<"${code,,}")"
	expect_json "$(session_of "$lab_mac")" \
		".method == \"voucher\" and .user == \"$code\" and .up_bps == 2000000 and .expires_at != null"
	expect_status 200 -4 http://example.com/
	expect_voucher "$code" '.state == "in-use" and .sessions == 1 and .ends_at != null'
	enter_as 503 "$other" "$code"
	expect_match "$(<"$jar")" 'Too many devices'
	expect_signed_out "$other"
	sign_out
	expect_voucher "$code" '.state == "in-use" and .sessions == 0'
	enter_as 303 "$other" "$code"
	expect_signed_in "$other"
}

test_single_device_ipv6() {
	local code

	code=$(make_voucher --timeout 1h)
	enter 303 6 "$code"
	expect_status 200 -6 http://example.com/
	expect_page 200 "$code" 6 "$portal/login/status"
}

test_several_devices_and_the_oldest_goes() {
	local code

	code=$(make_voucher --devices 2 --devices-full oldest)
	enter 303 4 "$code"
	sleep 1.1 # whose sign-in is the older one is known by the second
	enter_as 303 "$other" "$code"
	expect_signed_in "$lab_mac"
	enter_as 303 "$third" "$code"
	expect_signed_out "$lab_mac"
	expect_signed_in "$other"
	expect_signed_in "$third"
	expect_voucher "$code" '.sessions == 2'
	voucher revoke "$code" >/dev/null
}

# Two devices send their forms at the same moment, again and again.
test_devices_at_once_are_counted() {
	local code link token mac pids

	for _ in 1 2 3; do
		code=$(make_voucher)
		pids=()
		for mac in "$other" "$third"; do
			link=$(make_link "$mac" default '' 0)
			browse_as=(gw)
			expect_page 200 'name="voucher"' 4 "$link"
			token=$(page_token)
			gw curl -s --cacert "$lab_ca" --resolve "$lab_portal_name:443:198.18.1.1" --max-time 30 -o /dev/null \
				--data-urlencode "token=$token" -d "action=sign-in&method=voucher&voucher=$code" \
				"$portal/login" &
			pids+=($!)
		done
		wait "${pids[@]}"
		expect_json "$(api GET "/v1/sessions?user=$code")" 'length == 1'
	done
}

test_time_runs_from_the_first_use() {
	local code

	code=$(make_voucher --timeout 4s)
	enter 303 4 "$code"
	expect_end_of "$lab_mac"
	enter 403 4 "$code"
	expect_match "$(<"$jar")" 'used up'
	expect_voucher "$code" '.state == "used-up"'
}

# enter_again METHOD=VALUE...: another way in, while the device is signed in.
enter_again() {
	expect_page 200 'sign-out' 4 "$portal/login"
	expect_sent 303 4 action=sign-in "$@" "token=$(page_token)"
}

use_up() {
	client /usr/bin/python3 - "$1" <<-EOT
		import socket, sys
		to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for _ in range(int(sys.argv[1])):
		    to.sendto(bytes(1000), ("198.18.2.80", 9))
	EOT
}

# What one account has used isn't forgotten, nor another's, when the device goes on by that.
test_another_account_of_the_same_device() {
	local first second

	first=$(make_voucher --quota 50M)
	second=$(make_voucher --quota 50M)
	enter 303 4 "$first"
	use_up 10000
	enter_again method=voucher "voucher=$second"
	expect_json "$(session_of "$lab_mac")" ".user == \"$second\" and .up_bytes < 5000000"
	expect_voucher "$first" '.sessions == 0 and .used_bytes > 5000000'
	use_up 10000
	enter_again method=click accept=1
	expect_json "$(session_of "$lab_mac")" '.method == "click" and .up_bytes < 5000000'
	expect_voucher "$second" '.sessions == 0 and .used_bytes > 5000000'
	enter_again method=voucher "voucher=$first"
	use_up 10000
	enter_again method=voucher "voucher=$first"
	expect_json "$(session_of "$lab_mac")" '.up_bytes > 5000000'
	expect_voucher "$first" '.sessions == 1 and .used_bytes > 10000000'
}

test_no_longer_valid() {
	local code

	code=$(make_voucher --expires 1s)
	expect_voucher "$code" '.state == "expired"'
	enter 403 4 "$code"
	expect_match "$(<"$jar")" 'expired|not valid'
}

# All devices have one quota: what one uses, the other hasn't.
test_quota_is_shared() {
	local code

	code=$(make_voucher --quota 3M --devices 2)
	enter_as 303 "$other" "$code"
	enter 303 4 "$code"
	client curl -s -o /dev/null --max-time 20 http://198.18.2.80/big || true
	expect_end_of "$lab_mac"
	expect_end_of "$other"
	expect_voucher "$code" '.state == "used-up" and .sessions == 0 and .quota_left_bytes == 0'
	enter 403 4 "$code"
	expect_match "$(<"$jar")" 'used up'
}

test_quota_is_what_is_left() {
	local code

	code=$(make_voucher --quota 5M)
	enter 303 4 "$code"
	client curl -s -r 0-999999 -o /dev/null --max-time 20 http://198.18.2.80/big
	sign_out
	expect_voucher "$code" '.used_bytes > 1000000 and .used_bytes < 2000000 and .sessions == 0'
	lab_stop_portal KILL
	lab_start_portal
	expect_voucher "$code" '.used_bytes > 1000000 and .used_bytes < 2000000'
	enter 303 4 "$code"
	expect_json "$(session_of "$lab_mac")" '.quota_bytes < 4000000 and .quota_bytes > 3000000'
}

# Its end is missed by a portal that isn't there: what was known last counts.
test_sessions_are_known_after_a_restart() {
	local code

	code=$(make_voucher --quota 50M --devices 2)
	enter 303 4 "$code"
	client curl -s -r 0-999999 -o /dev/null --max-time 20 http://198.18.2.80/big
	expect_voucher "$code" '.used_bytes > 1000000'
	lab_stop_portal KILL
	sign_out
	lab_start_portal
	expect_voucher "$code" '.sessions == 0 and .used_bytes > 1000000'
	enter 303 4 "$code"
	expect_json "$(session_of "$lab_mac")" '.quota_bytes < 49000000'
}

test_revoked() {
	local code batch

	code=$(make_voucher)
	enter 303 4 "$code"
	expect_match "$(voucher revoke "${code,,}")" "voucher $code revoked"
	expect_end_of "$lab_mac"
	enter 403 4 "$code"
	expect_voucher "$code" '.state == "revoked"'
	batch=$(voucher create 3 --json | jq .batch)
	code=$(voucher list "$batch" --json | jq -r '.[1].code')
	enter 303 4 "$code"
	expect_match "$(voucher revoke "$batch")" '3 vouchers revoked'
	expect_end_of "$lab_mac"
	expect_eq "$(voucher list "$batch" --state revoked --json | jq length)" 3
	expect_voucher "$code" '.sessions == 0'
	expect_match "$(voucher revoke "$batch" --forget)" '3 forgotten'
	expect_refusal 1 'there is no voucher' voucher show "$code"
}

test_wrong_codes() {
	local code

	enter 403 4 'AAAAA-AAAAA'
	expect_match "$(<"$jar")" 'not valid'
	expect_match "$(<"$jar")" 'value="AAAAA-AAAAA"'
	enter 403 4 '00000-00000'
	expect_match "$(<"$jar")" 'not valid'
	enter 403 4 "<script>'\""
	expect_no_match "$(<"$jar")" '<script>'
	code=$(make_voucher)
	for _ in {1..40}; do
		[ "$(send 4 action=sign-in method=voucher voucher=00000-00000 "token=$(page_token)")" != 429 ] || break
	done
	expect_match "$(<"$jar")" 'Too many attempts'
	expect_sent 429 4 action=sign-in method=voucher "voucher=$code" "token=$(page_token)"
	expect_signed_out "$lab_mac"
	enter_as 303 "$other" "$code"
}

test_printed_sheet() {
	local codes file=$lab_dir/sheet.html code n=0

	rm -f "$file"
	voucher create 26 --timeout 8h --quota 5G --devices 2 --note '<b>&"' --sheet "$file" >"$lab_dir/codes"
	mapfile -t codes < <(grep -E '^[0-9A-Z]{5}-[0-9A-Z]{5}$' "$lab_dir/codes")
	expect_eq "${#codes[@]} $(grep -c '<svg' "$file") $(grep -c 'class="page"' "$file") $(stat -c %a "$file")" '26 26 2 600'
	expect_match "$(<"$file")" '8h from first use.*5 GB.*2 devices'
	expect_match "$(<"$file")" '&lt;b&gt;&amp;"'
	grep '<svg' "$file" | while read -r code; do
		[ "$n" -lt 3 ] || break
		rsvg-convert -w 400 -o "$lab_dir/code.png" <<<"$code"
		expect_eq "$(zbarimg -q --raw "$lab_dir/code.png" 2>/dev/null)" "$portal/login?voucher=${codes[n]}"
		n=$((n + 1))
	done
	expect_page 200 "value=\"${codes[0]}\"" 4 "$portal/login?voucher=${codes[0]}"
	expect_page 200 'name="voucher" value=""' 4 "$portal/login?voucher=<x>"
	expect_refusal 1 'exists; name another' voucher create 1 --sheet "$file"
	expect_refusal 1 'No such file' voucher list --sheet /nowhere/x.html
}

test_bad_input() {
	expect_refusal 1 "'0' is no number of vouchers" voucher create 0
	expect_refusal 1 "'100001' is no number of vouchers" voucher create 100001
	expect_refusal 1 "there is no zone 'nowhere'" voucher create 1 --zone nowhere
	expect_refusal 1 "isn't a duration" voucher create 1 --timeout soon
	expect_refusal 1 "isn't refuse or oldest" voucher create 1 --devices-full youngest
	expect_refusal 1 "'note' is too long" voucher create 1 --note "$(printf '%0200d' 0)"
	expect_refusal 1 "can't be the code of a voucher" voucher show 25RQZ-EBV7U
	expect_refusal 1 "can't be the code of a voucher" voucher show ../status
	expect_refusal 1 "there is no batch '999999'" voucher revoke 999999
	expect_refusal 1 "'state' is none of" voucher list --state new
	expect_refusal 1 'no number of a batch' voucher list x
	expect_refusal 2 'voucher create needs N' voucher create
	expect_refusal 2 'voucher knows create, list, show and revoke' voucher make 1
	expect_refusal 2 "has no use for '--timeout'" voucher list --timeout 1h
	expect_refusal 2 "has no use for '--forget'" voucher list --forget
	expect_refusal 3 "there is no socket '/nowhere'; start xdp511-portal" cli voucher list --admin /nowhere
}

admin_api() {
	curl -s --unix-socket "$admin" --max-time 20 -X "$1" ${3:+-d "$3"} "http://x$2"
}

test_admin_api() {
	local batch

	expect_json "$(admin_api GET /v1/status)" ".zones[0].url == \"$portal/login\" and .vouchers.max == 1000000"
	batch=$(admin_api POST /v1/vouchers '{"count": 1000, "timeout": "1m", "note": "many"}')
	expect_json "$batch" '.count == 1000 and (.codes | unique | length) == 1000'
	batch=$(jq .batch <<<"$batch")
	expect_json "$(admin_api GET "/v1/vouchers?batch=$batch")" 'length == 1000 and all(.timeout_s == 60)'
	expect_json "$(admin_api GET "/v1/vouchers?batch=$batch&format=lines" | jq -s .)" 'length == 1000'
	expect_json "$(admin_api GET "/v1/vouchers?batch=$batch&state=used-up")" 'length == 0'
	expect_json "$(admin_api PATCH "/v1/vouchers/$(admin_api GET "/v1/vouchers?batch=$batch" | jq -r '.[0].code')" \
		'{"devices": 5, "devices_full": "oldest", "expires": "1h", "timeout": null, "up": 1000}')" \
		'.devices == 5 and .devices_full == "oldest" and .valid_until != null and .timeout_s == null'
	expect_json "$(admin_api POST /v1/vouchers '{"count": "3"}')" '.status == 400 and (.detail | test("whole number"))'
	expect_json "$(admin_api POST /v1/vouchers '{"count": 3, "up": "fast"}')" '.status == 400 and (.detail | test("10M"))'
	expect_json "$(admin_api POST /v1/vouchers '{"count": 3, "expires": [1]}')" '.status == 400 and (.detail | test("30d"))'
	expect_json "$(admin_api POST /v1/vouchers '{"count": 3, "colour": 1}')" '.status == 400 and (.detail | test("colour"))'
	expect_json "$(admin_api POST /v1/vouchers '{"count"')" '.status == 400 and (.detail | test("no JSON"))'
	expect_json "$(admin_api PUT /v1/vouchers '{}')" '.status == 405'
	expect_json "$(admin_api GET /v2)" '.status == 404'
	expect_json "$(admin_api DELETE /v1/vouchers)" '.status == 400 and (.detail | test("batch"))'
	expect_json "$(admin_api DELETE "/v1/vouchers?batch=$batch&forget=true")" '.revoked == 1000 and .forgotten == 1000'
}

test_damaged_database() {
	lab_stop_portal
	cp "$lab_dir/portal-state/portal.db" "$lab_dir/portal.db.kept"
	rm -f "$lab_dir"/portal-state/portal.db-*
	dd if=/dev/urandom of="$lab_dir/portal-state/portal.db" bs=4096 count=4 seek=1 conv=notrunc status=none
	! lab_start_portal 2>/dev/null || expect_fail "it starts with a damaged database"
	expect_match "$(tail -n 1 "$lab_dir/portal.log")" "database '.*portal.db' is damaged .*move it away"
	cp "$lab_dir/portal.db.kept" "$lab_dir/portal-state/portal.db"
	lab_start_portal
}
