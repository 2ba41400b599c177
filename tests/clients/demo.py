#!/usr/bin/env python3
"""Drives `countersign demo` once, as a browser would: subscribe, sign in, approve, charge; then decline, and stop.

Needs nothing but Python. Prints one line a step and closes with how many held.
"""

import json
import re
import subprocess
import sys
import time

from browser import Browser, words

STEPS = []


def step(name, holds, detail=""):
    STEPS.append(bool(holds))
    print(("ok    " if holds else "FAILED ") + name + ("" if holds else f"\n{detail}"))


def story(demo):
    alice, shop, issuer = demo["users"][0], demo["shop"]["url"], demo["issuer"]
    browser = Browser()
    status, page = browser.open(shop)
    step("the shop opens", status == 200, page)
    status, page = browser.submit(page, "Subscribe")
    step("it sends the payer to sign in", "/sign-in" in browser.url, browser.url)
    status, page = browser.submit(page, "Sign in", username=alice["username"], password="not her password")
    step("a wrong password is refused", status == 422, status)
    status, page = browser.submit(page, "Sign in", username=alice["username"], password=alice["password"])
    sentence = r"up to \$20\.00 each month for 12 months, from \d+ \w+ \d{4} to \d+ \w+ \d{4}: at most \$240\.00 in total\."
    step("the mandate is said in words", re.search(sentence, words(page)), page)
    step("both answers are there", "Approve" in page and "Decline" in page, page)
    status, page = browser.submit(page, "approve")
    step("the shop has its token", status == 200 and "/subscriptions/" in browser.url, page)
    status, page = browser.submit(page, "Charge $5.00")
    step("the wallet accepts a charge", "$15.00" in words(page), words(page))

    status, page = browser.open(shop)
    status, page = browser.submit(page, "Subscribe")
    status, page = browser.submit(page, "decline")
    step("a refusal reaches the shop", "access_denied" in page, page)

    status, document = browser.open(issuer + "/.well-known/open-payments")
    step("the metadata names the issuer", json.loads(document)["issuer"] == issuer, document)


def main():
    command = ["cargo", "run", "--quiet", "--locked", "--", "demo", "--json", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        started = time.monotonic()
        story(json.loads(line))
        print(f"the story took {time.monotonic() - started:.1f} s")
    finally:
        server.terminate()
        code = server.wait(timeout=40)
    step("the demo stops when asked", code in (0, -15), code)
    print(f"{sum(STEPS)} passed, {len(STEPS) - sum(STEPS)} failed")
    return 0 if all(STEPS) else 1


if __name__ == "__main__":
    sys.exit(main())
