# SPDX-License-Identifier: MIT
"""chromium - drives the lab's Chromium and prints what it did, as JSON.

usage: chromium.py tab URL PORTAL             goes to the https URL, waits for a tab that opens at PORTAL
       chromium.py refresh URL PORTAL         goes to URL, waits to be at PORTAL
       chromium.py show URL                   goes to URL: status and text of the document
       chromium.py picture URL PORTAL LANGUAGE SCHEME PNG   the page at URL on a phone, light or dark
       chromium.py words URL PORTAL LANGUAGE,...            the page at URL in each language, on a small one
"""
import base64
import json
import os
import struct
import sys
import time
import zlib

import cdp
import patience

PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
SMALL_PHONE = PHONE | {"width": 320, "height": 568}


def milliseconds_since(start):
    return round((time.monotonic() - start) * 1000)


def poll(find, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.02)
    return None


def tab(url, portal):
    """The tab opens beside the one that failed. Like a person, tries again when none does."""
    with cdp.Tab() as page:

        def sign_in_tabs():
            return [t for t in cdp.pages() if t["id"] != page.id and t["url"].startswith(portal)]

        for attempt in range(1, 5):
            start = time.monotonic()
            error = page.call("Page.navigate", url=url).get("errorText", "")
            found = poll(sign_in_tabs, 25)
            took = milliseconds_since(start)
            if found:
                break
        urls = [target["url"] for target in cdp.pages()]
        for target in found or []:
            cdp.close(target["id"])
    return {"error": error, "opened": bool(found), "ms": took, "attempt": attempt, "urls": urls}


def refresh(url, portal):
    with cdp.Tab() as page:
        page.call("Page.enable")
        start = time.monotonic()
        page.call("Page.navigate", url=url)
        frame = page.wait("Page.frameNavigated", lambda params: params["frame"]["url"].startswith(portal))
        took = milliseconds_since(start)
        page.wait("Page.loadEventFired")
        return {"url": frame["frame"]["url"], "ms": took, "text": page.evaluate("document.body.innerText")}


def navigate(page, url):
    """Returns the status of the document, once it is there."""
    page.call("Page.enable")
    page.call("Network.enable")
    page.call("Network.setCacheDisabled", cacheDisabled=True)
    page.call("Page.navigate", url=url)
    answer = page.wait("Network.responseReceived", lambda params: params["type"] == "Document")
    return answer["response"]["status"]


def show(url):
    with cdp.Tab() as page:
        status = navigate(page, url)
        page.wait("Page.loadEventFired")
        return {"status": status, "text": page.evaluate("document.body.innerText")}


def pixels(png):
    """The bytes of the rows, filters as they are."""
    at, data = 8, b""
    while at < len(png):
        size, kind = struct.unpack("!I4s", png[at : at + 8])
        if kind == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += 12 + size
    return zlib.decompress(data)


def screenshot(page, **options):
    return base64.b64decode(page.call("Page.captureScreenshot", format="png", **options)["data"])


def colour_at(page, x, y):
    """Of a single pixel a filter can't change anything."""
    clip = {"x": x, "y": y, "width": 1, "height": 1, "scale": 1 / PHONE["deviceScaleFactor"]}
    return list(pixels(screenshot(page, clip=clip))[1:4])


def set_guest(page, phone, language, scheme):
    agent = json.loads(cdp.get("/json/version"))["User-Agent"]
    page.call("Emulation.setDeviceMetricsOverride", **phone)
    page.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


def facts_of(page, url, portal):
    """The portal's page is asked for by the refresh and held back, so that this one stays."""
    with open(os.path.join(os.path.dirname(__file__), "page_facts.js"), encoding="utf-8") as file:
        script = file.read()
    page.call("Fetch.enable", patterns=[{"urlPattern": portal + "*"}])
    status = navigate(page, url)
    held = page.wait("Fetch.requestPaused")
    page.call("Fetch.failRequest", requestId=held["requestId"], errorReason="Aborted")
    facts = page.evaluate(f"({script})({json.dumps(portal)})")
    return facts | {"status": status, "refreshed_to": held["request"]["url"]}


def picture(url, portal, language, scheme, png):
    with cdp.Tab() as page:
        set_guest(page, PHONE, language, scheme)
        facts = facts_of(page, url, portal) | {"phone": PHONE}
        image = screenshot(page)
        with open(png, "wb") as file:
            file.write(image)
        # A page without anything on it has next to no different bytes.
        facts["painted"] = len(set(pixels(image)))
        if facts["link"]:
            box = facts["link"]["box"]
            facts["link"]["painted"] = colour_at(page, box["left"] + 6, (box["top"] + box["bottom"]) / 2)
        return facts


def words(url, portal, languages):
    """The facts of the page in each of the languages, on the smallest of phones (WCAG 2: 1.4.10)."""
    with cdp.Tab() as page:
        found = []
        for language in languages.split(","):
            set_guest(page, SMALL_PHONE, language, "light")
            found.append(facts_of(page, url, portal) | {"phone": SMALL_PHONE, "asked": language})
        return found


COMMANDS = {"tab": tab, "refresh": refresh, "show": show, "picture": picture, "words": words}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    print(json.dumps(patience.try_again(COMMANDS[sys.argv[1]], *sys.argv[2:])))
