import pytest

from crmspec.document import read

PATH = "campaigns/a.yaml"
FILE = """\
# crmspec: ignore-file[CRM2] taken over as it is
chains:
  # crmspec: ignore[CRM301, CRM3] until 2027-01-31 agreed with legal
  # and another note
  basket:
    wait: 1h
    send: a # crmspec: ignore[CRM401] known

  other: 1
"""


def covered(text):
    result = read(PATH, text.encode())
    return [(one.scope, text[one.start : one.end]) for one in result.directives]


def test_what_an_ignore_says():
    first, second, third = read(PATH, FILE.encode()).directives
    assert first.codes == ("CRM2",)
    assert second.codes == ("CRM301", "CRM3")
    assert (first.until, second.until) == (None, "2027-01-31")
    assert (second.reason, third.reason) == ("agreed with legal", "known")
    assert FILE[third.span.start : third.span.end] == "# crmspec: ignore[CRM401] known"


def test_what_an_ignore_covers():
    assert covered(FILE) == [
        ("file", FILE),
        ("node", "basket:\n    wait: 1h\n    send: a"),
        ("line", "    send: a # crmspec: ignore[CRM401] known"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a:\n  # crmspec: ignore[CRM1] x\n  - b: 1\n    c: 2\n  - d\n",
            "b: 1\n    c: 2",
            id="item",
        ),
        pytest.param(
            "# crmspec: ignore[CRM1] x\n# crmspec: ignore[CRM2] y\na: 1\n",
            "a: 1",
            id="two in a row",
        ),
        pytest.param("a: {b: 1}\n# crmspec: ignore[CRM1] x\n", "", id="nothing follows"),
        pytest.param("# crmspec: ignore[CRM1] x\na:\nb: 1\n", "a:", id="no value"),
        pytest.param("a: 1\n---\n# crmspec: ignore[CRM1] x\nb: 1\n", "b: 1", id="second document"),
    ],
)
def test_an_ignore_on_its_own_line_covers_the_next_entry(text, expected):
    assert covered(text)[0] == ("node", expected)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: '# crmspec: ignore'\n", id="quoted"),
        pytest.param("a: |\n  text\n  # crmspec: ignore\n  text\n", id="literal text"),
        pytest.param("a: >\n  # crmspec: ignore\n", id="first line of folded text"),
        pytest.param('"# crmspec: ignore": 1\n', id="key"),
        pytest.param("a: x# crmspec:ignore\n", id="no blank before it"),
        pytest.param("a: 1 # see crmspec: ignore\n", id="in another comment"),
        pytest.param("a: &x '# crmspec: no'\nb: *x\nc: [*x]\n", id="behind an alias"),
        pytest.param("a: {b: '# crmspec: no'}\n", id="in a map"),
    ],
)
def test_no_ignore(text):
    result = read(PATH, text.encode())
    assert (result.directives, result.diagnostics) == ((), ())


def test_a_comment_after_a_bar_is_a_comment():
    assert covered("a: | # crmspec: ignore[CRM1] x\n  text\n") == [
        ("line", "a: | # crmspec: ignore[CRM1] x")
    ]


def test_a_comment_behind_a_lost_value_is_found_and_text_in_it_is_text():
    text = "a: 1\na: |\n  # crmspec: nonsense\n# crmspec: ignore[CRM1] x\n"
    result = read(PATH, text.encode())
    assert [one.code.id for one in result.diagnostics] == ["CRM005"]
    assert len(result.directives) == 1


@pytest.mark.parametrize(
    ("comment", "hint"),
    [
        pytest.param("ignor[CRM301] x", "did you mean `ignore`?", id="typing error"),
        pytest.param("ignore CRM301 x", "in brackets", id="no brackets"),
        pytest.param("ignore", "in brackets", id="nothing"),
        pytest.param("", "write `ignore[CRM301]", id="empty"),
        pytest.param("quiet", "write `ignore[CRM301]", id="another word"),
        pytest.param("ignore[] x", "`` is not a code", id="no code"),
        pytest.param("ignore[CRM301,] x", "`` is not a code", id="comma at the end"),
        pytest.param("ignore[crm301] x", "`crm301` is not a code", id="small letters"),
        pytest.param("ignore[CRM3011] x", "`CRM3011` is not a code", id="four digits"),
        pytest.param("ignore[CRM301] until soon x", "`soon` is not a date", id="no date"),
        pytest.param("ignore[CRM301] until 2026-02-30 x", "`2026-02-30` is not", id="no such day"),
        pytest.param(
            "ignore[CRM301] until 20260228 x", "`20260228` is not", id="another way to write dates"
        ),
        pytest.param(
            "ignore[CRM301] x until 2026-02-03", "before the reason", id="date at the end"
        ),
    ],
)
def test_a_comment_that_is_not_understood(comment, hint):
    result = read(PATH, f"a: 1 # crmspec: {comment}\n".encode())
    (finding,) = result.diagnostics
    assert finding.code.id == "CRM022"
    assert hint in finding.help[0].english()
    assert result.directives == ()


@pytest.mark.parametrize("comment", ["ignore[CRM301]", "ignore[CRM3] until 2027-01-01"])
def test_an_ignore_without_a_reason_counts_but_is_an_error(comment):
    result = read(PATH, f"a: 1 # crmspec: {comment}  \n".encode())
    assert [one.code.id for one in result.diagnostics] == ["CRM020"]
    assert [one.reason for one in result.directives] == [""]
