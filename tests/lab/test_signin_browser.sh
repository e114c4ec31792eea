#!/bin/bash
# SPDX-License-Identifier: MIT
# test_signin_browser.sh - a phone's browser goes from a blocked page through the portal to the web, by every method.
# shellcheck disable=SC2154,SC2034,SC2016 # lab_… come from lab.sh; run reads test_seconds; $ is of jq
# shellcheck source=tests/lab/programs.sh
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"
# shellcheck source=tests/lab/radius.sh
source "$(dirname "${BASH_SOURCE[0]}")/radius.sh"
test_seconds=240
portal=https://portal.venue.example/login

set_up() {
	lab_portal_config
	mkdir -p "$lab_dir/theme/messages"
	cat >>"$lab_config" <<-EOF
		theme          = $lab_dir/theme

		[sign-in]
		methods        = click voucher user radius
		venue-url      = https://venue.example/
	EOF
	radius_config "server = $radius_4"
	radius_write radius "$radius_4"
	printf '%s\n' 'bob Cleartext-Password := "hello"' ' Session-Timeout = 3600' \
		'eve Auth-Type := Reject' ' Reply-Message = "No credit <b>left</b>"' >"$lab_dir/radius/users"
	radius_start radius "$radius_4"
	lab_start_daemon "$lab_config"
	lab_start_portal
	mkdir -p "$pictures"
	program_start driver chromedriver --port=9515
	program_wait driver 60 driver_answers
}

before_each() {
	lab_start_daemon "$lab_config"
	lab_start_portal
	api DELETE '/v1/sessions?all=true' >/dev/null
	trusted=$(openssl x509 -in "$lab_dir/ca/portal.crt" -pubkey -noout | openssl pkey -pubin -outform der |
		openssl dgst -sha256 -binary | base64)
}

driver_answers() {
	client curl -sf --max-time 5 -o /dev/null http://127.0.0.1:9515/status
}

# visit [OPTION...] URL [STEP...]: leaves the pages in $pages. The browser trusts the certificate by
# its key: Chromium has no option for an authority, and the chain is what curl checks.
visit() {
	pages=$(client env "TMPDIR=$lab_dir/driver" timeout 200 /usr/bin/python3 "$lab_top/tests/lab/phone.py" \
		--trust "$trusted" "$@")
	expect_json "$pages" 'length > 0'
}

# expect_page N FILTER: true of page N.
expect_page() {
	jq -e ".[$1 - 1] | $2" <<<"$pages" >/dev/null ||
		expect_fail "not true of page $1: $2" "$(jq -c ".[$1 - 1] | del(.text)" <<<"$pages")"
}

# What is true of every page in every language.
expect_good_pages() {
	local n

	for n in $(seq "$(jq length <<<"$pages")"); do
		expect_page "$n" '.headings == 1 and .title != "" and .lang != "" and .heading != ""'
		expect_page "$n" '.content.width <= .view.width and .outside == []'
		expect_page "$n" '.small == [] and .unlabelled == [] and .fine_print == []'
		# WCAG 2: 1.4.3
		expect_page "$n" '(.contrasts | length) >= 3 and all(.contrasts[]; .ratio >= 4.5)'
		expect_page "$n" '.foreign == [] and .scripts == 0 and .targets_elsewhere == []'
		expect_page "$n" '.complaints == []'
		# One gets everywhere by the keyboard, from top to bottom, and sees where one is.
		expect_page "$n" '.tabs | length > 0 and all(.[]; .visible) and ([.[].top] | . == sort)'
		expect_page "$n" '.inputs - [.tabs[].name] == []'
	done
}

test_blocked_page_leads_to_a_click() {
	visit --picture "$pictures/signin-click" "http://example.com/?news" accept=1 +Connect +Continue
	expect_json "$pages" 'length == 3'
	expect_page 1 ".documents[0].status == 511 and (.url | startswith(\"$portal?mac=\"))"
	expect_page 2 ".url | startswith(\"$portal/status\")"
	expect_page 2 '.refresh > 0 and .documents[-1].status == 200'
	expect_page 3 '.url == "http://example.com/?news"'
	expect_json "$(api GET "/v1/sessions/$lab_mac")" '.method == "click"'
	expect_json "$(jq '.[2]' <<<"$pages")" '.text | contains("real web server")'
	pages=$(jq '.[:2]' <<<"$pages")
	expect_good_pages
}

# expect_signed_in METHOD USER: by the last visit, whose second page says so.
expect_signed_in() {
	expect_good_pages
	expect_page 2 ".url | startswith(\"$portal/status\")"
	jq -r '.[1].text' <<<"$pages" | grep -qF "$2" || expect_fail "the page doesn't say who is signed in: $2"
	expect_json "$(api GET "/v1/sessions/$lab_mac")" ".method == \"$1\" and .user == \"$2\""
	expect_status 200 http://example.com/
}

admin() {
	cli "$@" --admin "$lab_dir/portal-run/admin.sock"
}

test_voucher() {
	local code

	code=$(admin voucher create 1 --timeout 8h --quota 5G --json | jq -r '.codes[0]')
	visit --language de --picture "$pictures/signin-voucher" "$portal" "voucher=$code" +Anmelden
	expect_signed_in voucher "$code"
	jq -r '.[1].text' <<<"$pages" | grep -qE '7.Std\. 59.Min\.|8.Std\.' || expect_fail "no time left"
}

test_user() {
	admin user add anna <<<'correct horse'
	visit --scheme dark --picture "$pictures/signin-user" "$portal" username=anna 'password=correct horse' '+Sign in'
	expect_signed_in user anna
}

test_radius() {
	visit --language ar --picture "$pictures/signin-radius" "$portal" username=bob password=hello '+تسجيل الدخول'
	expect_page 2 '.dir == "rtl" and .lang == "ar"'
	expect_signed_in radius bob
}

test_words_of_the_server_are_text() {
	visit --picture "$pictures/signin-reply" "$portal" username=eve password=hello '+Sign in'
	expect_good_pages
	expect_page 2 '.alert | contains("No credit <b>left</b>")'
	expect_page 2 '.values.username == "eve" and .values.password == ""'
}

test_refusal_is_told_at_the_field() {
	visit --scheme dark --picture "$pictures/signin-refused" "$portal" voucher=AAAA-BBBB-CCCC '+Sign in'
	expect_good_pages
	expect_page 2 '.documents[-1].status == 403 and .alert != ""'
	expect_page 2 '.alert as $alert | .invalid == [{name: "voucher", described: $alert}]'
	expect_page 2 '.values.voucher == "AAAA-BBBB-CCCC" and .focus.name == "voucher" and .focus.visible'
	expect_status 511 http://example.com/
}

test_printed_voucher_is_filled_in() {
	local code

	code=$(admin voucher create 1 --json | jq -r '.codes[0]')
	visit "$portal?voucher=$code"
	expect_page 1 ".values.voucher == \"$code\" and .alert == \"\""
}

test_sign_out() {
	visit --picture "$pictures/signin-signed-out" "$portal" accept=1 +Connect '+Sign out' '+Sign in again'
	expect_good_pages
	expect_json "$pages" 'length == 4'
	expect_page 3 '.url | endswith("/signed-out")'
	expect_page 4 '.inputs | contains(["voucher"])'
	expect_status 511 http://example.com/
}

test_terms_and_back() {
	visit --picture "$pictures/signin-terms" "$portal" '+Terms of use' +Back
	expect_good_pages
	expect_page 2 '.url | endswith("/login/terms")'
	expect_page 3 '.inputs | contains(["accept"])'
}

# On the smallest of phones (WCAG 2: 1.4.10).
test_pages_in_other_languages() {
	visit --language de,hu,ru,ar --width 320 --picture "$pictures/signin-languages" "$portal"
	expect_good_pages
	expect_json "$pages" '[.[].lang] == ["de", "hu", "ru", "ar"]'
	expect_json "$pages" '[.[].dir] == ["ltr", "ltr", "ltr", "rtl"]'
}

shows() {
	grep -qF -- "$1" <<<"$(client curl -sS --max-time 20 --cacert "$lab_ca" "$2")"
}

reload_theme() {
	kill -s HUP "$(lab_pid portal)"
}

test_theme_of_the_venue() {
	echo 'house = House of {{name}}' >"$lab_dir/theme/messages/en.ini"
	echo '<h1>{{t:house}}</h1><p>{{t:signed_out}}' >"$lab_dir/theme/signed-out.html"
	shows 'You are signed out</h1>' "$portal/signed-out"
	reload_theme
	lab_wait_for 30 shows '<h1>House of Lab Wi-Fi</h1><p>You are signed out' "$portal/signed-out"
	shows 'name="username"' "$portal"
	echo '<h1>{{name}</h1>' >"$lab_dir/theme/signed-out.html"
	reload_theme
	lab_wait_for 30 grep -q "theme/signed-out.html:1: '{{' without '}}' in the same line; close it.* stays that of before" \
		"$lab_dir/portal.log"
	shows '<h1>House of Lab Wi-Fi</h1>' "$portal/signed-out"
	expect_refusal 1 'signed-out.html:1: .* close it' gw "${lab_with_users[@]}" "$lab_build/xdp511-portal" --check --config "$lab_config"
	rm "$lab_dir/theme/signed-out.html" "$lab_dir/theme/messages/en.ini"
	reload_theme
	lab_wait_for 30 shows 'You are signed out</h1>' "$portal/signed-out"
}
