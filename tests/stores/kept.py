"""The same state on each store: where it is, how to open it, and how to die with it."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from contextlib import contextmanager
from pathlib import Path

import msgspec

from crmspec.ir.storage import Storage
from crmspec.providers.clock import SystemClock
from crmspec.secret.source import Place
from crmspec.stores import registry
from crmspec.stores.locking import Terms
from tests.stores import server
from tests.stores.state_server import StateServer

CANARY = "canary-9c1d-secret"
NAMES = ["file", "postgres", "http", "gitlab", "s3"]
"""The stores; `gitlab` is `http` with GitLab's addresses and methods."""
FREES_ITSELF = {"file", "postgres"}
"""The stores whose lock ends with the process."""

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.stores.child", "requests", "filelock", "psycopg", "botocore.session"]
)
_numbers = itertools.count()


class Kept(msgspec.Struct, frozen=True):
    """A place for a state: `root` is the project's folder."""

    name: str
    storage: Storage
    root: str
    environment: dict[str, str] = {}

    @contextmanager
    def store(self, project="shop", target="main", wait=0.0, clock=None, **more):
        terms = Terms(project, target, clock or SystemClock(), wait, **more)
        with registry.opened(
            self.storage, Place(Path(self.root), self.environment), terms
        ) as store:
            yield store


@contextmanager
def servers(name):
    """Yield what the store of this name runs on."""
    if name == "postgres":
        with server.postgres() as url:
            yield url
    elif name == "s3":
        with server.s3() as running:
            yield running
    elif name in ("http", "gitlab"):
        import base64

        login = base64.b64encode(f"crm:{CANARY}".encode()).decode()
        with StateServer(gitlab=name == "gitlab", authorization=f"Basic {login}") as running:
            yield running
    else:
        yield None


def place(name, root, running):
    """Return a fresh place on a running server."""
    number = f"{os.getpid()}-{next(_numbers)}"
    secret = {"credentials": {"env": "STATE_SECRET"}}
    environment = {"STATE_SECRET": CANARY}
    if name == "postgres":
        options = {"url": running, "schema": f"crm-{number}"}
    elif name == "s3":
        options = {
            "endpoint": running.url,
            "bucket": _bucket(running.url),
            "key": f"{number}/{{target}}.json",
            "region": "us-east-1",
            "access_key": "AKIAEXAMPLE",
            **secret,
        }
    elif name == "http":
        address = f"{running.url}/{number}/{{target}}"
        options = {"address": address, "username": "crm", **secret}
    elif name == "gitlab":
        address = f"{running.url}/api/v4/projects/7/terraform/state/{number}-{{target}}"
        options = {
            "address": address,
            "lock_address": f"{address}/lock",
            "lock_method": "POST",
            "unlock_method": "DELETE",
            "username": "crm",
            **secret,
        }
    else:
        options = {"folder": f"state-{number}"}
    kind = "http" if name == "gitlab" else name
    return Kept(name, Storage(store=kind, **options), str(root), environment)


def _bucket(url):
    from botocore.session import get_session

    login = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": CANARY}
    client = get_session().create_client("s3", "us-east-1", endpoint_url=url, **login)
    client.create_bucket(Bucket="shop-crm-state")
    return "shop-crm-state"
