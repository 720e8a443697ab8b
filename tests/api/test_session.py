"""A session finds what a first check of the same files finds, whatever was edited before."""

import random
import re
from pathlib import Path

import pytest

from crmspec.api.check import check_workspace
from crmspec.api.session import Session
from crmspec.api.workspace import Workspace, load
from crmspec.semantics.machine import Machine
from tests.fuzz.__main__ import mutate
from tests.generate import portfolio

ROOT = Path(__file__).parents[2]
EXAMPLE = load([ROOT], project=True)
REPLACED = [
    (b"wait: 1d", b"wait: 2d"),
    (b"priority: 70", b"priority: 30"),
    (b"exit: [order_placed]", b"exit: []"),
    (b"event: order_placed", b"event: order_plaecd"),
    (b"channel: email", b"channel: sms"),
    (b"within: 7d", b"within: 9d"),
    (b"title:", b"# moved\n# down\n    title:"),
    (b"${vars.site}", b"${vars.site}/x"),
    (b"site: https", b"site: http"),
    (b"\n", b"\n# a remark\n"),
]


CHANGES = [
    pytest.param(rb"wait: ", b"wait: 1", id="a wait"),
    pytest.param(rb"price: \{gte: \d+", b"price: {gte: 777", id="a constant of a trigger"),
    pytest.param(rb"eq: m_\d", b"eq: m_1", id="an audience"),
    pytest.param(rb"priority: \d+", b"priority: 5", id="a priority"),
    pytest.param(rb"event: action_\d+", b"event: action_2", id="the event that starts it"),
    pytest.param(rb"exit: .*", b"exit: []", id="an exit"),
    pytest.param(rb"market, ", b"market, missing_as: m_0, ", id="what stands in for nothing"),
    pytest.param(rb"title: C", b"# down\n    title: C", id="nothing but its place"),
    pytest.param(rb"(?s).*", b"chains: {}", id="that it is there"),
]


BESIDES = [
    pytest.param(rb"lt: \d+", b"lt: 888", id="a constant of a segment"),
    pytest.param(rb"within: \d+d", b"within: 3d", id="a window of a segment"),
    pytest.param(rb"(?s)  segment_1:.*?(  segment_2:)", rb"\1", id="that a segment is there"),
    pytest.param(rb"title: S", b"# down\n    title: S", id="nothing but its place"),
    pytest.param(rb"not_event: ", b"event: ", id="what a segment asks"),
]


def generated(chains=8, segments=None, variant=portfolio.CLEAN):
    made = portfolio.files(chains, segments, variant)
    return Workspace(Path(), {path: text.encode() for path, text in made})


def edited(chance, files):
    """Return what changes in one of the files: words, anything, or the whole file."""
    path = chance.choice(sorted(files))
    data = files[path]
    kind = chance.randrange(6)
    if kind == 0:
        return {path: mutate(chance, [data])}
    if kind == 1:
        return {path: None}
    if kind == 2:
        return {f"campaigns/copy_{chance.randrange(3)}.yaml": data}
    old, new = chance.choice([pair for pair in REPLACED if pair[0] in data] or REPLACED[-1:])
    return {path: data.replace(old, new, chance.choice([1, -1]))}


def same(result, other):
    assert result.report.findings == other.report.findings
    assert result.program == other.program
    assert result.suppressed == other.suppressed
    assert result.lost == other.lost


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("project", [EXAMPLE, generated()], ids=["the example", "a generated one"])
def test_a_session_is_a_first_check(project, seed):
    chance = random.Random(seed)
    session = Session(project)
    session.check()
    for _ in range(6):
        change = edited(chance, session.workspace.files)
        found = session.recheck(change)
        same(found, check_workspace(session.workspace))


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_findings_that_stay_are_those_of_a_first_check(old, new):
    session = Session(generated(12, 6, portfolio.Variant(2, 6, exclusive=False)))
    assert session.check().report.findings
    for path in sorted(session.workspace.files)[2::5]:
        data = re.sub(old, new, session.workspace.files[path], count=1)
        same(session.recheck({path: data}), check_workspace(session.workspace))


@pytest.mark.parametrize(("old", "new"), BESIDES)
def test_findings_after_a_changed_segment_are_those_of_a_first_check(old, new):
    session = Session(generated(12, 6, portfolio.Variant(2, 6, exclusive=False)))
    assert session.check().report.findings
    path = "campaigns/segments_00000.yaml"
    for count in (1, 3):
        data = re.sub(old, new, session.workspace.files[path], count=count)
        same(session.recheck({path: data}), check_workspace(session.workspace))


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        pytest.param(b"segments", rb"\b7d\b", b"5d", id="a segment"),
        pytest.param(b"messages", rb"subject: ", b"subject: New. ", id="a message"),
    ],
)
def test_a_resource_of_the_example_can_change(kind, old, new):
    session = Session(EXAMPLE)
    session.check()
    path, data = next(
        (path, data)
        for path, data in sorted(EXAMPLE.files.items())
        if re.search(rb"(?m)^" + kind + b":", data) and re.search(old, data)
    )
    changed = re.sub(old, new, data, count=1)
    same(session.recheck({path: changed}), check_workspace(session.workspace))


def test_what_has_not_changed_is_not_replayed_again(monkeypatch):
    session = Session(generated(12, 6, portfolio.Variant(2, 6, exclusive=False)))
    first = session.check()
    run, runs = Machine.run, []
    monkeypatch.setattr(
        Machine, "run", lambda self, scenario: runs.append(1) or run(self, scenario)
    )
    same(session.recheck({}), first)
    replayed = len(runs)
    path = "campaigns/chain_00003.yaml"
    changed = session.workspace.files[path].replace(b"title: Chain", b"title: Other chain")
    session.recheck({path: changed})
    again = len(runs) - replayed
    runs.clear()
    check_workspace(session.workspace)
    assert replayed == 0
    assert again < len(runs)


def test_a_change_and_its_return_change_nothing():
    session = Session(EXAMPLE)
    first = session.check()
    path = "campaigns/chains/welcome.yaml"
    session.recheck({path: None})
    same(session.recheck({path: EXAMPLE.files[path]}), first)


def test_files_that_did_not_change_are_not_read_again(monkeypatch):
    session = Session(generated())
    session.check()
    read = []
    monkeypatch.setattr("crmspec.api.check.read", lambda path, _: read.append(path) or _nothing())
    session.recheck({"campaigns/new.yaml": b"{}"})
    assert read == ["campaigns/new.yaml"]


def _nothing():
    from crmspec.document import ReadResult
    from crmspec.source import Source

    return ReadResult(Source("campaigns/new.yaml", ""))


def test_a_session_at_a_path_sees_its_files_change(tmp_path):
    (tmp_path / "crmspec.yaml").write_text("project: shop\n")
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / ".hidden.yaml").write_text("x: [\n")
    session = Session.at([tmp_path])
    before = session.stamps()
    assert list(before) == [str(tmp_path / "crmspec.yaml")]
    (tmp_path / "campaigns" / "a.yaml").write_text("chains: []\n")
    assert session.stamps() != before
    assert session.check().report.findings == ()
    assert session.follow(load([tmp_path])).failed


ENVIRONMENTS = b"""\
project: shop
vars: {pause: 1d}
environments:
  staging: {vars: {pause: 5m}}
  prod: {overlay: {chains: {welcome: {priority: 3}}}}
"""
CHAINS = b"""\
events: {signup: {title: Signed up}}
chains:
  welcome: {title: Welcome, trigger: signup, steps: [{wait: "${vars.pause}"}]}
"""


def test_a_session_checks_all_environments_as_a_first_check_does():
    files = {"crmspec.yaml": ENVIRONMENTS, "campaigns/a.yaml": CHAINS}
    session = Session(Workspace(Path(), files))
    same(session.check(), check_workspace(session.workspace))
    for path, old, new in (
        ("campaigns/a.yaml", b"title: Welcome", b"titel: Welcome"),
        ("campaigns/a.yaml", b"titel: Welcome", b"title: Welcome"),
        ("crmspec.yaml", b"5m", b"5x"),
        ("crmspec.yaml", b"welcome:", b"welcom:"),
        ("crmspec.yaml", b"environments:", b"x-none:"),
    ):
        data = session.workspace.files[path]
        assert old in data
        changed = session.recheck({path: data.replace(old, new)})
        same(changed, check_workspace(session.workspace))
        assert changed.failed == (new not in {b"title: Welcome", b"x-none:"})
