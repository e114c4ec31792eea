/* SPDX-License-Identifier: MIT */
/* options.c - reads the generator's command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "options.h"

static const char usage[] =
	"usage: load --interface IF --gateway-mac MAC --server ADDRESS [option]...\n"
	"  --sender IF       send on that one instead, of whose peer\n"
	"  --relay IF        takes it to the first; see tap.h\n"
	"  --core N          core of the generator (1)\n"
	"  --gateway-core N  core of the gateway (0)\n"
	"  --slots N         connections at a time (100)\n"
	"  --clients N       devices they come from, at least as many (1000)\n"
	"  --rate R          pages a second; 0: as fast as answers come (0)\n"
	"  --seconds S       how long to measure (5)\n"
	"  --warm-up S       how long to run before (0.5)\n"
	"  --status N        status that every page must have (511)\n"
	"  --flood R         spoofed SYNs a second (0)\n"
	"  --flood-macs N    MACs they come from; 0: each from another (1024)\n"
	"  --chatter R       frames a second of 100,000 guests' phones (0)\n"
	"  --strangers R     of random MACs, besides (0)\n"
	"  --stream R        of one signed-in device (0)\n"
	"  --herd N          second byte of the MACs that ask for pages (91)\n"
	"  --rto MS          until what is lost is sent again for the first time (200)\n"
	"  --echo LENGTH     no pages: frames of that length, which an echo returns\n"
	"  --ours PID        process of the gateway; repeat for more\n";

/* clang-format off */
static const struct option names[] = {
	{ "interface",	  required_argument, NULL, 'i' },
	{ "sender",	  required_argument, NULL, 'S' },
	{ "relay",	  required_argument, NULL, 'R' },
	{ "gateway-mac",  required_argument, NULL, 'm' },
	{ "server",	  required_argument, NULL, 'a' },
	{ "core",	  required_argument, NULL, 'c' },
	{ "gateway-core", required_argument, NULL, 'g' },
	{ "slots",	  required_argument, NULL, 'n' },
	{ "clients",	  required_argument, NULL, 'k' },
	{ "rate",	  required_argument, NULL, 'r' },
	{ "seconds",	  required_argument, NULL, 's' },
	{ "warm-up",	  required_argument, NULL, 'w' },
	{ "status",	  required_argument, NULL, 't' },
	{ "flood",	  required_argument, NULL, 'f' },
	{ "flood-macs",	  required_argument, NULL, 'x' },
	{ "chatter",	  required_argument, NULL, 'C' },
	{ "strangers",	  required_argument, NULL, 'X' },
	{ "stream",	  required_argument, NULL, 'D' },
	{ "rto",	  required_argument, NULL, 'T' },
	{ "herd",	  required_argument, NULL, 'h' },
	{ "echo",	  required_argument, NULL, 'e' },
	{ "ours",	  required_argument, NULL, 'o' },
	{ NULL, 0, NULL, 0 },
};
/* clang-format on */

static bool read_number(const char *text, double max, double *ret_number)
{
	char *end;
	double number = strtod(text, &end);

	if (end == text || *end || !(number >= 0) || number > max)
		return false;
	*ret_number = number;
	return true;
}

static bool read_mac(const char *text, uint8_t mac[6])
{
	int n = 0;

	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5], &n) == 6 &&
	       !text[n];
}

static bool read_server(const char *text, struct wire *wire)
{
	wire->ipv6 = strchr(text, ':');
	return inet_pton(wire->ipv6 ? AF_INET6 : AF_INET, text, wire->server) == 1;
}

static bool set_number(int option, double number, struct options *options)
{
	switch (option) {
	case 'c':
		options->core = (int)number;
		return true;
	case 'g':
		options->gateway_core = (int)number;
		return true;
	case 'n':
		options->plan.slots = (uint32_t)number;
		return number > 0 && number <= 4096;
	case 'k':
		options->plan.clients = (uint32_t)number;
		return number <= WIRE_CLIENTS_MAX;
	case 'r':
		options->rate = number;
		return true;
	case 's':
		options->seconds = number;
		return number > 0 && number <= 3600;
	case 'w':
		options->warm_up = number;
		return number <= 3600;
	case 't':
		options->plan.status = (unsigned int)number;
		return true;
	case 'f':
		options->flood = (uint64_t)number;
		return true;
	case 'x':
		options->macs = (uint32_t)number;
		return true;
	case 'C':
		options->chatter = number;
		return true;
	case 'X':
		options->strangers = number;
		return true;
	case 'D':
		options->stream = number;
		return true;
	case 'T':
		options->plan.rto_ns = (uint64_t)(number * 1e6);
		return number > 0;
	case 'h':
		options->plan.wire.herd = (uint8_t)number;
		return number <= 255;
	case 'e':
		options->frame_len = (size_t)number;
		return number >= 74 && number <= 1514;
	case 'o':
		if (options->ours.n == PROCESSOR_OURS_MAX)
			return false;
		options->ours.pids[options->ours.n++] = (pid_t)number;
		return true;
	default:
		return false;
	}
}

static bool set_option(int option, const char *value, struct options *options)
{
	double number;

	switch (option) {
	case 'i':
		options->interface = value;
		return true;
	case 'S':
		options->sender = value;
		return true;
	case 'R':
		options->relay = value;
		return true;
	case 'm':
		return read_mac(value, options->plan.wire.gateway_mac);
	case 'a':
		return read_server(value, &options->plan.wire);
	default:
		return read_number(value, 1e9, &number) && set_number(option, number, options);
	}
}

bool options_read(int argc, char **argv, struct options *ret_options)
{
	struct options options = {
		.core = 1,
		.plan = {.slots = 100,
			 .clients = 1000,
			 .status = 511,
			 .rto_ns = 200 * 1000 * 1000ULL,
			 .wire = {.server_port = 80, .herd = 0x5b}},
		.seconds = 5,
		.warm_up = 0.5,
		.macs = 1024,
	};
	int option, index;

	while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
		if (option == '?' || !set_option(option, optarg, &options)) {
			if (option != '?')
				fprintf(stderr, "load: \"%s\" is no value for --%s.\n", optarg,
					names[index].name);
			fputs(usage, stderr);
			return false;
		}
	}
	if (optind != argc || !options.interface || !options.plan.wire.server[0] ||
	    options.plan.clients < options.plan.slots || !options.sender != !options.relay) {
		fputs(usage, stderr);
		return false;
	}
	options.plan.clients -= options.plan.clients % options.plan.slots;
	*ret_options = options;
	return true;
}
