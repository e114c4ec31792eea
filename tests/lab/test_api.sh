#!/bin/bash
# SPDX-License-Identifier: MIT
# test_api.sh - the control API over its socket: what it refuses, and how.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

mac_path=/v1/sessions/02:05:11:00:00:01

test_unknown_path_and_method() {
	expect_problem 404 'nowhere' GET /v1/nowhere
	expect_problem 404 '.' GET /
	expect_problem 405 '.' DELETE /v1/status
	expect_match "$(curl -s -i --unix-socket "$lab_socket" -X DELETE http://x/v1/status)" '^Allow: .*GET'
}

test_answers_are_json_and_not_stored() {
	local head

	head=$(curl -s -D - -o /dev/null --unix-socket "$lab_socket" http://x/v1/status | tr -d '\r')
	expect_match "$head" '^Content-Type: application/json'
	expect_match "$head" '^Cache-Control: no-store'
	head=$(curl -s -D - -o /dev/null --unix-socket "$lab_socket" http://x/v1/nowhere | tr -d '\r')
	expect_match "$head" '^Content-Type: application/problem\+json'
}

test_broken_json() {
	expect_problem 400 'line' PUT "$mac_path" '{"user": '
	expect_problem 400 '.' PUT "$mac_path" '[]'
	expect_problem 400 '.' PUT "$mac_path" '{"user":"a","user":"b"}'
	expect_status 511 http://example.com/
}

test_wrong_type_or_field() {
	expect_problem 400 '"?user"?' PUT "$mac_path" '{"user": 5}'
	expect_problem 400 '"?colour"?' PUT "$mac_path" '{"colour": "red"}'
	expect_problem 400 '"?timeout"?' PUT "$mac_path" '{"timeout": "-5m"}'
	expect_problem 400 '"?timeout"?' PUT "$mac_path" '{"timeout": -5}'
	expect_problem 400 '"?state"?' PUT "$mac_path" '{"state": "happy"}'
	expect_status 511 http://example.com/
}

test_bad_mac() {
	expect_problem 400 'elephant' PUT /v1/sessions/elephant '{}'
	expect_problem 400 '01:00:5e:00:00:01' PUT /v1/sessions/01:00:5e:00:00:01 '{}'
}

test_unknown_zone() {
	expect_problem 404 'moon' PUT "$mac_path?zone=moon" '{}'
	expect_problem 404 'moon' PUT "$mac_path" '{"zone":"moon"}'
}

test_huge_body() {
	head -c 70000 /dev/zero | tr '\0' ' ' >"$lab_dir/huge"
	expect_problem 413 '.' PUT "$mac_path" "@$lab_dir/huge"
	expect_eq "$(api_status PUT "$mac_path" '{}')" 201
}

test_session_lives_through_put_patch_delete() {
	expect_problem 404 '02:05:11:00:00:01' GET "$mac_path"
	expect_eq "$(api_status PUT "$mac_path" '{"user":"alice","timeout":"1h"}')" 201
	expect_status 200 http://example.com/
	expect_eq "$(api_status PUT "$mac_path" '{"user":"alice","timeout":7200}')" 200
	expect_json "$(api PATCH "$mac_path" '{"down":"2M"}')" '.down_bps == 2000000 and .user == "alice"'
	expect_json "$(api DELETE "$mac_path")" '.user == "alice" and .down_bytes > 0'
	expect_status 511 http://example.com/
	expect_problem 404 '.' DELETE "$mac_path"
}

test_delete_needs_to_know_what() {
	expect_problem 400 '.' DELETE /v1/sessions
	expect_json "$(api DELETE '/v1/sessions?all=true')" '.removed == 0'
}

test_full_table_refuses_the_new_and_keeps_the_old() {
	local n code=201

	sign_in
	sed 's/^max-sessions.*/max-sessions = 16/' "$lab_config" >"$lab_dir/small.conf"
	lab_stop daemon
	lab_detach
	lab_start_daemon "$lab_dir/small.conf"
	sign_in
	for n in {10..40}; do
		code=$(api_status PUT "/v1/sessions/02:05:11:00:01:$n" '{}')
		[ "$code" = 201 ] || break
	done
	expect_eq "$code" 507
	expect_match "$(jq -r .detail "$lab_dir/body")" 'max-sessions'
	expect_status 200 http://example.com/
	api DELETE '/v1/sessions?all=true' >/dev/null
	lab_stop daemon
	lab_detach
}
