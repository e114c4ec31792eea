# SPDX-License-Identifier: MIT
"""phone - a guest with a phone: Chromium, driven by the chromedriver that runs in the client's network.

usage: phone.py [--language LANGUAGE,...] [--scheme light|dark] [--width PIXELS] [--picture FILE] [--trust SPKI]
                  URL [STEP...]

Goes to URL and stays at the page it leads to; with several LANGUAGEs it does so once for each. A STEP, in
the last of them, is FIELD=TEXT (a field is filled in; of a box any TEXT ticks it), or +TEXT (the button or
link of that name is pressed, that of the form last filled in if there is one, and the next page is waited
for). Prints a JSON list: what is to be seen of each page. FILE is written as FILE-1.png, FILE-2.png...
"""
import argparse
import base64
import json
import os
import sys
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

DRIVER = "http://127.0.0.1:9515"
SECONDS = 30
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-sync "
    "--disable-component-update --disable-crash-reporter --disable-background-networking --password-store=basic"
)
FOCUS = """
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    return one === document.body ? null : {
        name: one.id || one.name || one.innerText.trim(),
        top: box.top + scrollY,
        visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
"""


def read_script(name):
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()


def start(arguments):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/lib/chromium/chromium"
    for option in OPTIONS.split():
        options.add_argument(option)
    options.add_argument(f"--user-data-dir={os.environ['TMPDIR']}/profile-{os.getpid()}")
    if arguments.trust:
        options.add_argument(f"--ignore-certificate-errors-spki-list={arguments.trust}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Remote(DRIVER, options=options)
    browser.set_page_load_timeout(SECONDS)
    cdp(browser, "Emulation.setDeviceMetricsOverride", width=arguments.width, height=844, deviceScaleFactor=2, mobile=True)
    cdp(browser, "Emulation.setTouchEmulationEnabled", enabled=True)
    cdp(browser, "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": arguments.scheme}])
    return browser


def set_language(browser, language):
    agent = browser.execute_script("return navigator.userAgent")
    cdp(browser, "Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)


def cdp(browser, command, **parameters):
    """What a remote driver has no method for in this version of selenium."""
    path = f"/session/{browser.session_id}/goog/cdp/execute"
    executor = browser.command_executor
    answer = executor._request("POST", executor._url + path, json.dumps({"cmd": command, "params": parameters}))
    return answer["value"]


def wait_until(find, what):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"not within {SECONDS} s: {what}")


def statuses(browser):
    """The status of every document since the last call."""
    found = []
    for line in browser.get_log("performance"):
        message = json.loads(line["message"])["message"]
        if message["method"] != "Network.responseReceived" or message["params"]["type"] != "Document":
            continue
        response = message["params"]["response"]
        if response["url"].startswith("http"):
            found.append({"url": response["url"], "status": response["status"]})
    return found


def settled(browser):
    """The page that is no way-station: the 511 page has a refresh of 0."""
    return browser.execute_script(
        """
        const refresh = document.querySelector("meta[http-equiv=refresh]")?.content;
        return document.readyState === "complete" && document.body?.innerText && !(refresh && parseInt(refresh) === 0) && !window.left;
        """
    )


def tab_order(browser):
    """What Tab leads to, from the top of the page, until it leaves the page or comes round."""
    found = []
    browser.execute_script("document.activeElement.blur(); document.body.tabIndex = -1; document.body.focus();")
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focus = browser.execute_script(FOCUS)
        if not focus or focus in found:
            break
        found.append(focus)
    browser.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
    return found


def facts_of(browser, arguments, number):
    # What is focused when the page comes is seen as well.
    focus = browser.execute_script(FOCUS)
    if arguments.picture:
        image = cdp(browser, "Page.captureScreenshot", format="png")["data"]
        with open(f"{arguments.picture}-{number}.png", "wb") as file:
            file.write(base64.b64decode(image))
    facts = {}
    for script in ("page_facts.js", "form_facts.js"):
        facts |= browser.execute_script(f"return ({read_script(script)})(arguments[0])", "")
    log = [line["message"] for line in browser.get_log("browser") if "favicon" not in line["message"]]
    facts |= {"documents": statuses(browser), "focus": focus, "tabs": tab_order(browser)}
    # A refusal's status is told there as well.
    return facts | {"complaints": [line for line in log if "the server responded with a status" not in line]}


def press(browser, field, text):
    """The button that says so: the one of the field's form when there are several."""
    inside = field.find_element(By.XPATH, "ancestor::form") if field else browser
    for one in inside.find_elements(By.CSS_SELECTOR, "button, a[href], summary"):
        if one.is_displayed() and one.text.strip() == text:
            browser.execute_script("window.left = true")
            one.click()
            return
    raise LookupError(f"there is no button '{text}'")


def fill_in(browser, name, text):
    field = browser.find_element(By.CSS_SELECTOR, f"input[name={name}]:not([type=hidden])")
    if field.get_attribute("type") == "checkbox":
        field.click()
    else:
        field.clear()
        field.send_keys(text)
    return field


def visit(browser, arguments):
    pages, field = [], None
    for language in arguments.language.split(",")[:-1]:
        set_language(browser, language)
        browser.get(arguments.url)
        wait_until(lambda: settled(browser), f"a page after {arguments.url}")
        pages.append(facts_of(browser, arguments, len(pages) + 1))
    set_language(browser, arguments.language.split(",")[-1])
    browser.get(arguments.url)
    for step in [None, *arguments.steps]:
        if step is not None and not step.startswith("+"):
            field = fill_in(browser, *step.split("=", 1))
            continue
        if step is not None:
            press(browser, field, step[1:])
            field = None
        wait_until(lambda: settled(browser), f"a page after {step or arguments.url}")
        pages.append(facts_of(browser, arguments, len(pages) + 1))
    return pages


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--language", default="en")
    parser.add_argument("--scheme", default="light")
    parser.add_argument("--width", type=int, default=390)
    parser.add_argument("--picture", default="")
    parser.add_argument("--trust", default="")
    parser.add_argument("url")
    parser.add_argument("steps", nargs="*")
    arguments = parser.parse_args()
    browser = start(arguments)
    try:
        print(json.dumps(visit(browser, arguments)))
    except Exception:
        print(f"at {browser.current_url}, after {statuses(browser)}:", file=sys.stderr)
        print(browser.page_source[:2000], file=sys.stderr)
        raise
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
