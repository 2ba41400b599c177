#!/usr/bin/env python3
"""Runs a server whose log says as much as it can, uses every kind of secret there, and looks for them in the log.

Takes the command that runs the program, or else uses cargo. Needs nothing but Python; with TEST_DATABASE_URL and psql it
runs on PostgreSQL, too, and with TRACES it looks into the traces of a program that was built to send some. Prints one line a step and closes with how many held.
"""

import base64
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, quote, quote_plus, urlencode, urlsplit

from browser import Browser, attributes
from keys import Key

STEPS = []
PROGRAM = sys.argv[1:] or ["cargo", "run", "--quiet", "--locked", "--"]


def step(name, holds, detail=""):
    STEPS.append(bool(holds))
    print(("ok    " if holds else "FAILED ") + name + ("" if holds else f"\n{detail}"), flush=True)


class Secrets:
    """Everything that nobody may read in a log, by what it is."""

    def __init__(self):
        self.known = {}

    def add(self, kind, secret):
        if secret:
            self.known.setdefault(kind, set()).add(secret)
        return secret

    def traces(self, secret):
        """How a secret can look in a log: as it is, in what it travels in, as bytes, and cut off."""
        forms = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], secret.replace(" ", "+")}
        held = [secret.encode()]
        try:
            held.append(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))
        except ValueError:
            pass
        for raw in held:
            forms |= {raw.hex(), raw.hex().upper(), ", ".join(str(byte) for byte in raw[:12])}
            for shift in range(3):
                # Whatever stands before it, a part of its base64 is one of three.
                whole = base64.b64encode(b"\0" * shift + raw).decode()[4 if shift else 0:].rstrip("=")[:-2]
                forms |= {whole, whole.replace("+", "-").replace("/", "_")}
        if secret.count(".") == 2 and secret.startswith("eyJ"):
            forms |= set(secret.split(".")[1:])
        forms |= {form[:20] for form in forms if len(form) > 28}
        return {form for form in forms if len(form) > 7}

    def found(self, text):
        return sorted({kind for kind, all_of in self.known.items() for secret in all_of for trace in self.traces(secret)
                       if trace in text})


class Payer(Browser):
    """A browser that tells its cookies, the tokens of its forms and what stands in the addresses that it is sent to."""

    def __init__(self, hidden, **options):
        super().__init__(**options)
        self.hidden = hidden

    def open(self, url, form=None):
        status, page = super().open(url, form)
        for jar in self.cookies.values():
            for name, value in jar.items():
                if "locale" not in name:
                    self.hidden.add("cookie " + re.sub(r"request-.*", "request", name), value)
        for tag in re.findall(r"<input[^>]*>", page):
            found = attributes(tag)
            if found.get("name") == "csrf":
                self.hidden.add("CSRF token", found["value"])
        return status, page


def wallet(hidden, port, seen):
    """A wallet that hosts mandates of 20 dollars a month, and introspects what it is shown."""
    origin = f"http://127.0.0.1:{port}"

    class Wallet(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            seen.append(hidden.add("own token", token))
            status, body = 200, {"name": origin + self.path, "subject": origin + "/alice", "assetCode": "USD", "assetScale": 2,
                                 "amount": "2000", "interval": "P1M", "cycles": 12}
            if self.path.endswith("/503"):
                status, body = 503, {"token": token}
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Wallet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return origin, server


def collector(bodies):
    """Takes traces, as they are."""

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode("latin-1"))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1/traces"


class Run:
    """A server on a database of its own, with everybody who uses it."""

    def __init__(self, folder, form, database):
        self.folder, self.hidden = pathlib.Path(folder), Secrets()
        self.port, wallet_port = free_port(), free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "log"
        key = self.folder / "encryption.key"
        sealing = base64.b64encode(secrets.token_bytes(32)).decode()
        key.write_text(sealing)
        key.chmod(0o600)
        self.hidden.add("sealing key", sealing)
        password = urlsplit(database).password
        self.hidden.add("database password", password)
        settings = self.folder / "countersign.toml"
        settings.write_text(f"""[server]
issuer = "{self.issuer}"
bind = "127.0.0.1:{self.port}"
[database]
url = "{database}"
[keys]
encryption_key_file = "{key}"
[authorization]
allow_loopback_http = true
[session]
step_up_after = 0
[dpop]
require_nonce = true
[log]
filter = "trace"
format = "{form}"
""")
        self.traces, self.nonce = [], None
        if "TRACES" in os.environ:
            with settings.open("a") as more:
                more.write(f'[traces]\nendpoint = "{collector(self.traces)}"\n')
        self.command = [*PROGRAM, "--config", str(settings)]
        self.own_tokens = []
        self.wallet, self.wallet_server = wallet(self.hidden, wallet_port, self.own_tokens)

    def cli(self, *arguments, given=None):
        done = subprocess.run([*self.command, *arguments, "-o", "json"], input=given, stdout=subprocess.PIPE,
                              stderr=self.log.open("a"), check=True, text=True)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def start(self):
        self.server = subprocess.Popen([*self.command, "serve"], stderr=self.log.open("a"))
        for _ in range(600):
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"no answer:\n{self.log.read_text()}")

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        code = self.server.wait(timeout=40)
        self.wallet_server.shutdown()
        return code

    def ask(self, method, target, form=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = None if form is None else urlencode(form)
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self.nonce = self.hidden.add("nonce", answer.headers.get("DPoP-Nonce")) or self.nonce
        return answer.status, text

    def basic(self, party, secret):
        login = base64.b64encode(f"{quote(party, safe='')}:{quote(secret, safe='')}".encode()).decode()
        self.hidden.add("login", login)
        return {"Authorization": "Basic " + login}

    def assertion(self, client):
        return {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self.hidden.add("assertion", self.key.assertion(client, self.issuer))}

    def tokens(self, form, **headers):
        """Asks with a new proof, and with a new assertion if there was one."""
        if "client_assertion" in form:
            form = form | self.assertion(form["client_id"])
        headers |= {"DPoP": self.hidden.add("proof", self.bound.proof(self.issuer + "/token", self.nonce))}
        status, text = self.ask("POST", "/token", form, **headers)
        answer = json.loads(text)
        self.hidden.add("access token", answer.get("access_token"))
        self.hidden.add("refresh token", answer.get("refresh_token"))
        return status, answer

    def register(self):
        serves = ["--origin", self.wallet, "--mandates-endpoint", self.wallet + "/mandates", "--asset", "USD:2"]
        made = self.cli("resource-server", "create", "--name", "Wallet", *serves, "--allow-private-network")
        self.wallet_id, self.wallet_secret = made["resource_server_id"], made["resource_server_secret"]
        self.hidden.add("wallet secret", self.wallet_secret)
        self.password = self.hidden.add("password", "correct horse & battery")
        self.cli("user", "create", "--username", "alice", "--payment-pointer", self.wallet + "/alice", given=self.password)
        self.shops, self.key, self.bound = {}, Key(), Key()
        jwks = self.folder / "jwks.json"
        jwks.write_text(json.dumps({"keys": [self.key.jwk]}))
        for method in ("client_secret_basic", "client_secret_post", "none", "private_key_jwt"):
            keys = ["--jwks-file", str(jwks)] if method == "private_key_jwt" else []
            made = self.cli("client", "create", "--name", "Shop", "--auth-method", method,
                            "--redirect-uri", "https://shop.example/callback", *keys)
            self.shops[method] = made["client_id"], self.hidden.add("client secret", made.get("client_secret"))
        own = self.cli("client", "create", "--name", "Own", "--account", self.wallet + "/shop", "--grant-type",
                       "client_credentials")
        self.own = own["client_id"], self.hidden.add("client secret", own["client_secret"])


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def approve(run, method, agreement, browser):
    """Alice approves; the code that the shop gets, with what it needs to redeem it, and how it says who it is."""
    client, secret = run.shops[method]
    verifier = run.hidden.add("PKCE verifier", secrets.token_urlsafe(32))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    state = run.hidden.add("state", secrets.token_urlsafe(24))
    query = {"response_type": "code", "client_id": client, "redirect_uri": "https://shop.example/callback", "state": state,
             "scope": f"{run.wallet}/mandates/{agreement}", "code_challenge": challenge, "code_challenge_method": "S256",
             "dpop_jkt": run.bound.thumbprint}
    if method == "client_secret_post":
        status, text = run.ask("POST", "/par", {**query, "client_secret": secret})
        step(f"{method}: a request is pushed", status == 201, text)
        request_uri = json.loads(text)["request_uri"]
        run.hidden.add("request URI", request_uri.rsplit(":", 1)[1])
        query = {"client_id": client, "request_uri": request_uri}
    status, page = browser.open(f"{run.issuer}/authorize?{urlencode(query)}")
    if 'name="username"' in page:
        wrong = run.hidden.add("wrong password", "incorrect horse and battery")
        _, page = browser.submit(page, "Sign in", username="alice", password=wrong)
        status, page = browser.submit(page, "Sign in", username="alice", password=run.password)
    status, page = browser.submit(page, "approve")
    if status:
        status, page = browser.submit(page, "confirm", password=run.password)
    if status:
        raise RuntimeError(f"{status}: {page}")
    code = run.hidden.add("code", parse_qs(urlsplit(browser.url).query)["code"][0])
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://shop.example/callback",
            "code_verifier": verifier}
    proof, headers = {}, {}
    if method == "client_secret_basic":
        headers = run.basic(client, secret)
    elif method == "private_key_jwt":
        proof = {"client_id": client, **run.assertion(client)}
    else:
        proof = {"client_id": client, **({"client_secret": secret} if secret else {})}
    return {**form, **proof}, proof, headers


def use(run):
    """Every kind of secret goes where it belongs, and then where it does not."""
    browser = Payer(run.hidden, ends_at="https://shop.example/callback")
    login = run.basic(run.wallet_id, run.wallet_secret)
    run.ask("POST", "/token", {}, DPoP="the first nonce")
    for number, method in enumerate(run.shops):
        form, proof, headers = approve(run, method, number, browser)
        status, tokens = run.tokens(form, **headers)
        step(f"{method}: a code becomes tokens", status == 200, tokens)
        refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **proof}
        status, more = run.tokens(refresh, **headers)
        step(f"{method}: they are refreshed", status == 200, more)
        for token in (tokens["access_token"], more["access_token"]):
            status, text = run.ask("POST", "/introspect", {"token": token}, **login)
            step(f"{method}: a token is active", json.loads(text)["active"], text)
        if number == 0:
            misuse(run, tokens, form, headers, login)
        proof |= run.assertion(proof["client_id"]) if "client_assertion" in proof else {}
        run.ask("POST", "/revoke", {"token": more.get("refresh_token") or tokens["refresh_token"], **proof}, **headers)
        status, again = run.tokens(form, **headers)
        step(f"{method}: a code works once", status == 400, again)
    for token in run.own_tokens[:2]:
        _, text = run.ask("POST", "/introspect", {"token": token}, **login)
        step("this server's own token is known", json.loads(text)["active"], text)
    status, tokens = run.tokens({"grant_type": "client_credentials", "scope": run.wallet + "/mandates"}, **run.basic(*run.own))
    step("a client gets a token for its own account", status == 200, tokens)
    silent(run, browser)
    _, page = browser.open(run.issuer + "/payments")
    browser.open(run.issuer + "/")
    _, page = browser.open(run.issuer + "/")
    browser.submit(page, "Sign out")


def silent(run, browser):
    """A wallet that fails, and says the token that it was shown."""
    try:
        approve(run, "client_secret_basic", "503", browser)
    except RuntimeError:
        pass


def misuse(run, tokens, form, headers, login):
    """Secrets in the wrong place: path, query, method, header, name of a parameter; wrong ones in the right place."""
    token, refresh = tokens["access_token"], tokens["refresh_token"]
    password = quote(run.password)
    assertion = run.assertion(run.shops["private_key_jwt"][0])["client_assertion"]
    for secret in (token, refresh, form["code"], form["code_verifier"], password, assertion):
        for target in (f"/introspect/{secret}", f"/{secret}", f"/consent/{secret}", f"/payments/{secret}", f"/language/{secret}",
                       f"/token?token={secret}", f"/authorize?client_id={secret}", f"/authorize?{secret}&{secret}",
                       f"/sign-in?request={secret}", f"/consent/{secret}?{secret}={secret}"):
            run.ask("GET", target)
            run.ask("POST", target, {secret: secret, "token": secret}, **login)
        run.ask("GET", "/", Cookie=f"__Host-session={secret}; {secret}={secret}", X_Forwarded_For=secret, User_Agent=secret,
                Accept_Language=secret, Referer=f"https://x.example/?{secret}", Origin=f"https://{secret}")
        run.ask("POST", "/token", {"grant_type": secret, "scope": secret, "client_id": secret, "client_secret": secret})
        run.ask("POST", "/introspect", {"token": secret, "token_type_hint": secret}, **login)
        run.ask("POST", "/token", {secret: secret}, Authorization=f"Bearer {secret}")
        run.ask("POST", "/token", {secret: secret}, Authorization=f"Basic {secret}")
        run.ask("POST", "/revoke", {"token": secret}, **run.basic(run.own[0], secret))
        run.ask("POST", "/token", {**run.assertion(secret), "client_id": secret, "dpop_jkt": secret}, DPoP=secret)
        run.ask("POST", "/token", form, **headers, DPoP=secret)
        run.ask("POST", "/token", {"client_assertion": secret, "client_assertion_type": secret}, Client_Cert=f":{secret}:")
        run.ask("POST", "/token", {"x": secret}, Content_Type=f"text/{secret[:30]}")
        run.ask("POST", "/token", {**form, "code_verifier": secret, "code": secret}, **headers)
        run.ask("POST", "/token", {"grant_type": "refresh_token", "refresh_token": secret, "scope": secret}, **headers)
        run.ask("POST", "/par", {"request": secret, "redirect_uri": secret}, **headers)
        run.ask("POST", "/par", {"request_uri": secret}, **headers)
        run.ask("POST", "/par", {"redirect_uri": "https://shop.example/callback", "scope": secret, "state": secret}, **headers)
        run.ask("GET", f"/authorize?client_id={secret}&request_uri=urn:ietf:params:oauth:request_uri:{secret}")
    client = form.get("client_id") or run.shops["client_secret_basic"][0]
    twice = urlencode([("client_id", client), ("redirect_uri", "https://shop.example/callback"), (token, "1"), (token, "2")])
    run.ask("GET", "/authorize?" + twice)
    with socket.create_connection(("127.0.0.1", run.port), timeout=5) as line:
        line.sendall(f"GET /{token} HTTP/1.1\r\nHost: x\r\nBroken {token}\r\n\r\n".encode())
        line.recv(1000)


def judge(run, form):
    text = run.log.read_text(errors="replace")
    lines = text.splitlines()
    kinds = {kind.split()[0] for kind in run.hidden.known}
    wanted = {"assertion", "proof", "nonce", "password", "cookie", "CSRF", "code", "access", "refresh", "client", "wallet", "PKCE", "own", "sealing", "login", "request"}
    step("every kind of secret was used", wanted <= kinds, wanted - kinds)
    step("the log is long", len(lines) > 300, len(lines))
    answered = [line for line in lines if "answered" in line and "endpoint" in line]
    step("every answer has its request's number", answered and all("request_id" in line for line in answered), answered[:3])
    first = next((line for line in lines if "listening" in line), "")
    step("the first line says version, issuer and address", all(word in first for word in ("version", run.issuer, "bind")), first)
    step("the last line is there", "stopped" in lines[-1], lines[-3:])
    step("nothing panicked", not any("panicked" in line for line in lines), [line for line in lines if "panicked" in line])
    if form == "json":
        broken = [line for line in lines if not is_object(line)]
        step("every line is a JSON object", not broken, broken[:3])
    if "TRACES" in os.environ:
        sent = "\n".join(run.traces)
        missing = [name for name in ("POST token", "introspection", "agreement", "database", "sign-in") if name not in sent]
        step("traces are sent", not missing, missing)
        step("no secret is in them", not run.hidden.found(sent) and not re.search(r"eyJ[\w-]{8}", sent), run.hidden.found(sent))
    step("no secret is in the log", not run.hidden.found(text) and "eyJ" not in text, where(run, text))
    blind = [(kind, trace) for kind, all_of in run.hidden.known.items() for secret in all_of
             for trace in run.hidden.traces(secret) if kind not in run.hidden.found(f"x{trace}x")]
    step("each would be found, in whatever form", not blind, blind[:3])


def where(run, text):
    traces = {trace: kind for kind, all_of in run.hidden.known.items() for secret in all_of for trace in run.hidden.traces(secret)}
    found = [(kind, line) for line in text.splitlines() for trace, kind in traces.items() if trace in line]
    found += [("a token", line) for line in text.splitlines() if "eyJ" in line]
    return "\n".join(f"{kind}: {line[:400]}" for kind, line in found[:8])


def is_object(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def databases(folder):
    yield "SQLite", f"sqlite://{folder}/countersign.db", lambda: None
    shared = os.environ.get("TEST_DATABASE_URL")
    if not shared:
        return
    name = "logs_" + secrets.token_hex(6)
    subprocess.run(["psql", "-q", "-c", f"CREATE DATABASE {name}", shared], check=True)
    parts = urlsplit(shared)
    # Where the server trusts its own machine, any password does.
    password = parts.password or secrets.token_urlsafe(12)
    there = f"postgres://{parts.username}:{password}@{parts.hostname}:{parts.port or 5432}/{name}"
    drop = ["psql", "-q", "-c", f"DROP DATABASE {name} WITH (FORCE)", shared]
    yield "PostgreSQL", there, lambda: subprocess.run(drop, check=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    for form in ("text", "json"):
        with tempfile.TemporaryDirectory() as folder:
            for name, database, drop in databases(folder):
                print(f"-- {name}, {form}", flush=True)
                (pathlib.Path(folder) / name).mkdir()
                run = Run(pathlib.Path(folder) / name, form, database)
                try:
                    if name == "PostgreSQL":
                        run.cli("migrate")
                    run.start()
                    try:
                        run.register()
                        use(run)
                    finally:
                        code = run.stop()
                    step("the server stops when asked", code == 0, code)
                    judge(run, form)
                finally:
                    drop()
    print(f"{sum(STEPS)} passed, {len(STEPS) - sum(STEPS)} failed")
    return 0 if all(STEPS) else 1


if __name__ == "__main__":
    sys.exit(main())
