#!/usr/bin/env python3
"""What this server does when a wallet lies, stalls, fails or is not there, fifty at once of each.

A payer who asks then is told so in under 6 seconds, nothing is approved, and the same request can be tried again when the
wallet is well; whoever asks for tokens or introspects meanwhile waits no longer than before (printed, not judged).

python3 tests/faults/wallet.py          AT_ONCE: how many payers at once (50)
"""

import gzip
import os
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from small_wallet import Wallet, register_wallet
from support import Server, World, folder, free_port, median, returned, run, words

AT_ONCE = int(os.environ.get("AT_ONCE", "50"))
BOUND = 6.0
BOMB = gzip.compress(b" " * (64 << 20))
OVER = threading.Event()


def drips(handler, head, rest):
    """Sends `rest` at a byte a second."""
    handler.wfile.write(head)
    for byte in rest:
        if OVER.wait(1):
            return
        handler.wfile.write(bytes([byte]))


def head(status="200 OK", kind="application/json", **more):
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *(f"{name.replace('_', '-')}: {value}" for name, value in more.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def slow_body(handler):
    drips(handler, head(Content_Length=500), b"{" + b" " * 498 + b"}")


def slow_head(handler):
    drips(handler, b"", head(Content_Length=2) + b"{}")


def silent(_handler):
    OVER.wait(30)


def dripping_chunks(handler):
    drips(handler, head(Transfer_Encoding="chunked"), b"1\r\n \r\n" * 200)


def endless_hints(handler):
    while not OVER.wait(0.05):
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")


def huge(handler):
    handler.wfile.write(head(Content_Length=10 << 30))
    while not OVER.is_set():
        handler.wfile.write(b" " * 65536)


def endless(handler):
    handler.wfile.write(head(Transfer_Encoding="chunked"))
    while not OVER.is_set():
        handler.wfile.write(b"4000\r\n" + b" " * 0x4000 + b"\r\n")


def endless_head(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not OVER.is_set():
        handler.wfile.write(b"X-More: " + b"y" * 4096 + b"\r\n")


def bomb(handler):
    handler.wfile.write(head(Content_Encoding="gzip", Content_Length=len(BOMB)) + BOMB)


def redirecting(handler):
    handler.wfile.write(head("302 Found", Location=CANARY.origin + handler.path, Content_Length=0))


def wrong_type(handler):
    handler.wfile.write(head(kind="text/html", Content_Length=13) + b"<h1>Hello</h1>"[:13])


def failing(handler):
    handler.wfile.write(head("500 Internal Server Error", Content_Length=2) + b"{}")


def overloaded(handler):
    handler.wfile.write(head("503 Service Unavailable", Content_Length=2) + b"{}")


def cut(handler):
    handler.wfile.write(head(Content_Length=500) + b'{"name":')


def garbage(handler):
    handler.wfile.write(b"\x00\xff" * 500)


def closing(_handler):
    pass


def resetting(handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# Those that take their time first, beside which the others are measured.
SLOW = [slow_body, slow_head, silent, dripping_chunks, endless_hints]
QUICK = [huge, endless, endless_head, bomb, redirecting, wrong_type, failing, overloaded, cut, garbage, closing, resetting]


class Lying:
    """A registered wallet that answers as `writes` does until it is mended."""

    def __init__(self, stack, world, writes):
        self.name = writes.__name__.replace("_", " ")
        self.wallet = Wallet(stack)
        self.origin = self.wallet.origin
        self.writes = writes
        self.lies()
        register_wallet(world.server, self.name, self.origin)
        world.server.cli("user", "add-pointer", "alice", f"{self.origin}/alice")

    def mandate(self):
        return self.wallet.mandate()

    def lies(self):
        def writes(handler):
            handler.close_connection = True
            try:
                self.writes(handler)
            except OSError:
                pass  # nobody listens any more, as it should be
            return True

        self.wallet.writes = writes

    def is_mended(self):
        self.wallet.writes = None


class Elsewhere:
    """A registered origin at which there is no wallet that speaks as it should."""

    def __init__(self, world, name, origin):
        self.name, self.origin = name, origin
        register_wallet(world.server, name, origin)
        world.server.cli("user", "add-pointer", "alice", f"{origin}/alice")

    def mandate(self):
        return f"{self.origin}/mandates/1"


class Meter:
    """Asks for a token and introspects one, over and over, and keeps how long each took."""

    def __init__(self, world):
        self.world = world
        self.token = world.shop.creates(world.collection).json["access_token"]
        self.wrong = []
        self.taken = {"/token": [], "/introspect": []}
        self.measures = threading.Event()
        self.stopped = False
        self.thread = threading.Thread(target=self.asks, daemon=True)
        self.thread.start()

    def asks(self):
        while not self.stopped:
            self.measures.wait()
            created = self.world.shop.creates(self.world.collection)
            introspected = self.world.introspects(self.token)
            self.taken["/token"].append(created.seconds)
            self.taken["/introspect"].append(introspected.seconds)
            if created.status != 200 or introspected.json.get("active") is not True:
                self.wrong.append((created, introspected))
            time.sleep(0.005)

    def of(self, during):
        """The medians while `during` runs, and what it returned."""
        for taken in self.taken.values():
            taken.clear()
        self.measures.set()
        answer = during()
        self.measures.clear()
        return {path: median(taken) for path, taken in self.taken.items()}, answer


def asks(world, wallet):
    """One payer's look at an agreement: window, verifier, status, page, seconds."""
    browser = world.alice.browser()
    link, verifier = world.shop.asks(wallet.mandate())
    try:
        status, page = browser.open(link)
    except OSError as fault:
        status, page = None, repr(fault)
    return browser, verifier, status, page, browser.longest


def all_at_once(world, wallet):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: asks(world, wallet), range(AT_ONCE)))


def tries(checks, world, meter, wallet, compares=False):
    """Fifty payers at once; `compares`: with a quiet moment just before."""
    quiet, _ = meter.of(lambda: time.sleep(2)) if compares else (None, None)
    medians, seen = meter.of(lambda: all_at_once(world, wallet))
    longest = max(seconds for *_, seconds in seen)
    wrong = [(status, words(page)[:300]) for _, _, status, page, _ in seen
             if status != 503 or "We cannot read the agreement right now" not in words(page) or "Nothing" not in words(page)]
    checks.check(f"{wallet.name}, {AT_ONCE} at once: each payer is told that it cannot be read right now", not wrong, wrong[:2])
    checks.check(f"{wallet.name}: in under {BOUND:.0f} s", longest < BOUND, f"{longest:.2f} s")
    ratios = {path: medians[path] / quiet[path] for path in quiet or ()}
    # Whoever is answered at once is gone before a median means anything.
    beside = "".join(f", {path} {medians[path] * 1000:.1f} ms ({ratio:.2f} times the quiet median)" for path, ratio in ratios.items())
    checks.say(f"longest {longest:.2f} s{beside}")
    goes_on(checks, world, wallet, seen)
    return ratios


def goes_on(checks, world, wallet, seen):
    """The first goes back to the shop; the second tries the same request again."""
    browser, _, _, page, _ = seen[0]
    browser.submit(page, button(page))
    error = returned(browser, "error")
    checks.check(f"{wallet.name}: the shop is told temporarily_unavailable", error == "temporarily_unavailable", browser.url)
    if not isinstance(wallet, Lying):
        return
    browser, verifier, _, page, _ = seen[1]
    wallet.is_mended()
    status, page = browser.open(browser.url)
    browser.submit(page, "approve") if status == 200 else None
    answer = world.shop.exchanges(returned(browser, "code") or "", verifier)
    checks.check(f"{wallet.name}: the same request is read, approved and redeemed when the wallet is well", answer.status == 200,
                 (status, words(page)[:300], answer))
    wallet.lies()


def button(page):
    """The last button of the form that goes back to the shop."""
    forms = [form for form in re.findall(r"<form[^>]*>.*?</form>", page, re.S) if "Go back" in form]
    return words(re.findall(r"<button[^>]*>.*?</button>", forms[0], re.S)[-1]).strip() if forms else "Go back"


def between_look_and_approval(checks, world, wallet):
    """The wallet was well when the payer looked, and is not when they approve."""
    wallet.is_mended()
    browser, verifier, status, page = world.alice.opens(world.shop, wallet.mandate())
    wallet.lies()
    began = time.monotonic()
    failed, told_page = browser.submit(page, "approve")
    seconds = time.monotonic() - began
    checks.check(f"{wallet.name} at the approval: nothing is approved, and that is said in under {BOUND:.0f} s",
                 status == 200 and failed == 503 and "Nothing" in words(told_page) and seconds < BOUND,
                 (status, failed, seconds, words(told_page)[:300]))
    wallet.is_mended()
    browser.submit(page, "approve")
    answer = world.shop.exchanges(returned(browser, "code") or "", verifier)
    checks.check(f"{wallet.name} at the approval: approved again, it is", answer.status == 200, answer)
    wallet.lies()


def certificate(home):
    made = home / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", made, "-out", home / "crt"],
                   check=True, stderr=subprocess.DEVNULL)
    made.write_text(made.read_text() + (home / "crt").read_text())
    return made


def listens(stack, meets, backlog=256):
    """The port of a listener; `meets` is called for each connection in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
    stack.callback(listener.close)

    def accepts():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=meet, args=(connection,), daemon=True).start()

    def meet(connection):
        try:
            with connection:
                meets(connection)
        except OSError:
            pass

    threading.Thread(target=accepts, daemon=True).start()
    return listener.getsockname()[1]


def full(stack):
    """The port of a listener that accepts nobody, and whose queue is full: nothing connects, nothing is refused."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    stack.callback(listener.close)
    for _ in range(4):
        waiting = socket.socket()
        waiting.setblocking(False)
        waiting.connect_ex(listener.getsockname())
        stack.callback(waiting.close)
    return listener.getsockname()[1]


def places(stack, world, home):
    """Wallets that cannot even be spoken to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(home))

    def unknown_issuer(connection):
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(1)

    def no_tls(connection):
        connection.recv(100)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    yield Elsewhere(world, "silent in TLS", f"https://127.0.0.1:{listens(stack, lambda _: OVER.wait(30))}")
    yield Elsewhere(world, "nobody accepts", f"http://127.0.0.1:{full(stack)}")
    yield Elsewhere(world, "nobody listens", f"http://127.0.0.1:{free_port()}")
    yield Elsewhere(world, "a certificate of nobody", f"https://127.0.0.1:{listens(stack, unknown_issuer)}")
    yield Elsewhere(world, "no TLS", f"https://127.0.0.1:{listens(stack, no_tls)}")


def memory(server):
    for line in open(f"/proc/{server.process.pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def story(checks, stack):
    global CANARY
    home = folder(stack)
    stack.callback(OVER.set)
    world = World(stack, Server(stack, home, f"sqlite://{home}/test.db"))
    CANARY = Wallet(stack)
    wallets = [Lying(stack, world, writes) for writes in SLOW]
    elsewhere = list(places(stack, world, home))
    meter = Meter(world)
    before = memory(world.server)
    slow = [tries(checks, world, meter, wallet, compares=True) for wallet in [*wallets, *elsewhere[:2]]]
    for wallet in [*(Lying(stack, world, writes) for writes in QUICK), *elsewhere[2:]]:
        tries(checks, world, meter, wallet)
    between_look_and_approval(checks, world, wallets[0])
    meter.stopped = True
    meter.measures.set()
    for path in meter.taken:
        ratio = median([ratios[path] for ratios in slow])
        checks.say(f"{path}: beside {AT_ONCE} requests to a slow wallet {ratio:.2f} times the quiet median (median of {len(slow)} pairs)")
    checks.check("who asks for tokens or introspects meanwhile is answered each time", not meter.wrong, meter.wrong[:2])
    checks.check("a redirect is never followed", CANARY.asked == 0, CANARY.asked)
    after = memory(world.server)
    checks.check("no answer is kept in memory", after - before < 64, f"{before} MiB before, {after} MiB after")
    checks.say(f"memory: {before} MiB before, {after} MiB after")
    panics = world.server.complaints("panicked", " a request failed", "a page failed")
    checks.check("nothing panics or fails in the log", not panics, panics[:3])


if __name__ == "__main__":
    run(story)
