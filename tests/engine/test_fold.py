from __future__ import annotations

import pytest

from crmspec.engine.fold import fold
from tests.contract.project import program

BLOCKS = """
blocks:
  items: {title: Items, file: items.html}
  line: {title: Line, template: "<li>"}
  loop: {title: Loop, template: '[{% include "loop" %}]'}
"""
FILES = {"items.html": '<ul>{% include "line" %}</ul>'}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("no tags", "no tags", id="nothing to fold"),
        pytest.param('a{% include "line" %}b', "a<li>b", id="a template"),
        pytest.param("{%- include 'line' -%}", "<li>", id="other quotes and dashes"),
        pytest.param('{% include "items" %}', "<ul><li></ul>", id="a file, and a block in it"),
        pytest.param('{% include "none" %}', '{% include "none" %}', id="an unknown block"),
        pytest.param('{% include "loop" %}', '[{% include "loop" %}]', id="a circle"),
        pytest.param(
            '{% with a = 1 %}{% include "line" %}{% endwith %}',
            "{% with a = 1 %}<li>{% endwith %}",
            id="with stays",
        ),
        pytest.param(
            '{% include "line" with a = 1 %}',
            "{% with a = 1 %}<li>{% endwith %}",
            id="given values",
        ),
    ],
)
def test_blocks_take_the_place_of_their_tags(source, expected):
    assert fold(source, program(BLOCKS, files=FILES)) == expected
