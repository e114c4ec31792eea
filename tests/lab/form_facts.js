// SPDX-License-Identifier: MIT
// form_facts.js - what helps or hinders in using a page's forms, as words and numbers; evaluated in browsers.
() => {
	const name = (element) => element.id || element.name || element.innerText.trim();
	const is_shown = (element) => element.getClientRects().length > 0;
	const all = (selector) => [...document.querySelectorAll(selector)].filter(is_shown);

	// A box to tick is hit by its label as well.
	const target = (element) =>
		(element.type === "checkbox" && element.labels[0] ? element.labels[0] : element).getBoundingClientRect();
	const inputs = all("input, select, textarea");
	const targets = all("a[href], button, input, summary");
	const alert = document.querySelector("[role=alert]");
	const described = (element) =>
		(element.getAttribute("aria-describedby") ?? "")
			.split(" ")
			.map((id) => document.getElementById(id)?.innerText ?? "")
			.join(" ")
			.trim();

	return {
		headings: document.querySelectorAll("h1").length,
		text: document.body.innerText,
		inputs: inputs.map(name),
		unlabelled: inputs.filter((input) => !input.labels.length || !input.labels[0].innerText.trim()).map(name),
		// As big as a thumb (WCAG 2: 2.5.5).
		small: targets.filter((one) => target(one).height < 44 || target(one).width < 44).map(name),
		outside: targets.filter((one) => target(one).left < 0 || target(one).right > innerWidth).map(name),
		// Smaller letters make phones zoom in on the field.
		fine_print: inputs
			.filter((input) => input.type !== "checkbox")
			.filter((input) => parseFloat(getComputedStyle(input).fontSize) < 16)
			.map(name),
		foreign: [...document.querySelectorAll("[src], link[href]")]
			.map((element) => element.src || element.href)
			.filter((url) => new URL(url, location).origin !== location.origin),
		scripts: document.scripts.length,
		targets_elsewhere: all("[target]").map(name),
		alert: alert?.innerText ?? "",
		invalid: all("[aria-invalid=true]").map((input) => ({ name: name(input), described: described(input) })),
		values: Object.fromEntries(inputs.map((input) => [input.name, input.value])),
		refresh: parseInt(document.querySelector("meta[http-equiv=refresh]")?.content ?? "0"),
	};
}
