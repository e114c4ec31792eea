#!/bin/bash
# SPDX-License-Identifier: MIT
# test_probes.sh - probes over real TCP: the operator's rules come first, and a zone may have none at all.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

probe=http://connectivitycheck.gstatic.com/generate_204

before_each() {
	lab_write_config
	lab_start_daemon "$lab_config"
	cli reload >/dev/null
	api DELETE '/v1/sessions?all=true' >/dev/null
}

# usage: configure LINE...: lines of [portal], taken by a reload.
configure() {
	local line

	for line in "$@"; do
		sed -i "s|^\[portal\]|&\n$line|" "$lab_config"
	done
	cli reload >/dev/null
}

answers() {
	[ "$(http_status "$2")" = "$1" ]
}

test_rules_of_the_operator() {
	lab_wait_for 30 answers 302 "$probe"
	expect_status 511 http://a.example-os.net/check
	configure 'probe-rule = host=*.example-os.net path=/check answer=302' \
		'probe-rule = path=/generate_204 answer=511' 'probe-rule = host=quiet.example answer=302-empty'
	lab_wait_for 30 answers 302 http://a.example-os.net/check
	expect_status 511 http://a.example-os.net/other
	expect_status 511 "$probe"
	expect_match "$(client curl -si --max-time 20 http://quiet.example/x | tr -d '\r')" '^Content-Length: 0$'
}

test_a_bad_rule_is_refused() {
	local rule

	for rule in host=a.example 'path=/a answer=200' answer=302 'host=a..b answer=302' 'path=a answer=302'; do
		lab_write_config
		sed -i "s|^\[portal\]|&\nprobe-rule = $rule|" "$lab_config"
		expect_refusal 1 ":[0-9]+: probe-rule \"$rule\" is " cli reload
	done
	expect_status 302 "$probe"
}

test_511_for_everyone() {
	configure 'probes = 511'
	lab_wait_for 30 answers 511 "$probe"
	expect_status 511 http://captive.apple.com/hotspot-detect.html
}

test_the_table_can_be_read_as_rules() {
	expect_exit 0 "$lab_build/xdp511d" --probes
	expect_match "$output" '^probe-rule = path=/generate_204 answer=302$'
	expect_match "$output" '^probe-rule = host=ipv4\.connman\.net answer=302-empty$'
	lab_write_config
	{
		echo '[portal]'
		grep '^probe-rule' <<<"$output"
	} >>"$lab_config"
	expect_exit 0 "$lab_build/xdp511d" --check --config "$lab_config"
}
