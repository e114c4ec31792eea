#!/bin/bash
# SPDX-License-Identifier: MIT
# test_https.sh - TCP/443 of a guest: a TLS alert at once, or a reset.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# The TLS client is told to go away, not left waiting.
expect_alert() {
	expect_exit 35 client timeout 20 curl -skS -o /dev/null "-$1" https://example.com/
	expect_match "$output" 'alert|access.denied|handshake'
}

test_alert_ipv4() {
	expect_verdict STEER_HTTPS expect_alert 4
}

test_alert_ipv6() {
	expect_verdict STEER_HTTPS expect_alert 6
}

test_alerts_are_counted() {
	local before after

	before=$(api GET /v1/stats | jq .responder.tls_alerts)
	expect_alert 4
	after=$(api GET /v1/stats | jq .responder.tls_alerts)
	[ "$after" -gt "$before" ]
}

test_reset_when_configured() {
	sed -i '/^\[portal\]/a https = reset' "$lab_config"
	cli reload >/dev/null
	expect_exit 7 client timeout 20 curl -skS -o /dev/null -4 https://example.com/
	expect_exit 7 client timeout 20 curl -skS -o /dev/null -6 https://example.com/
	lab_write_config
	cli reload >/dev/null
	expect_alert 4
}

# Opens connections, twenty at a time, until one of them is reset for being one too many.
is_over_the_rate() {
	client curl -sk --parallel --parallel-immediate --max-time 20 -o /dev/null \
		'https://198.18.2.80/[1-20]' || true
	[ "$(verdict_count REFUSE_HTTPS)" -gt 0 ]
}

# expect_alerts_limited_by SECTION: its rate holds, and is no rate of pages.
expect_alerts_limited_by() {
	lab_write_config
	sed -i "/^\[$1\]/a https-alerts = 1/s" "$lab_config"
	lab_restart_daemon_afresh
	lab_wait_for 30 is_over_the_rate
	expect_status 511 http://example.com/
}

lab_restart_daemon_afresh() {
	lab_stop daemon
	lab_detach
	lab_start_daemon "$lab_config"
}

test_a_device_has_a_rate_of_alerts() {
	expect_alerts_limited_by guest
}

test_all_devices_together_have_a_rate_of_alerts() {
	expect_alerts_limited_by gateway
	lab_write_config
	lab_restart_daemon_afresh
	expect_alert 4
	expect_eq "$(verdict_count REFUSE_HTTPS)" 0
}
