"""Make a database of Tryton to copy: `python3 template.py FOLDER`, the folder of its environment.

Needs nothing but Python. The folder gets `template.sqlite`, with marketing automation, and
`template.key`: an application key for REST, or for 6.0, which has none, the password.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

CONFIG = """
[web]
listen = 127.0.0.1:{port}
hostname = 127.0.0.1:{port}
[database]
uri = sqlite://
path = {folder}
[email]
uri = smtp://127.0.0.1:{mail}
from = Shop <shop@example.com>
[marketing]
automation_base = http://127.0.0.1:{port}
"""
NAME = "crm"
USER, PASSWORD = "admin", "example-password"
OLD = "tryton60"
"""The folder of Tryton 6.0; that of 8.0 is another."""


def root(environment):
    """Return below what address the methods of a server and of its databases are."""
    return "" if environment.name == OLD else "rpc/"


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def configured(folder, port, mail):
    """Write the configuration of a server whose databases are in a folder."""
    path = folder / "trytond.conf"
    path.write_text(CONFIG.format(port=port, folder=folder, mail=mail), encoding="utf-8")
    return path


def started(environment, config, log):
    """Start a server."""
    program = environment.absolute() / "bin" / "trytond"
    return subprocess.Popen(
        [program, "-c", config, "-d", NAME], stdout=log, stderr=subprocess.STDOUT, env=_bare()
    )


def _bare():
    """Return our environment without what would lead another Python astray."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def stopped(process):
    """End a server."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def called(url, method, *params, token=""):
    """Make a call of JSON-RPC."""
    data = json.dumps({"id": 1, "method": method, "params": params}).encode()
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Session {token}"
    with urlopen(Request(url, data, headers), timeout=30) as answer:
        found = json.load(answer)
    if "error" in found:
        message = f"{method}: {found['error']}"
        raise RuntimeError(message)
    return found["result"]


def ready(environment, url, process, seconds=60):
    """Wait until a server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            return called(f"{url}/{root(environment)}", "common.server.version")
        except (URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(url)


def made(environment):
    """Make the database and its key."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, port = Path(temporary), free_port()
        (folder / f"{NAME}.sqlite").touch()
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        config = configured(folder, port, free_port())
        subprocess.run(
            [
                *(environment.absolute() / "bin" / "trytond-admin", "-c", config, "-d", NAME),
                *("--email", "admin@example.com", "-u", "marketing_automation", "party"),
                "--activate-dependencies",
            ],
            env={**_bare(), "TRYTONPASSFILE": str(folder / "password")},
            check=True,
        )
        with (folder / "log").open("wb") as log:
            process = started(environment, config, log)
            try:
                url = f"http://127.0.0.1:{port}"
                ready(environment, url, process)
                key = PASSWORD if environment.name == OLD else _key(f"{url}/{NAME}/rpc/")
            finally:
                stopped(process)
        _copied(folder / f"{NAME}.sqlite", environment / "template.sqlite")
        (environment / "template.key").write_text(key, encoding="utf-8")


def _copied(database, copy):
    """Copy a database with what its journal still holds."""
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as one, closing(sqlite3.connect(copy)) as other:
        one.backup(other)


def entered(rpc):
    """Log in; return the user and what calls are made with."""
    user, session, *_ = called(rpc, "common.db.login", USER, {"password": PASSWORD})
    return user, base64.b64encode(f"{USER}:{user}:{session}".encode()).decode()


def _key(rpc):
    user, token = entered(rpc)
    model = "model.res.user.application"
    wanted = [{"user": user, "application": "rest"}]
    (id_,) = called(rpc, f"{model}.create", wanted, {}, token=token)
    ((row),) = called(rpc, f"{model}.read", [id_], ["key"], {}, token=token)
    return row["key"]


if __name__ == "__main__":
    made(Path(sys.argv[1]))
