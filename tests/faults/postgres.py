"""A PostgreSQL for one script, made of the programs in /usr/lib/postgresql, and what a server needs beside it."""

import base64
import contextlib
import glob
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import subprocess

from support import folder, free_port


class Postgres:
    """A PostgreSQL of its own, on a free port, that can be ended in every way."""

    def __init__(self, stack, settings=()):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: [int(part) for part in path.split("/")[4].split(".")])
        if not found:
            raise LookupError("there is no PostgreSQL in /usr/lib/postgresql")
        self.bin, self.home, self.port = found[-1], folder(stack), free_port()
        self.data = self.home / "data"
        self.settings = ["listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.home}", *settings]
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres")
        self.program("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "--no-sync")
        stack.callback(self.end)
        self.start()

    def program(self, name, *arguments, check=True):
        command = [f"{self.bin}/{name}", *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        return subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=90)

    def start(self):
        options = " ".join(f"-c {setting}" for setting in self.settings)
        self.program("pg_ctl", "-D", self.data, "-w", "-l", self.home / "log", "-o", options, "start")

    def stop(self, mode="fast"):
        self.program("pg_ctl", "-D", self.data, "-w", "-m", mode, "stop", check=False)

    def end(self):
        with contextlib.suppress(OSError, ValueError):
            self.signal(signal.SIGCONT)
        self.stop("immediate")

    def processes(self):
        """The ids of the server's processes, its own first."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        found = [first]
        for entry in pathlib.Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == first:
                    found.append(int(entry.name))
        return found

    def signal(self, number):
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def url(self, name, port=None):
        return f"postgres://postgres@127.0.0.1:{port or self.port}/{name}"

    def sql(self, name, statement, check=True):
        done = subprocess.run([f"{self.bin}/psql", "-w", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(name)],
                              capture_output=True, text=True, timeout=90)
        if check and done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def database(self, name):
        self.sql("postgres", f'CREATE DATABASE "{name}"')
        return self.url(name)


def key_file(home):
    """A file with a sealing key."""
    path = home / "sealing.key"
    path.touch(mode=0o600)
    path.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    return path
