#!/bin/bash
# SPDX-License-Identifier: MIT
# freeradius.sh - a real FreeRADIUS beside the lab's web server; sourced by the tests that need one.
# shellcheck disable=SC2154 # lab_… are set by scripts/lab.sh

radius_server=198.18.2.80
radius_server6=fd00:511:2::80
radius_secret=testing-123
radius_dir=$lab_dir/freeradius

# freeradius_write: a server for PAP, CHAP and accounting, which knows nobody yet. What it is asked goes to
# $radius_dir/requests, what it is told to $radius_dir/records, as FreeRADIUS's detail files have it.
freeradius_write() {
	local secret="secret = $radius_secret" type address

	mkdir -p "$radius_dir" && chmod 0700 "$radius_dir" || return 1
	: >"$radius_dir/users"
	# shellcheck disable=SC2016 # FreeRADIUS's own
	echo '$INCLUDE /usr/share/freeradius/dictionary' >"$radius_dir/dictionary"
	{
		cat <<-END
			prefix = /usr
			libdir = /usr/lib/freeradius
			logdir = $radius_dir
			raddbdir = $radius_dir
			run_dir = $radius_dir
			max_requests = 65536
			log {
				destination = stderr
			}
			security {
				reject_delay = 0
				allow_vulnerable_openssl = yes
			}
			thread pool {
				start_servers = 1
				max_servers = 2
				min_spare_servers = 1
				max_spare_servers = 2
			}
			client lab4 {
				ipaddr = 198.18.0.0/15
				$secret
				require_message_authenticator = yes
			}
			client lab6 {
				ipv6addr = fd00::/8
				$secret
				require_message_authenticator = yes
			}
			modules {
				pap {
				}
				chap {
				}
				files {
					filename = $radius_dir/users
				}
				detail requests {
					filename = $radius_dir/requests
					header = "%t"
				}
				detail records {
					filename = $radius_dir/records
					header = "%t"
				}
			}
			server lab {
		END
		for type in auth acct; do
			for address in "ipaddr = $radius_server" "ipv6addr = $radius_server6"; do
				printf 'listen {\ntype = %s\n%s\nport = 0\n}\n' "$type" "$address"
			done
		done
		# This version only answers with a Message-Authenticator when it is told to.
		cat <<-END
				authorize {
					requests
					files
					chap
					pap
				}
				authenticate {
					Auth-Type PAP {
						pap
					}
					Auth-Type CHAP {
						chap
					}
				}
				post-auth {
					update reply {
						Message-Authenticator := 0x00
					}
					Post-Auth-Type REJECT {
						update reply {
							Message-Authenticator := 0x00
						}
					}
				}
				accounting {
					records
				}
			}
		END
	} >"$radius_dir/radiusd.conf"
}

# freeradius_user NAME PASSWORD [REPLY-ATTRIBUTE...]: known from the next start on.
freeradius_user() {
	local attribute separator=

	printf '%s Cleartext-Password := "%s"\n' "$1" "$2" >>"$radius_dir/users"
	for attribute in "${@:3}"; do
		printf '%s\t%s' "$separator" "$attribute" >>"$radius_dir/users"
		separator=$',\n'
	done
	printf '\n' >>"$radius_dir/users"
}

freeradius_is_ready() {
	[ "$(grep -c 'Ready to process requests' "$lab_dir/freeradius.log")" -gt "$1" ]
}

freeradius_is_ready_or_gone() {
	freeradius_is_ready "$1" || lab_is_gone freeradius
}

# Returns once it takes requests.
freeradius_start() {
	local seen

	lab_is_gone freeradius || return 0
	touch "$lab_dir/freeradius.log" "$radius_dir/requests" "$radius_dir/records"
	seen=$(grep -c 'Ready to process requests' "$lab_dir/freeradius.log")
	lab_spawn freeradius "$lab_dir/freeradius.log" nsenter "--net=/run/netns/$lab-web" \
		freeradius -f -d "$radius_dir" -n radiusd
	lab_wait_for 30 freeradius_is_ready_or_gone "$seen"
	if lab_is_gone freeradius || ! freeradius_is_ready "$seen"; then
		lab_say "lab: FreeRADIUS did not come up:" "$(tail -n 5 "$lab_dir/freeradius.log")"
		return 1
	fi
}

# freeradius_json requests|records: what came, in that order, as one array of objects. A value is text;
# of an attribute that came several times it is the last one's.
freeradius_json() {
	awk '
		/^[^\t ]/ { next }
		/^$/ { if (n) { print "}"; n = 0 } next }
		{
			name = $1
			value = substr($0, index($0, " = ") + 3)
			if (value !~ /^".*"$/) { gsub(/["\\]/, "\\\\&", value); value = "\"" value "\"" }
			printf "%s\"%s\": %s", n++ ? ", " : "{", name, value
		}
		END { if (n) print "}" }' "$radius_dir/$1" | jq -cs .
}
