/* SPDX-License-Identifier: MIT */
/* openmetrics_accept.c - which of both formats an Accept header (RFC 9110 12.5.1) asks for. */
#include "base/openmetrics.h"

#include <string.h>

#include "base/text.h"

#define QUALITY_MAX 1000

/* How well a range of media types fits one of ours; the closest fit counts. */
enum fit { FIT_NONE, FIT_ANY, FIT_KIND, FIT_EXACT };

struct offer {
	const char *type;
	const char *kind; /* "application/" and "*" */
	const char *version;
	enum fit fit;
	int quality; /* in thousandths */
};

/* "0", "0.5", "1.000"; what is none of these is 0. */
static int parse_quality(struct text text)
{
	int quality, step = QUALITY_MAX / 10;
	size_t i;

	if (!text.len || (text.data[0] != '0' && text.data[0] != '1'))
		return 0;
	quality = (text.data[0] - '0') * QUALITY_MAX;
	if (text.len == 1)
		return quality;
	if (text.data[1] != '.' || text.len > 5)
		return 0;
	for (i = 2; i < text.len; i++, step /= 10) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return 0;
		quality += (text.data[i] - '0') * step;
	}
	return quality <= QUALITY_MAX ? quality : 0;
}

static enum fit fit_of(const struct offer *offer, struct text range)
{
	if (text_equal(range, offer->type))
		return FIT_EXACT;
	if (text_equal(range, offer->kind))
		return FIT_KIND;
	return text_equal(range, "*/*") ? FIT_ANY : FIT_NONE;
}

static struct text unquote(struct text text)
{
	if (text.len >= 2 && text.data[0] == '"' && text.data[text.len - 1] == '"') {
		text.data++;
		text.len -= 2;
	}
	return text;
}

/* Of several that fit equally well, the best quality counts. */
static void take_range(struct offer *offer, struct text range)
{
	enum fit fit = fit_of(offer, text_trim(text_until(&range, ';')));
	int quality = QUALITY_MAX;

	while (fit && range.len) {
		struct text value = text_until(&range, ';');
		struct text name = text_trim(text_until(&value, '='));

		value = unquote(text_trim(value));
		if (text_equal(name, "q"))
			quality = parse_quality(value);
		else if (text_equal(name, "version") && !text_equal(value, offer->version))
			fit = FIT_NONE;
	}
	if (fit < offer->fit || !fit || (fit == offer->fit && quality <= offer->quality))
		return;
	offer->fit = fit;
	offer->quality = quality;
}

bool openmetrics_is_accepted(const char *accept)
{
	struct offer open = {"application/openmetrics-text", "application/*", "1.0.0", FIT_NONE, 0};
	struct offer plain = {"text/plain", "text/*", "0.0.4", FIT_NONE, 0};
	struct text rest = {accept, accept ? strlen(accept) : 0};

	if (!accept)
		return true;
	while (rest.len) {
		struct text range = text_until(&rest, ',');

		take_range(&open, range);
		take_range(&plain, range);
	}
	return open.quality && open.quality >= plain.quality;
}
