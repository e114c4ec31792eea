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
