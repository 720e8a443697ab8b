"""Every template of the corpus says the same in every dialect that has an engine."""

import os

import pytest
import yaml

from crmspec.dialect.registry import DIALECTS
from tests.dialect.agreement import corpus, differences, printed
from tests.dialect.fixture import CORPUS, FIXTURES, KINDS

TEMPLATES = sorted(path.stem for path in CORPUS.glob("*.j2"))
RUN = [id_ for id_, dialect in DIALECTS.items() if dialect.engines]
SAMPLED = ("onesignal", "knock", "novu", "dittofeed", "hubspot_programmable", "moengage")
"""Flavours of a language of which another flavour is run in all ways."""
LOST = CORPUS / "lost.yaml"
WAYS = (
    pytest.param("plain", KINDS, id="plain text"),
    pytest.param("plain", {}, id="plain text of unknown kinds"),
    pytest.param("html", KINDS, id="HTML"),
    pytest.param("url", KINDS, id="URL"),
)
NUMBERS = {}


@pytest.mark.parametrize(("context", "kinds"), WAYS)
@pytest.mark.parametrize("dialect", RUN)
def test_says_the_same(dialect, context, kinds):
    if dialect in SAMPLED and (context, kinds) != ("plain", KINDS):
        pytest.skip("another flavour of this language is run so")
    wrong = [
        f"{name}, {fixture}: {difference}"
        for name in TEMPLATES
        for fixture, difference in wrongs(dialect, name, context, kinds)
    ]
    assert not wrong, "\n".join(wrong[:5])


def wrongs(dialect, name, context, kinds):
    body = corpus(name, context)
    result, names = printed(dialect, body, context, kinds)
    for fixture, values in FIXTURES.items() if not result.losses else ():
        for difference in differences(dialect, result.text, names, body, values, context):
            yield fixture, difference


@pytest.mark.parametrize("dialect", DIALECTS)
def test_golden_loses_what_it_is_known_to_lose(dialect):
    lost = [name for name in TEMPLATES if printed(dialect, corpus(name))[0].losses]
    golden = yaml.safe_load(LOST.read_text("utf-8")) if LOST.exists() else {}
    if os.environ.get("CRMSPEC_GOLDEN") == "rewrite":
        golden[dialect] = lost
        LOST.write_text(yaml.safe_dump(golden, width=100, default_flow_style=None), "utf-8")
    assert golden[dialect] == lost


def test_the_corpus_is_large():
    assert len(TEMPLATES) >= 60


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("plural_ru", number) for number in (*range(130), 1000001, -1, -12)),
        *(("plural_fraction", number) for number in (1.5, 1, 2, 5, 0.5)),
    ],
)
def test_plural_of_every_number(name, number):
    body = corpus(name)
    values = {"profile": {"points": number, "balance": number}, "event": {}}
    for dialect in ("customerio", "klaviyo", "bloomreach"):
        if (dialect, name) not in NUMBERS:
            NUMBERS[dialect, name] = printed(dialect, body)
        result, names = NUMBERS[dialect, name]
        assert not list(differences(dialect, result.text, names, body, values))
