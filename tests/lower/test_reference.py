"""What the language means is said beside what a target does instead."""

import re
from functools import cache
from pathlib import Path

import pytest

from crmspec.diagnostics import Text, text
from crmspec.lower.reference import REFERENCE, references
from tests.generate.catalog import sentences

SEMANTICS = Path(__file__).parents[2] / "docs" / "semantics.md"
CITED = re.compile(r"\((?:.*: )?semantics ((?:\d+\.\d+(?:, )?)+)\)$")


@cache
def cited():
    """Return the rules that sentences about targets cite."""
    told = [
        name
        for name, places in sentences().items()
        if any(place.startswith(("crmspec/lower/", "crmspec/providers/")) for place in places)
    ]
    found = [CITED.search(one) for one in told if isinstance(one, str)]
    return {number for one in found if one is not None for number in one[1].split(", ")}


def test_every_rule_that_is_cited_is_said():
    assert cited() <= REFERENCE.keys()


def test_no_rule_is_said_in_vain():
    assert REFERENCE.keys() <= cited() | {"4.2"}  # 4.2 is cited in mid-sentence


@pytest.mark.parametrize("number", sorted(REFERENCE))
def test_a_rule_is_one_of_the_semantics(number):
    assert f'<a id="s{number}"></a>' in SEMANTICS.read_text(encoding="utf-8")


def test_references_in_their_order():
    note = text("it waits to the end (semantics 7.15, 7.12)")
    said = text("{target} takes it otherwise: {note}", target="Klaviyo", note=note)
    assert references(said) == (REFERENCE["7.15"], REFERENCE["7.12"])
    assert references(text("nothing is cited")) == ()
    elsewhere = text("a provider from elsewhere cites others (semantics {number})", number="1.99")
    assert references(elsewhere) == ()


def test_what_a_sentence_cites_twice_is_said_once():
    said = Text("{a} {b}", {one: text("so (semantics 4.3)") for one in "ab"})
    assert references(said) == (REFERENCE["4.3"],)
