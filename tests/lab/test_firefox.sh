#!/bin/bash
# SPDX-License-Identifier: MIT
# test_firefox.sh - Firefox finds the portal by itself, tells its user, and shows the page.
# shellcheck disable=SC2154,SC2034 # lab_… are set by scripts/lab.sh; test_seconds is read by run
# shellcheck source=tests/lab/programs.sh
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"
test_seconds=240
portal=http://198.18.2.90/login

# Remote control would turn the detection off, among others of its recommended preferences.
write_preferences() {
	mkdir -p "$lab_dir/firefox/profile"
	cat >"$lab_dir/firefox/profile/user.js" <<-EOF
		user_pref("remote.prefs.recommended", false);
		user_pref("network.captive-portal-service.enabled", true);
		user_pref("app.normandy.enabled", false);
		user_pref("app.update.auto", false);
		user_pref("browser.aboutwelcome.enabled", false);
		user_pref("browser.safebrowsing.downloads.remote.enabled", false);
		user_pref("browser.shell.checkDefaultBrowser", false);
		user_pref("browser.startup.homepage_override.mstone", "ignore");
		user_pref("browser.startup.page", 0);
		user_pref("datareporting.policy.dataSubmissionEnabled", false);
		user_pref("extensions.update.enabled", false);
		user_pref("toolkit.telemetry.enabled", false);
	EOF
}

# What the detection expects of the open web.
write_canonical_page() {
	local target=https://support.mozilla.org/kb/captive-portal

	printf '<meta http-equiv="refresh" content="0;url=%s"/>' "$target" >"$lab_dir/www/canonical.html"
	echo success >"$lab_dir/www/success.txt"
}

set_up() {
	lab_start_daemon "$lab_config"
	write_preferences
	write_canonical_page
	program_start firefox /usr/lib/firefox-esr/firefox-esr --headless --marionette \
		--remote-allow-system-access --no-remote --profile "$lab_dir/firefox/profile" about:blank
	program_wait firefox 90 firefox_answers
}

firefox_answers() {
	client nc -z 127.0.0.1 2828
}

# ask_firefox COMMAND...: leaves what it prints in $answer.
ask_firefox() {
	answer=$(client /usr/bin/python3 "$lab_top/tests/lab/firefox.py" "$@")
}

expect_locked() {
	ask_firefox state LOCKED_PORTAL
	expect_json "$answer" '.state == "LOCKED_PORTAL" and .bar'
	note "Firefox: LOCKED_PORTAL after $(jq .ms <<<"$answer") ms"
}

test_locked_then_unlocked_then_locked() {
	expect_locked
	sign_in
	ask_firefox state UNLOCKED_PORTAL,NOT_CAPTIVE
	expect_json "$answer" '.state != "LOCKED_PORTAL" and (.bar | not)'
	note "Firefox: $(jq -r .state <<<"$answer") after $(jq .ms <<<"$answer") ms"
	sign_out
	expect_locked
}

test_refresh_leads_to_the_portal() {
	ask_firefox refresh http://example.com/news "$portal"
	expect_json "$answer" '.text | contains("sign in here")'
	note "Firefox: at the portal $(jq .ms <<<"$answer") ms after an http page was asked for"
}

# expect_page LANGUAGE DIRECTION
expect_page() {
	mkdir -p "$pictures"
	ask_firefox page http://example.com/ "$portal" "$1" "$pictures/firefox-$1.png"
	expect_json "$answer" ".lang == \"$1\" and .dir == \"$2\" and .title != \"\" and .heading != \"\""
	expect_json "$answer" '.link.text != "" and (.refresh | contains("login"))'
	expect_json "$answer" '.content.width <= .view.width and all(.contrasts[]; .ratio >= 4.5)'
	[ "$(stat -c %s "$pictures/firefox-$1.png")" -gt 2000 ]
}

test_page_in_german() {
	expect_page de ltr
}

test_page_in_arabic() {
	expect_page ar rtl
}

test_signed_in_guest_sees_the_web() {
	sign_in
	ask_firefox show http://example.com/
	expect_json "$answer" '.text | contains("real web server")'
}
