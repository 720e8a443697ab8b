"""Patterns: what Python finds, in a time that no text can blow up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.semantics import pattern
from crmspec.semantics.pattern import Ways, finder

WILD = "^(a+)+$"
ATOMS = st.sampled_from(
    ["a", "b", "A", ".", "[ab]", "[^a]", r"\w", r"\b", "^", "$", r"\d", "(?i:a)"]
)


def _more(inner):
    repeat = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?", "{2,}"])
    return st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("(?:{}){}".format, inner, repeat),
        st.builds("({}){}".format, inner, repeat),
        st.builds("(?={}){}".format, inner, inner),
    )


PATTERNS = st.recursive(ATOMS, _more, max_leaves=6)


@given(PATTERNS, st.text("abAB1 \n", max_size=8), st.booleans())
def test_all_ways_find_what_python_finds(written, text, ignore_case):
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    compiled = re.compile(written, flags)
    try:
        ways = Ways(pattern._parser.parse(written, flags), compiled.flags)
    except pattern._TooHardError:
        return
    assert ways.lead_through(text) == (compiled.search(text) is not None)
    find = finder(written, ignore_case=ignore_case)
    assert find is not None
    assert find(text) == (compiled.search(text) is not None)


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        pytest.param(WILD, "a" * 5_000 + "b", False, id="a repetition in a repetition"),
        pytest.param(WILD, "a" * 5_000, True, id="one that fits"),
        pytest.param("(a|aa)+$", "a" * 5_000 + "b", False, id="two ways in a repetition"),
        pytest.param("(?=(a|aa)+b)b", "a" * 50, False, id="ahead"),
        pytest.param(".*.*.*x", "y" * 5_000, False, id="many repetitions in a long text"),
        pytest.param(r"(a+)+\1$", "aab", False, id="a reference back fits nothing here"),
        pytest.param(r"(a)\1", "aa", True, id="a harmless reference back"),
        pytest.param("((a{1,90}){1,90})+", "a", False, id="too large to follow"),
        pytest.param("+", "+", None, id="no pattern"),
    ],
)
def test_no_text_takes_for_ever(written, text, found):
    find = finder(written, ignore_case=True)
    assert (find and find(text)) == found
