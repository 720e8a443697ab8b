"""A target account for the contract: a running stand-in, a state folder, and the verbs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crmspec.engine.apply import run
from crmspec.engine.pace import Pace
from crmspec.engine.plan import at_stake, known, make
from crmspec.engine.policy import governed
from crmspec.ir.target import Target
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from crmspec.providers.sandbox.server import Faults, SandboxServer
from crmspec.providers.thread import ThreadExecutor
from crmspec.stores import FileStore
from tests.contract.braze import BrazeStandIn
from tests.contract.klaviyo import KlaviyoStandIn
from tests.contract.knock import KnockStandIn
from tests.contract.mindbox import MindboxStandIn
from tests.contract.node_red import NodeRedStandIn
from tests.contract.onesignal import OneSignalStandIn
from tests.contract.rest import CANARY
from tests.contract.sendsay import SendsayStandIn
from tests.contract.tryton import TrytonStandIn
from tests.contract.tryton_rpc import TrytonRpcStandIn
from tests.contract.unione import UniOneStandIn
from tests.contract.unisender import UnisenderStandIn
from tests.engine.fake import Recorder

if TYPE_CHECKING:
    from pathlib import Path


class SandboxStandIn:
    """Runs the sandbox's server and looks into it past the provider."""

    platform = "sandbox"
    traits = frozenset({"secret", "faults", "gaps", "order"})

    def __init__(self, folder: Path):
        self.server = SandboxServer(folder / "account.db", token=CANARY, page_size=3)

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop()

    @property
    def url(self):
        return self.server.url

    def faults(self, **kinds):
        self.server.faults = Faults(**kinds)

    def objects(self):
        """Return `(external key, native object)` of everything in the account."""
        import requests

        session, found = requests.Session(), []
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {CANARY}"
        for name in ("attributes", "events", "segments", "templates", "chains", "broadcasts"):
            page = session.get(f"{self.url}/v1/{name}?limit=100").json()
            assert page["next"] is None
            found += [(o["external_key"], o) for o in page["data"]]
        return found

    def hand_edit(self, kind_collection, name, **fields):
        import requests

        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {CANARY}"
        key, native = next((k, o) for k, o in self.objects() if o["name"] == name)
        body = {f: native[f] for f in ("name", "external_key", "definition")}
        body |= fields or {"name": f"{name} (UI)"}
        url = f"{self.url}/v1/{kind_collection}/{native['id']}"
        answer = session.put(url, json=body, headers={"If-Match": str(native["revision"])})
        assert answer.status_code == 200, answer.text
        return key


class FilesStandIn:
    """Looks into the folder past the provider."""

    platform, url = "files", None
    traits = frozenset({"files"})

    def __init__(self, folder: Path):
        self.folder = folder / "out" / "main"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def faults(self, **kinds):
        """A disk has none of these."""

    def objects(self):
        found = []
        for path in sorted(self.folder.glob("*/*.json")):
            made = json.loads(path.read_bytes())
            native = {"id": f"{path.parent.name}/{path.stem}", "name": made["payload"]["title"]}
            found.append((made.get("marker"), native))
        return found

    def hand_edit(self, kind_collection, name, **fields):
        key, native = next((k, o) for k, o in self.objects() if o["name"] == name)
        path = self.folder / f"{native['id']}.json"
        assert path.parent.name == kind_collection
        made = json.loads(path.read_bytes())
        if "external_key" in fields:
            made["marker"] = fields["external_key"]
        else:
            made["payload"]["title"] = f"{name} (UI)"
        path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        return key


STAND_INS = {
    "braze": BrazeStandIn,
    "files": FilesStandIn,
    "klaviyo": KlaviyoStandIn,
    "knock": KnockStandIn,
    "mindbox": MindboxStandIn,
    "node_red": NodeRedStandIn,
    "onesignal": OneSignalStandIn,
    "sandbox": SandboxStandIn,
    "sendsay": SendsayStandIn,
    "tryton": TrytonStandIn,
    "tryton_rpc": TrytonRpcStandIn,
    "unione": UniOneStandIn,
    "unisender": UnisenderStandIn,
}
"""All accounts, by their platforms; `tryton_rpc` is Tryton 6.0."""


class HastyClock(SystemClock):
    """Never waits: what would have been waited is passed over."""

    def __init__(self):
        self.passed = timedelta()

    def now(self):
        return super().now() + self.passed

    def sleep(self, seconds):
        self.passed += timedelta(seconds=seconds)


class World:
    def __init__(self, stand_in, folder: Path, project="shop", target=None, clock=None):
        self.stand_in, self.folder, self.project = stand_in, folder, project
        self.clock, self.width = clock or SystemClock(), None
        self.target = target or Target(id="main", platform=stand_in.platform, url=stand_in.url)
        self.store = self.new_store()

    @property
    def count(self):
        """Return how many objects the shop makes: where nothing is folded, its channels too."""
        return 12 if "files" in self.stand_in.traits else 10

    def needs(self, trait):
        """Skip what the stand-in cannot show."""
        if trait not in self.stand_in.traits:
            pytest.skip(f"{self.stand_in.platform}: no {trait}")

    def new_store(self, cls=FileStore):
        path = self.folder / "state" / "main.json"
        return cls(path, project=self.project, target="main", clock=self.clock)

    @contextmanager
    def provider(self, token=CANARY):
        connection = registry.Connection(
            project=self.project,
            target=self.target,
            folder=str(self.folder),
            token=token,
            root=str(self.stand_in.folder.parents[1]) if "files" in self.stand_in.traits else "",
        )
        with registry.connect(connection, self.clock) as provider:
            yield provider

    def plan(self, program, provider, *, closely=False):
        state = self.store.load()
        wanted = governed(provider.compile(program), program, self.target, provider.keeps)
        actual = provider.read(known(state))  # some are only known by what is wanted

        def made(actual):
            return make(
                wanted,
                state,
                actual,
                where=lambda span: f"{span.path}:{span.start}",
                normalise=provider.normalise,
                kind=provider.kind,
                cost=provider.cost,
                pace=Pace(budgets=provider.budgets, width=provider.width),
            )

        plan = made(actual)
        told = provider.closely(actual if closely else at_stake(plan, actual))
        return made(actual | told) if told else plan

    def apply(self, program):
        with self.provider() as provider:
            plan = self.plan(program, provider)
            with ThreadExecutor(self.width or provider.width) as executor:
                return plan, run(plan, provider, self.store, self.clock, Recorder(), executor)

    def planned(self, program, *, closely=False):
        with self.provider() as provider:
            return self.plan(program, provider, closely=closely)
