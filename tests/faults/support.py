"""What the scripts of this folder share: a built server, parties, a wallet, a payer, and a count.

The server is that of the variable COUNTERSIGN, or target/debug/countersign. Nothing but Python is needed.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, urlencode, urlsplit

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "clients"))

from browser import Browser, words  # noqa: E402
from keys import Key  # noqa: E402
from small_wallet import Wallet, register_wallet  # noqa: E402

COUNTERSIGN = os.environ.get("COUNTERSIGN") or str(ROOT / "target" / "debug" / "countersign")
PASSWORD = "a password that only alice knows"


class Checks:
    """What held and what did not; one line each."""

    def __init__(self):
        self.held = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def check(self, name, holds, detail=""):
        with self.lock:
            if holds:
                self.held += 1
            else:
                self.failed += 1
            print(("ok      " if holds else "FAILED  ") + name + ("" if holds else f"\n        {detail}"), flush=True)
        return bool(holds)

    @staticmethod
    def say(text):
        print(f"        {text}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skipped {name}: {why}", flush=True)

    def close(self):
        print(f"{self.held} passed, {self.failed} failed")
        return 1 if self.failed or not (self.held or self.skipped) else 0


def run(story):
    """Runs `story(checks, stack)`; what is on the stack is cleaned up also after an interrupt."""
    def interrupted(number, _frame):
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupted)
    checks = Checks()
    with contextlib.ExitStack() as stack:
        story(checks, stack)
    sys.exit(checks.close())


def on_databases(sqlite, postgres):
    """The story on each of the databases that DATABASES names, or on both."""

    def story(checks, stack):
        wanted = os.environ.get("DATABASES", "sqlite postgres")
        if "sqlite" in wanted:
            sqlite(checks, stack)
        if "postgres" in wanted:
            postgres(checks, stack)

    return story


def folder(stack, prefix="countersign-"):
    path = pathlib.Path(tempfile.mkdtemp(prefix=prefix))
    stack.callback(shutil.rmtree, path, ignore_errors=True)
    return path


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def eventually(holds, within):
    """Waits until `holds()`, at most `within` seconds; how long it took, or None."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if holds():
            return time.monotonic() - began
        time.sleep(0.05)
    return None


class Answer:
    """What came back: `status` is None where nothing did."""

    def __init__(self, status, headers, text, seconds):
        self.status, self.headers, self.text, self.seconds = status, headers, text, seconds

    @property
    def json(self):
        try:
            return json.loads(self.text)
        except ValueError:
            return {}

    @property
    def error(self):
        return self.json.get("error")

    def is_unavailable(self):
        """The one answer that a fault has: 503, `temporarily_unavailable`, when to come again."""
        return self.status == 503 and self.error == "temporarily_unavailable" and bool(self.headers.get("Retry-After"))

    def __repr__(self):
        return f"{self.status} in {self.seconds:.2f} s: {self.text[:200]}"


def somewhere():
    """An address that nobody else has: what is tried here is not how many may come from one."""
    return "10.{}.{}.{}".format(*(secrets.randbelow(254) + 1 for _ in range(3)))


def basic(login):
    return "Basic " + base64.b64encode(":".join(login).encode()).decode()


class Server:
    """The built server, on one port for all of its lives."""

    def __init__(self, stack, home, database, key_file=None, **settings):
        self.home = home
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        self.process = None
        self.is_shared = database.startswith("postgres")
        values = {
            "SERVER__ISSUER": self.issuer,
            "SERVER__BIND": f"127.0.0.1:{self.port}",
            "SERVER__TRUSTED_PROXIES": '["127.0.0.1"]',
            "DATABASE__URL": database,
            "AUTHORIZATION__ALLOW_LOOPBACK_HTTP": "true",
            "SESSION__STEP_UP_AFTER": "86400",
            "TOKEN__ACCESS_TOKEN_LIFETIME": "3600",
            "AUTHORIZATION__CODE_LIFETIME": "600",
            "LOG__FILTER": "info",
        }
        if key_file:
            values["KEYS__ENCRYPTION_KEY_FILE"] = str(key_file)
        values.update(settings)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN")}
        self.environment = kept | {f"COUNTERSIGN__{name}": str(value) for name, value in values.items()}
        stack.callback(self.kill)

    def cli(self, *arguments, typed=""):
        done = subprocess.run([COUNTERSIGN, *arguments], input=typed, capture_output=True, text=True, timeout=60,
                              env=self.environment)
        if done.returncode:
            raise RuntimeError(f"countersign {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout) if "json" in arguments else done.stdout

    def launch(self):
        """Starts it; the caller waits for what it wants to see."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([COUNTERSIGN, "serve"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment)

    def start(self, within=20):
        self.launch()
        ready = eventually(lambda: self.get("/readyz", timeout=5).status == 200 or self.process.poll() is not None, within)
        if ready is None or self.process.poll() is not None:
            raise RuntimeError(f"the server does not start:\n{self.log.read_text()[-2000:]}")
        return ready

    def kill(self, number=signal.SIGKILL):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=40)

    def call(self, method, path, form=None, login=None, timeout=20, **headers):
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers["X-Forwarded-For"], body = somewhere(), None
        if login:
            headers["Authorization"] = basic(login)
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode(), time.monotonic() - began)
        except (OSError, http.client.HTTPException) as fault:
            return Answer(None, {}, repr(fault), time.monotonic() - began)
        finally:
            connection.close()

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, form, login=None, **options):
        return self.call("POST", path, form, login, **options)

    def complaints(self, *words_of):
        """The lines of the log with one of these words."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in lines if any(word in line for word in words_of)]


class Client:
    """A registered client, with a secret or, public, with a key that its tokens are bound to."""

    REDIRECT = "http://127.0.0.1:9/callback"

    def __init__(self, server, name, public=False, account=None):
        self.server, self.public = server, public
        chosen = ["authorization_code", "refresh_token"] + ([] if public else ["client_credentials"])
        arguments = [part for kind in chosen for part in ("--grant-type", kind)]
        arguments += ["--account", account] if account else []
        made = server.cli("client", "create", "--name", name, "--redirect-uri", self.REDIRECT, "--auth-method",
                          "none" if public else "client_secret_basic", *arguments, "-o", "json")
        self.id = made["client_id"]
        self.login = None if public else (self.id, made["client_secret"])
        self.key = Key() if public else None

    def form(self, **fields):
        return fields | ({"client_id": self.id} if self.public else {})

    def asks(self, scope):
        """A link to `/authorize`, and the verifier that belongs to it."""
        verifier = secrets.token_urlsafe(32)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        query = {"response_type": "code", "client_id": self.id, "redirect_uri": self.REDIRECT, "scope": scope,
                 "code_challenge": challenge, "code_challenge_method": "S256", "state": "s"}
        if self.key:
            query["dpop_jkt"] = self.key.thumbprint
        return f"{self.server.issuer}/authorize?{urlencode(query)}", verifier

    def exchanges(self, code, verifier):
        return self.tokens(grant_type="authorization_code", code=code, redirect_uri=self.REDIRECT, code_verifier=verifier)

    def refreshes(self, token):
        return self.tokens(grant_type="refresh_token", refresh_token=token)

    def creates(self, scope):
        return self.tokens(grant_type="client_credentials", scope=scope)

    def tokens(self, **fields):
        headers = {"DPoP": self.key.proof(self.server.issuer + "/token")} if self.key else {}
        return self.server.post("/token", self.form(**fields), self.login, **headers)

    def revokes(self, token):
        return self.server.post("/revoke", self.form(token=token), self.login)


class Payer:
    """Alice: she is signed in once, and has a browser window for each request, at an address of its own."""

    def __init__(self, server):
        self.server = server
        self.jar = {}

    def browser(self):
        address = somewhere()

        def connect(parts):
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
            asks, hears = connection.request, connection.getresponse

            def request(method, target, body, headers):
                connection.began = time.monotonic()
                asks(method, target, body, headers | {"X-Forwarded-For": address})

            def getresponse():
                answer = hears()
                browser.longest = max(browser.longest, time.monotonic() - connection.began)
                return answer

            connection.request, connection.getresponse = request, getresponse
            return connection

        browser = Browser(ends_at=Client.REDIRECT, connect=connect)
        browser.longest = 0.0
        browser.cookies["127.0.0.1"] = dict(self.jar)
        return browser

    def signs_in(self, client, scope):
        browser = self.browser()
        status, page = browser.open(client.asks(scope)[0])
        status, page = browser.submit(page, "Sign in", username="alice", password=PASSWORD)
        cookies = browser.cookies["127.0.0.1"]
        self.jar = {name: value for name, value in cookies.items() if name.startswith("__Host-session")}
        if not self.jar:
            raise RuntimeError(f"alice cannot sign in: {status} {words(page)}")

    def opens(self, client, scope):
        """Follows a client's link: window, verifier, status, page."""
        browser = self.browser()
        link, verifier = client.asks(scope)
        return browser, verifier, *browser.open(link)

    def approves(self, client, scope):
        """Says yes to a request: the code and its verifier, or (None, None)."""
        browser, verifier, status, page = self.opens(client, scope)
        if status != 200:
            return None, None
        browser.submit(page, "approve")
        return returned(browser, "code"), verifier


def returned(browser, name):
    """What a client was told in the redirect that a browser ended at."""
    if not (browser.url or "").startswith(Client.REDIRECT):
        return None
    return parse_qs(urlsplit(browser.url).query).get(name, [None])[0]


class World:
    """A server with a wallet, a shop, an app that keeps no secret, and alice, who is signed in."""

    def __init__(self, stack, server):
        self.server = server
        if server.is_shared:
            server.cli("migrate")
        server.start()
        self.wallet = Wallet(stack)
        self.login = register_wallet(server, "Wallet", self.wallet.origin)
        self.collection = f"{self.wallet.origin}/mandates"
        self.shop = Client(server, "Shop", account=f"{self.wallet.origin}/shop")
        self.app = Client(server, "App", public=True)
        server.cli("user", "create", "--username", "alice", "--payment-pointer", f"{self.wallet.origin}/alice", typed=PASSWORD)
        self.alice = Payer(server)
        self.alice.signs_in(self.shop, self.wallet.mandate())

    def introspects(self, token):
        return self.server.post("/introspect", {"token": token}, self.login)

    def buys(self, client=None):
        """A whole purchase: the tokens."""
        client = client or self.shop
        answer = client.exchanges(*self.alice.approves(client, self.wallet.mandate()))
        if answer.status != 200:
            raise RuntimeError(f"no tokens: {answer}")
        return answer.json


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return float("nan")
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
