#!/usr/bin/env python3
"""Follows the guides in README.md: runs every command in them, in order, and compares what comes back.

A guide is a shell session. What follows a command behind `#>` in a `sh` block is what it prints, and `…` in it is
anything; a `json` block after it is the object that it prints, member by member. Where a guide says to open a page, this
script is the payer in front of it.

Runs in the checkout, with bash, curl, openssl, nginx, HAProxy and a PostgreSQL (TEST_DATABASE_URL). Takes another file than
README.md as its argument. COUNTERSIGN_BINARY names a program that stands in for what cargo would build.
"""

import http.client
import json
import os
import re
import selectors
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from browser import Browser

ROOT = Path(__file__).resolve().parents[2]
BEGIN = "Before the developers' guides"
GUIDES = {
    "For a shop's developer": [BEGIN, "For a shop's developer", "For a client that holds keys"],
    "For a wallet's developer": [BEGIN, "For a wallet's developer"],
    "For an operator": ["For an operator"],
}
# Commands outside of the guides, and what runs them instead.
ELSEWHERE = {
    "cargo run -- demo": "demo.py, and the developers' guides",
    "cargo test": "a step of .ci/run",
    "time (trap 'kill $!' EXIT; cargo run -- demo & until curl -fso /dev/null http://127.0.0.1:3002/; do sleep 0.2; done)": "a measurement",
}
PATIENCE = {"cargo": 1800, "": 90}
RESULTS = []


def result(name, fault=None):
    RESULTS.append(fault is None)
    print(f"ok      {name}" if fault is None else f"FAILED  {name}\n{fault}", flush=True)


def blocks(text):
    """The blocks of a section: language, content, line; an output block goes with the block above it."""
    found = []
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.S | re.M):
        found.append((match.group(1), match.group(2), text.count("\n", 0, match.start())))
    return found


def sections(readme):
    found, line = {}, 0
    for part in re.split(r"^(?=## )", readme, flags=re.M):
        title = part.splitlines()[0].removeprefix("## ") if part else ""
        found[title] = [(kind, text, line + at + 1) for kind, text, at in blocks(part)]
        line += part.count("\n")
    return found


def pattern(line):
    return re.compile(r"\s+".join(re.escape(word).replace("…", ".*?") for word in line.split()))


def missing(expected, output):
    """The first expected line that is not there, each looked for after the one before."""
    at = 0
    for line in expected:
        there = pattern(line).search(output, at)
        if there is None:
            return f"it does not say: {line}\nbut:\n{output}"
        at = there.end()
    return None


def same(wanted, found):
    """Whether JSON is what the README shows: instants are any instant, and `…` in a text is any text."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and wanted.keys() == found.keys() and all(same(wanted[k], found[k]) for k in wanted)
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(same, wanted, found))
    if isinstance(wanted, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z", wanted):
            wanted = "…Z"
        return isinstance(found, str) and re.fullmatch(re.escape(wanted).replace("…", ".*"), found) is not None
    if type(wanted) is int and wanted > 10**9:
        return type(found) is int and abs(found - time.time()) < 3600
    return type(wanted) is type(found) and wanted == found


class Session:
    """A shell that is fed commands, and says when one fails."""

    MARK = "--- readme.py"

    def __init__(self, environment):
        self.shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        os.set_blocking(self.shell.stdout.fileno(), False)
        self.ready = selectors.DefaultSelector()
        self.ready.register(self.shell.stdout, selectors.EVENT_READ)
        self.heard = ""
        self.run(f"set -E -o pipefail; trap 'echo \"{self.MARK}: $? from: $BASH_COMMAND\" >&2' ERR", 10)

    def say(self, text):
        self.shell.stdin.write(text.encode())
        self.shell.stdin.flush()

    def run(self, commands, patience):
        """What the commands print, and the one that failed."""
        self.say(f"{commands}\necho; echo '{self.MARK} done'\n")
        output, _, self.heard = self.hear(f"{self.MARK} done\n", patience).partition(f"\n{self.MARK} done\n")
        failed = re.search(rf"^{self.MARK}: (.*)", output, re.M)
        return output, failed and f"it ended with {failed.group(1)}\n{output}"

    def hear(self, end, patience):
        limit = time.monotonic() + patience
        while end not in self.heard:
            if time.monotonic() > limit or not self.ready.select(limit - time.monotonic()):
                raise TimeoutError(f"nothing more after {patience} s:\n{self.heard}")
            heard = os.read(self.shell.stdout.fileno(), 65536)
            if not heard:
                raise EOFError(f"the shell has ended:\n{self.heard}")
            self.heard += heard.decode(errors="replace")
        return self.heard

    def end(self):
        """Ends the shell and what it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.shell.pid, sign)
            except ProcessLookupError:
                break
            time.sleep(2)
        self.shell.wait()


class Machine:
    """What the guides need around them, in a folder that goes away: free ports, a database, a trusted certificate."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.tls = free_port()
        self.database = f"countersign_readme_{os.getpid()}"
        self.postgres = urlsplit(os.environ.get("TEST_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres")
        port = self.postgres.port or 5432
        first, second, certificates = free_port(), free_port(), free_port()
        servers = f"s/127.0.0.1:8080/127.0.0.1:{first}/; s/127.0.0.1:8081/127.0.0.1:{second}/"
        place = f"{servers}; s/listen 443/listen 127.0.0.1:{self.tls}/"
        # What the README says, and what it is on this machine.
        self.here = {
            "127.0.0.1:8080": f"127.0.0.1:{first}",
            "127.0.0.1:8081": f"127.0.0.1:{second}",
            "127.0.0.1:443": f"127.0.0.1:{self.tls}",
            "127.0.0.1:8998": f"127.0.0.1:{free_port()}",
            "127.0.0.1:8999": f"127.0.0.1:{free_port()}",
            "127.0.0.1:5432": f"{self.postgres.hostname}:{port}",
            "DB=countersign ": f"DB={self.database} ",
            "127.0.0.1:8443": f"127.0.0.1:{certificates}",
            "s|/etc/haproxy/||g'": f"s|/etc/haproxy/||g; s/bind :8443/bind 127.0.0.1:{certificates}/; {servers}'",
            'cp "$clone/config/nginx.conf" nginx.conf': f"sed '{place}' \"$clone/config/nginx.conf\" > nginx.conf",
        }
        installed = self.folder / "installed"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN__")}
        self.environment |= {
            "LC_ALL": "C.UTF-8", "TMPDIR": folder, "no_proxy": "localhost,127.0.0.1,pay.example", "NO_PROXY": "localhost,127.0.0.1,pay.example",
            "PGHOST": self.postgres.hostname, "PGPORT": str(port), "PGUSER": self.postgres.username or "postgres",
            "PGDATABASE": self.postgres.path.strip("/") or "postgres",
            "CARGO_INSTALL_ROOT": str(installed),
            # What is installed here is thrown away: as fast to build as can be.
            "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0", "CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_STRIP": "none",
            "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "256", "CARGO_PROFILE_RELEASE_INCREMENTAL": "true",
        }
        if self.postgres.password:
            self.environment["PGPASSWORD"] = self.postgres.password
        paths = [str(installed / "bin"), self.environment["PATH"]]
        if os.environ.get("COUNTERSIGN_BINARY"):
            paths.insert(0, str(self.stand_in(os.environ["COUNTERSIGN_BINARY"])))
        self.environment["PATH"] = os.pathsep.join(paths)

    def stand_in(self, binary):
        """A `cargo` that runs or installs a program that is there."""
        place = self.folder / "stand-in"
        place.mkdir()
        binary = shlex.quote(str(Path(binary).resolve()))
        (place / "cargo").write_text(
            f'#!/bin/sh\nif [ "$1" = install ]; then mkdir -p "$CARGO_INSTALL_ROOT/bin" && '
            f'exec cp {binary} "$CARGO_INSTALL_ROOT/bin/countersign"; fi\n'
            f'while [ "$1" != -- ]; do shift; done; shift; exec {binary} "$@"\n')
        (place / "cargo").chmod(0o755)
        return place

    def translate(self, text):
        for there, here in self.here.items():
            text = text.replace(there, here)
        return text

    def connect(self, parts):
        """The way of the payer's browser: to pay.example by the proxy, from an address that only the proxy sees."""
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        trusted = ssl.create_default_context(cafile=next(self.folder.glob("*/pay.pem")))
        connection = http.client.HTTPSConnection(parts.hostname, 443, timeout=20, context=trusted)
        connection._create_connection = lambda *_: socket.create_connection(("127.0.0.1", self.tls), 20, ("127.0.0.2", 0))
        return connection

    def approve(self, output):
        """What the payer does with the address and the password that a guide prints; where the browser ends."""
        address = re.search(r"^Open (http\S+)$", output, re.M).group(1)
        name, password = re.search(r"^Sign in as (\S+) with (\S+)$", output, re.M).groups()
        asked = re.search(r"redirect_uri=([^&]+)", address)
        # A pushed request does not say in its link where it leads.
        back = asked.group(1) if asked else self.translate("http://127.0.0.1:8999/callback")
        browser = Browser(ends_at=back, connect=self.connect)
        _, page = browser.open(address)
        _, page = browser.submit(page, "Sign in", username=name, password=password)
        _, page = browser.submit(page, "approve")
        if not browser.url.startswith(back) or "code=" not in browser.url:
            raise RuntimeError(f"the browser ends at {browser.url}:\n{page}")
        if address.startswith("https://"):
            asked = ["psql", "-qAt", "-c", "SELECT DISTINCT address FROM session", self.database]
            told = subprocess.run(asked, env=self.environment, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
            result("the proxy tells the payer's address", None if told == ["127.0.0.2"] else told)
        return browser.url

    def long_state(self):
        """The longest state passes the proxy both ways."""
        client, back = json.loads(next(self.folder.glob("*/acme.json")).read_text())["client_id"], "https://acme.example/callback"
        browser = Browser(ends_at=back, connect=self.connect)
        state = "%2F" * 4096
        _, page = browser.open(f"https://pay.example/authorize?client_id={client}&redirect_uri={back}&state={state}")
        result("a state of 4096 bytes passes the proxy", None if f"state={state}&" in browser.url else f"{browser.url}\n{page}")

    def clear(self):
        for command in (["dropdb", "--if-exists", "--force", f"{self.database}_copy"],
                        ["dropdb", "--if-exists", "--force", self.database],
                        ["psql", "-q", "-c", f"DROP ROLE IF EXISTS {self.database}"]):
            subprocess.run(command, env=self.environment, check=True, stderr=subprocess.DEVNULL)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def outcome(machine, session, text, shown):
    """Runs a block; what is wrong with what comes back."""
    commands = [line for line in text.splitlines() if not line.startswith("#> ")]
    expected = [machine.translate(line[3:]) for line in text.splitlines() if line.startswith("#> ")]
    patience = PATIENCE["cargo"] if "cargo " in text else PATIENCE[""]
    asks = bool(commands) and commands[-1].startswith("read -r ")
    output, fault = session.run(machine.translate("\n".join(commands[:-1] if asks else commands)), patience)
    if fault:
        return fault
    if asks:
        fault = missing(expected, output)
        if fault:
            return fault
        session.say(f"{commands[-1]}\n{machine.approve(output)}\n")
        _, fault = session.run(":", 10)
        return fault
    if shown is not None:
        found = json.loads(re.search(r"\{.*\}", output, re.S).group(0))
        if not same(json.loads(machine.translate(shown)), found):
            return f"it is not what is shown:\n{json.dumps(found, indent=1)}"
    return missing(expected, output)


def follow(machine, guide, parts):
    """Runs the blocks of a guide; a failed one ends it, since the rest builds on it."""
    session = Session(machine.environment)
    try:
        for at, (kind, text, line) in enumerate(parts):
            if kind != "sh":
                continue
            after = parts[at + 1] if at + 1 < len(parts) else ("", "", 0)
            name = f"{guide}, line {line}: {text.splitlines()[0][:80]}"
            try:
                fault = outcome(machine, session, text, after[1] if after[0] == "json" else None)
            except (OSError, EOFError, RuntimeError, ValueError, AttributeError, http.client.HTTPException) as error:
                fault = f"{type(error).__name__}: {error}"
            result(name, fault)
            if fault:
                for log in sorted(machine.folder.glob("*/*.log")):
                    print(f"--- {log}\n{log.read_text()[-3000:]}")
                return
        if guide == "For an operator":
            machine.long_state()
    finally:
        session.end()


def main():
    # What was started is ended, and the database goes, also when somebody stops this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    readme = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "README.md").read_text()
    found = sections(readme)
    followed = {title for titles in GUIDES.values() for title in titles}
    for title in sorted(followed - found.keys()):
        result(f"there is a section {title!r}", "no")
    for title, parts in found.items():
        for kind, text, line in parts:
            if kind != "sh" or title in followed:
                continue
            commands = [re.sub(r"\s+#\s.*", "", command) for command in text.splitlines()]
            unknown = [command for command in commands if command and command not in ELSEWHERE]
            result(f"{title}, line {line}: runs elsewhere", f"nothing runs: {unknown}" if unknown else None)
    with tempfile.TemporaryDirectory(prefix="readme-") as folder:
        machine = Machine(folder)
        try:
            for guide, titles in GUIDES.items():
                follow(machine, guide, [part for title in titles for part in found.get(title, [])])
        finally:
            machine.clear()
    print(f"{sum(RESULTS)} passed, {len(RESULTS) - sum(RESULTS)} failed")
    return 0 if all(RESULTS) else 1


if __name__ == "__main__":
    sys.exit(main())
