#!/bin/bash
# SPDX-License-Identifier: MIT
# lab_portal.sh - the portal of the product, xdp511-portal, in the lab; sourced by lab.sh.
# shellcheck disable=SC2154 # lab_… are set by lab.sh

lab_portal_name=portal.venue.example # it is the gateway itself, at 198.18.1.1 and fd00:511:1::1
lab_portal_user=xdp511-portal
lab_ca=$lab_dir/ca/ca.crt

# The product's user and group need not be of this machine: the lab's programs see these files for
# /etc/passwd and /etc/group.
lab_write_users() {
	cp /etc/passwd /etc/group "$lab_dir/" || return 1
	if ! grep -q '^xdp511:' "$lab_dir/group"; then
		echo "xdp511:x:64510:$lab_portal_user" >>"$lab_dir/group"
	fi
	if ! grep -q "^$lab_portal_user:" "$lab_dir/passwd"; then
		echo "$lab_portal_user:x:64511:" >>"$lab_dir/group"
		echo "$lab_portal_user:x:64511:64511::/nonexistent:/usr/sbin/nologin" >>"$lab_dir/passwd"
	fi
}

# shellcheck disable=SC2016,SC2034 # expanded by the inner shell; used by lab.sh
lab_with_users=(unshare --mount --propagation private
	sh -c 'mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group && exec "$@"' "$lab_dir")

# lab_id -u|-g NAME: a number of theirs.
lab_id() {
	"${lab_with_users[@]}" id "$@"
}

# lab_certificate HOST...: for the portal, of the lab's own authority ($lab_ca).
lab_certificate() {
	"$lab_top/scripts/lab-ca" --group "$(lab_id -g "$lab_portal_user")" "$lab_dir/ca" "$@"
}

# To the daemon's configuration: the portal at the gateway's own addresses, for clicks. Tests add
# keys of their own behind it.
lab_portal_config() {
	sed -i -e "s|^url .*|url            = https://$lab_portal_name/login\napi-url        = https://$lab_portal_name/capport|" \
		-e '/^prefix .*fd00:511:2::90/d' "$lab_config"
	cat >>"$lab_config" <<-EOF

		[web]
		http           = 198.18.1.1:80
		http           = [fd00:511:1::1]:80
		https          = 198.18.1.1:443
		https          = [fd00:511:1::1]:443
		certificate    = $lab_dir/ca/portal.crt
		key            = $lab_dir/ca/portal.key
		state-dir      = $lab_dir/portal-state
		admin          = $lab_dir/portal-run/admin.sock
	EOF
}

# lab_secret NAME TEXT: a file that the portal alone can read, as secret-file and key-file want it.
lab_secret() {
	install -o root -g "$(lab_id -g "$lab_portal_user")" -m 0640 /dev/null "$lab_dir/$1" && printf '%s\n' "$2" >"$lab_dir/$1"
}

lab_portal_is_ready() {
	[ "$(grep -c 'sign-in pages are served' "$lab_dir/portal.log")" -gt "$1" ]
}

lab_portal_is_ready_or_gone() {
	lab_portal_is_ready "$1" || lab_is_gone portal
}

# lab_start_portal [COMMAND...]: returns once it serves. It runs as a user of its own, who may bind
# low ports and nothing else; with "env" for a COMMAND it is started as root.
lab_start_portal() {
	local seen

	lab_is_gone portal || return 0
	[ $# -gt 0 ] || set -- setpriv --reuid "$lab_portal_user" --regid "$lab_portal_user" --init-groups \
		--inh-caps=-all,+net_bind_service --ambient-caps=-all,+net_bind_service \
		--bounding-set=-all,+net_bind_service
	[ -s "$lab_ca" ] || lab_certificate "$lab_portal_name" 198.18.1.1 fd00:511:1::1 || return 1
	install -d -m 0700 -o "$(lab_id -u "$lab_portal_user")" -g "$(lab_id -g "$lab_portal_user")" "$lab_dir/portal-state"
	install -d -m 0755 -o "$(lab_id -u "$lab_portal_user")" -g "$(lab_id -g "$lab_portal_user")" "$lab_dir/portal-run"
	touch "$lab_dir/portal.log"
	seen=$(grep -c 'sign-in pages are served' "$lab_dir/portal.log") || true # grep fails when there is none
	lab_spawn portal "$lab_dir/portal.log" nsenter "--net=/run/netns/$lab-gw" "${lab_with_users[@]}" \
		"$@" "$lab_build/xdp511-portal" --config "$lab_config"
	lab_wait_for 30 lab_portal_is_ready_or_gone "$seen"
	if lab_is_gone portal || ! lab_portal_is_ready "$seen"; then
		lab_say "lab: xdp511-portal did not come up; the end of $lab_dir/portal.log:"
		tail -n 5 "$lab_dir/portal.log" >&2
		return 1
	fi
}

lab_stop_portal() {
	lab_stop portal "$@"
}
