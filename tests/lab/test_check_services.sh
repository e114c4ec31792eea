#!/bin/bash
# SPDX-License-Identifier: MIT
# test_check_services.sh - what `xdp511 check` and `status` say of services, well and not.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/check.sh
source "$here/check.sh"
# shellcheck source=tests/lab/radius.sh
source "$here/radius.sh"

set_up() {
	mkdir -p "$lab_dir/disk" && : >"$seen" && lab_certificate portal.example 198.18.1.1
}

# shellcheck disable=SC2016 # expanded by the inner shell
test_users() {
	local nobody=(sh -c 'mount --bind "$0" /etc/passwd && mount --bind "$1" /etc/group && shift && exec "$@"'
		"$lab_dir/passwd.none" "$lab_dir/group.none")

	grep -v "^$lab_portal_user:" "$lab_dir/passwd" >"$lab_dir/passwd.none"
	grep -v '^xdp511' "$lab_dir/group" >"$lab_dir/group.none"
	write_conf '[web]' 'http = 198.18.1.1:80' "state-dir = $lab_dir/disk"
	run_check 0
	expect_line ok user group
	expect_line ok user user
	run_check 1 "${nobody[@]}"
	expect_line warn user group '' '^groupadd '
	expect_line fail user user '' '^useradd '
}

test_files() {
	lab_secret check.secret "$radius_secret"
	write_conf '[radius]' "secret-file = $lab_dir/check.secret"
	run_check 0
	expect_line ok file '[radius]'
	chmod 644 "$lab_dir/check.secret"
	run_check 1
	expect_line fail file '[radius]' 'mode 0644' "^chmod 640 '$lab_dir/check.secret'$"
	chgrp 0 "$lab_dir/check.secret"
	chmod 600 "$lab_dir/check.secret"
	run_check 1
	expect_line fail file '[radius]' "can't be read by" "^chgrp $lab_portal_user"
	rm "$lab_dir/check.secret"
	run_check 1
	expect_line fail file '[radius]' 'No such file' '^install '
}

# --- sockets -----------------------------------------------------------------------------

test_listeners() {
	write_conf '[web]' 'http = 198.18.1.1:8081' "state-dir = $lab_dir/disk"
	run_check 0
	expect_line ok listen '[web] http' 'free for xdp511-portal'
	# There dnsmasq is.
	write_conf '[web]' 'http = 198.18.1.1:53' 'http = 198.18.77.1:80' "state-dir = $lab_dir/disk"
	run_check 1
	expect_line fail listen '[web] http' 'another program' "^ss -Hlntp 'sport = :53'$"
	expect_line warn listen '[web] http' 'no interface' '^ip address add 198.18.77.1 dev lan0$'
}

# make_certificate DAYS: for portal.example, of the lab's key.
make_certificate() {
	openssl req -new -key "$lab_dir/ca/portal.key" -subj /CN=portal.example -out "$lab_dir/disk/short.csr"
	openssl x509 -req -in "$lab_dir/disk/short.csr" -signkey "$lab_dir/ca/portal.key" -days "$1" \
		-extfile <(echo subjectAltName=DNS:portal.example) -out "$lab_dir/disk/short.crt" 2>/dev/null
}

expect_certificate() {
	local level=$1 host=$2 file=$3 code=0

	[ "$level" != fail ] || code=1
	write_conf '[web]' 'https = 198.18.1.1:8443' "certificate = $file" "key = ${key:-$lab_dir/ca/portal.key}" \
		"state-dir = $lab_dir/disk"
	sed -i "s|^url .*|url = https://$host/login|" "$conf"
	run_check "$code"
	expect_line "$level" certificate '[web]' "$4"
}

test_certificates() {
	local key

	expect_certificate ok portal.example "$lab_dir/ca/portal.crt" 'more days'
	expect_certificate fail elsewhere.example "$lab_dir/ca/portal.crt" "doesn't name 'elsewhere.example'"
	expect_certificate fail portal.example "$lab_dir/none.crt" "can't be used"
	make_certificate 5
	expect_certificate warn portal.example "$lab_dir/disk/short.crt" 'valid for 4 more days|valid for 5 more days'
	make_certificate -1
	expect_certificate fail portal.example "$lab_dir/disk/short.crt" 'expired at'
	key=$lab_dir/ca/ca.key
	expect_certificate fail portal.example "$lab_dir/ca/portal.crt" "another certificate's"
}

test_resolvers() {
	run_check 0
	expect_line ok resolver resolver '198.18.1.1 answers'
	expect_line ok resolver resolver 'fd00:511:1::1 answers'
	sed -i 's|^\[allow\]|&\ndns = 198.18.1.1\ndns = 198.18.2.80|' "$conf"
	run_check 0
	expect_line warn resolver resolver '198.18.2.80' '^dig @198.18.2.80 '
	sed -i '/^dns = 198.18.1.1$/d' "$conf"
	run_check 1
	expect_line fail resolver resolver '198.18.2.80' '^dig @'
}

test_portals() {
	run_check 0
	expect_line ok portal portal '198.18.2.90'
	sed -i 's|^url .*|url = http://198.18.2.90:81/|' "$conf"
	run_check 1
	expect_line fail portal portal 'takes no connection at 81' '^curl '
	sed -i 's|^url .*|url = http://nobody.invalid/|' "$conf"
	run_check 1
	expect_line fail portal portal "can't be resolved" "^getent ahosts 'nobody.invalid'$"
}

test_radius_servers() {
	radius_start server "$radius_4" "$radius_6"
	lab_secret check.secret "$radius_secret"
	write_conf '[radius]' "secret-file = $lab_dir/check.secret" "server = $radius_4" "server = [$radius_6]" \
		"accounting = $radius_4"
	run_check 0
	expect_line ok radius radius "$radius_4:1812 answers"
	expect_line ok radius radius "\[$radius_6\]:1812 answers"
	expect_line ok accounting accounting "$radius_4:1813"
	sed -i "s|^server = $radius_4|server = 198.18.2.91|" "$conf"
	run_check 0
	expect_line warn radius radius '198.18.2.91' radclient
	echo not-the-secret-it-is >"$lab_dir/check.secret"
	run_check 1
	expect_line fail radius radius "\[$radius_6\]:1812 is silent" "^echo Message-Authenticator=0x00 \| radclient -x "
	expect_line warn accounting accounting 'is silent' radclient
	lab_stop server
}

# --- beside what runs, and all of it -----------------------------------------------------

test_beside_the_daemon_and_the_portal() {
	lab_write_config && lab_portal_config && lab_certificate "$lab_portal_name" 198.18.1.1 fd00:511:1::1
	lab_start_daemon "$lab_config"
	lab_start_portal
	cp "$lab_config" "$conf"
	run_check 0
	expect_line warn portal portal "guests' resolver alone" "^getent ahosts '$lab_portal_name'$"
	expect_line ok xdp lan0 'runs the gate in native'
	expect_line ok mode lan0 'runs in native'
	expect_line ok listen '[web] https' 'xdp511-portal runs'
	expect_line ok database xdp511d 'it runs'
	expect_line ok database portal 'it runs'
	expect_line ok certificate '[web]'
	expect_health '.part == "portal" and .health == "ok"'
	expect_health '.part == "certificate" and .health == "ok" and (.finding | test("more days"))'
	expect_health '.part == "interface" and .name == "lan0" and .health == "ok"'
	expect_health '.part == "worker" and .name == "lan0:0" and .health == "ok"'
	expect_health '.part == "journal" and .health == "ok"'
	expect_health '.part == "sign-in log" and .health == "ok"'
	expect_health '.part == "table" and .name == "sessions" and .health == "ok"'
	expect_health '.part == "time"'
	expect_match "$(cli status)" 'health +ok'
	lab_stop_portal
	expect_health '.part == "portal" and .health == "degraded" and .remedy == "systemctl start xdp511-portal"'
	make_certificate -1
	cp "$lab_dir/disk/short.crt" "$lab_dir/ca/portal.crt"
	expect_health '.part == "certificate" and .health == "degraded" and (.finding | test("expired"))'
	expect_match "$(cli status)" 'degraded +certificate'
}

expect_health() {
	expect_json "$(cli --json status)" ".parts | all(.health == \"ok\" or .remedy) and any($1)"
}

lab_health_is() {
	cli --json status | jq -e ".parts | any($1)" >/dev/null
}

# No directory, no name of the portal, and as many readers of events as there may be.
test_parts_of_the_daemon_that_are_degraded() {
	local i

	lab_stop daemon
	lab_write_config
	sed -i "s|^state-dir.*|state-dir = $lab_config/state|; s|^url .*|url = http://nobody.invalid/|" "$lab_config"
	lab_start_daemon "$lab_config"
	expect_health '.part == "database" and .health == "degraded" and (.remedy | test("^df -h "))'
	expect_health '.part == "link key" and .health == "degraded"'
	expect_health '.part == "sign-in log" and .health == "degraded" and (.remedy | test("^install -d "))'
	lab_wait_for 30 lab_health_is '.part == "name" and .health == "degraded"' || expect_fail "$(cli --json status)"
	expect_health '.part == "events" and .health == "ok"'
	for i in {1..16}; do
		lab_spawn "reader$i" /dev/null curl -sN --unix-socket "$lab_socket" http://x/v1/events
	done
	lab_wait_for 30 lab_health_is '.part == "events" and .health == "degraded"' || expect_fail "$(cli --json status)"
	for i in {1..16}; do lab_stop "reader$i"; done
}

test_a_full_table() {
	lab_stop daemon
	lab_detach
	lab_write_config
	sed -i 's|^max-sessions.*|max-sessions = 1|' "$lab_config"
	lab_start_daemon "$lab_config"
	sign_in
	expect_health '.part == "table" and .name == "sessions" and .health == "degraded"'
	# The remedy, but for the restart.
	cli --json status | jq -r '.parts[] | select(.name == "sessions" and .part == "table").remedy' >"$lab_dir/remedy"
	expect_match "$(<"$lab_dir/remedy")" ' && systemctl restart xdp511d$'
	sed -i 's/ && systemctl.*//' "$lab_dir/remedy"
	sh "$lab_dir/remedy"
	expect_match "$(grep -A1 '^\[gateway\]' "$lab_config")" '^max-sessions = 2$'
	sign_out
	expect_health '.part == "table" and .name == "sessions" and .health == "ok"'
}

test_every_check_of_services_was_seen_both_ways() {
	# shellcheck disable=SC2086 # a list
	expect_seen $checks_of_services
}
