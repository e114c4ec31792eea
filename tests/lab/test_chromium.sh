#!/bin/bash
# SPDX-License-Identifier: MIT
# test_chromium.sh - Chromium finds the portal by itself, and the page is good to look at and to use.
# shellcheck disable=SC2154,SC2034,SC2016 # lab_… come from lab.sh; run reads test_seconds; $ is of jq
# shellcheck source=tests/lab/programs.sh
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"
test_seconds=240
portal=http://198.18.2.90/login

set_up() {
	lab_start_daemon "$lab_config"
	# No wrapper of the distribution's, which adds options of its own.
	program_start chromium /usr/lib/chromium/chromium --headless=new --no-sandbox --disable-gpu \
		--disable-dev-shm-usage --user-data-dir="$lab_dir/chromium/profile" --no-first-run \
		--disable-sync --disable-component-update --disable-crash-reporter --password-store=basic \
		--remote-debugging-port=9222 '--remote-allow-origins=*' about:blank
	program_wait chromium 60 chromium_answers
}

chromium_answers() {
	client curl -sf --max-time 5 -o /dev/null http://127.0.0.1:9222/json/version
}

# ask_chromium COMMAND...: leaves what it prints in $answer.
ask_chromium() {
	answer=$(client /usr/bin/python3 "$lab_top/tests/lab/chromium.py" "$@")
}

# Detection is asked for once, as the browser itself doesn't ask again for a while.
test_https_page_opens_the_sign_in_tab() {
	ask_chromium tab https://bank.example/ "$portal"
	expect_json "$answer" .opened
	note "Chromium: sign-in tab $(jq .ms <<<"$answer") ms after an https page was asked for, at attempt $(jq .attempt <<<"$answer")"
}

test_refresh_leads_to_the_portal() {
	ask_chromium refresh http://example.com/news "$portal"
	expect_json "$answer" '.text | contains("sign in here")'
	note "Chromium: at the portal $(jq .ms <<<"$answer") ms after an http page was asked for"
}

test_signed_in_guest_sees_the_web() {
	sign_in
	ask_chromium show http://example.com/
	expect_json "$answer" '.status == 200 and (.text | contains("real web server"))'
}

# expect_page FACTS: true of the page in every language and on every phone.
expect_page() {
	expect_json "$1" '.status == 511 and .title != "" and .heading != "" and .lang != ""'
	expect_json "$1" '.link.text != "" and .link.href == .refreshed_to and (.refresh | contains("login"))'
	expect_json "$1" '.content.width <= .phone.width'
	expect_json "$1" '.phone as $p | .link.box | .left >= 0 and .right <= $p.width and .top >= 0 and .bottom <= $p.height'
	# As big as a thumb (WCAG 2.5.5), and as dark as an old eye needs it (1.4.3).
	expect_json "$1" '.link.box | .height >= 44 and .width >= 44'
	expect_json "$1" '(.contrasts | length) >= 3 and all(.contrasts[]; .ratio >= 4.5)'
}

# expect_picture SCHEME LANGUAGE: the page is painted, and its button in the colour it claims.
expect_picture() {
	local near='. as [$a, $b] | [range(3) | ($a[.] - $b[.]) | fabs] | max <= 16'

	mkdir -p "$pictures"
	ask_chromium picture http://example.com/ "$portal" "$2" "$1" "$pictures/chromium-$2-$1.png"
	expect_page "$answer"
	expect_json "$answer" '.painted > 50'
	expect_json "$answer" "[.link.colour, .link.painted] | $near"
	expect_json "$answer" "[.link.colour, .background] | $near | not"
}

test_page_on_a_phone() {
	expect_picture light en
	expect_json "$answer" '.lang == "en" and .dir == "ltr"'
	expect_json "$answer" '(.background | add) > 600'
}

test_page_on_a_phone_in_the_dark() {
	expect_picture dark en
	expect_json "$answer" '(.background | add) < 200'
}

test_page_from_right_to_left() {
	expect_picture light ar
	expect_json "$answer" '.lang == "ar" and .dir == "rtl"'
}

test_page_in_many_languages() {
	local one

	ask_chromium words http://example.com/ "$portal" \
		de,el,es,fa,fr,he,hi,hu,ja,ko,ru,vi,zh-Hant,tlh
	while read -r one; do
		expect_page "$one"
		expect_json "$one" '.lang == (if .asked == "tlh" then "en" else .asked end)'
		expect_json "$one" '(.dir == "rtl") == (.lang | test("^(ar|fa|he|ur)"))'
	done < <(jq -c '.[]' <<<"$answer")
}
