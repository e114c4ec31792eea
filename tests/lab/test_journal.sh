#!/bin/bash
# SPDX-License-Identifier: MIT
# test_journal.sh - nothing lost: kills, reboots, full, read-only and damaged disks, old databases.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

database=$lab_dir/state/xdp511.db

before_each() {
	lab_is_gone daemon || expect_eq "$(api GET /v1/status | jq -r .state_dir)" "$lab_dir/state" >/dev/null ||
		lab_stop daemon
	lab_start_daemon "$lab_config"
	api DELETE '/v1/sessions?all=true' >/dev/null
}

# As after a reboot: nothing is left in the kernel.
reboot() {
	lab_stop daemon "${1:-TERM}"
	lab_detach
	lab_start_daemon "$lab_config"
}

sql() {
	/usr/bin/python3 - "$database" "$1" <<-'EOF'
		import sqlite3, sys
		base = sqlite3.connect(sys.argv[1], timeout=20)
		for row in base.executescript(sys.argv[2]) if ";" in sys.argv[2] else base.execute(sys.argv[2]):
		    print("|".join(map(str, row)))
		base.commit()
	EOF
}

session() {
	cli --json show "$lab_mac"
}

# --- a disk of the daemon's own, which goes with it ------------------------------------------

# start_on_disk OPTIONS: the state directory is a file system that only the daemon sees.
start_on_disk() {
	lab_stop daemon
	# shellcheck disable=SC2016 # expanded by the inner shell
	lab_spawn daemon "$lab_dir/daemon.log" nsenter "--net=/run/netns/$lab-gw" \
		unshare --mount --propagation private \
		sh -c 'mount -t tmpfs -o "$0" tmpfs "$1" && shift && exec "$@"' \
		"$1" "$lab_dir/state" "$lab_build/xdp511d" --config "$lab_config"
	lab_wait_for 30 lab_answers
}

on_disk() {
	nsenter "--mount=/proc/$(lab_pid daemon)/ns/mnt" "$@"
}

health_is() {
	[ "$(api GET /v1/status | jq -r .health)" = "$1" ]
}

log_lines() {
	grep -c "$1" "$lab_dir/daemon.log" || true
}

# --- kills and reboots -----------------------------------------------------------------------

# Signs in 02:05:11:00:02:10 to :99 one after the other; prints the codes of those confirmed.
sign_in_many() {
	curl -sS --max-time 60 --unix-socket "$lab_socket" -X PUT --data-binary '{"user":"many"}' -o /dev/null \
		-w '%{http_code}\n' 'http://x/v1/sessions/02:05:11:00:02:[10-99]' 2>/dev/null || true
}

count_many() {
	api GET '/v1/sessions?user=many' | jq length
}

test_kill_loses_no_confirmed_sign_in() {
	expect_eq "$(sign_in_many | sort | uniq -c | xargs)" '90 201'
	reboot KILL
	expect_eq "$(count_many)" 90
}

test_kill_amid_sign_ins_loses_none_of_those_confirmed() {
	local confirmed pid

	sign_in_many >"$lab_dir/codes" &
	pid=$!
	lab_wait_for 30 test -s "$lab_dir/codes" || true
	reboot KILL
	wait "$pid"
	confirmed=$(grep -c 201 "$lab_dir/codes" || true)
	[ "$(count_many)" -ge "$confirmed" ] || expect_fail "$(count_many) of $confirmed came back"
	api DELETE '/v1/sessions?all=true' >/dev/null
}

test_reboot_brings_sessions_back_with_what_they_used() {
	local before

	sign_in --user alice --timeout 2h --quota 100M
	expect_status 200 http://example.com/
	before=$(session)
	reboot
	expect_status 200 http://example.com/
	expect_json "$(session)" '.user == "alice" and .quota_left_bytes < 100000000'
	expect_json "$(session)" ".up_bytes >= $(jq .up_bytes <<<"$before") and .up_bytes > 0"
	expect_json "$(session)" ".down_bytes >= $(jq .down_bytes <<<"$before")"
	expect_json "$(session)" ".expires_at == $(jq .expires_at <<<"$before") and .login_at == $(jq .login_at <<<"$before")"
}

# The first start after a reboot finds no interface yet: it has made the maps, and filled none.
test_start_that_failed_after_a_reboot_loses_nothing() {
	sign_in --user alice
	lab_stop daemon
	lab_detach
	sed 's/^interface *=.*/interface = x511-absent/' "$lab_config" >"$lab_dir/absent.ini"
	expect_refusal 1 x511-absent nsenter "--net=/run/netns/$lab-gw" "$lab_build/xdp511d" \
		--config "$lab_dir/absent.ini"
	rm "$lab_dir/absent.ini"
	lab_start_daemon "$lab_config"
	expect_json "$(session)" '.user == "alice"'
	# From then on what has no entry was signed out.
	lab_stop daemon
	lab_start_daemon "$lab_config"
	[ ! -e "$lab_pins/x511_unfilled" ] || expect_fail "the mark is there still"
	expect_json "$(session)" '.user == "alice"'
}

counters_are_written() {
	[ "$(sql "SELECT count(*) FROM sessions WHERE up_packets >= $1")" = 1 ]
}

test_counters_reach_the_disk_while_it_runs() {
	sign_in
	expect_status 200 http://example.com/
	lab_wait_for 30 counters_are_written "$(session | jq .up_packets)"
	reboot KILL
	expect_json "$(session)" '.up_packets > 4 and .down_bytes > 100'
}

test_sign_out_is_for_ever() {
	sign_in
	sign_out
	reboot KILL
	expect_refusal 1 "$lab_mac" cli show "$lab_mac"
	expect_status 511 http://example.com/
}

test_changes_under_traffic_keep_the_counters() {
	local before=0 now n received

	sign_in
	lab_start_download http://example.com/big
	for n in {1..30}; do
		now=$(api PATCH "/v1/sessions/$lab_mac" "{\"quota\":\"${n}G\"}" | jq .down_bytes)
		[ "$now" -ge "$before" ] || expect_fail "$now bytes after $before"
		before=$now
	done
	expect_download_runs
	received=$(lab_download_bytes)
	now=$(session)
	lab_stop download
	[ "$(jq .down_bytes <<<"$now")" -ge "$received" ] || expect_fail "the client got $received bytes:" "$now"
}

# --- disks -----------------------------------------------------------------------------------

fill_disk() {
	on_disk dd if=/dev/zero of="$lab_dir/state/filler" bs=4k 2>/dev/null || true
}

# Signs in one after the other until one is refused with that status.
refuses() {
	local n

	for n in {100..999}; do
		[ "$(api_status PUT "/v1/sessions/02:05:11:03:0${n:0:1}:${n:1}" '{}')" = 201 ] || break
	done
	[ "$(api_status PUT "/v1/sessions/02:05:11:00:00:99" '{}')" = "$1" ]
}

test_full_disk_refuses_sign_ins_and_keeps_sessions() {
	local told

	told=$(log_lines "can't be written")
	start_on_disk size=4m
	sign_in --user alice
	health_is ok
	fill_disk
	lab_wait_for 30 refuses 507
	expect_problem 507 'xdp511\.db.*make room' PUT /v1/sessions/02:05:11:00:00:98 '{}'
	expect_problem 404 '.' GET /v1/sessions/02:05:11:00:00:98
	expect_json "$(api GET /v1/status)" '.health == "degraded" and (.warnings | any(test("xdp511.db.*make room")))'
	expect_eq "$(($(log_lines "can't be written") - told))" 1
	expect_status 200 http://example.com/
	# A sign-out holds at once, and for ever when there is room again.
	expect_refusal 1 'signed out.*xdp511\.db' cli logout "$lab_mac"
	expect_status 511 http://example.com/
	on_disk rm "$lab_dir/state/filler"
	lab_wait_for 30 health_is ok
	expect_eq "$(on_disk /usr/bin/python3 -c "import sqlite3; print(sqlite3.connect('$database').execute(
		'SELECT count(*) FROM sessions WHERE user IS NOT NULL').fetchone()[0])")" 0
	sign_in --user bob
	expect_status 200 http://example.com/
	lab_stop daemon
}

test_read_only_disk_is_taken_when_it_is_writable_again() {
	sign_in --user early
	start_on_disk size=4m,ro
	expect_json "$(api GET /v1/status)" '.health == "degraded" and (.warnings | any(test("xdp511.db")))'
	# The gate goes on with whom it had, and signs in others as long as it runs.
	expect_status 200 http://example.com/
	cli login 02:05:11:00:00:77 --user late >/dev/null
	expect_json "$(api GET /v1/sessions)" 'length == 2'
	on_disk mount -o remount,rw "$lab_dir/state"
	lab_wait_for 30 health_is ok
	expect_eq "$(on_disk /usr/bin/python3 -c "import sqlite3; print(sqlite3.connect('$database').execute(
		'SELECT count(*), max(user) FROM sessions').fetchone())")" "(2, 'late')"
	expect_json "$(api GET /v1/sessions)" 'length == 2'
	cli logout 02:05:11:00:00:77 >/dev/null
	expect_status 200 http://example.com/
	lab_stop daemon
}

test_damaged_database_is_moved_aside() {
	sign_in --user alice
	cli login 02:05:11:00:00:77 --zone stage >/dev/null
	lab_stop daemon
	sql 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	/usr/bin/python3 - "$database" <<-'EOF'
		import sys
		with open(sys.argv[1], "r+b") as file:
		    size = file.seek(0, 2)
		    for at in range(0, size, 512):
		        file.seek(at)
		        file.write(b"damage " * 40)
	EOF
	lab_start_daemon "$lab_config"
	expect_status 200 http://example.com/
	expect_json "$(api GET /v1/status)" '.health == "ok" and (.warnings | any(test("damaged.*xdp511.db.damaged-")))'
	[ -n "$(find "$lab_dir/state" -name 'xdp511.db.damaged-*Z')" ] || expect_fail "it is not kept"
	expect_json "$(api GET '/v1/sessions?zone=stage')" 'map(.mac) == ["02:05:11:00:00:77"]'
	expect_json "$(session)" '.method == "adopted"'
	sign_in --user alice
	reboot
	expect_json "$(session)" '.user == "alice"'
	expect_json "$(api GET /v1/status)" '.warnings == []'
	rm -f "$lab_dir"/state/xdp511.db.damaged-*
}

test_damage_while_it_runs_is_told() {
	sign_in --user alice
	/usr/bin/python3 - "$database" <<-'EOF'
		import os, sys
		for name, start in ((sys.argv[1], 0), (sys.argv[1] + "-wal", 32)):
		    with open(name, "r+b") as file:
		        file.seek(start)
		        file.write(os.urandom(max(os.path.getsize(name) - start, 0)))
	EOF
	cli login 02:05:11:00:00:77 --zone stage >/dev/null || true # the next read is not from memory
	expect_refusal 1 "database can.t be read" cli show "$lab_mac"
	expect_json "$(api GET /v1/status)" '.health == "degraded" and (.warnings | any(test("xdp511.db. is damaged; restart xdp511d")))'
	lab_stop daemon
	lab_start_daemon "$lab_config"
	sign_in --user alice
	expect_json "$(session)" '.user == "alice"'
	rm -f "$lab_dir"/state/xdp511.db.damaged-*
	reboot
	expect_json "$(api GET /v1/status)" '.health == "ok" and .warnings == []'
}

test_nothing_is_confirmed_into_a_file_that_was_removed() {
	sign_in --user alice
	rm -f "$database"*
	expect_refusal 1 "the file was removed" cli login 02:05:11:00:00:77 --zone stage
	expect_json "$(api GET /v1/status)" '.health == "degraded" and (.warnings | any(test("file was removed.*restart xdp511d")))'
	lab_stop daemon
	lab_start_daemon "$lab_config"
	expect_status 200 http://example.com/
	expect_json "$(api GET /v1/status)" '.health == "ok"'
	sign_in --user alice
	reboot
	expect_json "$(session)" '.user == "alice"'
}

test_database_of_version_1_is_taken_over() {
	lab_stop daemon
	lab_detach
	rm -f "$database"*
	sql 'CREATE TABLE sessions (mac TEXT NOT NULL, zone TEXT NOT NULL, user TEXT, method TEXT NOT NULL,
		state TEXT NOT NULL, login_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
		idle_s INTEGER NOT NULL, up_bps INTEGER NOT NULL, down_bps INTEGER NOT NULL,
		quota_bytes INTEGER NOT NULL, PRIMARY KEY (mac, zone)) WITHOUT ROWID;
		CREATE INDEX sessions_user ON sessions (user, mac, zone) WHERE user IS NOT NULL;
		CREATE TABLE zones (name TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE) WITHOUT ROWID;
		CREATE TABLE garden (zone TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (zone, entry)) WITHOUT ROWID;
		INSERT INTO zones VALUES ("default", 0), ("stage", 7);
		INSERT INTO garden VALUES ("default", "203.0.113.0/24");
		INSERT INTO sessions VALUES ("02:05:11:00:00:01", "default", "alice", "voucher", "active",
			1763000000000, 0, 1800, 1000000, 2000000, 5000000000);
		INSERT INTO sessions VALUES ("02:05:11:00:00:77", "stage", NULL, "api", "blocked", 1763000000000, 0, 0, 0, 0, 0);
		PRAGMA user_version = 1;'
	lab_start_daemon "$lab_config"
	expect_json "$(session)" '.user == "alice" and .method == "voucher" and .idle_s == 1800 and
		.up_bps == 1000000 and .down_bps == 2000000 and .quota_left_bytes == 5000000000 and
		.login_at == "2025-11-13T02:13:20Z" and .expires_at == null'
	expect_json "$(api GET '/v1/sessions?zone=stage')" 'map([.mac, .state]) == [["02:05:11:00:00:77", "blocked"]]'
	expect_match "$(cli garden list)" '203\.0\.113\.0/24'
	expect_eq "$(sql 'PRAGMA user_version')" 2
	cli garden del 203.0.113.0/24
}

test_newer_database_is_left_alone() {
	lab_stop daemon
	sql 'PRAGMA user_version = 99'
	lab_start_daemon "$lab_config"
	expect_json "$(api GET /v1/status)" '.health == "degraded" and (.warnings | any(test("newer version")))'
	sign_in
	expect_status 200 http://example.com/
	sql 'PRAGMA user_version = 2'
	lab_wait_for 30 health_is ok
	expect_status 200 http://example.com/
}
