from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import crmspec.render
from crmspec.render.vocabulary import HEADINGS, LANGUAGES, PLURALS, TABLE, Vocabulary

SOURCES = [
    path.read_text()
    for path in Path(crmspec.render.__file__).parent.glob("*.py")
    if path.stem not in ("vocabulary", "phrases", "step_phrases")
]
SAID = {key for text in SOURCES for key in re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*)["']""", text)}
FAMILIES = {key for text in SOURCES for key in re.findall(r"""f["']([a-z_.]+)\.\{""", text)}
FAMILIES |= {key for text in SOURCES for key in re.findall(r'word\("([a-z_]+)"', text)}
FAMILIES |= {"joined", "consent_changed", "reaction", "no_reaction", "in_chain", "not_in_chain"}
FAMILIES |= {f"gap.{name.removeprefix('map.')}" for name in HEADINGS if name.startswith("map.")}
FAMILIES |= {"map", "about", "join"}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sorted(TABLE))
def test_both_languages_fill_in_the_same_things(key):
    english, russian = TABLE[key]
    allowed = {"times"} if key.startswith("count.") else set()
    if key.startswith("on.product."):
        allowed = {"of"}
    assert fields(english) - allowed == fields(russian) - allowed


def test_no_phrase_is_said_nowhere():
    unsaid = {key for key in TABLE if key not in SAID and key.rpartition(".")[0] not in FAMILIES}
    assert unsaid == set()


def test_every_phrase_that_is_said_exists():
    called = {key for text in SOURCES for key in re.findall(r'\bsay\(\s*"([^"]+)"', text)}
    assert called <= set(TABLE)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(1, "1 день", id="one"),
        pytest.param(2, "2 дня", id="few"),
        pytest.param(5, "5 дней", id="many"),
        pytest.param(11, "11 дней", id="eleven is many"),
        pytest.param(12, "12 дней", id="twelve is many"),
        pytest.param(21, "21 день", id="twenty-one is one"),
        pytest.param(112, "112 дней", id="hundred and twelve is many"),
        pytest.param(0, "0 дней", id="none is many"),
    ],
)
def test_russian_numbers_decline(number, expected):
    assert Vocabulary("ru").count("day", number) == expected


def test_english_has_two_forms():
    assert Vocabulary("en").count("day", 1) == "1 day"
    assert Vocabulary("en").count("day", 2) == "2 days"


def test_plurals_have_all_forms():
    assert all((len(en), len(ru)) == (2, 3) for en, ru in PLURALS.values())


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="maps speak en, ru"):
        Vocabulary("de")
    assert LANGUAGES == ("en", "ru")
