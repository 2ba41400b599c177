"""100,000 expired requests vanish while an honest client asks for tokens: how long is its longest wait?

python3 tests/faults/sweep.py, from the root of the repository, after `cargo build`. COUNTERSIGN names another program, ROWS
another number of rows, QUIET_SECONDS how long the quiet time is, TEST_DATABASE_URL a PostgreSQL on which a database is made
and dropped; without it only SQLite is looked at. The figures are printed, not judged; a wrong answer, or a row that stays,
fails.
"""

import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PROGRAM = os.path.abspath(os.environ.get("COUNTERSIGN", "target/debug/countersign"))
ROWS = int(os.environ.get("ROWS", "100000"))
QUIET = float(os.environ.get("QUIET_SECONDS", "5"))
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
LONGEST = 300  # seconds until all must be gone
WALLET = "http://127.0.0.1:9"  # nobody is asked

passed = failed = 0


def check(good, what):
    global passed, failed
    print(("ok     " if good else "FAILED ") + what, flush=True)
    passed, failed = passed + bool(good), failed + (not good)


class Sqlite:
    name = "SQLite"

    def __init__(self, home):
        self.path = os.path.join(home, "sweep.db")
        self.settings = {"database.url": "sqlite://" + self.path}

    def run(self, sql):
        connection = sqlite3.connect(self.path, timeout=10)
        try:
            with connection:
                return connection.execute(sql).fetchone()
        finally:
            connection.close()

    def fill(self, columns, values, rows):
        self.run(f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) "
                 f"INSERT INTO authorization_request ({columns}) SELECT {values} FROM n")

    def count(self):
        return self.run("SELECT COUNT(*) FROM authorization_request WHERE id LIKE 'req_old_%'")[0]

    def close(self):
        pass


class Postgres:
    name = "PostgreSQL"

    def __init__(self, home):
        self.database = f"countersign_sweep_{os.getpid()}"
        self.psql(POSTGRES, f"CREATE DATABASE {self.database}")
        self.url = urllib.parse.urlunsplit(urllib.parse.urlsplit(POSTGRES)._replace(path="/" + self.database))
        key = os.path.join(home, "sealing.key")
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(base64.b64encode(os.urandom(32)).decode())
        self.settings = {"database.url": self.url, "keys.encryption_key_file": key}

    @staticmethod
    def psql(url, sql):
        done = subprocess.run(["psql", "-w", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql, url],
                              check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def fill(self, columns, values, rows):
        self.psql(self.url, f"INSERT INTO authorization_request ({columns}) SELECT {values} "
                            f"FROM generate_series(1, {rows}) AS n(i)")

    def count(self):
        return int(self.psql(self.url, "SELECT COUNT(*) FROM authorization_request WHERE id LIKE 'req_old_%'"))

    def close(self):
        self.psql(POSTGRES, f"DROP DATABASE {self.database} WITH (FORCE)")


class Server:
    """The program with its settings in the environment."""

    def __init__(self, home, database):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        settings = {"server.issuer": f"http://127.0.0.1:{self.port}", "server.bind": f"127.0.0.1:{self.port}",
                    "server.workers": "2", "authorization.allow_loopback_http": "true", **database.settings}
        self.environment = {**os.environ, **{"COUNTERSIGN__" + key.upper().replace(".", "__"): value
                                             for key, value in settings.items()}}
        self.log = os.path.join(home, "log")
        self.process = None

    def command(self, *arguments):
        done = subprocess.run([PROGRAM, *arguments, "-o", "json"], env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"countersign {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout)

    def start(self, interval):
        environment = {**self.environment, "COUNTERSIGN__SWEEP__INTERVAL": str(interval)}
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([PROGRAM, "serve"], env=environment, stderr=log)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server does not start: " + open(self.log).read())

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None


class Client:
    """A client on its own account, which asks for one token after the other."""

    def __init__(self, server):
        server.command("resource-server", "create", "--name", "Wallet", "--origin", WALLET, "--allow-private-network",
                       "--invoices-endpoint", WALLET + "/invoices", "--asset", "USD:2")
        made = server.command("client", "create", "--name", "Biller", "--redirect-uri", "https://biller.example/back",
                              "--grant-type", "client_credentials", "--account", WALLET + "/biller")
        login = base64.b64encode(f"{made['client_id']}:{made['client_secret']}".encode()).decode()
        self.headers = {"Authorization": "Basic " + login, "Content-Type": "application/x-www-form-urlencoded"}
        self.form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": WALLET + "/invoices"})
        self.id, self.port = made["client_id"], server.port

    def asks_until(self, over):
        """How long each answer took, in milliseconds, and how many were wrong."""
        took, wrong = [], 0
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not over():
            began = time.perf_counter()
            connection.request("POST", "/token", self.form, self.headers)
            answer = connection.getresponse()
            answer.read()
            took.append((time.perf_counter() - began) * 1000)
            wrong += answer.status != 200
        connection.close()
        return took, wrong


def told(took):
    ordered = sorted(took)
    return (f"longest {ordered[-1]:.1f} ms, 99 of 100 within {ordered[len(ordered) * 99 // 100]:.1f} ms, "
            f"median {ordered[len(ordered) // 2]:.1f} ms, of {len(took)}")


def sweep(kind):
    home = tempfile.mkdtemp(prefix="countersign-sweep-")
    database = kind(home)
    server = Server(home, database)
    try:
        if kind is Postgres:
            subprocess.run([PROGRAM, "migrate"], env=server.environment, check=True, capture_output=True)
        server.start(0)
        client = Client(server)
        # The first token makes the grant, and the first connections.
        end = time.monotonic() + 1
        client.asks_until(lambda: time.monotonic() > end)
        end = time.monotonic() + QUIET
        quiet, wrong = client.asks_until(lambda: time.monotonic() > end)
        check(wrong == 0, f"{database.name}: every answer of the quiet time is a token")
        print(f"       quiet: {told(quiet)}")
        server.stop()

        day = 86_400_000
        then = int(time.time() * 1000) - 3 * day
        columns = ("id, client, resource_server, grant_id, browser_digest, redirect_uri, state, scope, collection, type, "
                   "challenge, changes, extended, created_at, expires_at, status")
        blob = "x'00'" if kind is Sqlite else "'\\x00'::bytea"
        collection = "1" if kind is Sqlite else "true"
        values = (f"'req_old_' || i, '{client.id}', 'rs_x', 'grt_old_' || i, {blob}, 'https://biller.example/back', 'state', "
                  f"'{WALLET}/invoices', {collection}, 'invoice', 'challenge', 0, 0, {then} + i, {then} + i + 1800000, 'open'")
        database.fill(columns, values, ROWS)
        check(database.count() == ROWS, f"{database.name}: there are {ROWS} requests that are over")

        server.start(5)
        began = time.monotonic()
        looked = [began, ROWS]

        def over():
            now = time.monotonic()
            if now - looked[0] > 0.5:
                looked[:] = [now, database.count()]
            return looked[1] == 0 or now - began > LONGEST

        busy, wrong = client.asks_until(over)
        check(looked[1] == 0, f"{database.name}: they are gone after {time.monotonic() - began:.0f} s")
        check(wrong == 0, f"{database.name}: every answer meanwhile is a token")
        print(f"       swept: {told(busy)}; longest against the quiet longest: {max(busy) / max(quiet):.1f}")
        server.stop()
        log = open(server.log).read()
        check(f"authorization_request {ROWS}" in log, f"{database.name}: the log says how many were removed")
        batches = re.findall(r"longest_millis=(\d+)", log)
        print(f"       the longest batch took {max(map(int, batches), default='?')} ms")
        check("ERROR" not in log and "panicked" not in log, f"{database.name}: nothing failed")
        left = server.command("sweep")
        check(all(one["table"] != "authorization_request" for one in left), f"{database.name}: `sweep` finds none left")
    finally:
        server.stop()
        database.close()
        shutil.rmtree(home, ignore_errors=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sweep(Sqlite)
    if POSTGRES:
        sweep(Postgres)
    else:
        print("skipped PostgreSQL: TEST_DATABASE_URL is not set")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
