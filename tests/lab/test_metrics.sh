#!/bin/bash
# SPDX-License-Identifier: MIT
# test_metrics.sh - GET /metrics of daemon and portal: formats, numbers, hostile peers, and Prometheus.
# shellcheck disable=SC2016,SC2154 # backquotes are Markdown's; lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/portal.sh
source "$here/portal.sh"
# shellcheck source=tests/lab/radius.sh
source "$here/radius.sh"
# shellcheck source=tests/lab/prometheus.sh
source "$here/prometheus.sh"

metrics_token=0123456789abcdef0123456789abcdef-lab
daemon_4=http://198.18.2.1:9511
daemon_6='http://[fd00:511:2::1]:9100'
portal_4=http://198.18.2.1:9512
plain='Accept: text/plain;version=0.0.4'

make_second_port() {
	ip -n "$lab-gw" link add lan1 type veth peer name wlan1 netns "$lab-client" &&
		ip -n "$lab-gw" link set lan1 up && ip -n "$lab-client" link set wlan1 up
}

write_api_files() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=gateway \
		-addext 'subjectAltName=IP:198.18.2.1' -keyout "$lab_dir/api.key" -out "$lab_dir/api.crt" 2>/dev/null &&
		(umask 077 && echo "$metrics_token" >"$lab_dir/api.tokens") && chmod 600 "$lab_dir/api.key"
}

# All that has metrics is there.
set_up() {
	make_second_port && write_api_files && portal_config &&
		sed -i 's/^interface *= lan0/&\ninterface = lan1/; s/^\(max-sessions *=\).*/\1 20000/' "$lab_config" &&
		radius_config "server = $radius_4" "accounting = $radius_4" 'coa = 198.18.2.1' 'timeout = 1s' 'deadline = 2s' &&
		cat >>"$lab_config" <<-EOT && start_all

			[sign-in]
			methods       = click voucher user radius

			[api]
			listen        = 198.18.2.1:8443
			certificate   = $lab_dir/api.crt
			key           = $lab_dir/api.key
			token-file    = $lab_dir/api.tokens

			[metrics]
			listen        = 198.18.2.1
			listen        = [fd00:511:2::1]:9100
			portal-listen = 198.18.2.1
		EOT
}

start_radius() {
	mkdir -p "$lab_dir/radius-1" && : >"$lab_dir/radius-1/users" && radius_user radius-1 alice secret &&
		radius_start radius-1 "$radius_4"
}

start_all() {
	start_radius && lab_start_daemon "$lab_config" && lab_start_portal
}

before_each() {
	start_all && api DELETE '/v1/sessions?all=true' >/dev/null
}

# scrape URL [CURL-ARGUMENT...]: from another machine.
scrape() {
	web curl -sS --max-time 20 "${@:2}" "$1/metrics"
}

# sample URL SERIES: its value.
sample() {
	scrape "$1" | sed -n "s/^$2 //p"
}

sample_is() {
	[ "$(sample "$1" "$2")" = "$3" ]
}

# expect_sample URL SERIES VALUE
expect_sample() {
	lab_wait_for 30 sample_is "$@" || expect_fail "$2 is $(sample "$1" "$2") and not $3"
}

sign_in_by() {
	expect_page 200 'name="token"' 4 "$portal/login"
	expect_sent "$1" 4 action=sign-in "method=$2" "${@:3}" "token=$(page_token)"
}

# The names of all families' samples, without what a histogram adds. Somebody has to be signed in.
list_names() {
	sign_in
	{
		scrape "$daemon_4"
		scrape "$portal_4"
	} | sed -nE 's/^(xdp511_[a-z0-9_]+)[{ ].*/\1/p' | sed -E 's/_seconds_(bucket|count|sum)$/_seconds/' | sort -u
}

# --- what is served --------------------------------------------------------------------------

test_both_formats() {
	local url text

	for url in "$daemon_4" "$daemon_6" "$portal_4"; do
		text=$(scrape "$url" -i -H 'Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5' | tr -d '\r')
		expect_match "$text" '^HTTP/1.1 200 OK$'
		expect_match "$text" '^Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8$'
		expect_match "$text" '^# TYPE xdp511_(portal_)?build info$'
		expect_match "$text" '^# UNIT xdp511_(portal_)?cpu_seconds seconds$'
		expect_eq "$(tail -n 1 <<<"$text")" '# EOF'
		expect_eq "$(grep '^# TYPE' <<<"$text" | sort | uniq -d)" ''
		text=$(scrape "$url" -i -H "$plain" | tr -d '\r')
		expect_match "$text" '^Content-Type: text/plain; version=0.0.4; charset=utf-8$'
		expect_no_match "$text" '# EOF|# UNIT'
		expect_eq "$(scrape "$url" -H "$plain" | promtool check metrics 2>&1)" ''
		expect_eq "$(scrape "$url" -I -o /dev/null -w '%{http_code} %{size_download}')" '200 0'
	done
}

test_sockets_and_the_api_on_tcp_have_them_too() {
	expect_match "$(api GET /metrics)" '^xdp511_build_info\{version="[^"]+",abi="[0-9]+"\} 1$'
	expect_match "$(curl -sS --unix-socket "$lab_dir/portal-run/admin.sock" http://x/metrics)" '^xdp511_portal_daemon_up 1$'
	expect_match "$(scrape https://198.18.2.1:8443 --cacert "$lab_dir/api.crt" -H "Authorization: Bearer $metrics_token")" \
		'^xdp511_api_up 1$'
	expect_eq "$(scrape https://198.18.2.1:8443 -o /dev/null -w '%{http_code}' --cacert "$lab_dir/api.crt")" 401
}

test_nothing_else_is_served() {
	local url

	for url in "$daemon_4" "$portal_4"; do
		expect_eq "$(web curl -s -o "$lab_dir/body" -w '%{http_code} %{content_type}' "$url/v1/status")" '404 application/problem+json'
		expect_match "$(jq -r .detail "$lab_dir/body")" "there is no '/v1/status' here; ask for '/metrics'"
		expect_eq "$(web curl -s -o /dev/null -w '%{http_code}' --path-as-is "$url/metrics/../v1/link-key")" 404
		expect_eq "$(scrape "$url" -X POST -d x -o /dev/null -D "$lab_dir/head" -w '%{http_code}')" 405
		expect_match "$(tr -d '\r' <"$lab_dir/head")" '^Allow: GET, HEAD$'
		expect_eq "$(web curl -s -o "$lab_dir/body" -w '%{http_code}' "$url/metrics?name%5b%5d=x%1b")" 400
		expect_match "$(jq -r .detail "$lab_dir/body")" "there is no parameter 'name\[\]' here"
		expect_match "$(scrape "$url" -o /dev/null -w '%{http_code}' -H "X-Long: $(head -c 100000 /dev/zero | tr '\0' x)")" '^4'
		expect_match "$(scrape "$url" -o /dev/null -w '%{http_code}' -H "Accept: $(printf 'a/b;q=0.1,%.0s' {1..2000})")" '^(200|4..)$'
		web bash -c 'printf "GET /metrics HTTP/1.1\r\nHost: \x01\xff\r\nConnection: close\r\nAccept: \xff;;q=,\r\n\r\n" |
			timeout 20 nc -N 198.18.2.1 "$0"' "${url##*:}" >/dev/null || true
		expect_eq "$(scrape "$url" -o /dev/null -w '%{http_code}')" 200
	done
}

# A host has few places, and nobody keeps one for long, whatever is sent meanwhile.
test_slow_peers_lose_their_places() {
	web /usr/bin/python3 - 9511 9512 <<-'EOT'
		import socket, sys, time
		slow = []
		for port in sys.argv[1:]:
		    for i in range(12):
		        one = socket.create_connection(("198.18.2.1", int(port)))
		        one.setblocking(False)
		        slow.append(one)
		open_ones, deadline = list(slow), time.monotonic() + 60
		while open_ones and time.monotonic() < deadline:
		    for one in list(open_ones):
		        try:
		            one.send(b"G" if one is slow[0] else b"GET /metrics HTTP/1.1\r\nX: ")
		            if not one.recv(4096):
		                open_ones.remove(one)
		        except BlockingIOError:
		            pass
		        except OSError:
		            open_ones.remove(one)
		    if len(open_ones) == len(slow):
		        continue
		    time.sleep(0.5)
		assert not open_ones, len(open_ones)
	EOT
	expect_sample "$daemon_4" xdp511_degraded 0
	expect_sample "$portal_4" xdp511_portal_daemon_up 1
}

# --- what the numbers say --------------------------------------------------------------------

test_sign_ins_are_counted() {
	local granted='xdp511_portal_sign_ins_total{method="click",result="granted"}' before refused accepts

	before=$(sample "$portal_4" "$granted")
	sign_in_by 303 click accept=1
	expect_sample "$portal_4" "$granted" $((before + 1))
	expect_sample "$daemon_4" 'xdp511_sessions{zone="default",state="active"}' 1
	expect_sample "$daemon_4" 'xdp511_sessions_by_method{zone="default",method="click"}' 1
	expect_sample "$daemon_4" 'xdp511_table_entries{table="sessions"}' 1
	before=$(sample "$daemon_4" 'xdp511_sign_outs_total{reason="logout"}')
	cli logout "$lab_mac" >/dev/null
	expect_sample "$daemon_4" 'xdp511_sign_outs_total{reason="logout"}' $((before + 1))
	expect_sample "$daemon_4" 'xdp511_sessions_by_method{zone="default",method="click"}' 0
	refused='xdp511_portal_sign_ins_total{method="radius",result="refused"}'
	before=$(sample "$portal_4" "$refused")
	sign_in_by 403 user username=alice password=wrong
	expect_sample "$portal_4" "$refused" $((before + 1))
	accepts="xdp511_portal_radius_answers_total{kind=\"auth\",server=\"$radius_4:1812\",result=\"accept\"}"
	before=$(sample "$portal_4" "$accepts")
	sign_in_by 303 user username=alice password=secret
	expect_sample "$portal_4" "$accepts" $((before + 1))
	expect_sample "$daemon_4" 'xdp511_sessions_by_method{zone="default",method="radius"}' 1
	expect_sample "$portal_4" xdp511_portal_accounting_spool 0
}

test_states_and_zones_survive_a_restart() {
	cli trust 02:05:11:00:00:78 >/dev/null
	cli block 02:05:11:00:00:79 --zone press >/dev/null
	cli login 02:05:11:00:00:80 --zone press >/dev/null
	lab_stop daemon
	lab_start_daemon "$lab_config"
	expect_sample "$daemon_4" 'xdp511_sessions{zone="default",state="trusted"}' 1
	expect_sample "$daemon_4" 'xdp511_sessions{zone="press",state="blocked"}' 1
	expect_sample "$daemon_4" 'xdp511_sessions{zone="press",state="active"}' 1
	expect_sample "$daemon_4" 'xdp511_sessions_by_method{zone="press",method="cli"}' 2
	cli unblock 02:05:11:00:00:79 --zone press >/dev/null
	expect_sample "$daemon_4" 'xdp511_sessions{zone="press",state="blocked"}' 0
	expect_sample "$daemon_4" 'xdp511_sessions_by_method{zone="press",method="cli"}' 1
}

guests_are_those_of_the_api() {
	local n

	n=$(api GET '/v1/guests?zone=default' | jq length)
	[ "$n" -gt 0 ] && sample_is "$daemon_4" 'xdp511_guests{zone="default"}' "$n"
}

verdict_is_above() {
	[ "$(sample "$daemon_4" "$1")" -gt "$2" ]
}

test_guests_and_verdicts_are_counted() {
	local series='xdp511_verdict_packets_total{verdict="REPLY_SYN",action="reply",direction="up"}' before

	before=$(sample "$daemon_4" "$series")
	expect_status 511 http://example.com/
	lab_wait_for 30 verdict_is_above "$series" "$before"
	lab_wait_for 30 guests_are_those_of_the_api
	expect_sample "$daemon_4" 'xdp511_guests_parked{zone="default"}' 0
}

# Scrapes go on while ten thousand come at once, and the counts are right in the end.
test_scrapes_during_an_import() {
	local i n=0

	for ((i = 0; i < 10000; i++)); do
		printf '{"mac":"02:05:11:01:%02x:%02x","zone":"stage"}\n' $((i / 256)) $((i % 256))
	done >"$lab_dir/many"
	curl -sS --max-time 120 --unix-socket "$lab_socket" --data-binary "@$lab_dir/many" http://x/v1/sessions >"$lab_dir/imported" &
	while kill -0 $! 2>/dev/null; do
		scrape "$daemon_4" -o /dev/null -f
		n=$((n + 1))
	done
	wait $!
	expect_json "$(<"$lab_dir/imported")" '.imported == 10000'
	expect_sample "$daemon_4" 'xdp511_sessions{zone="stage",state="active"}' 10000
	expect_sample "$daemon_4" 'xdp511_sessions_by_method{zone="stage",method="import"}' 10000
	api DELETE '/v1/sessions?zone=stage' >/dev/null
	expect_sample "$daemon_4" 'xdp511_sessions_by_method{zone="stage",method="import"}' 0
	[ "$n" -ge 1 ]
}

# --- what is written about them --------------------------------------------------------------

test_the_manual_has_each_metric_and_no_other() {
	sed -nE 's/^\| `(xdp511_[a-z0-9_]+)` \|.*/\1/p' "$lab_top/docs/monitoring.md" | sort -u >"$lab_dir/documented"
	list_names >"$lab_dir/names"
	expect_eq "$(diff "$lab_dir/documented" "$lab_dir/names")" ''
	[ "$(wc -l <"$lab_dir/names")" -gt 80 ]
}

test_the_manual_has_each_alert() {
	expect_eq "$(sed -nE 's/^\| `(Xdp511[A-Za-z]+)` \|.*/\1/p' "$lab_top/docs/monitoring.md" | sort)" \
		"$(sed -nE 's/^ *- alert: (.*)/\1/p' "$packaging/prometheus/xdp511.rules.yml" | sort)"
}

test_dashboard_and_rules_use_what_exists() {
	local used

	list_names >"$lab_dir/names"
	used=$({
		jq -r '.. | .expr? // empty, .query?.query? // empty' "$packaging/grafana/xdp511.json"
		sed '/^ *\(summary\|description\)/d; s/^ *#.*//' "$packaging/prometheus/xdp511.rules.yml"
	} | grep -oE 'xdp511_[a-z0-9_]+' | sed -E 's/_seconds_(bucket|count|sum)$/_seconds/' | sort -u)
	[ "$(wc -l <<<"$used")" -gt 40 ]
	expect_eq "$(comm -23 - "$lab_dir/names" <<<"$used")" ''
}

# --- Prometheus ------------------------------------------------------------------------------

test_what_is_shipped_passes_its_checks() {
	cd "$packaging/prometheus" || return
	promtool check rules xdp511.rules.yml
	promtool check config scrape.yml
	promtool test rules xdp511_test.yml
	expect_eq "$(grep -c 'alertname="' xdp511_test.yml)" "$((2 * $(grep -c -- '- alert:' xdp511.rules.yml)))"
}

kill_worker() {
	local pid

	pid=$(api GET /v1/status | jq '.workers[0].pid // 0')
	[ "$pid" -gt 0 ] && kill -s KILL "$pid"
}

worker_died_often() {
	[ "$(sample "$daemon_4" 'xdp511_worker_restarts_total{interface="lan0",queue="0"}')" -ge 3 ] || { kill_worker; return 1; }
}

test_alerts_fire() {
	start_prometheus
	expect_silent Xdp511DaemonDown Xdp511PortalDown Xdp511GateMissing Xdp511WorkerDown Xdp511RadiusServerDown Xdp511DatabaseFault
	expect_eq "$(query 'xdp511_build_info' | jq -r '.data.result[0].metric.job')" xdp511

	gw ip link delete lan1
	expect_firing Xdp511GateMissing Xdp511Degraded
	make_second_port
	expect_firing Xdp511GateReattached
	expect_silent Xdp511GateMissing Xdp511Degraded

	lab_wait_for 60 worker_died_often
	expect_firing Xdp511WorkerRestarting

	lab_stop radius-1
	sign_in_by 503 user username=alice password=secret
	expect_firing Xdp511RadiusUnanswered Xdp511RadiusServerDown Xdp511SignInsFailing
	start_radius

	lab_stop daemon
	expect_firing Xdp511DaemonDown Xdp511PortalDaemonLost
	lab_start_daemon "$lab_config"
	expect_firing Xdp511DaemonRestarted
	expect_silent Xdp511DaemonDown Xdp511PortalDaemonLost

	lab_stop_portal
	expect_firing Xdp511PortalDown
	lab_start_portal
	expect_silent Xdp511PortalDown
	lab_stop prometheus
}

# --- the keys --------------------------------------------------------------------------------

test_changed_keys_need_a_restart() {
	cp "$lab_config" "$lab_dir/kept.conf"
	sed -i 's/^listen .*fd00.*9100/listen = [fd00:511:2::1]:9101/' "$lab_config"
	expect_problem 422 "changes of 'listen' in \[metrics\] need a restart of xdp511d" POST /v1/reload
	cp "$lab_dir/kept.conf" "$lab_config"
	sed -i 's/^portal-listen .*/portal-listen = 198.18.2.1:9513/' "$lab_config"
	expect_match "$(api POST /v1/reload | jq -r '.changed[]')" '\[metrics\] has other values; reload xdp511-portal, too'
	kill -s HUP "$(lab_pid portal)"
	lab_wait_for 30 grep -q "changes of 'portal-listen' in \[metrics\] need a restart of xdp511-portal" "$lab_dir/portal.log"
	cp "$lab_dir/kept.conf" "$lab_config"
	api POST /v1/reload >/dev/null
}

test_a_taken_place_is_told() {
	local other=$lab_dir/other.conf

	sed "s|^control .*|control = $lab_dir/other.sock|; s|^portal-listen .*|portal-listen = 198.18.2.1:9511|" "$lab_config" >"$other"
	lab_stop_portal
	expect_refusal 1 "metrics can't be served at \"198.18.2.1:9511\": Address already in use; correct .portal-listen. in \[metrics\]" \
		timeout 30 nsenter "--net=/run/netns/$lab-gw" "${lab_with_users[@]}" "$lab_build/xdp511-portal" --config "$other"
}
