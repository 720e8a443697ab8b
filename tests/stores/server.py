"""The servers that states are kept on, each started here: PostgreSQL, an S3 server, HTTP.

A missing server is a visible skip, or a failure where `CRMSPEC_SERVERS=required`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

INSTALL = (
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"],
)


def missing(what):
    if os.environ.get("CRMSPEC_SERVERS") == "required":
        pytest.fail(f"CRMSPEC_SERVERS=required, but {what}", pytrace=False)
    pytest.skip(f"NOT TESTED: {what}")


def postgres_programs():
    """Return the folder of `initdb`, after installing it where CRMSPEC_SERVERS asks for it."""
    found = _initdb()
    if found is None and os.environ.get("CRMSPEC_SERVERS") == "required" and os.geteuid() == 0:
        with FileLock(Path(tempfile.gettempdir(), "crmspec-install.lock")):
            for command in INSTALL if _initdb() is None else ():
                subprocess.run(command, check=False, capture_output=True)
        found = _initdb()
    return found.parent if found is not None else missing("there is no PostgreSQL (initdb)")


def _initdb():
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    return next(iter([*known, *([Path(on_path)] if on_path else [])]), None)


@contextmanager
def postgres():
    """Yield the address of a private cluster on a unix socket, owned by a user who is not root."""
    programs = postgres_programs()
    with tempfile.TemporaryDirectory(prefix="crmspec-pg-") as folder:
        user = _user(folder)
        run = {
            "user": user,
            "capture_output": True,
            "cwd": folder,
            "env": {"LC_ALL": "C.UTF-8"},
        }
        data = f"{folder}/data"
        made = [programs / "initdb", "-D", data, "-U", "crm", "-A", "trust", "-N"]
        subprocess.run(made, check=True, **run)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        log = f"{folder}/log"
        command = [programs / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start"]
        subprocess.run(
            command, check=True, **run | {"capture_output": False, "stdout": subprocess.DEVNULL}
        )
        try:
            yield f"postgresql:///postgres?host={folder}&user=crm"
        finally:
            stop = [programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
            subprocess.run(stop, check=True, **run)


def _user(folder):
    """Return a user who may run PostgreSQL, and give the folder to that user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, found.pw_uid, found.pw_gid)
        return name
    return missing("root may not run PostgreSQL, and there is no other user")


class Watched:
    """A WSGI application that tells of each request, before and after its work."""

    def __init__(self, application):
        self.application, self.observer, self.url = application, None, None

    def __call__(self, environ, start):
        self._tell()
        answer = self.application(environ, start)
        self._tell()
        return answer

    def _tell(self):
        if self.observer is not None:
            self.observer()


@contextmanager
def s3():
    """Yield an S3 server, with its `url`, that answers one request after another.

    moto looks at a condition and then writes; only one at a time makes that one step.
    """
    try:
        from moto.server import DomainDispatcherApplication, create_backend_app
    except ImportError:
        missing("moto is not installed")
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_):
            pass

    application = Watched(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=False, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        application.url = f"http://127.0.0.1:{server.server_port}"
        yield application
    finally:
        server.shutdown()
        server.server_close()
