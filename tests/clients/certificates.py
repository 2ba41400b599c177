#!/usr/bin/env python3
"""Clients and wallets with certificates (RFC 8705), behind Debian's HAProxy as config/haproxy.cfg sets it up.

Needs openssl and haproxy beside Python, and the built program: COUNTERSIGN, or target/debug/countersign. Prints one line a
check and closes with how many held.
"""

import base64
import hashlib
import http.client
import json
import pathlib
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))

from support import PASSWORD, ROOT, Answer, Browser, Server, Wallet, basic, eventually, folder, free_port, run  # noqa: E402

REDIRECT = "http://127.0.0.1:9/callback"
PROXY = "127.0.0.9"
GRANTS = [part for kind in ("authorization_code", "refresh_token", "client_credentials") for part in ("--grant-type", kind)]


class Identity:
    """A certificate and its key, in one file."""

    def __init__(self, path):
        self.path = path
        pem = path.read_text()
        self.der = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE-----"):])

    @property
    def thumbprint(self):
        """Its `x5t#S256` (RFC 8705 §3.1)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.der).digest()).decode().rstrip("=")

    @property
    def field(self):
        """It as a `Client-Cert` field (RFC 9440 §2.2)."""
        return f":{base64.b64encode(self.der).decode()}:"

    @property
    def subject(self):
        """Its subject, as the operator is told to find it."""
        command = ["openssl", "x509", "-noout", "-subject", "-nameopt", "RFC2253", "-in", self.path]
        return subprocess.check_output(command, text=True).strip().removeprefix("subject=")


class Authority:
    """Certifies whoever asks."""

    def __init__(self, home, name):
        self.home, self.name = home, name
        self.rules = home / "openssl.cnf"
        self.rules.write_text("[req]\ndistinguished_name = dn\n[dn]\n")
        extensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"]
        self.identity = self.make(name, f"/CN={name}", extensions)
        self.path = self.identity.path

    def make(self, name, subject, extensions, *signed, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        hidden, certificate = self.home / f"{name}.key", self.home / f"{name}.crt"
        options = [part for extension in extensions for part in ("-addext", extension)]
        command = ["openssl", "req", "-x509", "-config", self.rules, "-newkey", *key, "-nodes", "-days", "2",
                   "-subj", subject, *options, *signed, "-keyout", hidden, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
        both = self.home / f"{name}.pem"
        both.write_text(hidden.read_text() + certificate.read_text())
        return Identity(both)

    def certifies(self, name, subject, *extensions, **options):
        extensions = ["basicConstraints=critical,CA:FALSE", *extensions]
        return self.make(name, subject, extensions, "-CA", self.path, "-CAkey", self.home / f"{self.name}.key", **options)

    def certified(self, name, subject):
        """Certifies somebody until yesterday."""
        path = self.make(name, subject, ["basicConstraints=critical,CA:FALSE"]).path
        key = self.home / f"{self.name}.key"
        command = ["openssl", "x509", "-in", path, "-CA", self.path, "-CAkey", key, "-days", "-1"]
        signed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        path.write_text((self.home / f"{name}.key").read_text() + signed)
        return Identity(path)


def replaced(text, changes):
    for old, new in changes.items():
        if text.count(old) != 1:
            raise RuntimeError(f"{old!r} is there {text.count(old)} times, not once:\n{text}")
        text = text.replace(old, str(new))
    return text


class Proxy:
    """HAProxy with the configuration that operators are shown, at other addresses and with other files.

    `pay` is the port for browsers, `mtls` that for certificates, and `both` another one, where they are only asked for.
    """

    def __init__(self, stack, home, server_port, files):
        self.pay, self.mtls, self.both = free_port(), free_port(), free_port()
        text = (ROOT / "config" / "haproxy.cfg").read_text()
        addresses = {"bind :443 ": f"bind 127.0.0.1:{self.pay} ", "bind :8443 ": f"bind 127.0.0.1:{self.mtls} ",
                     " 127.0.0.1:8080 ": f" 127.0.0.1:{server_port} ",
                     # Here both are the same.
                     " 127.0.0.1:8081 ": f" 127.0.0.1:{server_port} "}
        text = replaced(text, addresses | files)
        asking = re.search(r"^frontend mtls\n.*?\n(?=\n)", text, re.M | re.S).group(0)
        asking = replaced(asking, {"frontend mtls": "frontend both", f":{self.mtls} ": f":{self.both} ",
                                   "verify required": "verify optional"})
        self.configuration, self.log = home / "haproxy.cfg", home / "haproxy.log"
        self.configuration.write_text(f"{text}\n{asking}")
        with open(self.log, "ab") as log:
            command = ["haproxy", "-db", "-f", self.configuration]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.kill)

    def complaints(self):
        """What HAProxy says about its configuration before it starts."""
        done = subprocess.run(["haproxy", "-c", "-V", "-f", self.configuration], capture_output=True, text=True)
        return "" if done.returncode == 0 and "WARNING" not in done.stderr.upper() else done.stdout + done.stderr


class World:
    """A server behind HAProxy, a wallet, alice, and the certificates of everybody."""

    def __init__(self, stack):
        self.home = folder(stack)
        self.authority = Authority(self.home, "authority")
        certifies = self.authority.certifies
        self.site = certifies("site", "/CN=localhost", "subjectAltName=DNS:localhost")
        self.server = self.start(stack)
        self.wallet = Wallet(stack)
        self.shop = certifies("shop", "/C=DE/O=Acme, Inc./CN=shop.example")
        self.app = certifies("app", "/CN=whatever", "subjectAltName=DNS:app.example,DNS:www.app.example", key=("rsa:2048",))
        self.bank = certifies("bank", "/C=DE/CN=bank.example")
        named = ["--tls-subject-dn", self.bank.subject]
        place = ["--origin", self.wallet.origin, "--mandates-endpoint", f"{self.wallet.origin}/mandates", "--asset", "USD:2"]
        made = self.server.cli("resource-server", "create", "--name", "Bank", *place, "--allow-private-network",
                               "--auth-method", "tls_client_auth", *named, "-o", "json")
        self.bank_id = made["resource_server_id"]
        pointer = f"{self.wallet.origin}/alice"
        self.server.cli("user", "create", "--username", "alice", "--payment-pointer", pointer, typed=PASSWORD)
        self.shop_id = self.registers("Shop", "--tls-subject-dn", self.shop.subject)
        self.app_id = self.registers("App", "--tls-san-dns", "app.example")

    def start(self, stack):
        server = Server(stack, self.home, f"sqlite://{self.home}/countersign.db")
        proxied = {"/etc/haproxy/pay.pem": self.site.path, "/etc/haproxy/mtls.pem": self.site.path,
                   "/etc/haproxy/clients.pem": self.authority.path}
        self.proxy = Proxy(stack, self.home, server.port, proxied)
        server.issuer = f"https://localhost:{self.proxy.pay}"
        self.aliases = f"https://localhost:{self.proxy.mtls}"
        settings = {"SERVER__ISSUER": server.issuer, "SERVER__TRUSTED_PROXIES": f'["{PROXY}"]',
                    "CERTIFICATES__PROXIES": f'["{PROXY}"]', "CERTIFICATES__URL": self.aliases}
        server.environment |= {f"COUNTERSIGN__{name}": value for name, value in settings.items()}
        server.start()
        return server

    def registers(self, name, *named):
        made = self.server.cli("client", "create", "--name", name, "--redirect-uri", REDIRECT, *GRANTS, "--account",
                               f"{self.wallet.origin}/{name.lower()}", "--auth-method", "tls_client_auth", *named,
                               "--tls-client-certificate-bound-access-tokens", "-o", "json")
        return made["client_id"]

    def line(self, port, identity=None):
        """A connection through the proxy, with a certificate or without."""
        context = ssl.create_default_context(cafile=self.authority.path)
        if identity:
            context.load_cert_chain(identity.path)
        return http.client.HTTPSConnection("localhost", port, context=context, timeout=20)

    def sends(self, line, path, form, **headers):
        """What is answered; a status of None where the connection ends instead."""
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request("POST", path, urlencode(form), headers)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode(), 0)
        except (OSError, http.client.HTTPException) as fault:
            return Answer(None, {}, repr(fault), 0)
        finally:
            line.close()

    def posts(self, path, form, identity=None, port=None, **headers):
        return self.sends(self.line(port or self.proxy.mtls, identity), path, form, **headers)

    def past(self, source, path, form, **headers):
        """Past the proxy, from another address of this machine."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20, source_address=(source, 0))
        return self.sends(line, path, form, **headers)

    def own(self, client):
        """A form that asks for a token for the client's own account."""
        return {"grant_type": "client_credentials", "client_id": client, "scope": f"{self.wallet.origin}/mandates"}

    def introspects(self, token, identity="bank"):
        identity = self.bank if identity == "bank" else identity
        return self.posts("/introspect", {"client_id": self.bank_id, "token": token}, identity)


def is_bound(answer, identity):
    """A token that says that it is worth something with this certificate alone (RFC 8705 §3.1)."""
    if answer.status != 200:
        return False
    body = answer.json["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims.get("cnf") == {"x5t#S256": identity.thumbprint}


def is_unproven(answer):
    return (answer.status, answer.error) == (401, "invalid_client")


def metadata(checks, stack, world):
    line = world.line(world.proxy.pay)
    line.request("GET", "/.well-known/oauth-authorization-server")
    document = json.loads(line.getresponse().read())
    line.close()
    wanted = {name: f"{world.aliases}{path}" for name, path in
              (("token_endpoint", "/token"), ("pushed_authorization_request_endpoint", "/par"),
               ("introspection_endpoint", "/introspect"), ("revocation_endpoint", "/revoke"))}
    checks.check("metadata: where to go with a certificate", document.get("mtls_endpoint_aliases") == wanted, document)
    for endpoint in ("token", "introspection", "revocation"):
        methods = document[f"{endpoint}_endpoint_auth_methods_supported"]
        checks.check(f"metadata: tls_client_auth at {endpoint}", "tls_client_auth" in methods, methods)
    checks.check("metadata: tokens are bound", document.get("tls_client_certificate_bound_access_tokens") is True, document)
    off = Server(stack, folder(stack), "sqlite://:memory:")
    off.environment["COUNTERSIGN__DATABASE__URL"] = f"sqlite://{off.home}/countersign.db"
    off.start()
    there = off.get("/.well-known/oauth-authorization-server").text
    checks.check("metadata: nothing of it without a proxy", "tls_client" not in there and "mtls" not in there, there)
    off.kill()


def purchase(checks, world):
    """A purchase with a certificate wherever the shop speaks to the server itself; the tokens."""
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {"response_type": "code", "client_id": world.shop_id, "redirect_uri": REDIRECT, "scope": world.wallet.mandate(),
             "code_challenge": challenge, "code_challenge_method": "S256", "state": "s"}
    pushed = world.posts("/par", asked, world.shop)
    checks.check("a request is pushed with a certificate", pushed.status == 201, pushed)
    query = {"client_id": world.shop_id, "request_uri": pushed.json["request_uri"]}
    browser = Browser(ends_at=REDIRECT, connect=lambda parts: world.line(parts.port))
    _, page = browser.open(f"{world.server.issuer}/authorize?{urlencode(query)}")
    _, page = browser.submit(page, "Sign in", username="alice", password=PASSWORD)
    browser.submit(page, "approve")
    code = parse_qs(urlsplit(browser.url).query)["code"][0]
    answer = world.posts("/token", {"grant_type": "authorization_code", "client_id": world.shop_id, "code": code,
                                    "redirect_uri": REDIRECT, "code_verifier": verifier}, world.shop)
    is_good = is_bound(answer, world.shop) and answer.json["token_type"] == "Bearer"
    checks.check("a code becomes tokens that are bound to the certificate", is_good, answer)
    return answer.json


def bound(checks, world):
    """A token is worth something to whoever has the certificate, and the wallet learns which."""
    tokens = purchase(checks, world)
    known = world.introspects(tokens["access_token"])
    told = known.json.get("active") and known.json.get("cnf") == {"x5t#S256": world.shop.thumbprint}
    checks.check("the wallet is told the certificate", told, known)
    for name, identity in (("without a certificate", None), ("with the shop's", world.shop)):
        answer = world.introspects(tokens["access_token"], identity)
        refused = answer.status is None if identity is None else answer.error == "invalid_client"
        checks.check(f"and nobody {name}", refused, answer)
    form = {"grant_type": "refresh_token", "client_id": world.shop_id, "refresh_token": tokens["refresh_token"]}
    next_one = world.posts("/token", form, world.shop)
    checks.check("it is refreshed with the certificate", is_bound(next_one, world.shop), next_one)
    renewed = world.authority.certifies("renewed", "/C=DE/O=Acme, Inc./CN=shop.example")
    moved = world.posts("/token", form, renewed)
    checks.check("a renewed one of the same name is as good, and the token is bound to it", is_bound(moved, renewed), moved)
    other = world.posts("/token", form, world.app)
    checks.check("another's certificate is not", is_unproven(other), other)
    ended = world.posts("/revoke", {"client_id": world.shop_id, "token": tokens["refresh_token"]}, world.shop)
    known = world.introspects(next_one.json["access_token"])
    is_over = ended.status == 200 and known.json == {"active": False}
    checks.check("it is revoked with the certificate", is_over, (ended, known))


def names(checks, world):
    """Who is registered by a name needs a certificate with exactly that name, of an authority that the proxy knows."""
    certifies, foreign = world.authority.certifies, Authority(world.home, "foreign")
    shop, app = world.own(world.shop_id), world.own(world.app_id)

    def is_good(name, form, identity):
        answer = world.posts("/token", form, identity)
        checks.check(name, is_bound(answer, identity), answer)

    is_good("by subject", shop, world.shop)
    is_good("by DNS name", app, world.app)
    wrong = {
        "another subject": (shop, certifies("subject", "/C=DE/O=Acme, Inc./CN=shop.example.com")),
        "more in the subject": (shop, certifies("more", "/C=DE/O=Acme, Inc./OU=Shop/CN=shop.example")),
        "the subject backwards": (shop, certifies("backwards", "/CN=shop.example/O=Acme, Inc./C=DE")),
        "the whole subject as one name": (shop, certifies("whole", "/CN=CN\\=shop.example,O\\=Acme\\, Inc.,C\\=DE")),
        "another DNS name": (app, certifies("below", "/CN=whatever", "subjectAltName=DNS:evil.app.example")),
        "a DNS name for any": (app, certifies("any", "/CN=whatever", "subjectAltName=DNS:*.example")),
        "the DNS name as subject": (app, certifies("common", "/CN=app.example")),
        "the DNS name as URI": (app, certifies("uri", "/CN=whatever", "subjectAltName=URI:app.example")),
    }
    for name, (form, identity) in wrong.items():
        answer = world.posts("/token", form, identity)
        checks.check(f"not by {name}", is_unproven(answer), answer)
    strangers = {"of another authority": foreign.certifies("stranger", "/C=DE/O=Acme, Inc./CN=shop.example"),
                 "that it signed itself": foreign.make("self", "/C=DE/O=Acme, Inc./CN=shop.example", []),
                 "that is over": world.authority.certified("over", "/C=DE/O=Acme, Inc./CN=shop.example")}
    for port, where in ((world.proxy.mtls, "needed"), (world.proxy.both, "asked for")):
        for name, identity in strangers.items():
            answer = world.posts("/token", shop, identity, port)
            checks.check(f"a certificate {name} ends the connection, where one is {where}", answer.status is None, answer)
    answer = world.posts("/token", shop)
    checks.check("so does none, where one is needed", answer.status is None, answer)
    answer = world.posts("/token", shop, port=world.proxy.both)
    checks.check("without one, where one is asked for, nobody is proven", is_unproven(answer), answer)
    answer = world.posts("/token", shop, world.shop, world.proxy.both)
    checks.check("with one, somebody is", answer.status == 200, answer)
    is_good("and still by subject", shop, world.shop)


def resumed(checks, world):
    """A client that goes on with an older TLS session shows its certificate once, and has it in both."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for version, called in ((ssl.TLSVersion.TLSv1_2, "TLS 1.2"), (ssl.TLSVersion.TLSv1_3, "TLS 1.3")):
        context = ssl.create_default_context(cafile=world.authority.path)
        context.load_cert_chain(world.shop.path)
        context.minimum_version = context.maximum_version = version
        session = None
        for name in ("a new session", "the same again"):
            line = http.client.HTTPSConnection("localhost", world.proxy.mtls)
            plain = socket.create_connection(("localhost", world.proxy.mtls), timeout=20)
            line.sock = context.wrap_socket(plain, server_hostname="localhost", session=session)
            is_reused = line.sock.session_reused
            line.request("POST", "/token", urlencode(world.own(world.shop_id)), form)
            reply = line.getresponse()
            answer = Answer(reply.status, reply.headers, reply.read().decode(), 0)
            # In TLS 1.3 what it takes to go on comes after the handshake.
            session = line.sock.session
            line.close()
            is_as_meant = is_reused == (name != "a new session")
            checks.check(f"{name}, in {called}", is_bound(answer, world.shop) and is_as_meant, (answer, is_reused))


def methods(checks, world):
    """A certificate takes the place of no other proof, and no other proof its place."""
    made = world.server.cli("client", "create", "--name", "Old", *GRANTS[-2:], "--account", f"{world.wallet.origin}/old",
                            "--tls-client-certificate-bound-access-tokens", "-o", "json")
    login = basic((made["client_id"], made["client_secret"]))
    form = {name: value for name, value in world.own("").items() if name != "client_id"}
    answer = world.posts("/token", form, world.app, Authorization=login)
    checks.check("who has a secret can have a token bound to any certificate", is_bound(answer, world.app), answer)
    answer = world.posts("/token", form, port=world.proxy.pay, Authorization=login)
    is_refused = (answer.status, answer.error) == (400, "invalid_request")
    checks.check("and gets none without, if that was said", is_refused, answer)
    answer = world.posts("/token", form | {"client_id": made["client_id"]}, world.shop)
    checks.check("a certificate is no secret", is_unproven(answer), answer)
    for name, extra in (("a secret", {"client_secret": "x"}), ("an assertion", {
            "client_assertion": "x", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"})):
        answer = world.posts("/token", world.own(world.shop_id) | extra, world.shop)
        checks.check(f"a certificate beside {name} is refused", answer.status in (400, 401), answer)
    answer = world.posts("/token", world.own(world.shop_id), world.shop)
    checks.check("alone it is good", answer.status == 200, answer)


def forged(checks, world):
    """Nobody but the proxy says which certificate there was."""
    form, field = world.own(world.shop_id), world.shop.field
    ways = {
        "where browsers go": lambda **headers: world.posts("/token", form, port=world.proxy.pay, **headers),
        "without a certificate": lambda **headers: world.posts("/token", form, port=world.proxy.both, **headers),
        "with another's certificate": lambda **headers: world.posts("/token", form, world.app, **headers),
        "past the proxy": lambda **headers: world.past("127.0.0.2", "/token", form, **headers),
        "from the server's own address": lambda **headers: world.past("127.0.0.1", "/token", form, **headers),
    }
    for where, sends in ways.items():
        for name in ("Client-Cert", "client-cert", "Client_Cert"):
            answer = sends(**{name: field})
            checks.check(f"{name} is not believed {where}", is_unproven(answer), answer)
        answer = sends(**{"Client-Cert": field, "X-Forwarded-For": PROXY, "Forwarded": f"for={PROXY}"})
        checks.check(f"nor beside a forged address {where}", is_unproven(answer), answer)
    answer = world.past(PROXY, "/token", form, **{"Client-Cert": field})
    checks.check("from the proxy's address it is", answer.status == 200, answer)
    answer = world.past(PROXY, "/token", form, **{"Client_Cert": field})
    checks.check("but under its own name only", is_unproven(answer), answer)
    answer = world.posts("/token", form, world.shop, **{"Client-Cert": world.app.field})
    checks.check("a forged one does not hide the one that there was", is_bound(answer, world.shop), answer)


def everything(checks, stack):
    if not shutil.which("haproxy"):
        raise SystemExit("there is no haproxy on the PATH: install Debian's package of that name")
    world = World(stack)
    complaints = world.proxy.complaints()
    checks.check("HAProxy takes config/haproxy.cfg, and warns of nothing", not complaints, complaints)
    is_there = eventually(lambda: world.posts("/token", {}, port=world.proxy.pay).status == 401, 10)
    if is_there is None:
        raise RuntimeError(f"HAProxy does not answer:\n{world.proxy.log.read_text()}")
    metadata(checks, stack, world)
    bound(checks, world)
    names(checks, world)
    resumed(checks, world)
    methods(checks, world)
    forged(checks, world)
    wrong = world.server.complaints("ERROR", "panicked")
    checks.check("nothing went wrong in the server", not wrong, wrong)


if __name__ == "__main__":
    run(everything)
