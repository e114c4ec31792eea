#!/bin/bash
# SPDX-License-Identifier: MIT
# test_networkmanager.sh - NetworkManager on the guest's side knows of the portal, and when it is gone.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh
# shellcheck source=tests/lab/programs.sh
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"

write_nm_files() {
	echo "NetworkManager is online" >"$lab_dir/www/nm"
	cat >"$lab_dir/nm.conf" <<-EOF
		[main]
		plugins=keyfile
		no-auto-default=*
		dhcp=internal
		dns=none
		hostname-mode=none
		auth-polkit=false
		[keyfile]
		path=/run/connections
		[device-wlan0]
		match-device=interface-name:wlan0
		managed=1
		[connectivity]
		uri=http://network-test.debian.org/nm
		interval=5
	EOF
	cat >"$lab_dir/nm-lab.nmconnection" <<-EOF
		[connection]
		id=lab
		type=ethernet
		interface-name=wlan0
		[ipv4]
		method=auto
		[ipv6]
		method=manual
		address1=fd00:511:1::10/64
		gateway=fd00:511:1::1
	EOF
	program_write_bus
}

set_up() {
	lab_start_daemon "$lab_config"
	write_nm_files
	program_start nm sh -c "$program_own_machine"'
		install -m 600 -D /mnt/nm-lab.nmconnection /run/connections/lab.nmconnection
		mkdir /run/empty
		exec NetworkManager --debug --config=/mnt/nm.conf --config-dir=/run/empty --log-level=INFO \
			--system-config-dir=/run/empty --intern-config=/run/intern.conf' "$lab_dir"
	program_wait nm 60 nm_is_connected
}

nmcli_fields() {
	in_program nm timeout 30 nmcli --terse --colors no --get-values "$@" 2>/dev/null
}

nm_is_connected() {
	[ "$(nmcli_fields GENERAL.STATE device show wlan0)" = '100 (connected)' ]
}

# Asks NetworkManager to look again, now.
nm_says() {
	[ "$(in_program nm timeout 30 nmcli --colors no networking connectivity check 2>/dev/null)" = "$1" ]
}

# Of what it has found out by itself, for one family.
nm_says_of_family() {
	[[ "$(nmcli_fields "GENERAL.IP$1-CONNECTIVITY" device show wlan0)" == *"($2)" ]]
}

# expect_nm WORD: the whole, and each family alone.
expect_nm() {
	local start=${EPOCHREALTIME/./}

	program_wait nm 60 nm_says "$1"
	echo "$1 after $(((${EPOCHREALTIME/./} - start) / 1000)) ms"
	program_wait nm 60 nm_says_of_family 4 "$1"
	program_wait nm 60 nm_says_of_family 6 "$1"
}

test_lease_is_taken_through_the_shut_gate() {
	expect_match "$(nmcli_fields IP4.ADDRESS device show wlan0)" '^198\.18\.1\.(1[0-9][0-9]|200)/24$'
}

test_portal_then_full_then_portal() {
	expect_nm portal
	sign_in
	expect_nm full
	sign_out
	expect_nm portal
}

# The portal that comes with the product, at the gateway itself.
test_embedded_portal_then_full() {
	local login=https://$lab_portal_name/login token

	cp "$lab_config" "$lab_dir/plain.conf"
	lab_portal_config
	lab_stop daemon
	lab_start_daemon "$lab_config"
	lab_start_portal
	expect_nm portal
	token=$(client curl -sS --max-time 20 --cacert "$lab_ca" "$login" |
		sed -nE 's/.*name="token" value="([^"]*)".*/\1/p' | head -n 1)
	expect_status 303 --cacert "$lab_ca" --data-urlencode "token=$token" \
		-d action=sign-in -d method=click -d accept=1 "$login"
	expect_nm full
	lab_stop_portal
	cp "$lab_dir/plain.conf" "$lab_config"
	lab_stop daemon
}
