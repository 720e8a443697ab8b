"""Which values a template reads."""

import pytest

from crmspec.template.parse import parse
from crmspec.template.reading import included, pieces, reads


def names(template, **blocks):
    trees = {name: parse(text).body for name, text in blocks.items()}
    return [".".join(map(str, one.name)) for one in reads(parse(template).body, trees)]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("text", [], id="nothing"),
        pytest.param(
            "{{ profile.name | default(profile.id) }}",
            ["profile.name", "profile.name", "profile.id"],
            id="output",
        ),
        pytest.param(
            "{% if a.b > 1 and not c or d in ['x'] or 'y' in e or f is defined %}"
            "{{ g }}{% else %}{{ h }}{% endif %}",
            ["a.b", "c", "d", "e", "f", "g", "h"],
            id="if",
        ),
        pytest.param(
            "{% for i in event.items | limit(3) %}{{ i.name }}{{ loop.index }}"
            "{% else %}{{ i }}{% endfor %}",
            ["event.items", "event.items.*.name", "i"],
            id="for",
        ),
        pytest.param(
            "{% with items = feed.best, n = 'x' %}{{ items[0].name }}{{ n }}{% endwith %}",
            ["feed.best", "feed.best.0.name"],
            id="with",
        ),
        pytest.param(
            "{{ event.items | first('name') }}", ["event.items.*.name", "event.items"], id="first"
        ),
        pytest.param("{% for i in a | join(',') %}{{ i.b }}{% endfor %}", ["a"], id="no name"),
        pytest.param("{% for i in 'x' | first %}{{ i.b }}{% endfor %}", [], id="a constant"),
    ],
)
def test_reads(template, expected):
    assert names(template) == expected


def test_blocks_are_looked_into_where_they_stand():
    template = "{% with items = event.items %}{% include 'cart' %}{% endwith %}"
    cart = "{% for i in items %}{{ i.name }}{% endfor %}{% include 'cart' %}{% include 'gone' %}"
    assert names(template, cart=cart) == ["event.items", "event.items", "event.items.*.name"]


def test_every_piece_and_include():
    body = parse(
        "{% if a %}{% include 'one' %}{% else %}{% for b in c %}{% include 'two' %}{% else %}x"
        "{% endfor %}{% endif %}{% with d = e %}{% include 'three' %}{% endwith %}"
    ).body
    assert [one.block for one in included(body)] == ["one", "two", "three"]
    assert len(list(pieces(body))) == 7


def test_places_are_those_of_the_names():
    text = "a {{ profile.name | upper }}"
    (read,) = reads(parse(text).body)
    assert text[read.span.start : read.span.end] == "profile.name"
