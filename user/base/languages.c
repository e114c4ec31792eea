/* SPDX-License-Identifier: MIT */
/* languages.c - the table of languages, and the choice by weight. */
#include "base/languages.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
const struct language languages[] = {
	{"en", false, "Please sign in to use this network.", "Sign in"},
	{"ar", true,  "يرجى تسجيل الدخول لاستخدام هذه الشبكة.", "تسجيل الدخول"},
	{"bg", false, "Моля, влезте, за да използвате мрежата.", "Вход"},
	{"bn", false, "এই নেটওয়ার্ক ব্যবহার করতে সাইন ইন করুন।", "সাইন ইন"},
	{"ca", false, "Inicieu la sessió per utilitzar aquesta xarxa.", "Inicia la sessió"},
	{"cs", false, "Pro použití této sítě se prosím přihlaste.", "Přihlásit se"},
	{"da", false, "Log ind for at bruge dette netværk.", "Log ind"},
	{"de", false, "Bitte melden Sie sich an, um dieses Netzwerk zu nutzen.", "Anmelden"},
	{"el", false, "Συνδεθείτε για να χρησιμοποιήσετε το δίκτυο.", "Σύνδεση"},
	{"es", false, "Inicie sesión para usar esta red.", "Iniciar sesión"},
	{"fa", true,  "برای استفاده از این شبکه وارد شوید.", "ورود"},
	{"fi", false, "Kirjaudu sisään käyttääksesi tätä verkkoa.", "Kirjaudu sisään"},
	{"fr", false, "Connectez-vous pour utiliser ce réseau.", "Se connecter"},
	{"he", true,  "יש להתחבר כדי להשתמש ברשת זו.", "התחברות"},
	{"hi", false, "इस नेटवर्क के उपयोग के लिए साइन इन करें।", "साइन इन करें"},
	{"hr", false, "Prijavite se za korištenje ove mreže.", "Prijava"},
	{"hu", false, "A hálózat használatához jelentkezzen be.", "Bejelentkezés"},
	{"id", false, "Silakan masuk untuk menggunakan jaringan ini.", "Masuk"},
	{"it", false, "Accedi per usare questa rete.", "Accedi"},
	{"ja", false, "このネットワークを使うにはサインインしてください。", "サインイン"},
	{"ko", false, "이 네트워크를 사용하려면 로그인하세요.", "로그인"},
	{"ms", false, "Sila log masuk untuk menggunakan rangkaian ini.", "Log masuk"},
	{"nb", false, "Logg på for å bruke dette nettverket.", "Logg på"},
	{"nl", false, "Meld u aan om dit netwerk te gebruiken.", "Aanmelden"},
	{"pl", false, "Zaloguj się, aby korzystać z tej sieci.", "Zaloguj się"},
	{"pt-BR", false, "Faça login para usar esta rede.", "Fazer login"},
	{"pt", false, "Inicie sessão para usar esta rede.", "Iniciar sessão"},
	{"ro", false, "Conectați-vă pentru a folosi această rețea.", "Conectare"},
	{"ru", false, "Войдите, чтобы пользоваться этой сетью.", "Войти"},
	{"sk", false, "Na používanie tejto siete sa prihláste.", "Prihlásiť sa"},
	{"sl", false, "Za uporabo tega omrežja se prijavite.", "Prijava"},
	{"sr", false, "Пријавите се да бисте користили ову мрежу.", "Пријава"},
	{"sv", false, "Logga in för att använda nätverket.", "Logga in"},
	{"th", false, "โปรดเข้าสู่ระบบเพื่อใช้เครือข่ายนี้", "เข้าสู่ระบบ"},
	{"tr", false, "Bu ağı kullanmak için oturum açın.", "Oturum aç"},
	{"uk", false, "Увійдіть, щоб користуватися цією мережею.", "Увійти"},
	{"ur", true,  "یہ نیٹ ورک استعمال کرنے کے لیے سائن ان کریں۔", "سائن ان کریں"},
	{"vi", false, "Vui lòng đăng nhập để dùng mạng này.", "Đăng nhập"},
	{"zh-Hant", false, "請登入以使用此網路。", "登入"},
	{"zh", false, "请登录以使用此网络。", "登录"},
};
/* clang-format on */

const size_t n_languages = sizeof(languages) / sizeof(languages[0]);

/* Tags that people and browsers write for one of the table's languages. */
static const struct {
	const char *tag;
	const char *means;
} aliases[] = {
	{"no", "nb"}, {"nn", "nb"},	    {"iw", "he"},	  {"in", "id"},
	{"bs", "hr"}, {"zh-TW", "zh-Hant"}, {"zh-HK", "zh-Hant"}, {"zh-MO", "zh-Hant"},
};

#define WEIGHT_MAX 1000
#define RANGES_MAX 32 /* more than anybody reads; a segment of commas is 1400, each looked up */

/* "0.8" in thousandths; whatever isn't a weight counts as 1 (RFC 9110 12.4.2). */
static unsigned int parse_weight(struct text text)
{
	unsigned int weight, unit = WEIGHT_MAX / 10;

	if (!text.len || (text.data[0] != '0' && text.data[0] != '1'))
		return WEIGHT_MAX;
	weight = text.data[0] == '1' ? WEIGHT_MAX : 0;
	if (weight || text.len < 2 || text.data[1] != '.')
		return weight;
	for (size_t i = 2; i < text.len && unit && isdigit((unsigned char)text.data[i]); i++) {
		weight += (unsigned int)(text.data[i] - '0') * unit;
		unit /= 10;
	}
	return weight;
}

/* Whether @tag is @range, or the start of it up to a hyphen. */
static bool covers(const char *tag, struct text range)
{
	size_t len;

	if (!range.len || (range.data[0] | 0x20) != tag[0])
		return false; /* as nearly always */
	len = strlen(tag);
	if (range.len < len || (range.len > len && range.data[len] != '-'))
		return false;
	range.len = len;
	return text_equal(range, tag);
}

static const struct language *find_tag(const char *tag)
{
	for (size_t i = 0; i < n_languages; i++)
		if (!strcmp(languages[i].tag, tag))
			return &languages[i];
	return NULL;
}

static const struct language *find_range(struct text range)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (covers(aliases[i].tag, range))
			return find_tag(aliases[i].means);
	for (size_t i = 0; i < n_languages; i++)
		if (covers(languages[i].tag, range))
			return &languages[i];
	return NULL;
}

/* The next element, "range;q=weight", without white space around. */
static bool take_range(struct text *rest, struct text *ret_range, unsigned int *ret_weight)
{
	struct text element, range;

	if (!rest->len)
		return false;
	element = text_trim(text_until(rest, ','));
	range = text_trim(text_until(&element, ';'));
	element = text_trim(element);
	if (element.len >= 2 && tolower((unsigned char)element.data[0]) == 'q' &&
	    element.data[1] == '=')
		element = (struct text){element.data + 2, element.len - 2};
	else
		element.len = 0;
	*ret_range = range;
	*ret_weight = parse_weight(element);
	return true;
}

const struct language *language_find(struct text accept_language)
{
	const struct language *best = NULL;
	unsigned int weight, best_weight = 0;
	struct text range;

	for (size_t n = 0; n < RANGES_MAX && best_weight < WEIGHT_MAX; n++) {
		const struct language *language;

		if (!take_range(&accept_language, &range, &weight))
			break;
		language = weight > best_weight ? find_range(range) : NULL;
		if (!language)
			continue;
		best = language;
		best_weight = weight;
	}
	return best ? best : &languages[0];
}
