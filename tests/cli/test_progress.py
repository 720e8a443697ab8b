import io

import pytest
from msgspec.structs import replace

from crmspec.cli.option import Voice
from crmspec.cli.progress import Progress
from crmspec.diagnostics import text
from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetBusyError
from crmspec.engine.plan import Plan
from crmspec.engine.resource import Address
from crmspec.engine.state import Entry, State

CHANGE = Change(kind=Kind.CREATE, address=Address.parse("chain.welcome"))
PLAN = Plan(
    state=State(project="p", target="t"), changes=(CHANGE,), remarks=(), unchanged=0, ids={}
)
BUSY = TargetBusyError(text("the target is busy"), text("wait"), status=429)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def tell(progress):
    progress.started(CHANGE)
    progress.waiting(CHANGE, 2.4, BUSY)
    progress.failed(CHANGE, BUSY)
    progress.skipped(CHANGE, Address.parse("event.signup"))
    progress.skipped(CHANGE, None)
    progress.done(CHANGE)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_elsewhere_each_thing_is_a_line(capsys, lang):
    tell(Progress(PLAN, Voice(lang, colour=False, verbosity=0)))
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "  1/1  create  chain.welcome"
    assert sum("chain.welcome" in line for line in lines) == 5
    assert "\x1b" not in "".join(lines)
    assert any("event.signup" in line for line in lines)


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        pytest.param(True, ["0 of 1", "cut off", "`chain.welcome`"], id="in a call"),
        pytest.param(False, ["0 of 1"], id="between calls"),
    ],
)
def test_who_interrupts_is_told_how_far_it_came(capsys, begun, said):
    progress = Progress(PLAN, Voice("en", colour=False, verbosity=-1))
    if begun:
        progress.started(CHANGE)
    progress.interrupted()
    shown = capsys.readouterr().err
    assert all(words in shown for words in [*said, "apply again: it goes on"])
    assert ("cut off" in shown) is begun


def test_what_is_only_noted_is_not_told(capsys):
    noted = Change(
        kind=Kind.ADOPT, address=CHANGE.address, entry=Entry("id", "1", "", {}, "2026-03-01")
    )
    progress = Progress(replace(PLAN, changes=(noted, CHANGE)), Voice("en", False, 0))  # noqa: FBT003
    for change in (noted, CHANGE):
        progress.started(change)
        progress.done(change)
    assert capsys.readouterr().err.splitlines() == ["  1/1  create  chain.welcome"]


def test_on_a_terminal_one_line_moves(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    tell(Progress(PLAN, Voice("en", colour=True, verbosity=0)))
    shown = terminal.getvalue()
    assert "\r\x1b[K────" in shown
    assert shown.endswith("\r\x1b[K")
