#!/bin/bash
# SPDX-License-Identifier: MIT
# portal.sh - what a sign-in at the embedded portal costs, over HTTPS without keep-alive; sourced by run.
# shellcheck disable=SC2154 # lab_… are set by lab.sh, bench_… and others by run

portal_seconds=10
portal_at_once=16

# Nanoseconds that a process has been on a processor.
portal_busy() {
	cut -d' ' -f1 "/proc/$1/schedstat"
}

# A lab of its own beside that of the other parts. Guests are of the gateway's own namespace, known
# by their links, each from another address.
portal_create() {
	export X511_LAB=${lab}p
	# shellcheck source=scripts/lab.sh
	source "$top/scripts/lab.sh"
	lab_build=$bench_build_dir
	trap lab_destroy EXIT
	lab_create && lab_portal_config &&
		sed -i 's/^max-sessions.*/max-sessions   = 1048576/' "$lab_config" &&
		lab_start_daemon "$lab_config" && lab_start_portal && gw ip link set lo up
}

# In a process of its own, for the lab's names.
run_portal() (
	local pid key before after result

	portal_create || exit 1
	pid=$(lab_pid portal)
	taskset -acp "$bench_gateway_core" "$pid" >/dev/null
	taskset -acp "$bench_core" "$(lab_pid daemon)" >/dev/null
	key=$(curl -s --unix-socket "$lab_socket" http://x/v1/link-key | jq -r .key)
	before=$(portal_busy "$pid")
	result=$(gw taskset -c "$bench_core" python3 "$top/tests/bench/guests_https.py" --address 198.18.1.1 \
		--name "$lab_portal_name" --ca "$lab_ca" --key "$key" --seconds "$portal_seconds" --at-once "$portal_at_once")
	after=$(portal_busy "$pid")
	jq -c --argjson ns $((after - before)) \
		'{part: "portal", what: "sign-in, HTTPS"} + . + {busy_ms: ($ns / 1e6 / .sign_ins * 100 | round / 100)}' \
		<<<"$result" | tee -a "$bench_records" | jq -r '"portal  " + tojson'
)
