#!/bin/bash
# SPDX-License-Identifier: MIT
# test_programs.sh - programs without a user know that they got no answer, and keep nothing of the page.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

set_up() {
	lab_start_daemon "$lab_config"
	echo "the real tarball" >"$lab_dir/www/file.tar.gz"
	mkdir -p "$lab_dir/files"
}

# in_files COMMAND...: as the client, in a directory for what the command saves.
in_files() {
	rm -rf "$lab_dir/files"
	mkdir "$lab_dir/files"
	client env --chdir="$lab_dir/files" LC_ALL=C timeout 30 "$@"
}

expect_no_files() {
	expect_eq "$(ls -A "$lab_dir/files")" ''
}

test_wget_saves_nothing() {
	expect_exit 8 in_files wget -q --tries=1 --timeout=10 http://example.com/file.tar.gz
	expect_no_files
}

test_wget_says_why() {
	expect_exit 8 in_files wget --tries=1 --timeout=10 http://example.com/file.tar.gz
	expect_match "$output" 'ERROR 511: Network Authentication Required'
}

test_wget_of_a_signed_in_guest() {
	sign_in
	expect_exit 0 in_files wget -q --tries=3 --timeout=10 http://example.com/file.tar.gz
	expect_eq "$(<"$lab_dir/files/file.tar.gz")" 'the real tarball'
}

test_curl_saves_nothing() {
	expect_exit 22 in_files curl -sSfLO --max-time 10 http://example.com/file.tar.gz
	expect_match "$output" '511'
	expect_no_files
}

test_python_urllib() {
	expect_exit 1 in_files /usr/bin/python3 -c '
import urllib.request
urllib.request.urlretrieve("http://example.com/file.tar.gz", "file.tar.gz")'
	expect_match "$output" 'HTTP Error 511: Network Authentication Required'
	expect_no_files
}

test_python_requests() {
	expect_exit 1 in_files /usr/bin/python3 -c '
import requests
requests.get("http://example.com/file.tar.gz", timeout=10).raise_for_status()'
	expect_match "$output" 'HTTPError: 511 .*Network Authentication Required'
}

# apt with all its directories here, and a source that asks for no signature: nothing but the answer
# can stop it.
write_apt_files() {
	mkdir -p "$lab_dir"/apt/{etc/sources.list.d,state/lists/partial,cache/archives/partial}
	touch "$lab_dir/apt/status"
	echo "deb [trusted=yes] http://deb.example.com/debian stable main" >"$lab_dir/apt/etc/sources.list"
}

apt_update() {
	in_files apt-get -q -o "Dir::Etc=$lab_dir/apt/etc" -o "Dir::State=$lab_dir/apt/state" \
		-o "Dir::State::status=$lab_dir/apt/status" -o "Dir::Cache=$lab_dir/apt/cache" \
		-o Acquire::Retries=0 -o Acquire::http::Timeout=10 -o Acquire::http::Proxy=DIRECT \
		-o APT::Sandbox::User=root -o APT::Update::Error-Mode=any update
}

test_apt_refuses_the_page() {
	write_apt_files
	expect_exit 100 apt_update
	expect_match "$output" '511 +Network Authentication Required'
	expect_eq "$(find "$lab_dir/apt/state/lists" -type f ! -name lock)" ''
}
