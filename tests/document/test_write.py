"""Plain data as YAML text: it reads back as the same data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.document import read
from crmspec.document.write import block, flow

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1000, 1000),
    st.floats(-100, 100, allow_nan=False).map(lambda x: round(x, 3)),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30),
    st.sampled_from(
        ["no", "null", "1h", "12%", "21:00", "a: b", "- a", "# x", "a\nb", "a\n", " a\nb"]
    ),
)
KEYS = st.sampled_from(["a", "b_c", "send", "on", "Весна", "a b", "1", ""])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def back(written):
    result = read("a.yaml", f"key:\n  {written}\n".encode())
    assert result.diagnostics == ()
    return result.documents[0].data["key"]


@given(VALUES)
def test_what_is_written_on_one_line_reads_back(value):
    assert back(flow(value)) == value


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3) | st.lists(VALUES, min_size=1))
def test_what_is_written_in_lines_reads_back(value):
    assert back(block(value, 2)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(
            {"send": "hello", "at": ["mon", "tue"]}, "{send: hello, at: [mon, tue]}", id="flow"
        ),
        pytest.param("Корзина ждёт", "Корзина ждёт", id="words"),
        pytest.param("yes", '"yes"', id="a word that is none"),
        pytest.param("24h", "24h", id="a duration"),
        pytest.param("12.5%", "12.5%", id="a share"),
        pytest.param("21:00", '"21:00"', id="a time"),
        pytest.param("What?", '"What?"', id="a question"),
    ],
)
def test_how_it_looks(value, written):
    assert flow(value) == written


def test_how_lines_look():
    value = {
        "steps": [{"wait": "1h"}, {"send": "a", "text": "x" * 100}],
        "body": "Hi\nthere\n",
        "no": [],
    }
    assert (
        block(value, 4)
        == f"""\
steps:
      - {{wait: 1h}}
      - send: a
        text: {"x" * 100}
    body: |
      Hi
      there
    "no": []"""
    )


@pytest.mark.parametrize("odd", ["\a", "\x1b", "\x85", "\u200e", "\u202e", "\u2066", "\u061c"])
@pytest.mark.parametrize("value", ["Shop{}", "Shop\n{}now\nand then\n", ["{}"], {"{}": "{}"}])
def test_what_cannot_be_seen_is_written_as_its_number(value, odd):
    def put(one):
        if isinstance(one, dict):
            return {put(key): put(item) for key, item in one.items()}
        return [put(item) for item in one] if isinstance(one, list) else one.replace("{}", odd)

    for written in (flow(put(value)), block(put({"a": value}), 0)):
        assert odd not in written
