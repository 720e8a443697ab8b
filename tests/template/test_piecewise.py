"""Templates that are read tag by tag give what the reader of whole templates gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.template.origin import Origin
from crmspec.template.parse import parse
from crmspec.template.piecewise import piecewise
from crmspec.template.problem import Parsed
from crmspec.template.token import Table
from crmspec.template.whole import whole

PLACED = Origin(path="a.yaml", shift=7)
PARTS = (
    "Hello ",
    "\n  <b>",
    "{{ a.b }}",
    "{{ a.b | default('x') }}",
    "{{ a.b",
    "{{- a }}",
    "{ ",
    "}}",
    "{# no #}",
    "{% if a.b == 'x' %}",
    "{% if a %}",
    "{% elif not c %}",
    "{% else %}",
    "{% endif %}",
    "{% for one in a.list | limit(2) %}",
    "{% endfor %}",
    '{% include "block" %}',
    "{% raw %}",
    "{% endraw %}",
    '{% native "x" %}',
    "{% endnative %}",
    "{% with a = b %}",
    "{% endwith %}",
    "{% -%}",
    "{{ '}}' }}",
    "{% if %}",
    "\r\n",
)


def both(written: str) -> tuple[Parsed | None, Parsed]:
    quick = piecewise(Table(written, PLACED))
    return None if quick is None else Parsed(body=quick), whole(Table(written, PLACED))


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_what_is_read_tag_by_tag_is_what_is_read_as_a_whole(written):
    quick, slow = both(written)
    assert quick is None or quick == slow
    if "{" in written:
        assert parse(written, PLACED) == slow


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{{ a }}", id="a value"),
        pytest.param("x{{ a.b | default('c') }}\r\ny{{ a }}", id="values and line breaks"),
        pytest.param("{% if a %}1{% elif b %}2{% else %}3{% endif %}", id="branches"),
        pytest.param("{% for x in a.b %}{{ x }}{% else %}-{% endfor %}", id="a loop"),
        pytest.param('{% include "b" %}!', id="a block"),
        pytest.param(
            "{% for x in a %}{% for y in x %}{{ y }}{% endfor %}{% endfor %}", id="two loops"
        ),
    ],
)
def test_is_read_tag_by_tag(written):
    quick, slow = both(written)
    assert quick == slow
    assert not slow.problems


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{{ a", id="left open"),
        pytest.param("{{- a }}", id="blanks taken away"),
        pytest.param("{# a #}", id="a comment"),
        pytest.param("{{{ a }}", id="a bracket before it"),
        pytest.param("{{ a b }}", id="no expression"),
        pytest.param("{% if a %}", id="an open condition"),
        pytest.param("{% endif %}", id="a stray end"),
        pytest.param("{% if a %}{% endfor %}", id="ends of others"),
        pytest.param("{% if a %}{% else %}{% else %}{% endif %}", id="two elses"),
        pytest.param("{% with a = b %}{% endwith %}", id="another tag"),
        pytest.param("{% if a %}" * 17 + "{% endif %}" * 17, id="deep blocks"),
        pytest.param("{% for a in b %}" * 3 + "{% endfor %}" * 3, id="three loops"),
        pytest.param("{{ a }}" * 3000, id="a large text"),
    ],
)
def test_is_left_to_the_reader_of_whole_templates(written):
    assert piecewise(Table(written, PLACED)) is None
