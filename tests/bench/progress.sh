#!/bin/bash
# SPDX-License-Identifier: MIT
# progress.sh - how far the bench is, on a terminal's standard error; sourced by tests/bench/run.
# shellcheck disable=SC2154 # rounds and daemons are set by run

progress_total=0
progress_done=0
progress_text=

# How many measurements there will be. Parts whose length nobody knows count as one.
progress_begin() {
	local each=${#daemons[@]} part

	for part in pages latency flood growth verdict chatter signin portal; do
		wants "$part" || continue
		case $part in
		pages) progress_total=$((progress_total + rounds * (each + 2))) ;;
		latency) progress_total=$((progress_total + rounds * (each + 1))) ;;
		chatter) progress_total=$((progress_total + rounds * 3)) ;;
		flood) progress_total=$((progress_total + rounds * each * 2)) ;;
		*) progress_total=$((progress_total + 1)) ;;
		esac
	done
	progress_show
}

# "[#######-------------] 12 of 34 measurements, 2.5/min, 9 min left"
progress_show() {
	local bar rest seconds=$SECONDS filled

	if [ ! -t 2 ] || [ "${TERM:-dumb}" = dumb ] || [ "$progress_total" -eq 0 ]; then
		return 0
	fi
	filled=$((20 * progress_done / progress_total))
	printf -v bar '%*s' "$filled" ''
	printf -v rest '%*s' "$((20 - filled))" ''
	progress_text="[${bar// /#}${rest// /-}] $progress_done of $progress_total measurements"
	if [ "$progress_done" -gt 0 ] && [ "$seconds" -gt 0 ]; then
		printf -v rest ', %d.%d/min, %d min left' "$((60 * progress_done / seconds))" \
			"$((600 * progress_done / seconds % 10))" \
			"$((((progress_total - progress_done) * seconds / progress_done + 59) / 60))"
		progress_text+=$rest
	fi
	printf '\r%s' "$progress_text" >&2
}

# Before a line of the report.
progress_hide() {
	[ -n "$progress_text" ] || return 0
	printf '\r%*s\r' "${#progress_text}" '' >&2
	progress_text=
}

progress_step() {
	progress_hide
	progress_done=$((progress_done + 1))
	progress_show
}
