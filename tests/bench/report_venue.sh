#!/bin/bash
# SPDX-License-Identifier: MIT
# report_venue.sh - the parts that have no pages in them: verdicts, the API, noise; sourced by run.
# shellcheck disable=SC2154 # bench_… are set by run

# The last record of the noise, while the bench runs.
report_venue_line() {
	tail -n 1 "$bench_records" | jq -r '
		def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
		def m: . / 10000 | round / 100;
		"\(.part | pad(8))\(.round | pad(3))\(.name | pad(6)) at the gate \(.gate_per_s | m)M/s  " +
		"stream \(.stream_per_s | floor) of \(.stream_sent_per_s | floor)/s  " +
		"gateway \(.gateway_busy_s / .seconds * 100 | floor)%  generator \(.generator_busy_s / .seconds * 100 | floor)%  " +
		"foreign \(.gateway_foreign_s / .seconds * 100 | floor)% \(.generator_foreign_s / .seconds * 100 | floor)%  " +
		"pages \(.pages) p50/p99/max \(.p50_us / 1000 | floor)/\(.p99_us / 1000 | floor)/\(.max_us / 1000 | floor) ms failed \(.failed)"'
}

# Every time beyond that of a bare drop in the same round; of ratios the medians over the rounds.
# shellcheck disable=SC2016 # jq's variables, not the shell's
report_venue_jq='
	def median: sort | if length == 0 then null elif length % 2 == 1 then .[length / 2 | floor]
		else (.[length / 2 - 1] + .[length / 2]) / 2 end;
	def spread: {median: median, min: min, max: max};
	def by($f): group_by(.[$f]) | map({key: (.[0][$f] | tostring), value: .}) | from_entries;

	def deltas: (map(select(.name == "drop")) | map({key: "\(.macs) \(.round)", value: .ns}) | from_entries) as $drop
		| map(select(.name != "drop") | . + {delta: (.ns - $drop["\(.macs) \(.round)"])});
	def shot_of($shots; $to; $one): $shots[] | select(.name == $to and .macs == $one.macs and .known == $one.known
		and .round == $one.round);
	def verdicts: deltas as $shots | $shots | group_by([.macs, .known, .name]) | map(
		. as $group | {
			macs: .[0].macs, known: .[0].known, name: .[0].name, verdict: .[0].verdict, rounds: length,
			ns: (map(.ns) | spread), delta_ns: (map(.delta) | spread),
			to_filter: (map(.delta / ([shot_of($shots; "xdp-filter"; .).delta, 1] | max)) | median),
			to_hash: (map(.delta / ([shot_of($shots; "hash"; .).delta, 1] | max)) | median)});

	def is_venue: has("gate_per_s");
	def quiet_rounds: map(select((.gateway_foreign_s + .generator_foreign_s) / .seconds <= 0.05)) as $quiet
		| if ($quiet | length) >= 3 then $quiet else . end;
	def venue: group_by([.part, .name]) | map(quiet_rounds | {
		part: .[0].part, name: .[0].name, rounds: length,
		gate_per_s: (map(.gate_per_s) | spread), stream_per_s: (map(.stream_per_s) | spread),
		stream_sent_per_s: (map(.stream_sent_per_s) | spread),
		noise_sent_per_s: (map(.noise_sent_per_s) | spread),
		gateway_busy: (map(.gateway_busy_s / .seconds) | spread), pages: (map(.pages) | add),
		p50_ms: (map(.p50_us / 1000) | median), p99_ms: (map(.p99_us / 1000) | median),
		max_ms: (map(.max_us / 1000) | max), failed: (map(.failed) | add)});
	def stream_ratio: (map(select(.part == "noise" and .name == "bare")) | by("round")) as $bare
		| map(select(.part == "noise" and .name == "venue")
			| .stream_per_s / ([$bare[.round | tostring][0].stream_per_s, 1] | max)) | median;
'

report_venue_results() {
	jq -s "$report_venue_jq"'
		{
			verdicts: (map(select(.part == "verdict")) | verdicts),
			memory: (map(select(.part == "memory")) | map(. + {per_session: (.bytes / .sessions)})),
			venue: (map(select(is_venue)) | venue),
			stream_ratio: (map(select(is_venue)) | stream_ratio),
			guests: map(select(.part == "guests")),
			api: map(select(.part == "api"))
		}' "$bench_records"
}

# shellcheck disable=SC2016 # jq's variables, not the shell's
report_venue_table() {
	jq -r '
		def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
		def two: . * 100 | round / 100;
		def range: "\(.median | floor) (\(.min | floor)..\(.max | floor))";
		def millions: "\(.median / 10000 | round / 100)M";
		def rows($list; head; row): if ($list | length) > 0 then "", head, ($list[] | row) else empty end;
		(.memory | map(select(.name == "hash"))[0].per_session) as $plain |
		rows(.verdicts | sort_by((.known | not), (.macs | tonumber? // 0), .name);
			"verdict: MACs    device   of          ns beyond a drop       / xdp-filter  / plain hash  mostly";
			"         " + (.macs | pad(8)) + (if .known then "known" else "unknown" end | pad(9)) + (.name | pad(12)) +
			(.delta_ns | range | pad(23)) + (.to_filter // "-" | (two? // .) | pad(14)) +
			(.to_hash // "-" | (two? // .) | pad(14)) + (.verdict // "")),
		rows(.memory; "memory:  bytes a session";
			"         " + (.name | pad(12)) + (.per_session | round | pad(8)) + "\(.per_session / $plain | two) of a plain hash"),
		rows(.venue;
			"venue:   part    who      at the gate/s   stream/s of sent/s          gw    pages p50/p99/max ms failed";
			"         " + (.part | pad(8)) + (.name | pad(9)) + (.gate_per_s | millions | pad(16)) +
			("\(.stream_per_s.median | floor) of \(.stream_sent_per_s.median | floor)" | pad(28)) +
			("\(.gateway_busy.median * 100 | round)%" | pad(6)) +
			"\(.pages)  \(.p50_ms // 0 | two)/\(.p99_ms // 0 | two)/\(.max_ms // 0 | two)  \(.failed)"),
		(if .stream_ratio then "         stream beside the noise, venue / bare: \(.stream_ratio | two)" else empty end),
		(.guests[] | "         \(.guests) guests in the table, \(.rss_kb) kB of memory in all processes"),
		rows(.api; "api:"; "         " + (.what | pad(18)) + (del(.part, .what) | to_entries
			| map("\(.key) \(.value | if type == "number" then two else . end)") | join(", ")))
		' "$bench_out/results.json"
}
