#!/usr/bin/env python3
"""What this server does when its database is stopped, hangs, restarts, is cut off, locked, or has no connection to spare.

While a fault lasts, callers of every kind go on. Each answer is the right one or 503 with Retry-After in under 3 seconds:
never `invalid_grant`, never `{"active": false}` for what is good, never 200 for a revocation that did not happen. When the
fault is over the server goes on by itself, and the codes that were refused are redeemed.

python3 tests/faults/database.py        DATABASES: "sqlite", "postgres", or both (the default)
"""

import contextlib
import fcntl
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from postgres import Postgres, key_file
from support import Server, World, folder, on_databases, run
from watch import LASTS, clean, tries

END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'faults'"


class Line:
    """A way to the database that can swallow, slow down, or break."""

    def __init__(self, stack, port):
        self.there = port
        self.open = threading.Event()
        self.open.set()
        self.delay = 0.0
        self.refuses = False
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        stack.callback(self.listener.close)
        stack.callback(self.open.set)
        threading.Thread(target=self.accepts, daemon=True).start()

    def accepts(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.refuses:
                    raise OSError("refused")
                far = socket.create_connection(("127.0.0.1", self.there))
            except OSError:
                near.close()
                continue
            self.pairs.append((near, far))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self.carries, args=ends, daemon=True).start()

    def carries(self, here, there):
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                self.open.wait()
                if self.delay:
                    time.sleep(self.delay)
                there.sendall(data)
        for end in (here, there):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def breaks(self):
        self.refuses = True
        for near, far in self.pairs:
            for end in (near, far):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()


def session(postgres, name, statement, seconds):
    """Something else that uses the database for a while."""
    program = subprocess.Popen([f"{postgres.bin}/psql", "-w", "-q", "-v", "ON_ERROR_STOP=1", postgres.url(name)],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    program.stdin.write(f"{statement}\n\\! sleep {seconds}\nROLLBACK;\n")
    program.stdin.close()
    return program


def held(postgres, name, statement):
    """Locks of many tables meet transactions that hold some of them: the one PostgreSQL ends as a deadlock may be this one."""
    for _ in range(20):
        if session(postgres, name, statement, LASTS).wait() == 0:
            return
    raise TimeoutError(f"never had: {statement}")


def postgres_story(checks, stack):
    try:
        postgres = Postgres(stack)
    except (LookupError, OSError, subprocess.SubprocessError) as fault:
        checks.skip("PostgreSQL", fault)
        return
    home = folder(stack)
    postgres.sql("postgres", "CREATE ROLE countersign LOGIN")
    postgres.sql("postgres", "CREATE DATABASE faults OWNER countersign")
    line = Line(stack, postgres.port)
    url = postgres.url("faults", line.port).replace("postgres@", "countersign@")
    server = Server(stack, home, url, key_file(home), DATABASE__MAX_CONNECTIONS=8)
    world = World(stack, server)

    def stopped(mode, lasts=LASTS):
        postgres.stop(mode)
        time.sleep(lasts)
        postgres.start()

    def hung():
        postgres.signal(signal.SIGSTOP)
        time.sleep(LASTS)
        postgres.signal(signal.SIGCONT)

    def swallowed():
        line.open.clear()
        time.sleep(LASTS)
        line.open.set()

    def broken():
        line.breaks()
        time.sleep(LASTS)
        line.refuses = False

    def slow(delay):
        line.delay = delay
        time.sleep(LASTS)
        line.delay = 0.0

    def terminated():
        for _ in range(3):
            postgres.sql("postgres", END_ALL)
            time.sleep(LASTS / 3)

    def crowded():
        """The server's connections are ended, and there is no place for new ones."""
        postgres.sql("postgres", "ALTER ROLE countersign CONNECTION LIMIT 0")
        postgres.sql("postgres", END_ALL)
        time.sleep(LASTS)
        postgres.sql("postgres", "ALTER ROLE countersign CONNECTION LIMIT -1")

    def read_only():
        for value in ("on", "off"):
            set_read_only(postgres, value)
            time.sleep(LASTS if value == "on" else 0)

    def exhausted():
        """Refreshes wait for a lock, and hold all connections meanwhile."""
        other = session(postgres, "faults", "BEGIN; LOCK TABLE refresh_token;", LASTS)
        with ThreadPoolExecutor(40) as pool:
            until = time.monotonic() + LASTS
            while time.monotonic() < until:
                list(pool.map(lambda _: world.shop.refreshes("nothing"), range(40)))
        other.wait()

    tables = 'access_token, authorization_code, refresh_token, "grant", client, session'
    tries(checks, world, "PostgreSQL stopped", lambda: stopped("fast"))
    tries(checks, world, "PostgreSQL killed", lambda: stopped("immediate"))
    tries(checks, world, "PostgreSQL restarted", lambda: stopped("fast", 0), refuses=False)
    tries(checks, world, "PostgreSQL hung", hung)
    tries(checks, world, "a network that swallows", swallowed)
    tries(checks, world, "a network that breaks", broken)
    tries(checks, world, "a network that takes 0.2 s each way", lambda: slow(0.2))
    tries(checks, world, "a network that takes 0.6 s each way", lambda: slow(0.6))
    tries(checks, world, "connections ended by the operator", terminated, refuses=False)
    tries(checks, world, "no place among PostgreSQL's connections", crowded)
    tries(checks, world, "PostgreSQL read only", read_only)
    tries(checks, world, "tables locked", lambda: held(postgres, "faults", f"BEGIN; LOCK TABLE {tables};"))
    tries(checks, world, "the pool exhausted", exhausted)
    clean(checks, world, "PostgreSQL")


def set_read_only(postgres, value):
    statements = ["SET default_transaction_read_only = off", f"ALTER SYSTEM SET default_transaction_read_only = {value}",
                  "SELECT pg_reload_conf()"]
    command = [f"{postgres.bin}/psql", "-w", "-qAt"]
    for statement in statements:
        command += ["-c", statement]
    subprocess.run([*command, postgres.url("postgres")], check=True, stdout=subprocess.DEVNULL, timeout=30)


def sqlite_story(checks, stack):
    home = folder(stack)
    path = home / "faults.db"
    world = World(stack, Server(stack, home, f"sqlite://{path}", DATABASE__MAX_CONNECTIONS=64))

    def written():
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(LASTS)
        other.execute("ROLLBACK")
        other.close()

    def locked():
        """Another program holds every lock of the file (SQLite's WAL-index format, bytes 120 to 127)."""
        with open(f"{path}-shm", "r+b") as shared:
            until = time.monotonic() + 10
            while time.monotonic() < until:
                with contextlib.suppress(BlockingIOError):
                    fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB, 8, 120)
                    break
            time.sleep(LASTS)

    def moved():
        """The file is elsewhere for a while: what has it open goes on, and nothing new is made in its place."""
        away = home / "away"
        away.mkdir()
        names = [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]
        for name in names:
            name.rename(away / name.name)
        with ThreadPoolExecutor(60) as pool:
            until = time.monotonic() + LASTS
            while time.monotonic() < until:
                list(pool.map(lambda _: world.introspects("nothing"), range(60)))
                # Less than limits.party_rate, or a quick machine meets that instead.
                time.sleep(0.1)
        checks.check("SQLite moved away: no other is made in its place", not path.exists(), sorted(os.listdir(home)))
        for name in names:
            (away / name.name).rename(name)
        away.rmdir()

    tries(checks, world, "SQLite written by another", written)
    tries(checks, world, "SQLite locked by another", locked)
    tries(checks, world, "SQLite moved away", moved, refuses=False)
    clean(checks, world, "SQLite")
    check = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    checks.check("SQLite: the file is sound", check == "ok", check)


if __name__ == "__main__":
    run(on_databases(sqlite_story, postgres_story))
