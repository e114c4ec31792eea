// SPDX-License-Identifier: MIT
// page_facts.js - what a guest sees of the page, as words and numbers; evaluated in the tests' browsers.
(portal) => {
	const root = document.documentElement;
	const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

	const box = (element) => {
		const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
		return { left, top, right, bottom, width, height };
	};
	const ancestors = (element) => (element ? [...ancestors(element.parentElement), element] : []);
	const opacity = (element) =>
		ancestors(element).reduce((all, one) => all * parseFloat(getComputedStyle(one).opacity), 1);

	// Any notation of a colour, also translucent ones over each other, as red, green and blue.
	const paint = (layers) => {
		context.globalAlpha = 1;
		context.clearRect(0, 0, 1, 1);
		for (const { colour, alpha } of layers) {
			context.globalAlpha = alpha;
			context.fillStyle = colour;
			context.fillRect(0, 0, 1, 1);
		}
		return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
	};
	// What the browser paints where the page paints nothing: white, or dark where the page allows it.
	const blank = document.createElement("div");
	blank.style.backgroundColor = "Canvas";
	root.append(blank);
	const canvas = { colour: getComputedStyle(blank).backgroundColor, alpha: 1 };
	blank.remove();

	const background = (element) => [
		canvas,
		...ancestors(element).map((one) => ({
			colour: getComputedStyle(one).backgroundColor,
			alpha: opacity(one),
		})),
	];
	// WCAG 2: 1.4.3.
	const luminance = (rgb) =>
		rgb.map((value) => value / 255)
			.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
			.reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
	const contrast = (element) => {
		const under = background(element);
		const text = { colour: getComputedStyle(element).color, alpha: opacity(element) };
		const [light, dark] = [paint(under), paint([...under, text])].map(luminance).sort((a, b) => b - a);
		return (light + 0.05) / (dark + 0.05);
	};

	const has_text = (element) =>
		[...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
		box(element).height > 0;
	const texts = [...document.body.querySelectorAll("*")].filter(has_text);
	const links = [...document.querySelectorAll("a[href]")].filter((a) => a.href.startsWith(portal));
	const link = links.sort((a, b) => box(b).height - box(a).height)[0];

	return {
		url: location.href,
		lang: root.lang,
		dir: getComputedStyle(root).direction,
		title: document.title,
		heading: document.querySelector("h1")?.innerText ?? "",
		refresh: document.querySelector("meta[http-equiv=refresh i]")?.content ?? "",
		view: { width: innerWidth, height: innerHeight },
		content: { width: root.scrollWidth, height: root.scrollHeight },
		background: paint(background(document.body)),
		link: link ? { href: link.href, text: link.innerText, box: box(link), colour: paint(background(link)) } : null,
		contrasts: texts.map((element) => ({ text: element.innerText, ratio: contrast(element) })),
	};
}
