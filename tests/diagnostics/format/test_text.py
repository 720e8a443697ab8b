import re
import time
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.diagnostics import Label, text
from crmspec.diagnostics.format import FORMATS, Options
from crmspec.diagnostics.format.text import describe, render
from crmspec.source import Span
from tests.diagnostics.desk import UNUSED, Desk

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def excerpt(desk, finding, **options):
    """Return the excerpt alone: without the message above and the page below."""
    lines = describe(finding, desk.report(finding), Options(**options)).splitlines()
    return "\n".join(lines[1:-1])


def line_of(content, *marks, **options):
    """Return the source line and the rows below it for marks given as words."""
    desk = Desk()
    desk.put("a.yaml", content)
    spans = [desk.span(words, path="a.yaml") for words, _ in marks]
    labels = [
        Label(s, text(says) if says else None) for s, (_, says) in zip(spans, marks, strict=True)
    ]
    finding = desk.finding(spans[0], says=labels[0].text, related=tuple(labels[1:]))
    rows = excerpt(desk, finding, **options).splitlines()[2:-1]
    return [row[5:] for row in rows]


def test_a_whole_report(rich):
    assert render(rich) == dedent("""\
        2 files

        info[CRM014]: something about `cart`
           = see: `crmspec explain CRM014`

        error[CRM301]: `cart` is entered twice: 100%, <b> & "so" on
          --> campaigns/chains.yaml:3:5
           |
         3 |     trigger: {event: cart_updated}
           |     ^^^^^^^          ------------ by this event
           |     |
           |     entered here
          --> campaigns/limits.yaml:4:9
           |
         4 |       - {max: 3, per: 1d}
           |         -----------------
           |
           = help: make one of them wait
           = help: or two
             lines of help
           = fix: rename it (`crmspec fix CRM301`)
           = fix: drop it (changes the meaning: `crmspec fix --unsafe CRM301`)
           = see: `crmspec explain CRM301`

        info[CRM014]: something about `cart`
          --> campaigns/gone.yaml
           = see: `crmspec explain CRM014`

        warning[CRM203]: something about `cart`
          --> campaigns/limits.yaml:2:3
           |
         2 |   daily:
           |   ^^^^^
           |
           = see: `crmspec explain CRM203`

        proved: much
        1 error, 1 warning, 2 remarks
        """)


def test_an_empty_report(desk):
    assert render(desk.report()) == "no findings\n"


def test_findings_that_the_baseline_hides_are_counted_on_the_last_line(desk):
    assert render(desk.report(hidden=34)) == "no findings, 34 hidden by the baseline\n"
    shown = render(desk.report(desk.finding("daily"), hidden=1))
    assert shown.splitlines()[-1] == "1 error, 1 hidden by the baseline"


def test_lines_far_apart_and_close_together(desk):
    related = (Label(desk.span("cart_1")), Label(desk.span("welcome")))
    finding = desk.finding("trigger", related=related)
    assert excerpt(desk, finding) == (
        "  --> campaigns/chains.yaml:3:5\n"
        "   |\n"
        " 3 |     trigger: {event: cart_updated}\n"
        "   |     ^^^^^^^\n"
        " 4 |     steps:\n"
        " 5 |       - send: cart_1\n"
        "   |               ------\n"
        " 6 |       - waitt: 1h\n"
        " 7 |   welcome:\n"
        "   |   -------\n"
        "   |"
    )


def test_the_gutter_is_as_wide_as_the_largest_number(desk):
    desk.put("a.yaml", "one: 1\n" * 120 + "two: 2\n")
    finding = desk.finding(desk.span("one"), related=(Label(desk.span("two")),))
    assert excerpt(desk, finding).splitlines() == [
        "    --> a.yaml:1:1",
        "     |",
        "   1 | one: 1",
        "     | ^^^",
        "...",
        " 121 | two: 2",
        "     | ---",
        "     |",
    ]


@pytest.mark.parametrize(
    ("content", "marks", "rows"),
    [
        pytest.param(
            "key: value", [("value", "here")], ["key: value", "     ^^^^^ here"], id="one mark"
        ),
        pytest.param("key: value", [("value", "")], ["key: value", "     ^^^^^"], id="no text"),
        pytest.param(
            "a: b c",
            [("a", "first"), ("b", "second"), ("c", "third")],
            ["a: b c", "^  - - third", "|  |", "|  second", "first"],
            id="three marks hang",
        ),
        pytest.param(
            "a: inner value",
            [("inner value", "all"), ("inner", "part")],
            ["a: inner value", "   ^^^^^^^^^^^ all", "   |", "   part"],
            id="marks with one start",
        ),
        pytest.param(
            "a: big inner end",
            [("inner", "part"), ("big inner end", "all")],
            ["a: big inner end", "   ----^^^^^----", "   |   |", "   |   part", "   all"],
            id="a mark within a longer one hangs",
        ),
        pytest.param(
            "имя: значение",
            [("значение", "тут")],
            ["имя: значение", "     ^^^^^^^^ тут"],
            id="Cyrillic",
        ),
        pytest.param("語: 日本", [("日本", "x")], ["語: 日本", "    ^^^^ x"], id="wide characters"),
        pytest.param(
            "e\u0301e\u0301: x",
            [("x", "y")],
            ["e\u0301e\u0301: x", "    ^ y"],
            id="combining characters",
        ),
        pytest.param("a:\tb", [("b", "x")], ["a:  b", "    ^ x"], id="a tab goes to the next stop"),
        pytest.param("\tb", [("b", "x")], ["    b", "    ^ x"], id="a tab at the start"),
        pytest.param(
            "a\x1b[31m: b", [("b", "x")], ["a\u241b[31m: b", "        ^ x"], id="an escape is shown"
        ),
        pytest.param(
            "a\u202e: b", [("b", "x")], ["a\ufffd: b", "    ^ x"], id="direction marks are shown"
        ),
    ],
)
def test_marks_below_a_line(content, marks, rows):
    assert line_of(content, *marks) == rows


def test_a_long_line_is_cut_around_its_mark():
    content = "a: " + "x" * 100 + " target " + "y" * 100
    shown, row = line_of(content, ("target", "here"), width=60)
    assert shown[0] == shown[-1] == "…"
    assert len(shown) <= 56
    assert shown[row.index("^") : row.rindex("^") + 1] == "target"


def test_a_long_line_with_its_mark_at_the_start_loses_only_its_end():
    shown, row = line_of("target: " + "y" * 100, ("target", "here"), width=60)
    assert shown.startswith("target: yyy")
    assert shown.endswith("…")
    assert row == "^^^^^^ here"


def test_a_mark_longer_than_the_line_is_cut_itself():
    shown, row = line_of("k: " + "v" * 200, ("v" * 200, "here"), width=60)
    assert len(shown) <= 56
    assert len(row.removesuffix(" here")) == len(shown)


def test_marks_too_far_apart_keep_the_primary_one():
    content = "target: " + "y" * 200 + " other"
    shown, row, *_ = line_of(content, ("target", "here"), ("other", "there"), width=60)
    assert shown.startswith("target")
    assert row.startswith("^^^^^^")


def test_a_long_line_between_two_places_is_cut_at_its_end(desk):
    desk.put("a.yaml", "one: 1\nlong: " + "y" * 200 + "\ntwo: 2\n")
    finding = desk.finding(desk.span("one"), related=(Label(desk.span("two")),))
    shown = excerpt(desk, finding, width=60).splitlines()[4]
    assert shown.startswith(" 2 | long: yyy")
    assert shown.endswith("…")
    assert len(shown) <= 60


def test_places_too_far_apart_on_a_line_are_shown_one_after_the_other(desk):
    desk.put("a.yaml", "one: 1\n" + "two: " + "y" * 200 + " three\n")
    finding = desk.finding(desk.span("three"), related=(Label(desk.span("two"), text("here")),))
    rows = [row for row in excerpt(desk, finding, width=60).splitlines() if row.startswith(" 2 |")]
    assert [("two" in row, "three" in row) for row in rows] == [(True, False), (False, True)]
    together = desk.finding(desk.span("two"), related=(Label(desk.span("yyy")),))
    rows = excerpt(desk, together, width=60).splitlines()
    assert sum(row.startswith(" 2 |") for row in rows) == 1


def test_a_wide_character_is_not_cut_in_half():
    shown, row = line_of("本" * 80 + "x" + "本" * 80, ("x", ""), width=61)
    before = row.index("^")
    assert (shown.index("x") - 1) * 2 + 1 == before


def test_a_place_at_the_end_of_the_file_shows_the_last_words(desk):
    desk.put("a.yaml", "key: [1\n")
    assert excerpt(desk, desk.finding(Span("a.yaml", 8, 8))).splitlines()[2:5] == [
        " 1 | key: [1",
        " 2 |",
        "   | ^",
    ]


def test_a_place_of_many_lines_is_underlined_on_the_first(desk):
    span = desk.span("send: cart_1\n      - waitt")
    assert excerpt(desk, desk.finding(span)).splitlines()[2:4] == [
        " 5 |       - send: cart_1",
        "   |         ^^^^^^^^^^^^",
    ]


def test_many_related_places_are_counted(desk):
    related = tuple(Label(desk.span("cart", nth % 3), text(f"number {nth}")) for nth in range(12))
    shown = excerpt(desk, desk.finding("daily", related=related))
    assert "number 7" in shown
    assert "number 8" not in shown
    assert "and 4 more places" in shown


def test_a_place_without_a_source_keeps_its_text(desk):
    finding = desk.finding(Span("gone.yaml", 0, 0), says=text("was here"))
    assert excerpt(desk, finding) == "  --> gone.yaml\n   = was here"


def test_a_message_cannot_disturb_the_terminal(desk):
    finding = desk.finding("daily", message="bad `\x1b[2J`\nand `{x}`")
    assert render(desk.report(finding)).startswith("error[CRM301]: bad `␛[2J`␊and `cart`\n")


def test_colour_adds_only_colour(rich):
    coloured = render(rich, Options(color=True))
    assert "\x1b[1;31merror[CRM301]\x1b[0m" in coloured
    assert ESCAPE.sub("", coloured) == render(rich)


def test_russian(rich):
    shown = render(rich, Options(lang="ru"))
    assert "ошибка[CRM301]" in shown
    assert shown.endswith("1 ошибка, 1 предупреждение, 2 замечания\n")


LINES = st.text(st.characters(exclude_characters="\n"), max_size=150)


@given(LINES, st.lists(st.tuples(st.integers(0, 160), st.integers(0, 40)), min_size=1, max_size=4))
def test_any_line_and_any_marks_can_be_drawn(content, places):
    desk = Desk()
    desk.put("a.yaml", content)
    spans = [Span("a.yaml", start, start + length) for start, length in places]
    related = tuple(Label(span, text("other")) for span in spans[1:])
    report = desk.report(desk.finding(spans[0], says=text("main"), related=related))
    for name in FORMATS:
        shown = FORMATS[name](report, Options(width=60))
        assert shown.encode()
    assert "\x1b" not in render(report)


def test_a_thousand_findings_take_no_time_to_speak_of():
    desk = Desk()
    desk.put("big.yaml", "key: {event: «событие», then: value}\n" * 10_000)
    findings = [
        desk.finding(
            Span("big.yaml", at * 370 + 6, at * 370 + 11),
            UNUSED,
            says=text("here"),
            related=(Label(Span("big.yaml", at * 370 + 13, at * 370 + 22), text("there")),),
        )
        for at in range(1000)
    ]
    report = desk.report(*findings)
    start = time.process_time()
    assert render(report, Options(lang="ru")).count("CRM203") == 2000
    assert time.process_time() - start < 2
