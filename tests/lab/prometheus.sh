#!/bin/bash
# SPDX-License-Identifier: MIT
# prometheus.sh - a real Prometheus in the lab's web namespace, with the rules as shipped; sourced by tests.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

packaging=$lab_top/packaging
prometheus=http://127.0.0.1:9090

# As shipped, but that nothing waits for minutes.
start_prometheus() {
	local dir=$lab_dir/prometheus

	mkdir -p "$dir/data"
	sed -E 's/( for:) .*/\1 1s/' "$packaging/prometheus/xdp511.rules.yml" >"$dir/xdp511.rules.yml"
	sed -E 's/(_interval:) .*/\1 1s/; s/127\.0\.0\.1/198.18.2.1/' "$packaging/prometheus/scrape.yml" >"$dir/scrape.yml"
	lab_spawn prometheus "$dir/log" nsenter "--net=/run/netns/$lab-web" env GOMAXPROCS=1 prometheus \
		--config.file="$dir/scrape.yml" --storage.tsdb.path="$dir/data" --storage.tsdb.retention.time=1h \
		--query.max-concurrency=2 --web.listen-address=127.0.0.1:9090
	lab_wait_for 60 both_are_scraped || expect_fail "Prometheus doesn't scrape" "$(tail -n 20 "$dir/log")"
}

query() {
	web curl -sS --max-time 20 --data-urlencode "query=$1" "$prometheus/api/v1/query"
}

both_are_scraped() {
	[ "$(query 'count(up == 1)' 2>/dev/null | jq -r '.data.result[0].value[1]')" = 2 ]
}

is_firing() {
	web curl -sS --max-time 20 "$prometheus/api/v1/alerts" |
		jq -e --arg name "$1" 'any(.data.alerts[]; .labels.alertname == $name and .state == "firing")' >/dev/null
}

expect_firing() {
	local name

	for name; do
		lab_wait_for 60 is_firing "$name" || expect_fail "$name doesn't fire" \
			"$(web curl -s "$prometheus/api/v1/alerts" | jq -c '.data.alerts[] | [.labels.alertname, .state]')"
	done
}

is_silent() {
	! is_firing "$1"
}

expect_silent() {
	local name

	for name; do
		lab_wait_for 60 is_silent "$name" || expect_fail "$name goes on"
	done
}
