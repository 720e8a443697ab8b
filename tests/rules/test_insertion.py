"""Edits that write a key or an item, in every way in which authors write the rest."""

from textwrap import dedent

import pytest

from crmspec.api import check_files
from crmspec.diagnostics import Code, Diagnostic, Fix, Label, Safety, text
from crmspec.diagnostics.fix import Choice, apply
from crmspec.rules.insertion import join, put
from crmspec.source import Source

CODE = Code("CRM999", "test", text("a test"))


def edited(source: str, make) -> str | None:
    source = dedent(source)
    result = check_files({"crmspec.yaml": b"project: x", "campaigns/a.yaml": source.encode()})
    program = result.program
    edits = make(program.chains["welcome"].place)
    if not edits:
        return None
    fix = Fix(text("write"), edits, Safety.SAFE)
    finding = Diagnostic(
        code=CODE,
        message=text("x"),
        label=Label(program.chains["welcome"].place.name),
        fixes=(fix,),
    )
    done = apply([finding], {"campaigns/a.yaml": Source("campaigns/a.yaml", source)}, Choice())
    return done.texts["campaigns/a.yaml"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            """\
            chains:
              welcome:
                trigger: signup
                steps: [{note: x}]
            """,
            "    trigger: signup\n    exit: bought\n    steps: [{note: x}]\n",
            id="a block map keeps its indentation",
        ),
        pytest.param(
            "chains: {welcome: {trigger: signup, steps: [{note: x}]}}\n",
            "trigger: signup, exit: bought, steps: [{note: x}]",
            id="a flow map goes on in its line",
        ),
    ],
)
def test_a_key_is_put_before_another(source, expected):
    found = edited(source, lambda place: put(place, "exit", "bought", before="steps"))
    assert expected in found


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "chains: {welcome: {exit: left, trigger: signup, steps: [{note: x}]}}\n",
            id="the key is there",
        ),
        pytest.param(
            "chains: {welcome: {trigger: signup, steps: [{note: x}]}}\n", id="nothing is before"
        ),
    ],
)
def test_a_key_is_put_only_where_it_fits(source):
    assert edited(source, lambda place: put(place, "exit", "bought", before="goal")) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("left", "exit: [left, bought]\n", id="one item becomes a list"),
        pytest.param("[left]", "exit: [left, bought]\n", id="a flow list"),
        pytest.param("\n      - left\n", "      - bought\n      - left\n", id="a block list"),
    ],
)
def test_an_item_joins(value, expected):
    source = f"chains:\n  welcome:\n    trigger: signup\n    exit: {value}\n    steps: [note: x]\n"
    assert expected in edited(source, lambda place: join(place, "exit", "bought"))


def test_nothing_joins_what_is_no_list():
    source = "chains: {welcome: {exit: {event: left}, trigger: signup, steps: [{note: x}]}}\n"
    assert edited(source, lambda place: join(place, "exit", "bought")) is None
