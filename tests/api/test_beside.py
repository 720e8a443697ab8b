"""A second process at the messages: it finds what one process finds, and is never missed."""

import io
import os

import pytest

from crmspec.api import beside, check_files
from crmspec.api.beside import Beside, is_worth, keep, read, write
from crmspec.api.examine import Wanted, examine
from crmspec.logic.wording import Wording
from crmspec.rules.registry import RULES
from crmspec.source import Memory
from tests.generate.letters import files

RULES_OF_MESSAGES = tuple(rule for rule in RULES if rule.CODE.id.startswith("CRM4"))
WANTED = Wanted(rules=RULES_OF_MESSAGES, proofs=False)


@pytest.fixture(scope="module")
def result():
    made = dict(files(24))
    templates = {
        path.removeprefix("templates/"): text.replace('alt="Shop"', "")
        for path, text in made.items()
        if path.startswith("templates/")
    }
    campaigns = {path: text.encode() for path, text in made.items() if path.endswith(".yaml")}
    return check_files(campaigns, templates)


@pytest.fixture
def wording(result):
    return Wording(result.program, Memory(), result.report.sources)


def findings(result, **options):
    found = examine(result.program, Memory(), WANTED, result.report.sources, **options)
    return [(one.code.id, one.message.english(), one.label.span) for one in found.findings]


def test_two_processes_find_what_one_finds(result, monkeypatch):
    monkeypatch.setattr(beside, "LEAST", 1)
    monkeypatch.setattr(beside.threading, "active_count", lambda: 1)
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 2)
    alone = findings(result)
    assert alone
    assert findings(result, alone=False) == alone


def test_answers_come_back_as_they_were_given(wording, result):
    other = Beside.__new__(Beside)
    other.wording = wording
    other.at = bytearray(16)
    other.at[8:] = len(wording.subjects).to_bytes(8, "little")
    answers = other.from_the_back()
    assert [number for number, _ in answers] == [*reversed(range(len(wording.subjects)))]
    file = io.BytesIO()
    write(file, 1.5, answers)
    file.seek(0)
    assert read(file) == (1.5, answers)
    fresh = Wording(result.program, Memory(), result.report.sources)
    keep(fresh, answers)
    assert fresh.each("messages", None) == wording.each("messages", None)


def test_the_rules_look_at_what_a_lost_process_took(result, monkeypatch):
    monkeypatch.setattr(beside, "LEAST", 1)
    monkeypatch.setattr(beside.threading, "active_count", lambda: 1)
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(Beside, "_leave", lambda _: os._exit(3))
    assert findings(result, alone=False) == findings(result)


def test_a_process_that_fails_ends(wording, monkeypatch):
    def fail(_):
        raise ValueError

    ended = []
    monkeypatch.setattr(Beside, "from_the_back", fail)
    monkeypatch.setattr(beside.os, "fork", lambda: 0)
    monkeypatch.setattr(beside.os, "_exit", ended.append)
    with pytest.raises(ValueError):  # noqa: PT011 - where the process really ends, nobody sees it
        Beside(wording)
    assert ended == [1]


def test_a_process_that_is_done_ends_well(wording, monkeypatch):
    ended = []
    monkeypatch.setattr(beside.os, "fork", lambda: 0)
    monkeypatch.setattr(beside.os, "_exit", ended.append)
    made = Beside(wording)
    assert ended == [0]
    made.file.seek(0)
    assert len(read(made.file)[1]) == len(wording.subjects)


@pytest.mark.parametrize(
    ("given", "worth"),
    [
        pytest.param((24, 2, 1), True, id="enough messages and two processors"),
        pytest.param((25, 2, 1), False, id="few messages"),
        pytest.param((24, 1, 1), False, id="one processor"),
        pytest.param((24, 2, 2), False, id="other threads are about"),
    ],
)
def test_a_second_process_is_had_where_it_helps(wording, monkeypatch, given, worth):
    messages, processors, threads = given
    monkeypatch.setattr(beside, "LEAST", messages)
    monkeypatch.setattr(beside.os, "cpu_count", lambda: processors)
    monkeypatch.setattr(beside.threading, "active_count", lambda: threads)
    assert is_worth(wording) is worth
