"""Import over all targets: an account comes into an empty folder, and the next plan is empty."""

from __future__ import annotations

import json
import shutil
from collections import Counter

import pytest

from crmspec.api.deploy import deployment
from crmspec.cli.main import run
from crmspec.ir.target import Target
from tests.contract import example
from tests.contract.project import program
from tests.contract.rest import StandIn
from tests.contract.world import STAND_INS, HastyClock, World
from tests.engine.fake import Recorder

pytestmark = pytest.mark.usefixtures("hasty")

VENDORS = sorted(name for name, one in STAND_INS.items() if issubclass(one, StandIn))
ACCOUNTS = [
    *(pytest.param((name, "example"), id=f"{name}: the example") for name in sorted(STAND_INS)),
    *(pytest.param((name, "case"), id=f"{name}: its own project") for name in VENDORS),
    *(
        pytest.param((name, "degrade"), id=f"{name}: the example, and what deviates")
        for name in ("klaviyo", "onesignal")
    ),
]


@pytest.fixture
def crmspec(capsys, monkeypatch):
    """Run a command for the one target; gives the exit code and what is printed."""
    monkeypatch.setenv("CRMSPEC_LANG", "en")

    def call(*arguments):
        code = run([*arguments, "--target", example.TARGET])
        out, err = capsys.readouterr()
        return code, out if code in {0, 4} else out + err

    return call


def fill(stand_in, folder, what):
    """Deploy the example, or the project of the vendor's case."""
    if what in {"example", "degrade"}:
        folder.mkdir(exist_ok=True)
        more = {"on_unsupported": "degrade"} if what == "degrade" else {}
        with example.deployed(example.program(stand_in, **more), folder) as opened:
            assert opened.apply(opened.plan(), Recorder()).complete
        return
    case = stand_in.case
    target = Target(
        id=example.TARGET,
        platform=stand_in.platform,
        url=stand_in.url,
        naming=example.NAMING,
        options=case.options,
        manages=case.manages,
    )
    world = World(stand_in, folder, target=target, clock=HastyClock())
    assert world.apply(program(case.source, files=case.files, settings=case.settings))[1].complete


@pytest.fixture(params=ACCOUNTS)
def account(request, tmp_path, monkeypatch):
    """A stand-in that holds a project, and an empty folder as the working directory."""
    name, what = request.param
    with STAND_INS[name](tmp_path / "old") as stand_in:
        fill(stand_in, tmp_path / "old", what)
        stand_in.holds = what
        new = example.bare(tmp_path / "new", stand_in)
        if (tmp_path / "old" / "out").is_dir():
            shutil.copytree(tmp_path / "old" / "out", new / "out")
        monkeypatch.chdir(new)
        yield stand_in


def seen():
    with deployment(None, None) as opened:
        return Counter((one.kind, one.id) for one in opened.provider.survey())


def test_all_is_read_or_told_and_the_next_plan_is_empty(account, crmspec, tmp_path):
    before, there = account.objects(), seen()
    code, dry = crmspec("import", "--json", "--dry-run")
    assert code in {0, 4}, dry
    assert not (tmp_path / "new" / "campaigns").exists()
    assert crmspec("import", "--json") == (code, dry)
    assert account.objects() == before
    told = json.loads(dry)
    gone = [one for one in told["losses"] if one["effect"] in {"object", "left"}]
    lost = {(one["kind"], one["id"]) for one in gone} & there.keys()
    assert len(told["adopted"]) + len(lost) == there.total() == len(there)
    if account.holds == "case":
        assert account.case.imported <= {one.split(".")[0] for one in told["adopted"]}
    elif not isinstance(account, StandIn):
        assert not gone
    code, out = crmspec("plan", "--exit-code")
    assert (code, "no changes" in out) == (0, True), out
    assert json.loads(crmspec("import", "--json")[1])["adopted"] == {}


def test_what_was_read_is_the_projects_from_now_on(account, crmspec, tmp_path):
    crmspec("import")
    segments = tmp_path / "new" / "campaigns" / "segments.yaml"
    if not segments.is_file():
        pytest.skip(f"{account.platform}: no segment of this project can be led back")
    text = segments.read_text(encoding="utf-8")
    segments.write_text(text.replace("title: ", "title: Our ", 1), encoding="utf-8")
    count = len(account.objects())
    code, out = crmspec("plan", "--exit-code")
    assert (code, out.count("title: ")) == (3, 1), out
    assert crmspec("apply", "--yes")[0] == 0
    code, out = crmspec("plan", "--exit-code")
    assert code == 0, out
    assert len(account.objects()) == count


@pytest.mark.parametrize("name", [one for one in VENDORS if STAND_INS[one].case.chains])
def test_chains_come_back(name, crmspec, tmp_path, monkeypatch):
    with STAND_INS[name](tmp_path / "old") as stand_in:
        fill(stand_in, tmp_path / "old", "case")
        new = example.bare(tmp_path / "new", stand_in)
        settings = (new / "crmspec.yaml").read_text(encoding="utf-8")
        head, _, tail = settings.partition("\ndefaults:")
        tail = tail[tail.index("\ndiagnostics:") :]
        (new / "crmspec.yaml").write_text(head + tail, encoding="utf-8")
        monkeypatch.chdir(new)
        told = json.loads(crmspec("import", "--json")[1])
        lost = [one for one in told["losses"] if one["kind"] == "chain" and one["effect"] != "left"]
        assert not lost
        assert {f"chain.{one}" for one in stand_in.case.chains} <= told["adopted"].keys()
        code, out = crmspec("plan", "--exit-code")
        assert (code, "no changes" in out) == (0, True), out
