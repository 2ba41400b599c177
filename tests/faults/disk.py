#!/usr/bin/env python3
"""What this server does when the disk of its database is full, and when there is room again.

What has to be written is refused with 503, what is only read is answered as ever, and nobody is told that something
happened which did not. When there is room it goes on by itself; what was answered, before and meanwhile, is there, also
after it was killed. The log is on the same disk, when that is SQLite's.

python3 tests/faults/disk.py        DATABASES: "sqlite", "postgres", or both (the default). Needs to be root, to mount.
"""

import shutil
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from postgres import Postgres, key_file
from support import Server, World, eventually, folder, on_databases, run
from watch import LASTS, clean, tries


class Disk:
    """A small disk of its own."""

    def __init__(self, stack, megabytes):
        self.home = folder(stack)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", self.home], check=True,
                       capture_output=True, text=True)
        stack.callback(subprocess.run, ["umount", "-l", self.home], check=False)
        self.ballast = self.home / "ballast"

    def fills(self):
        """Leaves not a byte."""
        with open(self.ballast, "ab", buffering=0) as ballast:
            for size in (1 << 20, 1 << 16, 1 << 12, 1):
                try:
                    while ballast.write(b"x" * size):
                        pass
                except OSError:
                    pass

    def clears(self):
        self.ballast.unlink()


def full(world, disk):
    """Fills the disk, uses up what the database had set aside, and gives room after a while."""
    disk.fills()
    until = time.monotonic() + 30
    refused = 0
    with ThreadPoolExecutor(4) as pool:
        while refused < 8 and time.monotonic() < until:
            answers = list(pool.map(lambda _: world.shop.creates(world.collection), range(8)))
            refused += sum(answer.status == 503 for answer in answers)
            disk.fills()
    time.sleep(LASTS)
    disk.clears()


def still_there(checks, world, name, tokens):
    """What was answered is there after the server was killed and started again."""
    world.server.kill()
    world.server.start()
    with ThreadPoolExecutor(4) as pool:
        active = list(pool.map(lambda token: world.introspects(token).json.get("active"), tokens))
    checks.check(f"{name}: after a kill each of the {len(tokens)} tokens that were answered is there", all(active), active.count(False))


def small(checks, stack, name, megabytes):
    """A small disk, or words about why there is none."""
    try:
        return Disk(stack, megabytes)
    except (OSError, subprocess.CalledProcessError) as fault:
        checks.skip(name, f"nothing can be mounted here: {getattr(fault, 'stderr', None) or fault}".strip())
        return None


def on_sqlite(checks, stack):
    disk = small(checks, stack, "SQLite", 16)
    if disk is None:
        return
    path = disk.home / "disk.db"
    world = World(stack, Server(stack, disk.home, f"sqlite://{path}"))
    tokens = tries(checks, world, "SQLite on a full disk", lambda: full(world, disk))
    still_there(checks, world, "SQLite on a full disk", tokens)
    disk.fills()
    starts_when_there_is_room(checks, world, disk)
    still_there(checks, world, "SQLite killed on a full disk", tokens)
    clean(checks, world, "SQLite on a full disk")
    sound = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
    checks.check("SQLite on a full disk: the file is sound", sound == "ok", sound)


def starts_when_there_is_room(checks, world, disk):
    """Killed while the disk is full, it starts at once or says why not, and starts when there is room."""
    server = world.server
    server.kill()
    server.launch()
    ready = eventually(lambda: server.process.poll() is not None or server.get("/readyz").status == 200, 10)
    ended = server.process.poll()
    checks.check("SQLite on a full disk: a start works, or ends with 1", ready is not None and ended in (None, 1), ended)
    checks.say("it starts on a full disk" if ended is None else "it does not start on a full disk")
    server.kill()
    disk.clears()
    server.start()
    checks.check("SQLite on a full disk: with room it starts and writes", world.shop.creates(world.collection).status == 200)


def on_postgres(checks, stack):
    """The tables are on the small disk, PostgreSQL's log of transactions is not: without room for that it ends itself."""
    disk = small(checks, stack, "PostgreSQL", 48)
    if disk is None:
        return
    try:
        postgres = Postgres(stack)
    except (LookupError, OSError, subprocess.SubprocessError) as fault:
        checks.skip("PostgreSQL", fault)
        return
    place = disk.home / "tables"
    place.mkdir(mode=0o700)
    shutil.chown(place, postgres.user)
    disk.home.chmod(0o755)
    postgres.sql("postgres", f"CREATE TABLESPACE small LOCATION '{place}'")
    postgres.sql("postgres", "CREATE DATABASE disk TABLESPACE small")
    home = folder(stack)
    world = World(stack, Server(stack, home, postgres.url("disk"), key_file(home)))
    tokens = tries(checks, world, "PostgreSQL on a full disk", lambda: full(world, disk))
    still_there(checks, world, "PostgreSQL on a full disk", tokens)
    clean(checks, world, "PostgreSQL on a full disk")


if __name__ == "__main__":
    run(on_databases(on_sqlite, on_postgres))
