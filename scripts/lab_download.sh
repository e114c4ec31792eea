#!/bin/bash
# SPDX-License-Identifier: MIT
# lab_download.sh - a long download of the lab's client, to be watched; sourced by lab.sh.
# shellcheck disable=SC2154 # lab_… are set by lab.sh

# lab_start_download URL [SECONDS]: curl in the background; returns once it runs. It gives up when
# nothing has come for SECONDS.
lab_start_download() {
	rm -f "$lab_dir/download" "$lab_dir/download.log"
	lab_spawn download "$lab_dir/download.log" "${lab_as_client[@]}" curl -sS --no-buffer \
		--connect-timeout 20 --speed-limit 1 --speed-time "${2-60}" -o "$lab_dir/download" "$1"
	lab_wait_for 30 lab_download_has 100000
}

lab_download_bytes() {
	stat -c %s "$lab_dir/download" 2>/dev/null || echo 0
}

lab_download_has() {
	[ "$(lab_download_bytes)" -ge "$1" ]
}

# Whether no further byte came within a second; what was on its way comes within an earlier one.
lab_download_stands() {
	local before

	before=$(lab_download_bytes)
	sleep 1
	[ "$(lab_download_bytes)" = "$before" ]
}
