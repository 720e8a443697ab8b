"""Printing a tree and parsing it again gives the same tree."""

import msgspec
import pytest
from hypothesis import given, settings

from crmspec.template import tree
from crmspec.template.parse import parse
from crmspec.template.source import printed
from tests.template.trees import bodies


def bare(value):
    """Return a tree without its places."""
    if isinstance(value, tuple):
        return tuple(bare(one) for one in value)
    if not isinstance(value, tree.Node):
        return value
    fields = {name: bare(getattr(value, name)) for name in value.__struct_fields__}
    return type(value)(**{**fields, "span": tree.NOWHERE})


@settings(max_examples=60, deadline=None)
@given(body=bodies())
def test_parsing_what_is_printed_gives_the_tree(body):
    parsed = parse(printed(body))
    assert not parsed.problems, (printed(body), parsed.problems)
    assert bare(parsed.body) == body
    assert msgspec.to_builtins(bare(parsed.body)) == msgspec.to_builtins(body)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(
            "{% if a and (b or not c) %}x{% elif d not in ['x', 1] %}y{% else %}z{% endif %}",
            id="if",
        ),
        pytest.param(
            "{% for i in items | limit(3) %}{{ i.name }}{% else %}-{% endfor %}", id="for"
        ),
        pytest.param("{% with a = x, b = y | upper %}{% include 'cart' %}{% endwith %}", id="with"),
        pytest.param("{{ x | date('%d %B', locale='ru') | default('…') }}", id="filters"),
        pytest.param("{{ \"it's\" }}{{ 'both \" and \\'' }}", id="quotes"),
        pytest.param("{% raw %}{{ x }}{% endraw %}", id="raw"),
        pytest.param("{% raw %}{{% endraw %}{{ x }}", id="a brace before a value"),
        pytest.param("{% native 'klaviyo' %}{{ x|lookup:'y' }}{% endnative %}", id="native"),
        pytest.param("{{ a['two words'][0].b }}", id="path"),
        pytest.param(
            "{% if a is not defined or b is empty or not c == -1.5 %}x{% endif %}", id="is"
        ),
        pytest.param(
            "{% if 'a' not in b and c is not empty and not (d and e) %}{% endif %}", id="not"
        ),
    ],
)
def test_what_is_well_written_stays(template):
    assert printed(parse(template).body) == template


def test_text_that_ends_raw_is_kept():
    text = "{% raw %}{% endraw %}{{"
    assert bare(parse(printed((tree.Text(text=text),))).body) == (tree.Text(text=text),)


def test_nothing_is_printed_as_none():
    body = (tree.Output(expression=tree.Constant(value=None)),)
    assert printed(body) == "{{ none }}"
    assert parse(printed(body)).problems
