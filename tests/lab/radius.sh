#!/bin/bash
# SPDX-License-Identifier: MIT
# radius.sh - real FreeRADIUS servers in the lab's web namespace, for the tests of RADIUS.
# shellcheck disable=SC2034,SC2154 # used by tests; lab_… are set by scripts/lab.sh

radius_secret=lab-secret-of-16
radius_4=198.18.2.80 # the first server
radius_6=fd00:511:2::80
radius_second=198.18.2.90

# radius_listen TYPE PORT ADDRESS...
radius_listen() {
	local type=$1 port=$2 address

	shift 2
	for address; do
		if [[ $address == *:* ]]; then
			printf 'listen {\n type = %s\n ipv6addr = %s\n port = %s\n}\n' "$type" "$address" "$port"
		else
			printf 'listen {\n type = %s\n ipaddr = %s\n port = %s\n}\n' "$type" "$address" "$port"
		fi
	done
}

# radius_write NAME ADDRESS...: its folder $lab_dir/NAME; `users` in it is the test's. What it is asked
# goes to `requests` there, and what it is told to `records`, as FreeRADIUS's detail files have it.
# Servers before 3.2.5 add no Message-Authenticator by themselves.
radius_write() {
	local dir=$lab_dir/$1

	shift
	mkdir -p "$dir"
	: >"$dir/dictionary"
	touch "$dir/users" "$dir/requests" "$dir/records"
	cat >"$dir/radiusd.conf" <<-EOF
		prefix = /usr
		libdir = /usr/lib/freeradius
		raddbdir = $dir
		logdir = $dir
		run_dir = $dir
		pidfile = $dir/pid
		max_request_time = 5
		max_requests = 65536
		log {
		 destination = stdout
		 auth = yes
		}
		security {
		 max_attributes = 200
		 reject_delay = 0
		 status_server = yes
		}
		thread pool {
		 start_servers = 1
		 max_servers = 2
		 min_spare_servers = 1
		 max_spare_servers = 2
		}
		modules {
		 always ok {
		  rcode = ok
		 }
		 pap {
		 }
		 chap {
		 }
		 files {
		  usersfile = $dir/users
		 }
		 detail requests {
		  filename = $dir/requests
		  permissions = 0600
		 }
		 detail records {
		  filename = $dir/records
		  permissions = 0600
		 }
		}
		client gateway4 {
		 ipaddr = 198.18.2.0/24
		 secret = $radius_secret
		 require_message_authenticator = yes
		}
		client gateway6 {
		 ipv6addr = fd00:511:2::/64
		 secret = $radius_secret
		 require_message_authenticator = yes
		}
		server lab {
		 $(radius_listen auth 1812 "$@")
		 $(radius_listen acct 1813 "$@")
		 authorize {
		  requests
		  chap
		  files
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
		 preacct {
		  ok
		 }
		 accounting {
		  records
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
		}
	EOF
}

# radius_user NAME USER PASSWORD [REPLY-ATTRIBUTE...]: known from the next start on.
radius_user() {
	local attribute separator=

	{
		printf '%s Cleartext-Password := "%s"\n' "$2" "$3"
		for attribute in "${@:4}"; do
			printf '%s\t%s' "$separator" "$attribute"
			separator=$',\n'
		done
		printf '\n\n'
	} >>"$lab_dir/$1/users"
}

radius_answers() {
	echo 'Message-Authenticator = 0x00' |
		web radclient -q -r 1 -t 1 "$1:1812" status "$radius_secret" >/dev/null 2>&1
}

# radius_start NAME ADDRESS...: returns once it answers.
radius_start() {
	local name=$1

	radius_write "$@"
	lab_is_gone "$name" || return 0
	lab_spawn "$name" "$lab_dir/$name/log" nsenter "--net=/run/netns/$lab-web" \
		freeradius -f -l stdout -d "$lab_dir/$name" -n radiusd
	if ! lab_wait_for 30 radius_answers "$2"; then
		tail -n 20 "$lab_dir/$name/log" >&2
		return 1
	fi
}

# radius_config [KEY = VALUE]...: the gateway's part, with the secret in a file of the portal's.
radius_config() {
	lab_secret radius.secret "$radius_secret" || return 1
	{
		printf '\n[radius]\n'
		printf 'secret-file = %s\nnas-id = venue-1\n' "$lab_dir/radius.secret"
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >>"$lab_config"
}

# radius_detail NAME: the last request that a server has seen, as it understood it.
radius_detail() {
	awk '/^[A-Z]/ { n = 0 } { line[n++] = $0 } END { for (i = 0; i < n; i++) print line[i] }' \
		"$lab_dir/$1/requests"
}

# radius_json NAME requests|records: what came, in that order, as one array of objects. A value is text;
# of an attribute that came several times it is the last one's.
radius_json() {
	awk '
		/^[^\t ]/ { next }
		/^$/ { if (n) { print "}"; n = 0 } next }
		{
			name = $1
			value = substr($0, index($0, " = ") + 3)
			if (value !~ /^".*"$/) { gsub(/["\\]/, "\\\\&", value); value = "\"" value "\"" }
			printf "%s\"%s\": %s", n++ ? ", " : "{", name, value
		}
		END { if (n) print "}" }' "$lab_dir/$1/$2" | jq -cs .
}
