import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.diagnostics import Diagnostic, Edit, Fix, Label, Safety, text
from crmspec.diagnostics.fix import Choice, apply, repair
from crmspec.source import Source, Span
from tests.diagnostics.desk import CONFLICT, UNUSED

PATH = "a.yaml"


def finding(*edits, safety=Safety.SAFE, code=CONFLICT, at=0):
    changes = tuple(Edit(Span(path, start, end), new) for path, start, end, new in edits)
    fixes = (Fix(text("change"), changes, safety),)
    label = Label(Span(PATH, at, at))
    return Diagnostic(code=code, message=text("m"), label=label, fixes=fixes)


def run(content, *findings, **choice):
    return apply(findings, {PATH: Source(PATH, content)}, Choice(**choice))


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param([(0, 1, "A")], "Abcdef", id="replace"),
        pytest.param([(0, 0, "X")], "Xabcdef", id="insert at the start"),
        pytest.param([(6, 6, "X")], "abcdefX", id="insert at the end"),
        pytest.param([(1, 3, "")], "adef", id="delete"),
        pytest.param([(3, 4, "D"), (0, 1, "A")], "AbcDef", id="two edits in any order"),
        pytest.param([(0, 2, "x"), (2, 4, "y")], "xyef", id="neighbours do not overlap"),
    ],
)
def test_one_fix(edits, expected):
    outcome = run("abcdef", finding(*((PATH, *edit) for edit in edits)))
    assert outcome.texts == {PATH: expected}
    assert len(outcome.applied) == 1


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param((2, 4, "y"), "xxxdef", id="overlap"),
        pytest.param((1, 2, "y"), "xxxdef", id="inside"),
        pytest.param((0, 6, "y"), "xxxdef", id="around"),
        pytest.param((3, 3, "y"), "xxxdef", id="an insertion that touches"),
        pytest.param((3, 4, "y"), "xxxyef", id="a neighbour does not overlap"),
        pytest.param((4, 4, "y"), "xxxdyef", id="an insertion further on does not touch"),
    ],
)
def test_two_fixes(second, expected):
    outcome = run("abcdef", finding((PATH, 0, 3, "xxx")), finding((PATH, *second), at=1))
    assert outcome.texts == {PATH: expected}
    assert [one.why for one in outcome.skipped] == ["overlaps"] * ("y" not in expected)


def test_two_insertions_at_one_place_do_not_both_happen():
    outcome = run("ab", finding((PATH, 1, 1, "x")), finding((PATH, 1, 1, "y"), at=1))
    assert outcome.texts == {PATH: "axb"}


def test_the_same_fix_of_two_findings_happens_once():
    outcome = run("ab", finding((PATH, 1, 1, "x")), finding((PATH, 1, 1, "x"), at=1))
    assert outcome.texts == {PATH: "axb"}
    assert len(outcome.applied) == 2


def test_a_fix_is_never_applied_in_part():
    other = Source("b.yaml", "12345")
    sources = {PATH: Source(PATH, "abcdef"), "b.yaml": other}
    both = finding(("b.yaml", 0, 1, "!"), (PATH, 1, 3, "x"), at=1)
    outcome = apply([finding((PATH, 0, 2, "y")), both], sources)
    assert outcome.texts == {PATH: "ycdef"}
    assert [one.finding for one in outcome.skipped] == [both]


def test_a_withdrawn_fix_leaves_room_for_the_next():
    half = finding((PATH, 5, 6, "!"), (PATH, 0, 2, "x"), at=1)
    outcome = run("abcdef", finding((PATH, 0, 1, "y")), half, finding((PATH, 5, 6, "z"), at=2))
    assert outcome.texts == {PATH: "ybcdez"}


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([], id="without edits"),
        pytest.param([("gone.yaml", 0, 0, "x")], id="in an unknown file"),
        pytest.param([(PATH, 2, 99, "x")], id="behind the end"),
        pytest.param([(PATH, 2, 1, "x")], id="backwards"),
        pytest.param([(PATH, 0, 2, "x"), (PATH, 1, 3, "y")], id="overlapping itself"),
    ],
)
def test_a_fix_that_does_not_fit_is_skipped(edits):
    outcome = run("abc", finding(*edits))
    assert outcome.texts == {}
    assert outcome.skipped[0].why in ("invalid", "overlaps")


def test_unsafe_fixes_need_consent():
    unsafe = finding((PATH, 0, 1, "x"), safety=Safety.UNSAFE)
    assert run("a", unsafe).skipped[0].why == "unsafe"
    assert run("a", unsafe, unsafe=True).texts == {PATH: "x"}


def test_the_first_permitted_fix_is_taken():
    unsafe = finding((PATH, 0, 1, "x"), safety=Safety.UNSAFE).fixes
    safe = finding((PATH, 0, 1, "y")).fixes
    both = Diagnostic(
        code=CONFLICT, message=text("m"), label=Label(Span(PATH, 0, 0)), fixes=unsafe + safe
    )
    assert run("a", both).texts == {PATH: "y"}
    assert run("a", both, unsafe=True).texts == {PATH: "x"}


def test_only_the_codes_asked_for():
    findings = finding((PATH, 0, 1, "x")), finding((PATH, 1, 2, "y"), code=UNUSED)
    assert run("ab", *findings, codes=("CRM3",)).texts == {PATH: "xb"}
    assert run("ab", *findings).texts == {PATH: "xy"}


def test_an_edit_that_changes_nothing_writes_nothing():
    assert run("ab", finding((PATH, 0, 1, "a"))).texts == {}


def misspellings(sources):
    """Report each `waitt`, `sendd` and so on; neighbours in one line overlap on purpose."""
    for source in sources.values():
        for words, right in (("tt", "t"), ("dd", "d"), ("td", "d")):
            at = source.text.find(words)
            if at >= 0:
                yield finding((source.path, at, at + 2, right), at=at)


def test_repair_goes_on_until_nothing_is_left():
    sources = {PATH: Source(PATH, "waitttt sendd"), "b.yaml": Source("b.yaml", "fine")}
    outcome = repair(misspellings, sources)
    assert outcome.texts == {PATH: "wait send"}
    assert len(outcome.applied) == 4
    assert repair(misspellings, {PATH: Source(PATH, "wait send")}).texts == {}


def test_repair_ends_even_if_fixes_undo_each_other():
    def flip(sources):
        content = sources[PATH].text
        return [finding((PATH, 0, 1, "b" if content == "a" else "a"))]

    assert repair(flip, {PATH: Source(PATH, "a")}).texts == {}


CONTENT = "abcdefghij"
EDITS = st.tuples(
    st.just(PATH), st.integers(0, 10), st.integers(0, 10), st.text("XYZ", max_size=3)
).map(lambda edit: (edit[0], *sorted(edit[1:3]), edit[3]))
FINDINGS = st.lists(
    st.builds(
        lambda edits, at: finding(*edits, at=at),
        st.lists(EDITS, min_size=1, max_size=3),
        st.integers(0, 10),
    ),
    max_size=8,
)


@given(FINDINGS)
def test_each_fix_is_applied_whole_or_not_at_all(findings):
    outcome = run(CONTENT, *findings)
    unique = {one.fix.edits for one in outcome.applied}
    edits = sorted(
        ((e.span.start, e.span.end, e.replacement) for edits in unique for e in edits), reverse=True
    )
    expected = CONTENT
    for start, end, replacement in edits:
        expected = expected[:start] + replacement + expected[end:]
    assert outcome.texts.get(PATH, CONTENT) == expected
    assert len(outcome.applied) + len(outcome.skipped) == len(set(map(repr, findings)))


@given(FINDINGS, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(findings, random):
    shuffled = findings.copy()
    random.shuffle(shuffled)
    unique = {(one.label.span, repr(one)) for one in findings}
    if len({span for span, _ in unique}) == len(unique):
        assert run(CONTENT, *shuffled).texts == run(CONTENT, *findings).texts
