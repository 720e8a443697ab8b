import time

import pytest
import yaml

from crmspec.diagnostics import Severity
from crmspec.document import FAST, reader, stream, syntax
from crmspec.document.compose import MAX_ALIASED, MAX_DEPTH
from crmspec.document.reader import MAX_BYTES, read

PATH = "campaigns/a.yaml"


@pytest.fixture(params=["libyaml", "pure Python"])
def parser(request, monkeypatch):
    if request.param == "pure Python":
        monkeypatch.setattr(stream, "PARSER", yaml.SafeLoader)
    elif not FAST:
        pytest.skip("PyYAML was built without libyaml")


def found(result):
    """Each finding as code, line, column, and the text it points to."""
    source = result.source
    return [
        (
            one.code.id,
            *source.position(one.label.span.start),
            source.text[one.label.span.start : one.label.span.end],
        )
        for one in result.diagnostics
    ]


def data(text):
    result = read(PATH, text.encode())
    assert result.diagnostics == ()
    return [document.data for document in result.documents]


def mend(text):
    """The text after the first fix of its first finding."""
    for edit in read(PATH, text.encode()).diagnostics[0].fixes[0].edits:
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: b\n", {"a": "b"}, id="text"),
        pytest.param("a: NO\nb: on\nc: yes\n", {"a": "NO", "b": "on", "c": "yes"}, id="words"),
        pytest.param("a: 10:30\nb: 2026-03-01\n", {"a": "10:30", "b": "2026-03-01"}, id="times"),
        pytest.param("a: 1_000\nb: 1,5\n", {"a": "1_000", "b": "1,5"}, id="no numbers"),
        pytest.param(
            "a: -7\nb: +7\nc: 0\nd: 1.50\n", {"a": -7, "b": 7, "c": 0, "d": 1.5}, id="numbers"
        ),
        pytest.param(
            "a: 0o17\nb: 0x1F\nc: 1e3\n", {"a": 15, "b": 31, "c": 1000.0}, id="other bases"
        ),
        pytest.param(
            "a: 0.5\nb: .5\nc: -.5e1\nd: 0\n", {"a": 0.5, "b": 0.5, "c": -5.0, "d": 0}, id="points"
        ),
        pytest.param(
            "a: '1'\nb: \"true\"\nc: |\n  1\n", {"a": "1", "b": "true", "c": "1\n"}, id="quoted"
        ),
        pytest.param(
            "a: true\nb: FALSE\nc: True\n", {"a": True, "b": False, "c": True}, id="booleans"
        ),
        pytest.param(
            "a:\nb: ~\nc: null\nd: [NULL, ]\n",
            {"a": None, "b": None, "c": None, "d": [None]},
            id="nulls",
        ),
        pytest.param(
            "1: a\ntrue: b\non: c\n~: d\n", {"1": "a", "true": "b", "on": "c", "~": "d"}, id="keys"
        ),
        pytest.param("a: {b: [1, {c: d}]}\n", {"a": {"b": [1, {"c": "d"}]}}, id="flow"),
        pytest.param("a:\n- 1\n- - 2\n  - 3\n", {"a": [1, [2, 3]]}, id="lists"),
        pytest.param(
            "a: &x {b: 1}\nc: *x\nd: [*x]\n",
            {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}]},
            id="aliases",
        ),
        pytest.param(
            "a: &x [1]\nb: &x 2\nc: *x\n", {"a": [1], "b": 2, "c": 2}, id="an anchor used again"
        ),
        pytest.param("'<<': 1\n'': 2\n", {"<<": 1, "": 2}, id="odd keys in quotes"),
        pytest.param(
            "a: Привет!\nb: R&D\nc: 5 * 2\n",
            {"a": "Привет!", "b": "R&D", "c": "5 * 2"},
            id="signs in text",
        ),
        pytest.param("a: ${vars.x} ${y}\n", {"a": "${vars.x} ${y}"}, id="variables stay"),
    ],
)
def test_data_is_what_the_author_wrote(text, expected):
    assert data(text) == [expected]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # encoding and size
        pytest.param(b"a: \xcf\xf0\n", ("CRM002", 1, 4, "\ufffd"), id="Windows-1251"),
        pytest.param(
            "a: 1\nb: é".encode("latin-1"), ("CRM002", 2, 4, "\ufffd"), id="Latin-1 at the end"
        ),
        pytest.param(b"\xff\xfe\x00\x00a\x00\x00\x00", ("CRM002", 1, 1, ""), id="UTF-32"),
        pytest.param(b"a\x00:\x00", ("CRM002", 1, 1, ""), id="UTF-16 without a mark"),
        pytest.param(
            b"\xff\xfea\x00\x00\xd8", ("CRM002", 1, 2, "\ufffd"), id="half of a UTF-16 pair"
        ),
        pytest.param(b"a: \x01\n", ("CRM004", 1, 4, "\x01"), id="control character"),
        pytest.param("a: 1\nb: x\u2028y\n", ("CRM004", 2, 5, "\u2028"), id="line separator"),
        pytest.param("a: x\ufeffy\n", ("CRM004", 1, 5, "\ufeff"), id="byte order mark inside"),
        # keys
        pytest.param("a: 1\nb: 2\na: 3\n", ("CRM005", 3, 1, "a"), id="duplicate key"),
        pytest.param(
            "a: {b: 1, 'b': 2}\n", ("CRM005", 1, 11, "'b'"), id="duplicate key in another style"
        ),
        pytest.param("? [a]\n: b\n", ("CRM006", 1, 3, "[a]"), id="a list as a key"),
        pytest.param("a: {b: {c: d}: e}\n", None, id="a map that is no key"),
        pytest.param("a: {? {c: d} : e}\n", ("CRM006", 1, 7, "{c: d}"), id="a map as a key"),
        pytest.param("a: &x b\n*x : c\n", ("CRM006", 2, 1, "*x"), id="an alias as a key"),
        pytest.param("a:\n  <<: {b: c}\n", ("CRM011", 2, 3, "<<"), id="merge key"),
        # templates
        pytest.param("a: {{ x }}\n", ("CRM007", 1, 4, "{{ x }}"), id="template"),
        pytest.param(
            "a: {{ x }}, hi # c\n", ("CRM007", 1, 4, "{{ x }}, hi"), id="template and text"
        ),
        pytest.param(
            "a: {{ x | up(y) }}!\n", ("CRM007", 1, 4, "{{ x | up(y) }}!"), id="template with filter"
        ),
        pytest.param(
            "a: {{ x[0] }}\n", ("CRM007", 1, 4, "{{ x[0] }}"), id="template with brackets"
        ),
        pytest.param(
            "a:\n  - {% if x %}y{% endif %}\n",
            ("CRM007", 2, 5, "{% if x %}y{% endif %}"),
            id="template block",
        ),
        pytest.param("a: [{{ x }}, b]\n", ("CRM007", 1, 5, "{{ x }}"), id="template in a list"),
        pytest.param(
            "a: [{% x %}, b]\n", ("CRM007", 1, 5, "{% x %}"), id="template block in a list"
        ),
        pytest.param("{{ x }}: 1\n", ("CRM007", 1, 1, "{{ x }}"), id="template as a key"),
        pytest.param("{{ x }}\n", ("CRM007", 1, 1, "{{ x }}"), id="nothing but a template"),
        # tags, anchors, aliases
        pytest.param("a: !!str 5\n", ("CRM008", 1, 4, "!!str"), id="standard tag"),
        pytest.param("a: !env X\n", ("CRM008", 1, 4, "!env"), id="custom tag"),
        pytest.param("a: &b !x {c: d}\n", ("CRM008", 1, 7, "!x"), id="tag after an anchor"),
        pytest.param("!x a: b\n", ("CRM008", 1, 1, "!x"), id="tag of a key"),
        pytest.param("a: ! b\n", ("CRM008", 1, 4, "!"), id="bare tag"),
        pytest.param("a: !x!y b\n", ("CRM008", 1, 4, "!x!y b"), id="undefined tag handle"),
        pytest.param(
            "%TAG !a! b\n" * 101 + "---\na: 1\n", ("CRM008", 1, 1, "%TAG"), id="flood of tag lines"
        ),
        pytest.param("a: &x [*x]\n", ("CRM009", 1, 8, "*x"), id="alias to itself"),
        pytest.param("a: *x\n", ("CRM015", 1, 4, "*x"), id="unknown alias"),
        pytest.param(
            "a: &x 1\n---\nb: *x\n", ("CRM015", 3, 4, "*x"), id="alias of another document"
        ),
        # numbers
        pytest.param("a: 010\n", ("CRM012", 1, 4, "010"), id="leading zero"),
        pytest.param("a: -07\n", ("CRM012", 1, 4, "-07"), id="negative leading zero"),
        pytest.param("a: 1e999\n", ("CRM025", 1, 4, "1e999"), id="endless number"),
        pytest.param("a: [.inf]\n", ("CRM025", 1, 5, ".inf"), id="infinity"),
        pytest.param("a: .NaN\n", ("CRM025", 1, 4, ".NaN"), id="not a number"),
        pytest.param(
            "a: 9223372036854775808\n", ("CRM025", 1, 4, "9223372036854775808"), id="over 64 bits"
        ),
        pytest.param("a: 9223372036854775807\n", None, id="just 64 bits"),
        pytest.param("a: {b: 3,5, c: 1}\n", ("CRM003", 1, 8, "3,5"), id="a decimal comma"),
        pytest.param("a: " + "9" * 5000, ("CRM025", 1, 4, "9" * 5000), id="5000 digits"),
        pytest.param(
            "a: 0x" + "F" * 50, ("CRM025", 1, 4, "0x" + "F" * 50), id="50 hexadecimal digits"
        ),
        # documents
        pytest.param("", ("CRM014", 1, 1, ""), id="empty"),
        pytest.param("# nothing\n---\n---\n", ("CRM014", 1, 1, ""), id="only comments"),
        pytest.param("a: 1\n---\n", None, id="an empty second document"),
        pytest.param("- a\n- b\n", ("CRM018", 1, 1, "- a"), id="a list"),
        pytest.param(
            "a: 1\n---\nhello\n", ("CRM018", 3, 1, "hello"), id="text as a second document"
        ),
    ],
)
def test_what_can_be_read_but_not_accepted(text, expected):
    result = read(PATH, text if isinstance(text, bytes) else text.encode())
    if expected is None:
        assert all(one.code.id != "CRM006" for one in result.diagnostics)
    else:
        assert found(result) == [expected]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param("a: b: c\n", (1, 4, "b: c"), "contains `: `", id="colon in a value"),
        pytest.param(
            "x:\n- a: b: c # d\n", (2, 6, "b: c"), "contains `: `", id="colon in a value of a list"
        ),
        pytest.param('a: "b": c\n', (1, 7, ":"), "cannot stand here", id="colon after quotes"),
        pytest.param("a: 1\n  b: 2\n", (2, 3, "b"), "deeper", id="indented deeper"),
        pytest.param("a\nb: 1\n", (1, 1, "a"), "no `:`", id="no colon before a key"),
        pytest.param("a: 1\nfoo\nb: 2\n", (2, 1, "foo"), "no `:`", id="no colon"),
        pytest.param("a:\n    b: 1\n  c: 2\n", (3, 3, "c"), "unlike", id="indented between"),
        pytest.param("a:\n  - x\n - y\n", (3, 2, "-"), "unlike", id="items indented unlike"),
        pytest.param('a: "x\nb: y\n', (1, 4, '"'), "never closed", id="open quote"),
        pytest.param(
            "a: 'x\n---\nb: y\n", (1, 4, "'"), "never closed", id="open quote before a document"
        ),
        pytest.param(
            "a: 'it's'\n", (1, 8, "s'"), "follows the closing quote", id="quote in quotes"
        ),
        pytest.param('a: "b: {{ c }}" d\n', (1, 17, "d"), "closing quote", id="template in quotes"),
        pytest.param('a: "\\d"\n', (1, 5, "\\d"), "means nothing", id="unknown escape"),
        pytest.param('a: "\\ud800"\n', (1, 5, "\\ud800"), "means nothing", id="half of a pair"),
        pytest.param("a: [1, 2\nb: 3\n", (1, 4, "["), "not closed", id="open bracket"),
        pytest.param(
            "a: {b: ${vars.c}, d: 1}\n", (1, 8, "${vars.c}"), "inside brackets", id="variable"
        ),
        pytest.param("a: [${c}]\n", (1, 5, "${c}"), "inside brackets", id="variable in a list"),
        pytest.param("a: {b: ${{c}}}\n", (1, 4, "{"), "not closed", id="a price is no variable"),
        pytest.param(
            "a: Hi: {{ b }}\n", (1, 4, "Hi: {{ b }}"), "contains `: `", id="colon before a template"
        ),
        pytest.param(
            "a:\n  b: 1\n  - c: 2\n", (2, 3, "b"), "keys stand here", id="first dash missing"
        ),
        pytest.param(
            "a:\n    b: 1\n\n    # c\n  - d\n", (2, 5, "b"), "keys stand", id="first item deeper"
        ),
        pytest.param("a:\n  - b\n - c\n", (3, 2, "-"), "unlike", id="no first dash missing"),
        pytest.param("a: 1\n- b\n", (2, 1, "-"), "unlike", id="a dash below the sections"),
        pytest.param("a: {b: 1\n", (1, 4, "{"), "not closed", id="open brace"),
        pytest.param("a: [b, , c]\n", (1, 8, ","), "missing before `,`", id="no value"),
        pytest.param("a: [[\n", (1, 6, ""), "file ends", id="end of file"),
        pytest.param("a: b\n]\n", (2, 1, "]"), "closes nothing", id="stray bracket"),
        pytest.param(": b\n", (1, 1, ":"), "key is missing", id="no key"),
        pytest.param("a: @x\n", (1, 4, "@x"), "begin with `@`", id="at sign"),
        pytest.param("a: %x\n", (1, 4, "%x"), "begin with `%`", id="percent sign"),
        pytest.param("a: *bold*\n", (1, 4, "*bold*"), "begin with `*`", id="star"),
        pytest.param("a: & b\n", (1, 4, "&"), "begin with `&`", id="ampersand"),
        pytest.param(
            "a: &шаги [1]\nb: *шаги\n",
            (1, 4, "&шаги"),
            "`шаги` cannot be the name of an anchor",
            id="an anchor in Russian",
        ),
        pytest.param(
            "a: &x.y\n  b: 1\n", (1, 4, "&x.y"), "`x.y` cannot be the name", id="an anchor's dot"
        ),
        pytest.param(
            "a: [*шаги, b]\n", (1, 5, "*шаги"), "`шаги` cannot be", id="an alias in Russian"
        ),
        pytest.param(
            "a: *шаги # c\n", (1, 4, "*шаги"), "`шаги` cannot be", id="an alias and a comment"
        ),
        pytest.param("a: *шаги и c\n", (1, 4, "*шаги"), "begin with `*`", id="a text after a star"),
        pytest.param("a: - b\n", (1, 4, "-"), "list", id="list after its key"),
        pytest.param("a: |x\n  y\n", (1, 5, "x"), "after `|`", id="text after a bar"),
        pytest.param(
            "a: 1\n...\nfoo\n", (3, 1, "foo"), "does not continue", id="text after the end"
        ),
        pytest.param("%FOO\n---\na: 1\n", (1, 1, "%FOO"), "begin with `%`", id="unknown directive"),
        pytest.param(
            "%YAML 3.0\n---\na: 1\n", (1, 1, "%YAML 3.0"), "begin with `%`", id="other version"
        ),
    ],
)
def test_a_syntax_error_is_told_in_plain_words_at_its_place(text, place, words):
    result = read(PATH, text.encode())
    assert found(result) == [("CRM003", *place)]
    assert words in result.diagnostics[0].message.english()
    assert result.documents == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("a:\n\tb: 1\n", (2, 1, "\t"), id="tab"),
        pytest.param("a: 1\n \tb: 2\n", (2, 2, "\t"), id="blank and tab"),
        pytest.param("a:\n  b: 1\n\t\tc: 2\n", (3, 1, "\t\t"), id="two tabs"),
    ],
)
def test_tabs_do_not_indent(text, place):
    assert found(read(PATH, text.encode())) == [("CRM016", *place)]


@pytest.mark.parametrize("text", ["a:\tb\n", "a: b\tc\n", "a: b\t# c\n", "a: {\tb: c}\n"])
def test_tabs_between_words_are_fine(text):
    assert read(PATH, text.encode()).diagnostics == ()


@pytest.mark.parametrize(
    "problem",
    [
        "mapping keys are not allowed in this context",
        "did not find expected digit or '.' character",
        "found something nobody has seen before",
    ],
)
def test_other_syntax_errors_keep_the_words_of_the_parser(problem):
    mark = yaml.Mark("", 3, 0, 3, None, 0)
    error = yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
    (finding,) = syntax.explain(PATH, "a: b\n", error, ())
    assert finding.code.id == "CRM003"
    assert problem in finding.message.english()
    assert finding.label.span.start == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: {{ x }}, hi\n", "{{ x }}, hi", id="template"),
        pytest.param('a: {{ x | f("y") }}\n', '{{ x | f("y") }}', id="template with quotes"),
        pytest.param("a: Sale: it's on\n", "Sale: it's on", id="colon"),
        pytest.param("a: @x\n", "@x", id="at sign"),
        pytest.param("a: *bold*\n", "*bold*", id="star"),
        pytest.param('a: "\\d"\n', "\\d", id="backslash"),
        pytest.param("a: 010\n", "010", id="leading zero"),
        pytest.param("a: -07\n", -7, id="leading zero after a sign"),
        pytest.param("a: {b: 3,5}\n", {"b": 3.5}, id="decimal comma"),
        pytest.param("a: {b: 0,125}\n", {"b": 0.125}, id="decimal comma of thousandths"),
        pytest.param("a: {b: 1,000, c: 2}\n", {"b": 1000, "c": 2}, id="grouped digits"),
        pytest.param("a: {{ x }} # c\nb: 1\n", "{{ x }}", id="template before a comment"),
        pytest.param("a:\n  - b: {{ x }}\n    c: 1\n", [{"b": "{{ x }}", "c": 1}], id="item"),
        pytest.param("a: {{{ x }}}\n", "{{{ x }}}", id="template in three braces"),
        pytest.param("a: {{ x({}) }}\r\nb: 1\r\n", "{{ x({}) }}", id="template with braces"),
        pytest.param("a: {b: {{ x }}}\n", {"b": "{{ x }}"}, id="template at the end of a map"),
        pytest.param(
            "a: {b: {{ x }},\n c: d}\n", {"b": "{{ x }}", "c": "d"}, id="template in a map"
        ),
        pytest.param("a: {'b': {{ x }}, c: d}\n", {"b": "{{ x }}", "c": "d"}, id="quoted key"),
        pytest.param("a: [{{ x }}, {b: c}]\n", ["{{ x }}", {"b": "c"}], id="template in a list"),
        pytest.param("a: [b, {{ x }}]\n", ["b", "{{ x }}"], id="template at the end of a list"),
        pytest.param("a: {b: ${vars.c}}\n", {"b": "${vars.c}"}, id="variable"),
        pytest.param("a: Hi: {{ b }}!\n", "Hi: {{ b }}!", id="colon before a template"),
    ],
)
def test_the_fix_keeps_what_was_written(text, expected):
    mended = mend(text)
    assert data(mended)[0]["a"] == expected


def test_each_decimal_comma_is_told_once():
    assert found(read(PATH, b"a: {b: 1,5, c: 2,5, d: 1}\n")) == [
        ("CRM003", 1, 16, "2,5"),
        ("CRM003", 1, 8, "1,5"),
    ]


@pytest.mark.parametrize("text", ["a: {b: 3, 5}\n", "a: {b: 3,5: c}\n", "a: [3,5]\n", "a: 3,5\n"])
def test_commas_that_are_not_decimal(text):
    assert read(PATH, text.encode()).diagnostics == ()


def test_an_empty_key_is_no_key():
    assert [one.code.id for one in read(PATH, b"a: {? : b}\n").diagnostics] == ["CRM006"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: [\n  @x,\n  b]\n", id="at sign on a line of a list"),
        pytest.param("a: [@x]\n", id="at sign in a list"),
        pytest.param("a: @x and\n  more\n", id="at sign in a text of two lines"),
        pytest.param("a: b: c #1 in town\n", id="colon before a number sign"),
        pytest.param('a: "b": c\n', id="colon after quotes"),
        pytest.param("a: b: c\n  d\n", id="colon in a text of two lines"),
        pytest.param("a: {b: {{ x }} hello}\n", id="text after a template in a map"),
        pytest.param("a: {b: {{ x }}, hello, c: d}\n", id="a comma and text after a template"),
        pytest.param("a: {b: {{ x }}{{ y }}}\n", id="two templates in a map"),
        pytest.param("a: {b: Hi - {{ x }}}\n", id="text before a template in a map"),
        pytest.param("a: {b: Hi: {{ x }}}\n", id="a colon before a template in a map"),
        pytest.param("a: {b: Hi, {{ x }}, c: d}\n", id="a comma before a template in a map"),
        pytest.param("a: [{{ x }} hello]\n", id="text after a template in a list"),
        pytest.param("a: {\n  b: {{ x }} c\n}\n", id="template on the last line of a map"),
        pytest.param("a: {\n  b: {{ x }} c,\n  d: 1}\n", id="template on a line of a map"),
        pytest.param("a: {\n  b: {{ x }} c }\n", id="template on the closing line of a map"),
        pytest.param("a: {{ x }}\n  more\n", id="template in a text of two lines"),
        pytest.param("a: {{ x\n  }}\n", id="template of two lines"),
        pytest.param("a: {{ x }} #1 in town\n", id="template before a number sign"),
        pytest.param("a: {{ x }} # {{ y }}\n", id="template before what may be no comment"),
        pytest.param("a: {{ x }} [b]\n", id="template before brackets"),
        pytest.param("{{ x }}: 1\n", id="template as a key"),
        pytest.param("a:\n  {{ x }}\n", id="template below its key"),
        pytest.param("a: {b: c${vars.d}}\n", id="text before a variable"),
        pytest.param("a: {b: ${vars.c} d}\n", id="text after a variable"),
        pytest.param("a: &шаги\n", id="an anchor"),
        pytest.param("a: *шаги\n", id="an alias"),
    ],
)
def test_no_fix_that_would_quote_more_or_less_than_the_text(text):
    finding = read(PATH, text.encode()).diagnostics[0]
    assert finding.fixes == ()
    assert any("quotes" in hint.english() for hint in finding.help)


def test_a_template_on_a_line_of_a_list_ends_before_the_comma():
    assert found(read(PATH, b"a: [\n  {% x %},\n  b]\n")) == [("CRM007", 2, 3, "{% x %}")]


def test_a_duplicate_key_shows_the_first_place():
    finding = read(PATH, b"a: 1\na: 2\n").diagnostics[0]
    assert [label.span.start for label in finding.related] == [0]


def test_a_syntax_error_keeps_all_documents_of_the_file_out():
    assert read(PATH, b"a: 1\n---\nb: [\n").documents == ()


def test_a_resource_with_an_error_is_left_out_and_no_other():
    text = """\
chains:
  a: {b: 1}
  c: {d: 010}
messages:
  e: {f: 1, f: 2}
  g: {h: 1}
vars:
  i: 010
"""
    (document,) = read(PATH, text.encode()).documents
    assert document.data == {
        "chains": {"a": {"b": 1}},
        "messages": {"g": {"h": 1}},
        "vars": {"i": "010"},
    }


def test_an_ignore_that_is_not_understood_costs_no_resource():
    text = "chains:\n  a: {b: 1} # crmspec: ignore this\n"
    result = read(PATH, text.encode())
    assert [one.level for one in result.diagnostics] == [Severity.WARNING]
    assert result.documents[0].data == {"chains": {"a": {"b": 1}}}


def test_a_file_of_another_encoding_reads_the_same():
    text = "a: Привет 😀\nb: 1\n"
    plain = read(PATH, text.encode())
    for data_ in (
        b"\xef\xbb\xbf" + text.encode(),
        b"\xff\xfe" + text.encode("utf-16-le"),
        b"\xfe\xff" + text.encode("utf-16-be"),
    ):
        other = read(PATH, data_)
        assert other.source.text == plain.source.text
        assert other.documents[0].entries["b"].key_span == plain.documents[0].entries["b"].key_span


def test_spans_end_with_the_last_child():
    text = "a:\n  b: |\n    x\n\n\n  # note\n\nc:\n  - 1\n\n  - 2   # two\n\n\n"
    (root,) = read(PATH, text.encode()).documents
    taken = {key: text[e.value.start : e.value.end] for key, e in root.entries.items()}
    assert taken == {"a": "b: |\n    x", "c": "- 1\n\n  - 2"}
    assert text[root.start : root.end].endswith("- 2")


def test_an_alias_stands_where_it_is_used_and_its_children_where_they_are_written():
    text = "a: &x {b: c}\nd: *x\ne: &y [1]\nf: *y\ng: &z 'q'\nh: *z\n"
    (root,) = read(PATH, text.encode()).documents
    for key, name in (("d", "*x"), ("f", "*y"), ("h", "*z")):
        span = root.entries[key].value.span
        assert text[span.start : span.end] == name
    child = root.descend(["d", "b"])
    assert text[child.start : child.end] == "c"
    assert root.entries["h"].value.style == "'"


def nest(depth, opening="[", closing="]"):
    return f"a: {opening * depth}{closing * depth}\n"


def test_depth_is_limited():
    assert found(read(PATH, nest(MAX_DEPTH - 1).encode())) == []
    assert found(read(PATH, nest(MAX_DEPTH).encode())) == [("CRM010", 1, 3 + MAX_DEPTH, "[")]
    assert found(read(PATH, nest(MAX_DEPTH, "{{", "}}").encode()))[0][0] == "CRM010"


@pytest.mark.parametrize("opening", ["[", "{", "{{", "- ", "? ", "[{a: "])
def test_deep_nesting_is_refused_at_once(opening):
    start = time.process_time()
    result = read(PATH, (opening * 100_000).encode())
    assert result.diagnostics
    assert time.process_time() - start < 2


def test_alias_bombs_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    result = read(PATH, "\n".join(lines).encode())
    assert [one.code.id for one in result.diagnostics] == ["CRM009"]
    assert result.documents == ()


def test_aliases_within_the_limit_are_fine():
    text = "a: &x [1, 2, 3, 4]\nb: [" + ", ".join(["*x"] * (MAX_ALIASED // 5)) + "]\n"
    assert read(PATH, text.encode()).diagnostics == ()
    assert found(read(PATH, (text + "c: *x\n").encode()))[0][0] == "CRM009"


def test_size_is_limited(monkeypatch):
    assert found(read(PATH, b"a: " + b"x" * MAX_BYTES)) == [("CRM017", 1, 1, "")]
    monkeypatch.setattr(reader, "MAX_VALUES", 1000)
    assert found(read(PATH, b"a: [" + b"x," * 1000 + b"]")) == [("CRM017", 1, 1, "")]
    assert found(read(PATH, b"a: [" + b"x," * 900 + b"]")) == []
    assert found(read(PATH, b"a: " + b"x" * 5000)) == []


def test_a_flood_of_tag_lines_in_a_text_is_fine():
    text = "a: |\n" + "  %TAG\n" * 200
    assert read(PATH, text.encode()).diagnostics == ()


def test_few_tag_lines_only_matter_when_they_are_used():
    assert read(PATH, b"%TAG !a! b\n---\na: 1\n").diagnostics == ()
    assert found(read(PATH, b"%TAG !a! b\n---\na: !a!c 1\n"))[0][0] == "CRM008"
