/* SPDX-License-Identifier: MIT */
/* test_config_rates.c - rates per second that are refused: the line, the sentence, the remedy. */
#include "table.h"

#include <errno.h>
#include <string.h>

#include "base/config.h"

/* The least that is a configuration; lines 1-4. */
#define BASE "[gateway]\ninterface = lan0\n[portal]\nurl = https://portal.example/login\n"

static const struct row {
	const char *sentence;
	const char *input;
	const char *expected; /* the refusal's beginning */
} rows[] = {
	{"bad packet rate", BASE "[guest]\npackets=50\n",
	 "x.conf:6: packets '50' is not a packet rate; write 50/s or 0"},
	{"https-alerts without a unit", BASE "[guest]\nhttps-alerts=5\n",
	 "x.conf:6: https-alerts '5' is not a rate of alerts; write 5/s or 0, at most 1000000/s"},
	{"https-alerts per minute", BASE "[gateway]\nhttps-alerts=5/m\n",
	 "x.conf:6: https-alerts '5/m' is not a rate of alerts; write"},
	{"too many https-alerts", BASE "[gateway]\nhttps-alerts=1000001/s\n",
	 "x.conf:6: https-alerts '1000001/s' is not a rate of alerts; write"},
	{"https-alerts in the wrong section", BASE "https-alerts=5/s\n",
	 "x.conf:5: key 'https-alerts' doesn't belong in [portal]; move it to [gateway]"},
	{"two https-alerts", BASE "[guest]\nhttps-alerts=5/s\nhttps-alerts=0\n",
	 "x.conf:7: https-alerts is set in line 6 already"},

	{"queue-responder without a unit", BASE "[gateway]\nqueue-responder=200000\n",
	 "x.conf:6: queue-responder '200000' is not a packet rate; write 100000/s or 0, at most "
	 "1000000/s"},
	{"queue-resolver with a suffix", BASE "[gateway]\nqueue-resolver=20k/s\n",
	 "x.conf:6: queue-resolver '20k/s' is not a packet rate; write 100000/s or 0, at most"},
	{"negative queue-kernel", BASE "[gateway]\nqueue-kernel=-1/s\n",
	 "x.conf:6: queue-kernel '-1/s' is not a packet rate; write 100000/s or 0, at most"},
	{"too large a queue-kernel", BASE "[gateway]\nqueue-kernel=1000001/s\n",
	 "x.conf:6: queue-kernel '1000001/s' is not a packet rate; write 100000/s or 0, at most"},
	{"new-guests in words", BASE "[gateway]\nnew-guests=many\n",
	 "x.conf:6: new-guests 'many' is not a rate of new guests; write 20000/s or 0, at most "
	 "1000000/s"},
	{"new-guests per minute", BASE "[gateway]\nnew-guests=5/m\n",
	 "x.conf:6: new-guests '5/m' is not a rate of new guests; write"},
	{"new-guests of no number", BASE "[gateway]\nnew-guests=/s\n",
	 "x.conf:6: new-guests '/s' is not a rate of new guests; write"},
	{"two new-guests", BASE "[gateway]\nnew-guests=5/s\nnew-guests=0\n",
	 "x.conf:7: new-guests is set in line 6 already"},
	{"a ceiling of a zone", BASE "[zone a]\nvlan=5\nqueue-kernel=5/s\n",
	 "x.conf:7: key 'queue-kernel' doesn't belong in [zone a]; move it to [gateway]"},
	{"a ceiling of guests", BASE "[guest]\nnew-guests=5/s\n",
	 "x.conf:6: key 'new-guests' doesn't belong in [guest]; move it to [gateway]"},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct config *config = NULL;
	struct error error = {""};

	assert_int_equal(config_parse(row->input, strlen(row->input), "x.conf", &config, &error),
			 -EINVAL);
	if (strncmp(error.text, row->expected, strlen(row->expected)) != 0)
		print_error("%s\n", error.text);
	assert_int_equal(strncmp(error.text, row->expected, strlen(row->expected)), 0);
	assert_non_null(strchr(error.text, ';'));
	assert_null(config);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];

	TABLE_TESTS(tests, rows, test_row);
	return cmocka_run_group_tests_name("config rates", tests, NULL, NULL);
}
