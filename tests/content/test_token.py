"""A tree goes into a text and comes back, whatever is in it."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given

from crmspec.content.rewrite import rewritten
from crmspec.content.tag import attributes, signs, tags
from crmspec.content.token import Tokens, UnevenError
from crmspec.template import tree
from crmspec.template.origin import whole_file
from crmspec.template.parse import parse

_SPEC = importlib.util.spec_from_file_location(
    "trees", Path(__file__).parents[1] / "template" / "trees.py"
)
trees = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(trees)


def kept(piece, _):
    return (piece,)


def bare(body):
    """Return a body without its places, neighbouring texts joined."""
    return trees.merged(
        rewritten(
            body, lambda piece: (tree.at(piece, tree.NOWHERE),) if isinstance(piece, tree.Text)
            else None
        )
    )  # fmt: skip


@given(trees.bodies())
def test_round_trip(body):
    tokens = Tokens(body)
    assert bare(tokens.restored(tokens.text, kept)) == bare(body)
    assert tokens.lost(tokens.text) == []


def test_the_tokens_are_no_words_of_the_text():
    tokens = Tokens(parse("zqj1qz{% if a %}zqjj{% endif %}{{ b }}").body)
    assert tokens.prefix == "zqjjj"
    assert len(tokens.restored(tokens.text, kept)) == 3


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda t: t.replace("zqj2qz", ""), id="no end"),
        pytest.param(lambda t: t.replace("zqj0qz", ""), id="no beginning"),
        pytest.param(lambda t: t.replace("zqj1qz", ""), id="no else"),
        pytest.param(lambda t: t.replace("zqj0qz", "zqj2qz", 1), id="the end first"),
    ],
)
def test_broken_blocks_are_told(change):
    tokens = Tokens(parse("{% if a %}x{% else %}y{% endif %}").body)
    with pytest.raises(UnevenError) as told:
        tokens.restored(change(tokens.text), kept)
    assert isinstance(told.value.piece, tree.If)


def test_lost_values_are_known():
    tokens = Tokens(parse("{{ a }} {{ b }} {{ a }}").body)
    assert [one.expression.root for one in tokens.lost("zqj0qz <!--zqj2qz-->")] == ["b"]


def test_places():
    written = "ab {{ v }} cd"
    tokens = Tokens(parse(written, whole_file("f")).body)
    at = tokens.text.index("cd")
    span = tokens.span(at, at + 2)
    assert written[span.start : span.end] == "cd"
    value = tokens.text.index("zqj")
    span = tokens.span(value, value + 6)
    assert written[span.start : span.end] == "{{ v }}"
    assert Tokens(()).span(0, 1) == tree.NOWHERE


def test_places_in_a_text_that_was_changed_are_those_of_the_whole():
    tokens = Tokens(parse("a{% raw %}b{% endraw %}c", whole_file("f")).body)
    assert tokens.text == "abc"
    assert tokens.span(1, 2).path == "f"


def test_tags():
    written = "<A HREF='x' b=\"y\" c=z d/><br></a ><!-- <p> --><?xml?><style><b></style><title>"
    assert [(one.name, one.closing, one.empty) for one in tags(written)] == [
        ("a", False, True),
        ("br", False, True),
        ("a", True, False),
        ("style", False, False),
        ("style", True, False),
        ("title", False, False),
    ]
    assert [(one[0], one[1], one[3]) for one in attributes(" HREF='x' b=\"y\" c=z d")] == [
        ("href", "x", True), ("b", "y", True), ("c", "z", False), ("d", "", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "piece", ['<a "', "<a ", "<!--", "<!--[if", "<", "<style>", "<a '\"", "<![", "</"]
)
def test_hostile_markup_is_read_in_time(piece):
    assert len(signs(piece * (65536 // len(piece)))) < 65536


def test_an_open_comment_runs_to_the_end():
    assert [one.tag for one in signs("<!-- <p>")] == [None]
