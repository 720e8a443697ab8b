"""Edits of a document: the text reads back as wanted, and what is not changed stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.api.edit import CannotEditError, Editor, applied
from crmspec.diagnostics import Edit
from crmspec.document import read
from crmspec.document.write import block, flow
from crmspec.source import Span


def node_of(text):
    result = read("a.yaml", text.encode())
    assert result.diagnostics == (), text
    return result.documents[0].entries["m"].value


def edited(text, name, before, after, *, whole=False):
    return applied(text, Editor(text, whole=whole).field(node_of(text), name, before, after))


CASES = [
    pytest.param(
        "m:\n  a: 1\n  b: 2  # two\n", "a", 1, None, "m:\n  b: 2  # two\n", id="a line less"
    ),
    pytest.param("m:\n  a: 1\n  b: 2  # two\n", "b", 2, None, "m:\n  a: 1\n", id="the last less"),
    pytest.param("m: {a: 1, b: 2}\n", "a", 1, None, "m: {b: 2}\n", id="a part less"),
    pytest.param("m: {a: 1, b: 2}\n", "b", 2, None, "m: {a: 1}\n", id="the last part less"),
    pytest.param("m: {a: 1}\n", "b", None, 2, "m: {a: 1, b: 2}\n", id="a part more"),
    pytest.param(
        "m:\n  a: 1 # one\n", "b", None, 2, "m:\n  a: 1 # one\n  b: 2\n", id="a line more"
    ),
    pytest.param("m:\n  a: 1", "b", None, 2, "m:\n  a: 1\n  b: 2", id="no line break at the end"),
    pytest.param("m:\n  a: [x, y]\n", "a", ["x", "y"], ["y"], "m:\n  a: [y]\n", id="an item less"),
    pytest.param(
        "m:\n  a: [x]\n", "a", ["x"], ["w", "x"], "m:\n  a: [w, x]\n", id="an item before"
    ),
    pytest.param("m:\n  a: [x]\n", "a", ["x"], ["x", "z"], "m:\n  a: [x, z]\n", id="an item after"),
    pytest.param(
        "m:\n  a:\n    - x\n",
        "a",
        ["x"],
        ["w", "x"],
        "m:\n  a:\n    - w\n    - x\n",
        id="a first line",
    ),
    pytest.param("m:\n  a: x\n", "a", ["x"], ["z"], "m:\n  a: z\n", id="one for a list of one"),
    pytest.param(
        "m:\n  a: {x: 1, y: 2}\n",
        "a",
        {"x": 1, "y": 2},
        {"x": 1, "y": 3},
        "m:\n  a: {x: 1, y: 3}\n",
        id="deep down",
    ),
    pytest.param("m:\n  a: x\n", "a", "x", "y\nz\n", "m:\n  a: |\n    y\n    z\n", id="more lines"),
    pytest.param("m: {a: x}\n", "a", "x", "y\nz\n", 'm: {a: "y\\nz\\n"}\n', id="lines in braces"),
    pytest.param(
        "m:\n  a: |\n    x\n  b: 1\n", "a", "x\n", "z", "m:\n  a: z\n  b: 1\n", id="fewer lines"
    ),
]


@pytest.mark.parametrize(("text", "name", "before", "after", "expected"), CASES)
def test_the_smallest_edit(text, name, before, after, expected):
    assert edited(text, name, before, after) == expected


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        pytest.param("m: {a: 1}\n", 1, None, id="the only part"),
        pytest.param("m: {}\n", None, 1, id="nothing to stand beside"),
        pytest.param("m: {a: [x]}\n", ["x"], ["y", "z"], id="the only item goes"),
        pytest.param("m: {a: [x]}\n", ["x", "z"], ["y"], id="items that are not in the body"),
        pytest.param("m: {a: short}\n", {"x": 1, "y": 2}, {"x": 2, "y": 1}, id="a short form"),
        pytest.param("m: {a: '{% include \"b\" %}'}\n", "x", "y", id="a block inside"),
    ],
)
def test_what_is_not_edited(text, before, after):
    node = node_of(text)
    with pytest.raises(CannotEditError):
        Editor(text).field(node, "a", before, after)


def test_the_first_line_of_an_item_stays():
    text = "m:\n  a:\n    - x: 1\n      y: 2\n"
    with pytest.raises(CannotEditError):
        edited(text, "a", [{"x": 1, "y": 2}], [{"y": 2}])


def test_edits_that_overlap_are_refused():
    with pytest.raises(CannotEditError):
        applied("abc", [Edit(Span("a", 0, 2), "x"), Edit(Span("a", 1, 3), "y")])
    assert applied("abc", [Edit(Span("a", 1, 1), "x"), Edit(Span("a", 1, 1), "y")]) == "axybc"


LEAVES = st.sampled_from([1, 2.5, True, "a", "b c", "yes", "x\ny\n", "1h", "a: b", "# c", "-"])
NAMES = st.sampled_from(["id", "k", "send", "on", "text"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
MAPS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)


@given(before=MAPS, after=MAPS, braces=st.booleans())
def test_whatever_is_edited_reads_back_as_wanted(before, after, braces):
    text = f"m: {flow(before)}\n" if braces else f"m:\n  {block(before, 2)}\nlast: 1\n"
    now = dict(before)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        for whole in (False, True):
            try:
                made = edited(text, name, before.get(name), after.get(name), whole=whole)
            except CannotEditError:
                continue
            text = made
            now = {key: item for key, item in now.items() if key != name}
            now |= {name: after[name]} if name in after else {}
            break
        assert node_of(text).data == now


def on_windows(text):
    return text.replace("\n", "\r\n")


def lines_of(text):
    """Return a text with the line breaks of Unix; each break in it must be one of Windows."""
    assert text.count("\n") == text.count("\r\n") == text.count("\r"), text
    return text.replace("\r\n", "\n")


@pytest.mark.parametrize(("text", "name", "before", "after", "expected"), CASES)
def test_line_breaks_of_windows_stay(text, name, before, after, expected):
    assert lines_of(edited(on_windows(text), name, before, after)) == expected


@given(before=MAPS, after=MAPS, braces=st.booleans(), whole=st.booleans())
def test_with_line_breaks_of_windows_the_same_edits_are_made(before, after, braces, whole):
    text = f"m: {flow(before)}\n" if braces else f"m:\n  {block(before, 2)}\nlast: 1\n"
    for name in dict.fromkeys((*before, *after)):
        pair = before.get(name), after.get(name)
        if pair[0] == pair[1]:
            continue
        try:
            made = edited(text, name, *pair, whole=whole)
        except CannotEditError:
            with pytest.raises(CannotEditError):
                edited(on_windows(text), name, *pair, whole=whole)
        else:
            assert lines_of(edited(on_windows(text), name, *pair, whole=whole)) == made
