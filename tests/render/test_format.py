"""Markdown and CSV hold any text safely."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.render import markdown, spreadsheet
from crmspec.render.table import Item


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a | b", r"a \| b", id="a pipe would end the cell"),
        pytest.param("order_placed", "order_placed", id="an underscore inside a word"),
        pytest.param("_a_", r"\_a\_", id="emphasis"),
        pytest.param("*a* [b](c)", r"\*a\* \[b\](c)", id="emphasis and links"),
        pytest.param("<script>", r"\<script\>", id="markup"),
        pytest.param("&lt;", "&amp;lt;", id="entities"),
        pytest.param("# a ~b~ $5", r"\# a \~b\~ \$5", id="heading, strike, formula"),
        pytest.param("1. a", r"1\. a", id="numbered list"),
        pytest.param("- a", r"\- a", id="bullet list"),
        pytest.param("-5 %", "-5 %", id="a negative number is no list"),
        pytest.param("step `first` and ``", r"step `first` and \`\`", id="ids stay code"),
        pytest.param("two\nlines", "two lines", id="one line"),
    ],
)
def test_markdown_shows_text_as_it_is(text, expected):
    assert markdown.escape(text) == expected


def test_items():
    titled = Item("Order", "order", "exit", "../a.yaml#L3")
    assert markdown.item(titled, "../") == "[Order](../../a.yaml#L3) `order`: exit"
    assert markdown.item(Item("order", "order")) == "`order`"
    assert markdown.item(Item("A | B")) == r"A \| B"
    assert titled.plain == "Order (order): exit"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_row_stays_a_row(cells):
    (line,) = list(markdown.table(["x"], [[markdown.escape(cell) for cell in cells]]))[2:]
    assert "\n" not in line
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == len(cells) + 1


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="formula"),
        pytest.param("+1 d", "'+1 d", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM", "'@SUM", id="at"),
        pytest.param("\t=1", "'\t=1", id="hidden behind white space"),
        pytest.param("1 = 1", "1 = 1", id="an equals sign inside"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_cells_are_never_formulas(cell, expected):
    assert spreadsheet.guard(cell) == expected


def test_excel_opens_cyrillic():
    data = spreadsheet.sheet([["Карта", 'a,"b"']])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == 'Карта,"a,""b"""\r\n'


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(st.lists(TEXT, min_size=2, max_size=3), min_size=1))
def test_sheets_can_be_read_again(rows):
    text = spreadsheet.sheet(rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [[spreadsheet.guard(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in read for cell in row)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({"path": "a.yaml", "line": 3}, "a.yaml:3", id="file and line"),
        pytest.param({"path": "a.yaml", "line": None}, "a.yaml", id="line unknown"),
        pytest.param({"events": [{"path": "a", "line": 1}, {"path": "b", "line": 2}]}, "a:1; b:2",
                     id="several"),
        pytest.param({"kind": "event"}, "", id="no place"),
        pytest.param("text", "", id="plain text"),
    ],
)  # fmt: skip
def test_places(data, expected):
    assert spreadsheet.place(data) == expected
