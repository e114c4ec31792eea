#!/bin/bash
# SPDX-License-Identifier: MIT
# test_vlan.sh - frames with one and two VLAN tags: answered with the same tags, judged by their zone.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# tagged TAGS ADDRESS [SECONDS]: a request with these tags; prints tags and status line of the answer.
tagged() {
	client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" \
		wlan0 "$lab_gw_mac" "$@"
}

test_tagged_request_ipv4() {
	expect_eq "$(tagged 8100:200 198.18.2.80)" '8100:200 HTTP/1.1 511 Network Authentication Required press'
}

test_tagged_request_ipv6() {
	expect_eq "$(tagged 8100:200 fd00:511:2::80)" '8100:200 HTTP/1.1 511 Network Authentication Required press'
}

test_qinq_request_ipv4() {
	expect_eq "$(tagged 88a8:300,8100:30 198.18.2.80)" \
		'88a8:300,8100:30 HTTP/1.1 511 Network Authentication Required stage'
}

test_qinq_request_ipv6() {
	expect_eq "$(tagged 88a8:300,8100:30 fd00:511:2::80)" \
		'88a8:300,8100:30 HTTP/1.1 511 Network Authentication Required stage'
}

test_unknown_vlan_is_the_default_zone() {
	expect_eq "$(tagged 8100:999 198.18.2.80)" '8100:999 HTTP/1.1 511 Network Authentication Required default'
}

test_untagged_request_by_hand() {
	expect_eq "$(tagged none 198.18.2.80)" 'none HTTP/1.1 511 Network Authentication Required default'
}

test_session_counts_only_in_its_zone() {
	cli login "$lab_mac" --zone press >/dev/null
	expect_verdict PASS_SESSION tagged 8100:200 198.18.2.80 2
	expect_eq "$(tagged 8100:200 198.18.2.80 2)" 'no answer'
	expect_match "$(tagged none 198.18.2.80)" '511 .* default$'
	expect_match "$(tagged 88a8:300,8100:30 198.18.2.80)" '511 .* stage$'
	expect_json "$(cli --json show "$lab_mac" --zone press)" '.vlan == 200'
}
