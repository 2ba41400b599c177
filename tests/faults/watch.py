"""Callers of every kind who go on while something fails, and what is held against their answers.

FAULT_SECONDS: how long a fault lasts (5).
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from support import Client, eventually, words

BOUND = 3.0
LASTS = float(os.environ.get("FAULT_SECONDS", "5"))
WITHOUT_DATABASE = ("/livez", "/jwks.json", "/.well-known/oauth-authorization-server")


class Watch:
    """Callers of every kind, who go on whatever happens, and what was wrong with their answers."""

    def __init__(self, world):
        self.world = world
        self.wrong = []
        self.answers = {}
        self.longest = (0.0, "")
        self.refused = 0
        self.in_doubt = []
        self.answered = []
        self.over = threading.Event()
        shop, alice, server = world.shop, world.alice, world.server
        self.good = world.buys()
        self.dead = world.buys()["access_token"]
        assert shop.revokes(self.dead).status == 200
        self.spare = [world.buys()["access_token"] for _ in range(3)]
        self.public = world.buys(world.app)["refresh_token"]
        self.codes = [alice.approves(shop, world.wallet.mandate()) for _ in range(6)]
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in alice.jar.items())}
        self.callers = {
            "introspects a good token": lambda: self.introspects(self.good["access_token"], True),
            "introspects a dead token": lambda: self.introspects(self.dead, False),
            "refreshes": lambda: self.tokens(shop.refreshes(self.good["refresh_token"])),
            "refreshes, public": self.rotates,
            "creates": lambda: self.tokens(shop.creates(world.collection)),
            "redeems": self.redeems,
            "revokes": self.revokes,
            "lists payments": lambda: self.page(server.get("/payments", **cookie), "Automatic payments"),
            "opens a link": lambda: self.page(server.get(shop.asks(world.wallet.mandate())[0].removeprefix(server.issuer)), None),
            "approves": self.approves,
        } | {f"reads {path}": (lambda path=path: self.reads(path)) for path in WITHOUT_DATABASE}

    def introspects(self, token, active):
        answer = self.world.introspects(token)
        return answer, answer.status == 200 and answer.json.get("active") is active

    def tokens(self, answer):
        right = answer.status == 200 and "access_token" in answer.json
        if right:
            self.answered.append(answer.json["access_token"])
        return answer, right

    def rotates(self):
        answer, right = self.tokens(self.world.app.refreshes(self.public))
        if right:
            self.public = answer.json["refresh_token"]
        return answer, right

    def redeems(self):
        """A code that was refused is tried again until it is answered."""
        if not self.codes:
            time.sleep(0.2)
            return None, True
        code, verifier = self.codes[0]
        answer, right = self.tokens(self.world.shop.exchanges(code, verifier))
        tried, self.tried = getattr(self, "tried", None) == code, code
        if answer.status != 503:
            self.codes.pop(0)
        if answer.error == "invalid_grant" and tried:
            # The database was asked to commit, and nobody heard what it did: what it did counts, and the code is used.
            self.in_doubt.append(code)
            return answer, True
        return answer, right

    def revokes(self):
        """What was answered with 200 is dead; what was refused can be tried again."""
        if not self.spare:
            time.sleep(0.2)
            return None, True
        answer = self.world.shop.revokes(self.spare[0])
        if answer.status == 200:
            token = self.spare.pop(0)
            self.wrong += [] if self.eventually_dead(token) else [("a revocation that was answered did not happen", answer)]
        return answer, answer.status == 200

    def eventually_dead(self, token):
        while True:
            answer = self.world.introspects(token)
            if answer.status == 200:
                return answer.json == {"active": False}
            if self.over.wait(0.2):
                return True

    def is_active(self, token):
        return self.world.introspects(token).json.get("active")

    @staticmethod
    def page(answer, says):
        if says is None:
            there = answer.headers.get("Location", "")
            return answer, answer.status == 303 and ("/sign-in" in there or sent_back(there))
        return answer, answer.status == 200 and says in words(answer.text)

    def approves(self):
        """A request from its link to its code: each page is there, or the page of a fault."""
        browser, verifier, status, page = self.world.alice.opens(self.world.shop, self.world.wallet.mandate())
        self.bounded("opens a request", browser.longest)
        if status == 200 and "Approve" in words(page):
            status, page = browser.submit(page, "approve")
            self.bounded("approves", browser.longest)
        right = status == 0 and ("code=" in browser.url or sent_back(browser.url))
        refused = status == 503 and "<html" in page
        return None, right or refused or ("an approval", status, browser.url, words(page)[:200])

    def reads(self, path):
        answer = self.world.server.get(path)
        return answer, answer.status == 200

    def bounded(self, who, seconds):
        self.longest = max(self.longest, (seconds, who))
        if seconds >= BOUND:
            self.wrong.append((who, f"took {seconds:.2f} s"))

    def asks(self, who, calls):
        while not self.over.is_set():
            answer, right = calls()
            if answer is not None:
                self.bounded(who, answer.seconds)
                counted = self.answers.setdefault(who, {})
                counted[answer.status] = counted.get(answer.status, 0) + 1
                page = answer.status == 503 and answer.headers.get("Retry-After") and "text/html" in answer.headers.get("Content-Type", "")
                unavailable = answer.is_unavailable() or page
                self.refused += unavailable
                right = right or (unavailable and who.removeprefix("reads ") not in WITHOUT_DATABASE)
            if right is not True:
                self.wrong.append((who, answer or right))
            time.sleep(0.05)

    def during(self, fault):
        """Runs `fault()` beside everybody; afterwards everything is right again."""
        threads = [threading.Thread(target=self.safely, args=item, daemon=True) for item in self.callers.items()]
        for thread in threads:
            thread.start()
        time.sleep(0.7)
        fault()
        ended = time.monotonic()
        recovered = eventually(lambda: self.world.server.get("/readyz").status == 200 and self.all_right(), 30)
        took = time.monotonic() - ended
        time.sleep(0.5)
        self.over.set()
        for thread in threads:
            thread.join(20)
        return recovered is not None and took

    def safely(self, who, calls):
        try:
            self.asks(who, calls)
        except Exception as fault:  # a caller that ends is a finding, not the end of the watch
            self.wrong.append((who, repr(fault)))

    def all_right(self):
        return not self.codes and not self.spare and all(
            right for _, right in (self.introspects(self.good["access_token"], True),
                                   self.tokens(self.world.shop.refreshes(self.good["refresh_token"])),
                                   self.tokens(self.world.shop.creates(self.world.collection))))


def sent_back(there):
    """Where client and redirect URI are known to be good, the client is told, and not the payer (RFC 6749 §4.1.2.1)."""
    return there.startswith(Client.REDIRECT) and "error=temporarily_unavailable" in there


def tries(checks, world, name, fault, refuses=True):
    """`refuses`: whether the fault is such that somebody must be refused."""
    watch = Watch(world)
    recovered = watch.during(fault)
    seconds, who = watch.longest
    checks.check(f"{name}: every answer is right, or 503 with Retry-After, in under {BOUND:.0f} s", not watch.wrong,
                 f"{len(watch.wrong)} wrong, such as {watch.wrong[:3]}")
    checks.check(f"{name}: it goes on by itself", recovered is not False, f"{watch.answers}; codes left: {len(watch.codes)}")
    with ThreadPoolExecutor(4) as pool:
        gone = [token[-12:] for token, active in zip(watch.answered, pool.map(watch.is_active, watch.answered)) if not active]
    checks.check(f"{name}: each of the {len(watch.answered)} tokens that were answered is there", not gone, gone[:3])
    checks.check(f"{name}: the fault was felt", not refuses or watch.refused > 0, watch.answers)
    checks.say(f"{watch.refused} refused, longest {seconds:.2f} s ({who}), all well {recovered or 0:.1f} s after"
               + (f", {len(watch.in_doubt)} codes used by a commit that nobody heard of" if watch.in_doubt else ""))
    return watch.answered


def clean(checks, world, name):
    panics = world.server.complaints("panicked")
    checks.check(f"{name}: nothing panics", not panics, panics[:3])
