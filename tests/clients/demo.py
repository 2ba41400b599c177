#!/usr/bin/env python3
"""Drives every story of `countersign demo` to its end, as a browser would, and asserts what the pages say.

Needs nothing but Python. Prints one line a step and closes with how many held.
"""

import base64
import html
import http.client
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlencode, urlsplit

from browser import Browser, words

NOW = "2027-01-31T10:00:00Z"
STEPS = []


def step(name, holds, detail=""):
    STEPS.append(bool(holds))
    print(("ok    " if holds else "FAILED ") + name + ("" if holds else f"\n{detail}"), flush=True)


def commands(page):
    """The command lines on a page."""
    found = [html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S)]
    return [text for text in found if text.startswith("curl ")]


def runs(command):
    """Sends what a command line says, as curl would, and returns status and body."""
    arguments = shlex.split(command)[1:]
    headers, form, body, user, url = {}, [], None, None, None
    while arguments:
        argument = arguments.pop(0)
        if argument == "-H":
            name, _, value = arguments.pop(0).partition(": ")
            headers[name] = value
        elif argument == "-u":
            user = arguments.pop(0)
        elif argument == "--data-raw":
            body = arguments.pop(0)
        elif argument == "--data-urlencode":
            form.append(tuple(arguments.pop(0).split("=", 1)))
        elif argument != "-i":
            url = argument
    if user:
        headers["Authorization"] = "Basic " + base64.b64encode(user.encode()).decode()
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(form)
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request("GET" if body is None else "POST", target, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


class Payer:
    """Alice at her browser: begins stories, signs in where she is asked to, and presses what the pages offer."""

    def __init__(self, demo, shop="shop"):
        self.demo = demo
        self.shop = demo[shop]["url"]
        self.stories = demo[shop].get("stories", demo["stories"])
        self.browser = Browser()
        self.user = demo["users"][0]

    def begins(self, name):
        """Presses a story's button and signs in if that is asked; the page of the authorization server, or the result."""
        story = next(story for story in self.stories if story["name"] == name)
        _, page = self.browser.open(self.shop)
        status, page = self.browser.submit(page, story["title"])
        if "/sign-in" in self.browser.url:
            status, page = self.browser.submit(page, "Sign in", username=self.user["username"], password=self.user["password"])
        return status, page

    def answers(self, page, decision):
        """Decides, and says the password again where an old sign-in needs it."""
        status, page = self.browser.submit(page, decision)
        asking = [form for form in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if 'name="password"' in form]
        if asking:
            button = words(re.findall(r"<button[^>]*>.*?</button>", asking[0], re.S)[0]).strip()
            status, page = self.browser.submit(page, button, password=self.user["password"])
        return page

    def approves(self, name):
        _, page = self.begins(name)
        return self.answers(page, "approve")

    def presses(self, page, button):
        return self.browser.submit(page, button)[1]

    def moves_clock(self, page, step_on):
        return self.browser.submit(page, step_on)[1]


def says(name, page, *expected):
    text = words(page)
    for sentence in expected:
        step(f"{name}: {sentence}", sentence in text, text)


def subscriptions(payer):
    status, page = payer.browser.open(payer.shop)
    says("the shop", page, "Demo. No real money.", "You pay", "You are paid", "What can go wrong", "31 Jan 2027, 10:0")
    _, page = payer.browser.submit(page, "Subscribe for 12 months")
    step("it sends the payer to sign in", "/sign-in" in payer.browser.url, payer.browser.url)
    status, page = payer.browser.submit(page, "Sign in", username="alice", password="not her password")
    step("a wrong password is refused", status == 422, status)
    status, page = payer.browser.submit(page, "Sign in", username="alice", password=payer.user["password"])
    sentence = "up to $20.00 each month for 12 months, from 31 Jan 2027 to 31 Jan 2028: at most $240.00 in total."
    says("monthly", page, sentence, "Approve", "Decline")

    page = payer.answers(page, "approve")
    step("the shop has a page for the story", "/stories/" in payer.browser.url, payer.browser.url)
    says("monthly", page, "You are subscribed", "at+jwt", '"active": true', "open_payments_mandate")
    page = payer.presses(page, "Charge it: $5.00")
    says("monthly", page, "$5.00 was taken. Left to take now: $15.00.")
    page = payer.presses(page, "Charge too much: $500.00")
    says("monthly", page, "That is more than what is left in this period: $15.00.")
    page = payer.moves_clock(page, "6 minutes on")
    page = payer.presses(page, "Charge it: $5.00")
    says("a token that has run out", page, "The token had run out, so the shop got the next one first. $5.00 was taken.")
    page = payer.presses(page, "Refresh")
    says("monthly", page, "got the next access token")
    curl(page)
    page = payer.moves_clock(page, "1 month on")
    says("the clock", page, "28 Feb 2027, 10:0")
    page = payer.presses(page, "Charge it: $5.00")
    says("the next month", page, "$5.00 was taken. Left to take now: $15.00.")
    page = payer.presses(page, "Revoke")
    says("monthly", page, "The permission has ended", "it has ended, and every token with it", '"active": false')
    for button in ("Charge it: $5.00", "Refresh"):
        page = payer.presses(page, button)
        says(f"{button} after the end", page, "the permission has ended")
    page = payer.presses(page, "Revoke")
    says("a second end", page, "it has ended")


def curl(page):
    """Every command on the page of a story can be run; the code is the one thing that works once."""
    lines = commands(page)
    step("discovery, creation, authorization, code, token, introspection and charges are there", len(lines) >= 10, lines)
    for line in lines:
        if "authorization_code" in line:
            continue
        status, _ = runs(line)
        told = "50000" in line
        step(line[:70], status == 403 if told else status in (200, 201, 303), (status, line))


def endless_and_carried_over(payer):
    _, page = payer.begins("endless")
    says("endless", page, "no end date", "Warning")
    page = payer.answers(page, "approve")
    page = payer.presses(page, "Charge it: $5.00")
    says("endless", page, "$5.00 was taken. Left to take now: $15.00.")

    _, page = payer.begins("carry-over")
    says("carry-over", page, "carries over")
    page = payer.answers(page, "approve")
    page = payer.moves_clock(page, "1 month on")
    page = payer.presses(page, "Charge it: $5.00")
    says("carry-over", page, "$5.00 was taken. Left to take now: $35.00.")

    _, page = payer.begins("look")
    says("look", page, "Let Acme Streaming see this automatic payment?", "it cannot take money")
    page = payer.answers(page, "approve")
    says("look", page, "The shop may look, and take nothing", '"read"')
    page = payer.presses(page, "Look at it")
    says("look", page, "The wallet showed the agreement")
    page = payer.presses(page, "Charge it: $5.00")
    says("look", page, "This token does not allow to charge this agreement.")


def incoming(payer):
    _, page = payer.begins("invoice")
    says("invoice", page, "$34.50", "No money leaves your account.")
    page = payer.answers(page, "approve")
    says("invoice", page, "The shop may pay you", "open_payments_invoice")
    page = payer.presses(page, "Pay too much: $500.00")
    says("invoice", page, "That is more than what is left to pay: $34.50.")
    for received, left in (("$11.50", "$23.00"), ("$23.00", "$11.50"), ("$34.50", "$0.00")):
        page = payer.presses(page, "Pay it: $11.50")
        says("invoice", page, f"Received in all: {received}. Left to pay: {left}.")
    page = payer.presses(page, "Pay it: $11.50")
    says("invoice", page, "It has received all that it asked for")

    page = payer.approves("session")
    page = payer.presses(page, "Send a small payment: $0.05")
    page = payer.presses(page, "Send a small payment: $0.05")
    says("session", page, "$0.05 was paid. Received in all: $0.10. Left to pay: $0.90.")
    page = payer.presses(page, "Send too much: $500.00")
    says("session", page, "That is more than what is left to pay: $0.90.")

    page = payer.approves("collection")
    says("collection", page, "The shop may create invoices in your name", '"create"')
    page = payer.presses(page, "Create an invoice with it")
    says("collection", page, "The wallet created http://", "Nobody has paid it yet.")
    page = payer.presses(page, "Create one for somebody else")
    says("collection", page, "This token is good for another account only.")
    page = payer.presses(page, "Revoke")
    page = payer.presses(page, "Create an invoice with it")
    says("collection", page, "the permission has ended")


def refusals(payer):
    _, page = payer.begins("changing")
    says("changing", page, "$20.00")
    page = payer.answers(page, "approve")
    says("changing", page, "The terms changed. Check them again.", "$50.00", "Nothing has been approved.")
    page = payer.answers(page, "approve")
    says("changing", page, "You are subscribed", '"amount": "5000"')

    _, page = payer.begins("decline")
    page = payer.answers(page, "decline")
    says("decline", page, "The permission was not given", "access_denied", "You said no")
    page = payer.browser.open(payer.browser.url)[1]
    says("reloaded", page, "The permission was not given")

    for name, status, told, back in (
        ("expired", 410, "This request has ended", "The permission was not given"),
        ("foreign", 403, "This agreement is for a different account", "The permission was not given"),
        ("silent", 503, "We cannot read the agreement right now", "That did not work right now"),
    ):
        code, page = payer.begins(name)
        step(f"{name}: {status}", code == status, code)
        says(name, page, told)
        forms = [form for form in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if "Go back" in form]
        button = words(re.findall(r"<button[^>]*>.*?</button>", forms[0], re.S)[-1]).strip()
        page = payer.presses(page, button)
        says(name, page, back, "temporarily_unavailable" if name == "silent" else "access_denied", "Start this story again")


def without_permission(payer):
    _, page = payer.begins("tip")
    says("tip", page, "Bob was paid", "$2.00 was paid. Received in all: $2.00. Left to pay: $0.00.", "no token")
    step("no token was sent", not any("Bearer" in line for line in commands(page)), commands(page))
    page = payer.presses(page, "Pay it again: $2.00")
    says("tip", page, "It has received all that it asked for")


def messages(page):
    """What was sent under a signature, and what was signed, in the order of the page."""
    found = [html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S)]
    return [text for text in found if " HTTP/1.1\n" in text], [text for text in found if text.startswith("{") and "}\n\n{" in text]


def pushed(page):
    """The request went ahead, signed, with an assertion and a proof, and the browser carried nothing but its name."""
    sent, signed = messages(page)
    step("it was pushed", "POST /par HTTP/1.1" in sent[0] and "client_assertion=" in sent[0] and "DPoP: " in sent[0], sent[0])
    for typ, claim in (("oauth-authz-req+jwt", "authorization_details"), ("client-authentication+jwt", '"sub"'), ("dpop+jwt", '"htu"')):
        found = [text for text in signed if f'"typ": "{typ}"' in text]
        step(f"{typ} is shown, decoded", found and claim in found[0], signed)
    step("no secret is shown", not any("-u " in line for line in commands(page)), commands(page))
    browser = re.search(r"The browser went to\s+(\S+)", words(page)).group(1)
    query = urlsplit(browser).query
    step("the browser carried a name", sorted(pair.split("=")[0] for pair in query.split("&")) == ["client_id", "request_uri"], query)


def keyed(first):
    """The second shop: what it holds cannot be sent by anybody else, and what others can send still can be."""
    payer = Payer(first.demo, "second_shop")
    _, page = first.browser.open(first.shop)
    says("the shop", page, "A second shop, Acme Utilities, holds keys")
    _, page = payer.browser.open(payer.shop)
    says("the second shop", page, "Demo shop: Acme Utilities", "It has no password at the authorization server, but keys")

    _, page = payer.begins("electricity")
    says("electricity", page, "Let Acme Utilities take payments from your account?", "up to $20.00 each month for 12 months")
    page = payer.answers(page, "approve")
    says("electricity", page, "Your electricity is paid from now on", '"cnf"', '"jkt"', '"token_type": "DPoP"', "use_dpop_nonce", "DPoP-Nonce: ")
    pushed(page)
    page = payer.presses(page, "Charge it: $5.00")
    says("electricity", page, "$5.00 was taken. Left to take now: $15.00.")
    page = payer.presses(page, "Charge too much: $500.00")
    says("electricity", page, "That is more than what is left in this period: $15.00.")
    page = payer.moves_clock(page, "6 minutes on")
    page = payer.presses(page, "Charge it: $5.00")
    says("a bound token that has run out", page, "The token had run out, so the shop got the next one first. $5.00 was taken.")
    page = payer.presses(page, "Refresh")
    says("electricity", page, "got the next access token")
    lines = commands(page)
    step("discovery and creation are lines", len(lines) == 3, lines)
    for line in lines:
        status, _ = runs(line)
        step(line[:70], status in (200, 201), (status, line))
    page = payer.presses(page, "Revoke")
    says("electricity", page, "The permission has ended", '"active": false')
    page = payer.presses(page, "Charge it: $5.00")
    says("electricity", page, "the permission has ended")

    _, page = payer.begins("meter")
    says("meter", page, "Let Acme Utilities see this automatic payment?")
    page = payer.answers(page, "approve")
    page = payer.presses(page, "Look at it")
    says("meter", page, "The wallet showed the agreement")
    page = payer.presses(page, "Charge it: $5.00")
    says("meter", page, "This token does not allow to charge this agreement.")
    thief(payer)


def thief(payer):
    """Whoever has the token without its key gets nothing, and the shop goes on."""
    page = payer.approves("stolen")
    page = payer.presses(page, "Be a thief: use the token alone")
    says("stolen", page, "The wallet refused the thief, and nothing was taken: This token is bound to a key.")
    lines = [line for line in commands(page) if "/charges" in line]
    status, _ = runs(lines[0])
    step("anybody can try so, and is refused", len(lines) == 1 and status == 401, (status, lines))
    page = payer.presses(page, "Be a thief: use it with another key")
    says("stolen", page, "The DPoP proof is by another key than the one that the token is bound to.")
    page = payer.presses(page, "Be the shop: charge it $5.00")
    says("stolen", page, "$5.00 was taken. Left to take now: $15.00.")
    charge = [text for text in messages(page)[0] if "/charges HTTP" in text][-1]
    head, _, body = charge.partition("\n\n")
    url = payer.demo["wallet"]["url"] + head.split(" ")[1]
    headers = dict(line.split(": ", 1) for line in head.split("\n")[2:])
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request("POST", url, body, headers)
    answer = connection.getresponse()
    told = answer.read().decode()
    step("the shop's own message is good once", answer.status == 401 and "used before" in told, told)
    step("it says what is asked for", answer.headers["WWW-Authenticate"].startswith('DPoP error="invalid_dpop_proof"'))
    page = payer.presses(page, "Revoke")
    says("stolen", page, "The permission has ended")


def edges(payer):
    shop, browser = payer.shop, payer.browser
    for path in ("/stories/monthly", "/stories/999", "/stories/-1", "/nothing"):
        status, page = browser.open(shop + path)
        step(f"{path} is a page with words", status == 404 and "There is no such page" in page, page)
    for path, form in (("/stories/nothing", {}), ("/stories/1/nothing", {"key": "x"})):
        step(f"{path} is nothing to press", browser.open(shop + path, form)[0] == 404)
    for path, form in (("/stories/1/charge", {}), ("/clock", {}), ("/clock", {"step": "P9Y"})):
        status, page = browser.open(shop + path, form)
        step(f"{path} {form} is told what is missing", status == 400 and "Please use the button" in page, page)
    for query in ("", "?state=x&code=y", "?state=x&state=x", "?error=access_denied"):
        status, page = browser.open(f"{shop}/callback{query}")
        step(f"/callback{query} ends in words", status == 400 and "Start again" in page, page)
    stranger = Browser()
    step("another browser sees no story", stranger.open(f"{shop}/stories/1")[0] == 404)
    status, page = browser.open(payer.demo["wallet"]["url"])
    says("the wallet", page, "Demo. No real money.", "anybody may pay its invoices", "Paid in all: $34.50")


def starts(directory, *options, stderr=None):
    """Starts the demo; a file takes the place of the browser that --open would open."""
    command = sys.argv[1:] or ["cargo", "run", "--quiet", "--locked", "--"]
    command = [*command, "demo", "--json", "--port", "0", *options]
    browser = pathlib.Path(directory, "xdg-open")
    browser.write_text('#!/bin/sh\nprintf %s "$1" > "$0.opened"\n')
    browser.chmod(0o755)
    path = f"{directory}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env={**os.environ, "PATH": path})


def opened(directory):
    """What the browser was told to open."""
    note = pathlib.Path(directory, "xdg-open.opened")
    for _ in range(50):
        if note.exists() and note.read_text():
            return note.read_text()
        time.sleep(0.1)
    return None


def again(directory):
    """What --data keeps is found again, with new keys; data from later than the clock shows is refused in words."""
    data = str(pathlib.Path(directory, "data"))
    shops = []
    for now in (NOW, "2027-01-31T11:00:00Z"):
        server = starts(directory, "--data", data, "--now", now)
        demo = json.loads(server.stdout.readline())
        shops.append([demo[shop]["client_id"] for shop in ("shop", "second_shop")])
        page = Payer(demo, "second_shop").approves("electricity")
        says("electricity, with keys that were just made", page, "Your electricity is paid from now on")
        server.terminate()
        server.communicate(timeout=40)
    step("both shops are who they were", shops[0] == shops[1], shops)
    server = starts(directory, "--data", data, "--now", "2026-01-31T10:00:00Z", stderr=subprocess.PIPE)
    _, told = server.communicate(timeout=40)
    step("a clock before what was kept is refused", server.returncode == 2 and "a later instant" in told, told)


def main():
    with tempfile.TemporaryDirectory() as directory:
        drive(directory)
        again(directory)
    print(f"{sum(STEPS)} passed, {len(STEPS) - sum(STEPS)} failed")
    return 0 if all(STEPS) else 1


def drive(directory):
    server = starts(directory, "--now", NOW, "--open")
    try:
        line = server.stdout.readline()
        started = time.monotonic()
        demo = json.loads(line)
        step("the browser is opened", opened(directory) == demo["shop"]["url"], opened(directory))
        step("the clock starts where it is told to", demo["now"].startswith("2027-01-31T10:00:0"), demo["now"])
        names = [story["name"] for story in demo["stories"]]
        step("thirteen stories are named", len(names) == 13 and len(set(names)) == 13, names)
        names = [story["name"] for story in demo["second_shop"]["stories"]]
        step("and three of the second shop", len(set(names)) == 3, names)
        status, document = Browser().open(demo["issuer"] + "/.well-known/open-payments")
        step("the metadata names the issuer", json.loads(document)["issuer"] == demo["issuer"], document)
        payer = Payer(demo)
        for story in (subscriptions, endless_and_carried_over, incoming, refusals, without_permission, keyed, edges):
            try:
                story(payer)
            except (RuntimeError, IndexError) as fault:
                step(f"{story.__name__} goes on", False, fault)
        print(f"the stories took {time.monotonic() - started:.1f} s")
    finally:
        server.terminate()
        code = server.wait(timeout=40)
    step("the demo stops when asked", code in (0, -15), code)


if __name__ == "__main__":
    sys.exit(main())
