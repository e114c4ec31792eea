#!/bin/bash
# SPDX-License-Identifier: MIT
# report.sh - from records (one JSON object a measurement) to results.json, a table and a plot.
# shellcheck disable=SC2154 # bench_… are set by run

# The last record, while the bench runs.
report_line() {
	tail -n 1 "$bench_records" | jq -r '
		def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
		"\(.part | pad(8))\(.round | pad(3))\(.name | pad(6)) " +
		"\(.pages_per_s | floor | pad(7)) pages/s  \(.answers_per_s | floor | pad(8)) answers/s  " +
		"gateway \(.gateway_busy_s / .seconds * 100 | floor)%  generator \(.generator_busy_s / .seconds * 100 | floor)%  " +
		"foreign \(.gateway_foreign_s / .seconds * 100 | floor)% \(.generator_foreign_s / .seconds * 100 | floor)%  p50/p99 \(.p50_us | floor)/\(.p99_us | floor) us  " +
		"resent \(.retransmissions) bad \(.bad_pages + .bad_frames) failed \(.failed)" +
		(if .flood_sent > 0 then "  SYNs sent \(.flood_sent / .seconds | floor)/s answered \(.flood_answers / .seconds | floor)/s" else "" end)'
}

# Medians and ranges. A round in which other load took more than 5 % of a core is left out, as
# long as three quiet ones remain.
report_results() {
	jq -s '
		def median: sort | if length % 2 == 1 then .[length / 2 | floor]
			else (.[length / 2 - 1] + .[length / 2]) / 2 end;
		def spread: {median: median, min: min, max: max};
		def quiet: map(select((.gateway_foreign_s + .generator_foreign_s) / .seconds <= 0.05)) as $quiet
			| if ($quiet | length) >= 3 then $quiet else . end;
		def us($n): .gateway_busy_s * 1e6 / ([$n, 1] | max);
		def summary:
			quiet | {
				rounds: length,
				pages_per_s: (map(.pages_per_s) | spread),
				answers_per_s: (map(.answers_per_s) | spread),
				gateway_busy: (map(.gateway_busy_s / .seconds) | spread),
				generator_busy: (map(.generator_busy_s / .seconds) | spread),
				foreign: (map((.gateway_foreign_s + .generator_foreign_s) / .seconds) | spread),
				us_per_page: (map(us(.pages)) | spread),
				us_per_answer: (map(us(.received)) | spread),
				p50_us: (map(.p50_us) | spread),
				p99_us: (map(.p99_us) | spread),
				p999_us: (map(.p999_us) | spread),
				syns_sent_per_s: (map(.flood_sent / .seconds) | spread),
				syns_answered_per_s: (map(.flood_answers / .seconds) | spread),
				page_bytes: (map(.page_bytes) | max),
				pages: (map(.pages) | add),
				retransmissions: (map(.retransmissions) | add),
				bad: (map(.bad_pages + .bad_frames) | add),
				failed: (map(.failed) | add)
			};
		(map(select(has("answers_per_s") and (has("gate_per_s") | not))) | group_by(.part)
			| map({key: .[0].part, value: (group_by(.name) | map({key: .[0].name, value: summary}) | from_entries)})
			| from_entries) as $parts
		| {
			parts: $parts,
			growth: map(select(.part == "growth")),
			ratios: [
				($parts.pages // {} | to_entries[] | select(.key != "nginx" and $parts.pages.nginx)
					| {what: "pages per busy core-second, \(.key) / nginx",
					   ratio: ($parts.pages.nginx.us_per_page.median / .value.us_per_page.median)}),
				($parts.pages // {} | select(.A and .B)
					| {what: "pages per busy core-second, A / B",
					   ratio: (.B.us_per_page.median / .A.us_per_page.median)}),
				($parts.pages // {} | to_entries[] | select(.key != "nginx" and $parts.echo.echo)
					| {what: "answers/s, \(.key) / echo",
					   ratio: (.value.answers_per_s.median / $parts.echo.echo.answers_per_s.median)},
					  {what: "answers per busy core-second, \(.key) / echo",
					   ratio: ($parts.echo.echo.us_per_answer.median / .value.us_per_answer.median)}),
				($parts.flood // {} | to_entries[]
					| {what: "pages/s under flood / calm, \(.key)",
					   ratio: (.value.pages_per_s.median / $parts.calm[.key].pages_per_s.median)})
			]
		}' "$bench_records"
}

report_table() {
	jq -r '
		def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
		def one: . * 10 | round / 10;
		def range($n): "\(.median | one) (\(.min | one)..\(.max | one))" | pad($n);
		def percent: "\(.median * 100 | round)%" | pad(6);
		# Naps between pages are too short for /proc/stat to see what was busy.
		def busy($part; $n): if $part == "latency" then "-" | pad($n) else range($n) end;
		(if (.parts | length) == 0 then empty else
		"",
		("part     who    pages/s                      us a page            us an answer       gw    gen   p50/p99/p99.9 us        resent bad failed"),
		(.parts | to_entries | sort_by(.key == "calm" or .key == "flood", .key == "latency") | .[] | .key as $part
			| .value | to_entries[]
			| "\($part | pad(9))\(.key | pad(7))" +
			(if $part == "echo" then "\(.value.answers_per_s.median | floor) answers/s" | pad(50)
			 else (.value.pages_per_s | range(29)) + (.value.us_per_page | busy($part; 21)) end) +
			(.value.us_per_answer | busy($part; 19)) + (.value.gateway_busy | percent) + (.value.generator_busy | percent) +
			("\(.value.p50_us.median | one)/\(.value.p99_us.median | one)/\(.value.p999_us.median | one)" | pad(24)) +
			"\(.value.retransmissions)     \(.value.bad)   \(.value.failed)" +
			(if $part == "flood" then "\n         SYNs/s sent \(.value.syns_sent_per_s | range(30)) answered \(.value.syns_answered_per_s | range(30))" else "" end)),
		"" end),
		(.ratios[] | "\(.what | pad(55)) \(.ratio * 100 | round / 100)"),
		(.growth[] | "\(.name): \(.syns) spoofed SYNs answered; " +
			([.before as $before | .after | to_entries[] | "\(.key) \($before[.key]) -> \(.value)"] | join(", ")))
		' "$bench_out/results.json"
}

# Bars of busy microseconds a page with their range, and of latency.
report_plot() {
	local data=$bench_out/pages.dat

	jq -r '.parts.pages // {} | to_entries | to_entries[]
		| "\(.key) \(.value.key) \(.value.value.us_per_page | "\(.median) \(.min) \(.max)")"' \
		"$bench_out/results.json" >"$data"
	[ -s "$data" ] || return 0
	gnuplot -e "data='$data'; out='$bench_out/pages.svg'" "$top/tests/bench/plot.gp"
}

report_all() {
	jq -s '.[0] + .[1]' <(report_results) <(report_venue_results) >"$bench_out/results.json" &&
		report_table && report_venue_table && report_plot &&
		echo && echo "Written: build/bench/results.json, build/bench/records.jsonl, build/bench/pages.svg"
}
