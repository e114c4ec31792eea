#!/bin/bash
# SPDX-License-Identifier: MIT
# test_page.sh - a zone's own page from a file: taken at start and by a reload, refused when broken.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

good='<!DOCTYPE html><html lang={{lang}} dir={{dir}}><title>{{name}}</title>
<h1>The house of {{name}} ({{zone}})</h1><p>{{text}}
<p><a href="{{link}}">{{button}}</a>'

set_up() {
	page=$lab_dir/page.html
	printf '%s\n' "$good" >"$page"
	sed -i "s|^\[portal\]|&\npage = $page|" "$lab_config"
	lab_start_daemon "$lab_config"
}

before_each() {
	page=$lab_dir/page.html
	rm -f "$page"
	printf '%s\n' "$good" >"$page"
	lab_start_daemon "$lab_config"
	cli reload >/dev/null
	api DELETE '/v1/sessions?all=true' >/dev/null
}

# What a browser is shown.
shown() {
	client curl -s --max-time 20 -H 'Accept: text/html' "$@" http://example.com/a
}

shows() {
	grep -qF -- "$1" <<<"$(shown)"
}

test_guests_see_the_page() {
	lab_wait_for 30 shows '<h1>The house of Lab Wi-Fi (default)</h1><p>Please sign in'
	expect_match "$(shown)" '<a href="http://198\.18\.2\.90/login\?mac=[^"<> ]*&amp;sig=[0-9a-f]{64}">Sign in</a>'
	expect_match "$(shown -6)" 'The house of Lab Wi-Fi'
	expect_match "$(shown -H 'Accept-Language: he')" '<html lang=he dir=rtl>'
	expect_status 511 -H 'Accept: text/html' http://example.com/
}

test_programs_still_get_text() {
	local text

	text=$(client curl -s --max-time 20 http://example.com/a)
	expect_no_match "$text" 'The house'
	expect_match "$text" '^http://198\.18\.2\.90/login\?mac='
}

test_a_link_to_the_portal_works() {
	local link

	lab_wait_for 30 shows 'The house'
	link=$(shown | sed -n 's/.*<a href="\([^"]*\)".*/\1/p')
	expect_status 200 "${link//&amp;/&}"
}

test_reload_takes_a_changed_page() {
	lab_wait_for 30 shows 'The house'
	printf 'Another {{link}}\n' >"$page"
	expect_match "$(cli reload)" "zone 'default' has another page"
	lab_wait_for 30 shows 'Another http://198.18.2.90/login?'
}

test_reload_of_a_broken_page_keeps_the_old_one() {
	lab_wait_for 30 shows 'The house'
	printf '<a href="{{link}}">\n{{buton}}</a>\n' >"$page"
	expect_refusal 1 "xdp511\.conf:[0-9]+: page \"$page\" line 2: \"\{\{buton\}\}\" is no placeholder; there are" cli reload
	shows 'The house'
}

test_check_finds_what_is_wrong() {
	local check=("$lab_build/xdp511d" --check --config "$lab_config")

	expect_exit 0 "${check[@]}"
	printf '{{link}\n' >"$page"
	expect_refusal 1 "page \"$page\" line 1: \"\{\{\" without \"\}\}\"" "${check[@]}"
	: >"$page"
	expect_refusal 1 "page \"$page\" is empty" "${check[@]}"
	printf '{{link}}\n\0' >"$page"
	expect_refusal 1 "page \"$page\" line 2: a NUL byte" "${check[@]}"
	printf '{{link}}\n\377' >"$page"
	expect_refusal 1 "page \"$page\" line 2: a byte that is no UTF-8" "${check[@]}"
	printf '{{link}}%2000s' x >"$page"
	expect_refusal 1 ":[0-9]+: page \"$page\" has 2008 bytes and may have [0-9]{3} in zone \"default\"" "${check[@]}"
	rm "$page"
	expect_refusal 1 "page \"$page\" cannot be read: No such file or directory; create it" "${check[@]}"
}

# The daemon reads it as root at first, and later without root's privilege over other users' files.
test_reload_reads_a_page_by_its_mode() {
	printf 'Of nobody {{link}}\n' >"$page"
	chown nobody "$page"
	chmod 600 "$page"
	expect_refusal 1 "page \"$page\" cannot be read: Permission denied; let root read it by its mode" cli reload
	chmod 644 "$page"
	expect_match "$(cli reload)" "zone 'default' has another page"
	chown root "$page"
}

# Who takes the gate out may not have to mend a page first.
test_detach_needs_no_page() {
	lab_stop daemon
	rm "$page"
	expect_exit 0 gw timeout 30 "$lab_build/xdp511d" --detach --config "$lab_config"
	[ ! -e "$lab_pins" ] || expect_fail "pins are left: $(find "$lab_pins")"
}

test_start_with_a_broken_page_is_refused() {
	lab_stop daemon
	printf 'no link\n' >"$page"
	expect_refusal 1 "page \"$page\" has no \{\{link\}\}" gw "$lab_build/xdp511d" --config "$lab_config"
}

tagged_page() {
	client timeout 60 /usr/bin/python3 "$lab_top/tests/lab/tagged_request.py" \
		wlan0 "$lab_gw_mac" 8100:200 "$1" page
}

press_shows() {
	grep -qF -- "$1" <<<"$(tagged_page "$2")"
}

test_a_zone_overrides_the_page() {
	lab_wait_for 30 press_shows 'The house of Lab Wi-Fi (press)' 198.18.2.80
	printf 'Only for {{zone}}: {{link}}\n' >"$lab_dir/press.html"
	sed -i "s|^\[zone press\]|&\npage = $lab_dir/press.html|" "$lab_config"
	expect_match "$(cli reload)" "zone 'press' has another page"
	lab_wait_for 30 press_shows 'Only for press: http://198.18.2.90/login?' 198.18.2.80
	lab_wait_for 30 press_shows 'Only for press: http://198.18.2.90/login?' fd00:511:2::80
	lab_wait_for 30 shows 'The house of Lab Wi-Fi (default)'
	printf 'no link\n' >"$lab_dir/press.html"
	expect_refusal 1 "page \"$lab_dir/press\.html\" has no" cli reload
	press_shows 'Only for press' 198.18.2.80
}
