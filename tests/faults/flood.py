#!/usr/bin/env python3
"""Floods a server on this machine with garbage and slow connections, while an honest wallet introspects beside it.

COUNTERSIGN names the binary (target/debug/countersign without it), FLOOD_SECONDS how long it lasts (15). Needs nothing but
Python, on Linux: who floods has addresses of the loopback network of their own. It fails on wrong answers, faults and growth
without bound, never on how long something took.
"""

import base64
import http.client
import json
import os
import pathlib
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from urllib.parse import urlencode

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("COUNTERSIGN", str(ROOT / "target/debug/countersign"))
SECONDS = float(os.environ.get("FLOOD_SECONDS", "15"))
UNSEEN = 64
SLOW = 150
# The memory that a flood may take beside what the server has anyway, in MiB: connections, buckets, the database's cache.
GROWTH = 96
FORM = "application/x-www-form-urlencoded"
WALLET = "http://127.0.0.1:9"
HONEST, CROWDED = "127.0.0.2", "127.0.0.3"
RESULTS = []


def check(name, holds, detail=""):
    RESULTS.append(bool(holds))
    print(("ok      " if holds else "FAILED  ") + name + (f": {detail}" if detail != "" else ""), flush=True)


def basic(party, secret):
    return "Basic " + base64.b64encode(f"{party}:{secret}".encode()).decode()


class Server:
    """The server, with a database of its own, that ends with this script."""

    def __init__(self, place):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.database = place / "flood.db"
        settings = {
            "SERVER__ISSUER": f"http://127.0.0.1:{self.port}",
            "SERVER__BIND": f"127.0.0.1:{self.port}",
            "DATABASE__URL": f"sqlite://{self.database}",
            "AUTHORIZATION__ALLOW_LOOPBACK_HTTP": "true",
            # Lower than usual, so that a slow machine comes to them, too.
            "LIMITS__ADDRESS_RATE": "5",
            "LIMITS__ADDRESS_BURST": "50",
            "LIMITS__UNSEEN_REQUESTS": str(UNSEEN),
            "LIMITS__HEAD_TIMEOUT": "2",
            "LIMITS__BODY_TIMEOUT": "2",
            "LIMITS__KEEP_ALIVE": "2",
        }
        self.environment = dict(os.environ, **{f"COUNTERSIGN__{key}": value for key, value in settings.items()})
        self.log = open(place / "log", "w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen([BINARY, "serve"], env=self.environment, stderr=self.log, cwd=place)
        for _ in range(300):
            try:
                if ask(self, HONEST, "GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        sys.exit("the server does not start")

    def run(self, *words, stdin=None):
        command = [BINARY, *words, "-o", "json"]
        done = subprocess.run(command, env=self.environment, input=stdin, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def memory(self):
        """What it holds in memory, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def rows(self):
        tables = ("authorization_request", "attempt", "session", "agreement_snapshot", "grant_history")
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def connect(server, address):
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=20, source_address=(address, 0))


def ask(server, address, method, path, headers=None, form=None):
    connection = connect(server, address)
    try:
        return send(connection, method, path, headers, form)
    finally:
        connection.close()


def send(connection, method, path, headers=None, form=None):
    headers = dict(headers or {})
    if form is not None:
        headers["Content-Type"] = FORM
        form = urlencode(form)
    connection.request(method, path, form, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode(errors="replace")


class Flood(threading.Thread):
    """Somebody who asks the same over and over, and counts what comes back."""

    def __init__(self, server, name, address, *request):
        super().__init__(daemon=True)
        self.server, self.name, self.address, self.request = server, name, address, request
        self.statuses, self.unsaid, self.over = Counter(), 0, threading.Event()

    def run(self):
        connection = connect(self.server, self.address)
        while not self.over.is_set():
            try:
                status, headers, _ = send(connection, *self.request)
                self.statuses[status] += 1
                self.unsaid += status == 429 and not (headers["Retry-After"] or "").isdigit()
            except (OSError, http.client.HTTPException):
                self.statuses["closed"] += 1
                connection.close()
                connection = connect(self.server, self.address)
        connection.close()


class Garble(Flood):
    """Somebody who says what is no HTTP, or has two ends."""

    SAID = (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 140_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )

    def run(self):
        while not self.over.is_set():
            for said in self.SAID:
                try:
                    with socket.create_connection(("127.0.0.1", self.server.port), 20, (self.address, 0)) as raw:
                        raw.sendall(said)
                        raw.shutdown(socket.SHUT_WR)
                        heard = raw.recv(65536)
                    self.statuses[int(heard.split(b" ", 2)[1]) if heard else "closed"] += 1
                except (OSError, ValueError, IndexError):
                    self.statuses["closed"] += 1


class Trickle(threading.Thread):
    """Many connections that say a byte now and then, and never come to an end."""

    STARTS = (
        b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ",
        b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nX: ",
        b"POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9999\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
        b"GET /assets/style.css HTTP/1.1\r\nHost: a\r\n\r\n" * 50,
    )

    def __init__(self, server, address):
        super().__init__(daemon=True)
        self.server, self.address, self.cut, self.longest = server, address, 0, 0.0
        self.over = threading.Event()

    def open(self, number):
        raw = socket.create_connection(("127.0.0.1", self.server.port), 20, (self.address, 0))
        raw.sendall(self.STARTS[number % len(self.STARTS)])
        raw.setblocking(False)
        return raw, time.monotonic()

    def run(self):
        crowd = [self.open(number) for number in range(SLOW)]
        while not self.over.is_set():
            time.sleep(0.5)
            for number, (raw, began) in enumerate(crowd):
                try:
                    raw.send(b"a")
                except BlockingIOError:
                    continue
                except OSError:
                    raw.close()
                    self.cut += 1
                    self.longest = max(self.longest, time.monotonic() - began)
                    try:
                        crowd[number] = self.open(number)
                    except OSError:
                        continue
        for raw, _ in crowd:
            raw.close()


def introspects(server, proof, token, seconds):
    """How long each of an honest wallet's questions took, in milliseconds, and what was wrong with the answers."""
    took, wrong = [], Counter()
    connection, end = connect(server, HONEST), time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        try:
            status, _, body = send(connection, "POST", "/introspect", {"Authorization": proof}, {"token": token})
            if status != 200 or not json.loads(body)["active"]:
                wrong[f"{status} {body[:80]}"] += 1
        except (OSError, http.client.HTTPException) as error:
            wrong[repr(error)] += 1
            connection.close()
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.01)
    connection.close()
    return took, wrong


def main(place):
    server = Server(place)
    try:
        flood(server)
    finally:
        server.process.terminate()
        server.process.wait(60)
    server.log.seek(0)
    lines = server.log.read().splitlines()
    loud = [line for line in lines if re.search(r"\bERROR\b|panicked", line)]
    check("the log has no error and no panic", not loud, f"{len(lines)} lines" if not loud else loud[:3])


def flood(server):
    wallet = server.run("resource-server", "create", "--name", "Wallet", "--origin", WALLET, "--mandates-endpoint",
                        WALLET + "/mandates", "--asset", "USD:2", "--allow-private-network")
    server.run("user", "create", "--username", "alice", "--payment-pointer", WALLET + "/alice", stdin="a long password")
    shop = server.run("client", "create", "--name", "Shop", "--redirect-uri", "https://shop.example/callback",
                      "--grant-type", "client_credentials", "--grant-type", "authorization_code",
                      "--account", WALLET + "/alice")
    proof = basic(wallet["resource_server_id"], wallet["resource_server_secret"])
    form = {"grant_type": "client_credentials", "scope": WALLET + "/mandates"}
    own = {"Authorization": basic(shop["client_id"], shop["client_secret"])}
    _, _, body = ask(server, HONEST, "POST", "/token", own, form)
    token = json.loads(body)["access_token"]

    quiet, wrong = introspects(server, proof, token, max(2.0, SECONDS / 5))
    check("the honest wallet is served while it is quiet", not wrong, f"{len(quiet)} answers")
    before = (server.memory(), server.files(), server.rows())

    known = {"response_type": "code", "client_id": shop["client_id"], "redirect_uri": "https://shop.example/callback",
             "scope": WALLET + "/mandates", "code_challenge": "a" * 43, "code_challenge_method": "S256"}
    wrong_secret = {"Authorization": basic(wallet["resource_server_id"], "wrong")}
    session = {"Cookie": "__Host-session=" + "a" * 43}
    garbage = {"client_id": "cli_garbage", "client_secret": "garbage"}
    sign_in = {"csrf": "a", "username": "alice", "password": "guess"}
    floods = [
        Flood(server, "/token, unknown client", "127.0.0.4", "POST", "/token", {}, dict(form, **garbage)),
        Flood(server, "/introspect, wrong secret", CROWDED, "POST", "/introspect", wrong_secret, {"token": token}),
        Flood(server, "/introspect beside the wallet", HONEST, "POST", "/introspect", wrong_secret, {"token": token}),
        Flood(server, "/authorize, known client", "127.0.0.5", "GET", "/authorize?" + urlencode(known)),
        Flood(server, "/authorize, garbage", "127.0.0.6", "GET", "/authorize?client_id=%00&client_id=a"),
        Flood(server, "/sign-in", "127.0.0.7", "POST", "/sign-in", {"Cookie": "__Host-form=" + "a" * 43}, sign_in),
        Flood(server, "/payments, no session", "127.0.0.8", "GET", "/payments", session),
        Garble(server, "no HTTP", "127.0.0.9"),
    ]
    trickle = Trickle(server, "127.0.0.10")
    for thread in [*floods, trickle]:
        thread.start()
    busy, wrong = introspects(server, proof, token, SECONDS)
    after = (server.memory(), server.files(), server.rows())
    for thread in [*floods, trickle]:
        thread.over.set()
    for thread in [*floods, trickle]:
        thread.join(30)

    check("the honest wallet is served during the flood", not wrong, dict(wrong) or f"{len(busy)} answers")
    for one in floods:
        faults = {status: count for status, count in one.statuses.items() if status != "closed" and status >= 500}
        refused = one.statuses[429] > 0 or isinstance(one, Garble)
        check(f"{one.name}: refused, without a fault", refused and not faults and not one.unsaid, dict(one.statuses))
    check("slow connections are cut", trickle.cut > 0, f"{trickle.cut} cut, the last after {trickle.longest:.1f} s")
    rows = after[2]
    most = UNSEEN + UNSEEN // 16
    check("open requests are bounded", rows["authorization_request"] <= most, f"{before[2]} before, {rows} after, at most {most}")
    # A wrong password is counted for its account and its address, and there is one of each.
    check("attempts are bounded", rows["attempt"] <= 2, rows["attempt"])
    check("memory is bounded", after[0] - before[0] < GROWTH, f"{before[0]:.1f} MiB before, {after[0]:.1f} MiB after")
    time.sleep(6)
    left = server.files()
    check("every connection is given back", left <= before[1] + 20, f"{before[1]} files before, {after[1]} during, {left} after")
    took, _ = introspects(server, proof, token, 1)
    check("the honest wallet is served afterwards", len(took) > 0)
    middle, median = statistics.median(quiet), statistics.median(busy)
    print(f"        the honest wallet: median {median:.2f} ms during, {middle:.2f} ms before, {median / middle:.1f} times; "
          f"worst {max(busy):.0f} ms during, {max(quiet):.0f} ms before, {max(busy) / max(quiet):.1f} times")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(pathlib.Path(folder))
    print(f"{sum(RESULTS)} passed, {len(RESULTS) - sum(RESULTS)} failed")
    sys.exit(0 if all(RESULTS) else 1)
