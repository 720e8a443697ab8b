"""Every sentence of the semantics that one customer's timeline can show has a test citing it."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "semantics.md").read_text(encoding="utf-8")
SENTENCE = re.compile(r'^<a id="s(\d+\.\d+)"></a>', re.MULTILINE)
CITED = re.compile(r"semantics ((?:\d+\.\d+(?:[-,]\s*)?)+)")
NUMBER = re.compile(r"\d+\.\d+")

ELSEWHERE = {
    "1.1": "limits between customers: a timeline has one customer",
    "1.4": "merging two profiles: a timeline has one",
    "1.10": "mutability is a promise: the interpreter does nothing with it",
    "6.31": "rate limits between customers",
    "8.39": "attribution is a report over results, not part of a timeline",
    "8.44": "what a message says is no part of a timeline; tests/lower/law.py holds it",
    "9.9": "what vendors' documentation says; plans print it",
    "10.2": "a chain that is paused and goes live again has two programs",
    "10.4": "a change of the program",
    "10.5": "a change of the program",
    "10.6": "a change of the program",
    "10.7": "a change of the program",
    "10.8": "a change of the program",
    "10.9": "a change of the program",
    "10.10": "a change of the program",
    "10.11": "a change of the program",
}
"""Sentences that no run of one customer can show, and why."""


def cited() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in HERE.rglob("test_*.py"))
    return {
        number
        for text in texts
        for match in CITED.finditer(text)
        for number in NUMBER.findall(match[1])
    }


def test_every_sentence_is_proved_by_a_test_or_excused():
    known = set(SENTENCE.findall(PAGE))
    missing = known - cited() - ELSEWHERE.keys()
    assert not sorted(missing, key=lambda n: [int(part) for part in n.split(".")])


def test_nothing_is_excused_that_is_proved():
    assert not ELSEWHERE.keys() & cited()
    assert ELSEWHERE.keys() <= set(SENTENCE.findall(PAGE))
