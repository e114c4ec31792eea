#!/bin/bash
# SPDX-License-Identifier: MIT
# test_names.sh - host names in the garden: learned from real answers of dnsmasq, and from nothing else.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

# pay.example is in the garden itself, and all that is below shop.example. Private addresses can't be
# opened by a name, so the shops have others than the lab's web server.
resolver4=198.18.2.53
resolver6=2001:db8:511::53
forger_mac=02:05:11:00:00:66

write_names() {
	cat <<-EOF
		host-record=pay.example,198.18.2.81,2001:db8:511::81,5
		host-record=www.pay.example,198.18.2.82,2001:db8:511::82
		host-record=www.shop.example,198.18.2.83,2001:db8:511::83,3600
		host-record=shop.example,198.18.2.84,2001:db8:511::84
		host-record=edge.elsewhere.example,198.18.2.85,2001:db8:511::85
		cname=cdn.shop.example,edge.elsewhere.example
		host-record=far.shop.example,198.18.2.86,2001:db8:511::86
		host-record=inside.shop.example,192.168.77.7
		host-record=twice.shop.example,198.18.2.87,2001:db8:511::87
	EOF
}

write_config() {
	lab_write_config
	sed -i '/^\[allow\]/a\
dns = 198.18.1.1\
dns = fd00:511:1::1\
dns = '"$resolver4"'\
dns = '"$resolver6" "$lab_config"
	sed -i "/^\[allow\]/a\\
domain = $1\\
domain = *.shop.example" "$lab_config"
}

# The shops, and a resolver that is reached by way of the gateway.
start_shops() {
	local n listen=

	web ip address add "$resolver4/24" dev eth0
	web ip address add "$resolver6/64" dev eth0 nodad
	gw ip address add 2001:db8:511::1/64 dev wan0 nodad
	for n in 81 82 83 84 85 86 87; do
		web ip address add "198.18.2.$n/24" dev eth0
		web ip address add "2001:db8:511::$n/64" dev eth0 nodad
		listen+="listen 198.18.2.$n:80; listen [2001:db8:511::$n]:80; "
	done
	cat >"$lab_dir/shops.conf" <<-EOF
		user root;
		worker_processes 1;
		pid $lab_dir/shops.pid;
		error_log $lab_dir/shops.log;
		events { worker_connections 64; }
		http { access_log off; server { $listen return 200 "open\n"; } }
	EOF
	web nginx -e "$lab_dir/shops.log" -c "$lab_dir/shops.conf" &&
		lab_wait_for 30 test -s "$lab_dir/shops.pid" && lab_record shops "$(<"$lab_dir/shops.pid")"
}

start_resolvers() {
	lab_stop dnsmasq
	write_names >>"$lab_dir/dnsmasq.conf"
	gw dnsmasq --conf-file="$lab_dir/dnsmasq.conf" && lab_record dnsmasq "$(<"$lab_dir/dnsmasq.pid")"
	{
		printf '%s\n' interface=eth0 except-interface=lo bind-interfaces no-resolv no-hosts \
			user=root "pid-file=$lab_dir/far.pid" "log-facility=$lab_dir/far.log"
		write_names
	} >"$lab_dir/far.conf"
	start_far_resolver
}

start_far_resolver() {
	web dnsmasq --conf-file="$lab_dir/far.conf" && lab_record far "$(<"$lab_dir/far.pid")"
}

set_up() {
	start_shops && start_resolvers && write_config pay.example && lab_start_daemon "$lab_config"
}

before_each() {
	echo "nameserver 198.18.1.1" >"$lab_dir/resolv.conf"
	lab_is_gone far && start_far_resolver
	write_config pay.example
	lab_start_daemon "$lab_config"
	cli reload >/dev/null
	api DELETE '/v1/sessions?all=true' >/dev/null
}

# has_learned NAME ADDRESS: as the API shows it.
has_learned() {
	api GET /v1/garden | jq -e --arg name "$1" --arg address "$2" \
		'any(.name == $name and .entry == $address and .source == "dns" and .zone == "default")' >/dev/null
}

expect_unknown() {
	! has_learned "$1" "$2" || expect_fail "$2 was learned for $1"
}

test_name_opens_its_address_ipv4() {
	expect_status 511 http://198.18.2.81/
	expect_verdict PASS_GARDEN expect_status 200 -4 http://pay.example/
	expect_status 200 http://198.18.2.81/
	has_learned pay.example 198.18.2.81
}

test_name_opens_its_address_ipv6() {
	expect_status 511 'http://[2001:db8:511::81]/'
	expect_verdict PASS_GARDEN expect_status 200 -6 http://pay.example/
	has_learned pay.example 2001:db8:511::81
}

test_name_opens_no_name_below_it() {
	expect_status 511 -4 http://www.pay.example/
	expect_status 511 -6 http://www.pay.example/
	expect_status 511 -4 http://example.com/
}

test_star_opens_names_below_and_not_its_own() {
	expect_status 200 -4 http://www.shop.example/
	expect_status 200 -6 http://WWW.Shop.Example/
	expect_status 511 -4 http://shop.example/
	expect_status 511 -6 http://shop.example/
}

test_alias_opens_where_it_leads() {
	expect_status 511 -4 http://edge.elsewhere.example/
	expect_status 200 -4 http://cdn.shop.example/
	expect_status 200 -6 http://cdn.shop.example/
	has_learned cdn.shop.example 198.18.2.85
}

test_resolver_beyond_the_gateway() {
	echo "nameserver $resolver4" >"$lab_dir/resolv.conf"
	expect_status 200 -4 http://far.shop.example/
	echo "nameserver $resolver6" >"$lab_dir/resolv.conf"
	expect_status 200 -6 http://far.shop.example/
}

test_list_shows_name_address_and_end() {
	expect_status 200 -4 http://pay.example/
	expect_match "$(cli garden list)" '^198\.18\.2\.81 +default +dns +pay\.example +20[0-9-]+T[0-9:]+Z$'
	expect_match "$(cli garden list)" '^\*\.shop\.example +default +config +- +-$'
	# Its time of 5 s is made 15 min, that of an hour stays.
	expect_json "$(api GET /v1/garden)" 'map(select(.entry == "198.18.2.81"))
		| .[0].expires_at | fromdate - now | . > 500 and . <= 901'
	expect_json "$(api GET /v1/garden)" 'map(select(.entry == "198.18.2.83"))
		| .[0].expires_at | fromdate - now | . > 3000 and . <= 3601'
	expect_json "$(api GET '/v1/garden?zone=press')" 'all(.source != "dns")'
}

test_private_address_is_not_opened_by_a_name() {
	expect_status 511 --max-time 10 http://inside.shop.example/
	expect_unknown inside.shop.example 192.168.77.7
	expect_json "$(api GET /v1/status)" \
		'any(.warnings[]; test("inside.shop.example.* has the address (192.168.77.7|fd00:).*prefix"))'
}

test_another_zone_learns_nothing() {
	expect_status 200 -4 http://pay.example/
	expect_json "$(api GET '/v1/garden?zone=stage')" 'all(.source != "dns")'
}

test_name_is_added_and_removed() {
	expect_status 511 -4 http://www.pay.example/
	expect_match "$(cli garden add '*.PAY.example')" '^\*\.pay\.example added to'
	expect_match "$(cli garden add '*.pay.example')" 'was already in'
	expect_json "$(api GET /v1/garden)" 'any(.entry == "*.pay.example" and .source == "api")'
	expect_status 200 -4 http://www.pay.example/
	lab_stop daemon
	lab_start_daemon "$lab_config"
	expect_status 200 -4 http://www.pay.example/
	cli garden del '*.pay.example' >/dev/null
	expect_status 511 http://198.18.2.82/
	expect_status 511 -4 http://www.pay.example/
	expect_refusal 1 '"\*\.pay\.example"' cli garden del '*.pay.example'
}

test_reload_and_restart_keep_what_is_learned() {
	expect_status 200 -4 http://pay.example/
	cli reload >/dev/null
	expect_status 200 http://198.18.2.81/
	lab_stop daemon KILL
	expect_status 200 http://198.18.2.81/
	lab_start_daemon "$lab_config"
	expect_status 200 http://198.18.2.81/
	has_learned pay.example 198.18.2.81
}

test_name_that_is_gone_from_the_file_is_shut() {
	expect_status 200 -4 http://pay.example/
	write_config other.example
	expect_match "$(cli reload)" 'garden: 3 added, 3 removed' # in three zones
	expect_status 511 http://198.18.2.81/
	expect_unknown pay.example 198.18.2.81
	expect_status 511 -4 http://pay.example/
}

test_dns_over_tcp_teaches_nothing() {
	client env RES_OPTIONS=use-vc getent ahostsv4 twice.shop.example
	expect_unknown twice.shop.example 198.18.2.87
	client getent ahostsv4 twice.shop.example
	lab_wait_for 30 has_learned twice.shop.example 198.18.2.87
}

forge() {
	"$1" timeout 60 /usr/bin/python3 "$lab_top/tests/lab/forge_answer.py" "${@:2}"
}

# A question is forgotten after some seconds, so it is asked again where those were not enough.
answers_for_itself() {
	forge web resolver "$@"
	lab_wait_for 5 has_learned "$3" "$5" && return
	forge client ask wlan0 "$lab_mac" "$lab_gw_mac" "$@"
	return 1
}

# expect_forgery_is_ignored GUEST RESOLVER ADDRESS: with the resolver silent, the guest asks, and what a
# guest, and even a signed-in accomplice, answers for it is not believed. The resolver itself is.
expect_forgery_is_ignored() {
	local question=("$1" "$2" pay.example 77 "$3") control=("$1" "$2" pay.example 77 "${3%66}67")

	expect_verdict PASS_DNS forge client ask wlan0 "$lab_mac" "$lab_gw_mac" "${question[@]}"
	forge client answer wlan0 "$lab_mac" "$lab_gw_mac" "${question[@]}"
	forge client answer wlan0 "$forger_mac" "$lab_gw_mac" "${question[@]}"
	cli login "$forger_mac" >/dev/null
	expect_verdict DOWN_PASS_DNS forge client answer wlan0 "$forger_mac" "$lab_gw_mac" "${question[@]}"
	lab_wait_for 90 answers_for_itself "${control[@]}"
	expect_unknown pay.example "$3"
	# One answer a question.
	forge web resolver "${question[@]}"
	expect_verdict DOWN_PASS_DNS forge web resolver "${question[@]}"
	expect_status 200 -4 http://far.shop.example/
	expect_unknown pay.example "$3"
}

test_forged_answers_poison_nothing_ipv4() {
	lab_stop far
	gw sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.lan0.rp_filter=0
	expect_forgery_is_ignored 198.18.1.10 "$resolver4" 198.19.66.66
}

test_forged_answers_poison_nothing_ipv6() {
	lab_stop far
	expect_forgery_is_ignored fd00:511:1::10 "$resolver6" 2001:db8:666::66
}

test_bad_names_are_refused() {
	expect_refusal 1 '"pay\.example:443".*port' cli garden add pay.example:443
	expect_refusal 1 '"\*pay\.example".*not a domain' cli garden add '*pay.example'
	expect_refusal 1 '"pay\.\*".*not a domain' cli garden add 'pay.*'
	expect_refusal 1 '"pay_\?\.example"' cli garden add $'pay_\e.example'
	expect_refusal 1 '"\*"' cli garden add '*'
	expect_refusal 1 'too deep' cli garden add a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q
	expect_refusal 1 'too long' cli garden add "$(printf 'a%.0s' {1..200}).example"
	expect_problem 400 'not a domain' POST /v1/garden '{"entry": "pay..example"}'
	expect_problem 404 'pay\.example' DELETE '/v1/garden?entry=www.pay.example'
	expect_problem 409 'edit' DELETE '/v1/garden?entry=pay.example'
	sed -i 's/^domain = pay.example/domain = pay..example/' "$lab_config"
	expect_refusal 1 'xdp511\.conf:[0-9]+:.*"pay\.\.example"' cli reload
	expect_json "$(api GET /v1/garden)" 'any(.entry == "pay.example")'
}

# The bytes of 198.18.2.81 in the default zone, and of a name whose time was over long ago.
expired_key=(hex 00 00 00 00 00 00 00 00 00 00 ff ff c6 12 02 51 00 00 00 00)
expired_value=(hex 01 00 00 00 70 61 79 2e 65 78 61 6d 70 6c 65)

is_swept() {
	! bpftool map lookup pinned "$lab_pins/x511_names" key "${expired_key[@]}" >/dev/null 2>&1
}

test_expired_address_is_shut_and_swept() {
	local zeros

	printf -v zeros '%s' "$(printf '00 %.0s' {1..245})"
	expect_status 200 -4 http://pay.example/
	lab_stop daemon
	# shellcheck disable=SC2086 # words
	bpftool map update pinned "$lab_pins/x511_names" key "${expired_key[@]}" value "${expired_value[@]}" $zeros
	expect_status 000 http://198.18.2.81/
	lab_start_daemon "$lab_config"
	expect_status 511 http://198.18.2.81/
	expect_unknown pay.example 198.18.2.81
	lab_wait_for 90 is_swept || expect_fail "the address stays in the map"
	expect_status 200 -4 http://pay.example/
}
