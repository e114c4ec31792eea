#!/bin/bash
# SPDX-License-Identifier: MIT
# sign_in.sh - a guest at the product's portal, played by curl; sourced by tests.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# The portal is the gateway itself: the gate lets guests come to its ports.
portal_let_in() {
	sed -i '/^\[allow\]/a prefix         = 198.18.1.1:443/tcp\
prefix         = [fd00:511:1::1]:443/tcp' "$lab_config"
}

# portal_curl 4|6 CURL-ARGUMENT...: to the portal at its address of that family.
portal_curl() {
	local address=198.18.1.1

	[ "$1" = 4 ] || address='[fd00:511:1::1]'
	client curl -sS --max-time 30 --cacert "$lab_ca" --resolve "$lab_portal_name:443:$address" "${@:2}"
}

# portal_token 4|6: that of the page's form.
portal_token() {
	portal_curl "$1" "https://$lab_portal_name/login" |
		sed -nE 's/.*name="token" value="([^"]*)".*/\1/p' | head -n 1
}

# portal_post 4|6 FIELD=VALUE...: prints the status of the answer to the form.
portal_post() {
	local family=$1 token field fields=()

	shift
	token=$(portal_token "$family")
	[ -n "$token" ] || expect_fail "the portal's page has no token" || return 1
	for field in "token=$token" "$@"; do
		fields+=(--data-urlencode "$field")
	done
	portal_curl "$family" -o "$lab_dir/portal-answer" -w '%{http_code}' "${fields[@]}" \
		"https://$lab_portal_name/login"
}

# portal_sign_in 4|6 USER PASSWORD
portal_sign_in() {
	expect_eq "$(portal_post "$1" action=sign-in method=user "username=$2" "password=$3")" 303
}

portal_sign_out() {
	expect_eq "$(portal_post "$1" action=sign-out)" 303
}
