"""Mustache, with the customer's values beside those of the event: alone it would lose most."""

import msgspec
import pytest

from crmspec.dialect.names import Entry, load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.evaluate import evaluate
from tests.dialect.agreement import blocks, corpus, in_context, seen
from tests.dialect.engine import ENGINES, whole
from tests.dialect.fixture import CORPUS, FIXTURES, KINDS
from tests.dialect.place import placed
from tests.dialect.test_printing import parse
from tests.hostile.corpus import SIGNS

NAMES = load("node_red")
WIDE = msgspec.structs.replace(
    NAMES,
    kinds=KINDS,
    table=msgspec.structs.replace(
        NAMES.table, paths={**NAMES.table.paths, "profile.*": Entry(plain="profile.{name}")}
    ),
)


def printed(body, context="plain"):
    return DIALECTS["node_red"].print(body, blocks(context), WIDE)


@pytest.mark.parametrize("context", ["plain", "html"])
def test_what_is_printed_says_the_same(context):
    compared = 0
    for name in sorted(path.stem for path in CORPUS.glob("*.j2")):
        body = corpus(name, context)
        result = printed(body, context)
        for fixture, values in FIXTURES.items() if not result.losses else ():
            said = ENGINES["mustache"](result.text, placed(whole(values), WIDE))
            meant = evaluate(body, values, blocks(context))
            assert seen(said) == seen(meant), (name, fixture, result.text)
            compared += 1
    assert compared > 300


@pytest.mark.parametrize("context", ["plain", "html"])
def test_a_value_that_asks_for_another_says_so_and_no_more(context):
    body = in_context(parse("{{ event.first }}|{{ event.second }}").body, context)
    result = printed(body, context)
    for value in SIGNS.values():
        values = {"event": {"first": value, "second": value}}
        assert seen(ENGINES["mustache"](result.text, values)) == seen(evaluate(body, values, {}))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param(
            "Hi {{ event.name | default('you') }}",
            "Hi {{#event.name}}{{{event.name}}}{{/event.name}}{{^event.name}}you{{/event.name}}",
            id="a fallback",
        ),
        pytest.param("{{ event.total }}", "{{event.total}}", id="a number"),
        pytest.param(
            "{% if event.name %}\nHi\n{% endif %}\n!",
            "{{#event.name}}{{_}}\nHi\n{{/event.name}}{{_}}\n!",
            id="lines of tags alone stay",
        ),
        pytest.param(
            "{% if event.name %}a{% else %}b{% endif %}",
            "{{#event.name}}a{{/event.name}}{{^event.name}}b{{/event.name}}",
            id="either",
        ),
    ],
)
def test_said(template, text):
    kinds = {"event.name": "string", "event.total": "number"}
    names = msgspec.structs.replace(NAMES, kinds=kinds)
    result = DIALECTS["node_red"].print(parse(template).body, {}, names)
    assert (result.text, result.losses) == (text, ())


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{% if event.total %}a{% endif %}", id="whether a number is there"),
        pytest.param("{% if event.total > 5 %}a{% endif %}", id="a comparison"),
        pytest.param("{% if event.name == 'x' %}a{% endif %}", id="a text that is equal"),
        pytest.param("{% if event.items %}a{% endif %}", id="whether a list is there"),
        pytest.param("{% if event.other %}a{% endif %}", id="whether anything is there"),
        pytest.param("{% for i in event.items %}{{ i }}{% endfor %}", id="a loop"),
        pytest.param("{{ event.name | upper }}", id="a filter"),
        pytest.param("{{ profile.name }}", id="a value of the customer"),
        pytest.param("{{ event.address['the street'] }}", id="an odd name"),
        pytest.param("{{ event.address.length }}", id="a name of JavaScript's own"),
        pytest.param("{{ links.unsubscribe }}", id="a link of the system"),
        pytest.param("{% raw %}{{{% endraw %}", id="braces"),
    ],
)
def test_lost(template):
    kinds = {"event.name": "string", "event.total": "number", "event.items": "list"}
    names = msgspec.structs.replace(NAMES, kinds=kinds)
    body = parse(template).body
    assert DIALECTS["node_red"].print(body, {}, names).losses
