#!/usr/bin/env python3
"""Kills this server with SIGKILL at any moment, under a load of every act, and looks at what is there after the restart.

What was answered holds: a token is active unless it was taken back, a revocation or an end is never undone, a decision
stays, a used code is never good again. What was not answered happened wholly or not at all, and trying again says which.
The rows agree with each other.

python3 tests/faults/kill.py        ROUNDS: for each database (200); DATABASES: "sqlite", "postgres", or both; SEED
"""

import collections
import http.client
import os
import random
import re
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from postgres import Postgres, key_file
from rows import IMPOSSIBLE, Rows
from support import Server, World, folder, median, on_databases, returned, run, words

ROUNDS = int(os.environ.get("ROUNDS", "200"))
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
BUYERS = 6

class Killed(Exception):
    """No answer came: the server is gone."""


class Deal:
    """What is known of one purchase. An act is *asked* before it is sent, and *answered* when its answer came."""

    def __init__(self, client):
        self.client = client
        self.window = self.page = self.verifier = None
        self.decided = None  # (decision, answered)
        self.code = None
        self.exchange = None  # "asked", "answered"
        self.access, self.dead = [], set()
        self.refresh = None
        self.unsure = set()  # tokens that were being taken back
        self.end = None  # "asked", "answered"

    def __repr__(self):
        return str({name: value for name, value in vars(self).items() if name not in ("window", "page", "client")})[:700]


class Load:
    """Buyers who do everything there is to do until the server is gone."""

    def __init__(self, world, chance):
        self.world, self.chance = world, chance
        self.deals, self.created, self.wrong = [], [], []
        self.acts = collections.Counter()
        self.threads = [threading.Thread(target=self.goes_on, args=(acts, random.Random(chance.random())), daemon=True)
                        for acts in [self.buys] * BUYERS + [self.creates]]
        for thread in self.threads:
            thread.start()

    def goes_on(self, acts, chance):
        try:
            while True:
                acts(chance)
        except (Killed, OSError, http.client.HTTPException):
            pass
        except Exception as fault:  # not an answer that a buyer can expect
            if self.world.server.process.poll() is None:
                self.wrong.append(repr(fault))

    def answered(self, what, answer):
        if answer.status is None:
            raise Killed
        if answer.is_unavailable():
            self.acts["answered 503"] += 1
            raise Killed  # it may have happened, as with one that was cut short
        self.acts[what] += 1
        if answer.status != 200:
            self.wrong.append((what, answer))
            raise Killed
        return answer

    def creates(self, _chance):
        answer = self.answered("created", self.world.shop.creates(self.world.collection))
        self.created.append(answer.json["access_token"])

    def buys(self, chance):
        deal = Deal(self.world.app if chance.random() < 0.4 else self.world.shop)
        deal.window, deal.verifier, status, deal.page = self.world.alice.opens(deal.client, self.world.wallet.mandate())
        if status != 200 or "Approve" not in words(deal.page):
            self.wrong.append(("a request", status, words(deal.page)[:200]))
            raise Killed
        self.deals.append(deal)
        decision = "decline" if chance.random() < 0.1 else "approve"
        deal.decided = (decision, False)
        decides(deal, decision)
        self.acts["decided"] += 1
        if decision == "decline" or chance.random() < 0.1:
            return
        deal.exchange = "asked"
        took(deal, self.answered("redeemed", deal.client.exchanges(deal.code, deal.verifier)))
        deal.exchange = "answered"
        for _ in range(chance.randrange(5)):
            if deal.end:
                return
            chance.choices([self.refreshes, self.takes_back, self.ends, self.stops], [6, 3, 1, 1])[0](deal, chance)

    def refreshes(self, deal, _chance):
        took(deal, self.answered("refreshed", deal.client.refreshes(deal.refresh)))

    def takes_back(self, deal, chance):
        token = chance.choice(deal.access)
        deal.unsure.add(token)
        self.answered("token taken back", deal.client.revokes(token))
        deal.dead.add(token)

    def ends(self, deal, _chance):
        deal.end = "asked"
        self.answered("ended by the client", deal.client.revokes(deal.refresh))
        deal.end = "answered"

    def stops(self, deal, _chance):
        described = self.answered("introspected", self.world.introspects(deal.access[-1])).json
        if not described["active"]:
            return
        _, page = deal.window.open(f"{self.world.server.issuer}/payments/{described['grant_id']}/stop")
        button = words(re.findall(r"<button[^>]*>.*?</button>", page, re.S)[-1]).strip()
        deal.end = "asked"
        status, page = deal.window.submit(page, button)
        if status != 200:
            self.wrong.append(("a stop", status, words(page)[:200]))
            raise Killed
        self.acts["stopped by the payer"] += 1
        deal.end = "answered"


def decides(deal, decision):
    """Presses a button of the page that was shown; what came back is kept."""
    deal.window.url = deal.window.url if "/consent/" in (deal.window.url or "") else deal.at
    deal.at = deal.window.url
    deal.window.submit(deal.page, decision)
    code = returned(deal.window, "code")
    if code is None and returned(deal.window, "error") is None:
        raise Killed
    deal.decided = (decision, True)
    deal.code = code


def took(deal, answer):
    deal.access.append(answer.json["access_token"])
    deal.refresh = answer.json.get("refresh_token", deal.refresh)


def patient(asks):
    """What is answered when the machine has caught its breath: 503 says nothing."""
    for _ in range(5):
        answer = asks()
        if not answer.is_unavailable():
            break
        time.sleep(0.5)
    return answer


class Judge:
    """Holds what is there now against what was answered."""

    def __init__(self, world, rows):
        self.world, self.rows = world, rows
        self.problems = []
        self.unanswered = collections.Counter()

    def is_active(self, token):
        answer = patient(lambda: self.world.introspects(token))
        if answer.status != 200:
            self.problems.append(("introspection", answer))
        return answer.json.get("active")

    def that(self, holds, what, deal, *more):
        if not holds:
            self.problems.append((what, deal, *more))

    def tokens(self, deal):
        """Which tokens are alive; one that was being taken back is so now, whatever had happened."""
        for token in deal.unsure - deal.dead:
            self.unanswered["token taken back" if self.is_active(token) is False else "token not taken back"] += 1
            self.that(patient(lambda: deal.client.revokes(token)).status == 200, "a revocation that can be tried again", deal)
            deal.dead.add(token)
        for token in deal.access:
            wanted = token not in deal.dead and deal.end is None
            self.that(self.is_active(token) is wanted, f"a token is {'active' if wanted else 'dead'}", deal, token[-12:])

    def deal(self, deal):
        if not deal.decided:
            return
        self.decision(deal)
        if deal.exchange == "asked":
            self.exchange(deal)
        if deal.exchange != "answered":
            return
        if deal.end == "asked":
            self.unanswered["end"] += 1
            self.that(patient(lambda: deal.client.revokes(deal.refresh)).status == 200, "an end that can be tried again", deal)
            deal.end = "answered"
        self.tokens(deal)
        answer = patient(lambda: deal.client.refreshes(deal.refresh))
        if deal.end:
            self.that(answer.error == "invalid_grant", "what has ended cannot be refreshed", deal, answer)
        else:
            self.that(answer.status == 200, "a refresh token is good", deal, answer)
            if answer.status == 200:
                took(deal, answer)
                self.that(self.is_active(deal.access[-1]) is True, "the new token is active", deal)

    def decision(self, deal):
        """Deciding again, or the other way, gets what was decided first."""
        decision, answered = deal.decided
        if decision == "decline":
            deal.window.url = deal.at
            deal.window.submit(deal.page, "approve" if answered else "decline")
            self.that(returned(deal.window, "error") == "access_denied", "declined stays declined", deal, deal.window.url)
        elif not answered:
            self.unanswered["approval"] += 1
            try:
                decides(deal, "approve")
            except (Killed, RuntimeError) as fault:
                self.problems.append(("an approval that can be tried again", deal, repr(fault)))
                deal.decided = None
                return
            self.redeems(deal)
        elif deal.exchange is None:
            self.redeems(deal)

    def redeems(self, deal):
        answer = patient(lambda: deal.client.exchanges(deal.code, deal.verifier))
        self.that(answer.status == 200, "a code that was given is good", deal, answer)
        if answer.status == 200:
            took(deal, answer)
            deal.exchange = "answered"

    def exchange(self, deal):
        """Nobody heard of it: the code is used, with everything that comes of it, or it is as good as new."""
        redeemed = self.rows.is_redeemed(deal.code)
        self.unanswered["redeemed" if redeemed else "not redeemed"] += 1
        answer = patient(lambda: deal.client.exchanges(deal.code, deal.verifier))
        if redeemed:
            self.that(answer.error == "invalid_grant", "a used code is not good again", deal, answer)
            deal.exchange = "lost"
        else:
            self.that(answer.status == 200, "a code that was not used is good", deal, answer)
            if answer.status == 200:
                took(deal, answer)
                deal.exchange = "answered"

    def replay(self, deal):
        """A second use of a code ends its grant."""
        answer = patient(lambda: deal.client.exchanges(deal.code, deal.verifier))
        self.that(answer.error == "invalid_grant", "a used code is not good again", deal, answer)
        deal.end = "answered"
        self.tokens(deal)

    def rows_agree(self):
        for what, statement in IMPOSSIBLE.items():
            found = self.rows.all(statement)
            if found:
                self.problems.append((what, found[:3]))


def rounds(checks, world, rows, name):
    server, chance = world.server, random.Random(SEED)
    old, created, starts, acts, unanswered = [], [], [], collections.Counter(), collections.Counter()
    failed = []
    for number in range(ROUNDS):
        load = Load(world, chance)
        time.sleep(chance.uniform(0.02, 0.8))
        server.kill()
        for thread in load.threads:
            thread.join(30)
        if chance.random() < 0.15:
            # Killed once more while it starts.
            server.launch()
            time.sleep(chance.uniform(0, 0.25))
            server.kill()
        starts.append(server.start())
        judge = Judge(world, rows)
        judge.rows_agree()
        created += load.created
        again = chance.sample(old, min(len(old), 6))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(judge.deal, load.deals + again))
            active = list(pool.map(judge.is_active, load.created + chance.sample(created, min(len(created), 5))))
            live = [deal for deal in load.deals if deal.exchange == "answered" and not deal.end]
            list(pool.map(judge.replay, chance.sample(live, min(len(live), 2))))
        judge.that(all(active), "what a client created for itself is active", None)
        old += [deal for deal in load.deals if deal.exchange == "answered"]
        acts += load.acts
        unanswered += judge.unanswered
        if judge.problems or load.wrong:
            failed.append((number, judge.problems[:3], load.wrong[:3]))
    rounds_held(checks, name, failed)
    last = Judge(world, rows)
    last.rows_agree()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(last.tokens, old))
    checks.check(f"{name}: at the end, every one of {sum(len(deal.access) for deal in old)} tokens is what it was answered to be",
                 not last.problems, last.problems[:3])
    checks.say("acts answered: " + ", ".join(f"{count} {what}" for what, count in sorted(acts.items())))
    checks.say("acts cut short: " + ", ".join(f"{count} {what}" for what, count in sorted(unanswered.items())))
    checks.say(f"started again in {median(starts):.2f} s (median; debug builds take longer), longest {max(starts):.2f} s")
    panics = server.complaints("panicked")
    checks.check(f"{name}: nothing panics", not panics, panics[:3])


def rounds_held(checks, name, failed):
    checks.check(f"{name}: {ROUNDS} times killed, everything is wholly there or not at all (SEED={SEED})", not failed,
                 f"{len(failed)} rounds failed, such as {failed[:2]}")


def on_sqlite(checks, stack):
    home = folder(stack)
    path = home / "kill.db"
    world = World(stack, Server(stack, home, f"sqlite://{path}"))
    rounds(checks, world, Rows(path=path), "SQLite")
    sound = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    checks.check("SQLite: the file is sound", sound == "ok", sound)


def on_postgres(checks, stack):
    try:
        postgres = Postgres(stack)
    except (LookupError, OSError, subprocess.SubprocessError) as fault:
        checks.skip("PostgreSQL", fault)
        return
    home = folder(stack)
    world = World(stack, Server(stack, home, postgres.database("kill"), key_file(home)))
    rounds(checks, world, Rows(postgres=postgres), "PostgreSQL")


if __name__ == "__main__":
    run(on_databases(on_sqlite, on_postgres))
