# SPDX-License-Identifier: MIT
"""firefox - drives the lab's Firefox and prints what it did, as JSON.

usage: firefox.py state WORD,...                waits until its portal detection says one of them
       firefox.py refresh URL PORTAL            goes to URL, waits to be at PORTAL
       firefox.py show URL                      goes to URL: text of the document
       firefox.py page URL PORTAL LANGUAGE PNG  the page at URL, which stays
"""
import base64
import json
import os
import sys
import time

import marionette
import patience

# nsICaptivePortalService.
STATES = {0: "UNKNOWN", 1: "NOT_CAPTIVE", 2: "UNLOCKED_PORTAL", 3: "LOCKED_PORTAL"}

STATE = """
    const service = Cc["@mozilla.org/network/captive-portal-service;1"]
        .getService(Ci.nsICaptivePortalService);
    if (arguments[0])
        service.recheckCaptivePortal();
    const window = Services.wm.getMostRecentWindow("navigator:browser");
    const bar = window?.gNotificationBox.getNotificationWithValue("captive-portal-detected");
    return [service.state, !!bar];
"""


def milliseconds_since(start):
    return round((time.monotonic() - start) * 1000)


def wait_until(find, what):
    deadline = time.monotonic() + marionette.SECONDS
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"not within {marionette.SECONDS} s: {what}")


def state(words):
    """The bar comes and goes a little after the state. A check under way isn't asked for again."""
    with marionette.Browser() as browser:
        start = asked = time.monotonic()
        number, bar = browser.run(STATE, True, chrome=True)
        while STATES.get(number) not in words.split(",") or bar != (STATES[number] == "LOCKED_PORTAL"):
            if time.monotonic() > start + 2 * marionette.SECONDS:
                break
            time.sleep(0.05)
            again = time.monotonic() > asked + 3
            if again:
                asked = time.monotonic()
            number, bar = browser.run(STATE, again, chrome=True)
        return {"state": STATES.get(number), "bar": bar, "ms": milliseconds_since(start)}


def at(browser, prefix):
    """The URL the tab is at, once it has read the document there; nothing between two documents."""
    try:
        url, ready = browser.run("return [location.href, document.readyState]") or ("", "")
    except RuntimeError:
        return None
    return url if url.startswith(prefix) and ready == "complete" else None


def go(browser, url, prefix):
    """In a tab of its own, where no earlier document can be taken for the one asked for."""
    browser.open_tab()
    browser.call("WebDriver:Navigate", url=url)
    return wait_until(lambda: at(browser, prefix), f"to be at {prefix}")


def set_preference(browser, name, value):
    browser.run(
        """
        const [name, value] = arguments;
        if (typeof value == "boolean")
            Services.prefs.setBoolPref(name, value);
        else
            Services.prefs.setStringPref(name, value);
        """,
        name,
        value,
        chrome=True,
    )


def refresh(url, portal):
    with marionette.Browser() as browser:
        start = time.monotonic()
        found = go(browser, url, portal)
        return {
            "url": found,
            "ms": milliseconds_since(start),
            "text": browser.run("return document.body.innerText"),
        }


def show(url):
    with marionette.Browser() as browser:
        go(browser, url, url)
        return {"text": browser.run("return document.body.innerText")}


def page(url, portal, language, png):
    with open(os.path.join(os.path.dirname(__file__), "page_facts.js"), encoding="utf-8") as file:
        script = file.read()
    with marionette.Browser() as browser:
        set_preference(browser, "intl.accept_languages", language)
        set_preference(browser, "accessibility.blockautorefresh", True)
        go(browser, url, url)
        facts = browser.run(f"return ({script})(arguments[0])", portal)
        with open(png, "wb") as file:
            file.write(base64.b64decode(browser.call("WebDriver:TakeScreenshot", full=False)))
        set_preference(browser, "accessibility.blockautorefresh", False)
        return facts


COMMANDS = {"state": state, "refresh": refresh, "show": show, "page": page}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    print(json.dumps(patience.try_again(COMMANDS[sys.argv[1]], *sys.argv[2:])))
