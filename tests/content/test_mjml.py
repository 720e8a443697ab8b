"""MJML becomes a page, and what is wrong with it is told with its place."""

import pytest

from crmspec.content.lint import linted
from crmspec.content.schema import fits, wanted
from crmspec.content.token import Tokens
from crmspec.template.origin import whole_file
from crmspec.template.parse import parse

SECTION = "<mj-section><mj-column>{}</mj-column></mj-section>"
TEXT = SECTION.format("<mj-text>x</mj-text>")


def told(written):
    found = linted(Tokens(parse(written, whole_file("f")).body))
    return [(written[one.span.start : one.span.end], one.message.english()) for one in found]


def table(name, written, *seen):
    return pytest.param(written, list(seen), id=name)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        table("sound", f"<mjml lang='ru'><mj-head><mj-title>t</mj-title></mj-head><mj-body>{TEXT}"
              "</mj-body></mjml>"),
        table("sound with tags", "{% for i in x %}" + TEXT + "{% endfor %}"),
        table("an unknown element", SECTION.format("<mj-txt>x</mj-txt>"),
              ("<mj-txt>", "MJML has no element `<mj-txt>`")),
        table("an unknown attribute", SECTION.format("<mj-text colour='x'>x</mj-text>"),
              ("x", "`<mj-text>` has no attribute `colour`")),
        table("a child in the wrong place", "<mj-section><mj-text>x</mj-text></mj-section>",
              ("<mj-text>", "`<mj-text>` cannot stand in `<mj-section>`")),
        table("raw may stand anywhere", "<mj-section><mj-raw><p>x</p></mj-raw></mj-section>"),
        table("a wrong unit", SECTION.format("<mj-text font-size='2em'>x</mj-text>"),
              ("2em", "`font-size` cannot be `2em`")),
        table("a wrong word", SECTION.format("<mj-text align='middle'>x</mj-text>"),
              ("middle", "`align` cannot be `middle`")),
        table("a value is not judged", SECTION.format("<mj-text align='{{ a }}'>x</mj-text>")),
        table("a width that is a value", SECTION.format("<mj-image src='a' width='{{ w }}px' />"),
              ("{{ w }}", "MJML cannot reckon with a width that is a value")),
        table("text between elements", "<mj-section>word</mj-section>",
              ("word", "text cannot stand in `<mj-section>`")),
        table("a value between elements", "<mj-section>{{ a }}</mj-section>",
              ("{{ a }}", "a value cannot stand between elements")),
        table("an element that is never closed", SECTION.format("<mj-text>x"),
              ("<mj-text>", "`<mj-text>` is never closed")),
        table("HTML that is never closed", SECTION.format("<mj-text><p>x</mj-text>"),
              ("<p>", "`<p>` is never closed")),
        table("the last is never closed", "<mj-section>",
              ("<mj-section>", "`<mj-section>` is never closed")),
        table("an end too many", TEXT + "</mj-column>",
              ("</mj-column>", "`</mj-column>` closes nothing")),
        table("void elements", SECTION.format("<mj-text>a<br>b</br></mj-text>")),
        table("what MJML has and we have not", "<mj-html-attributes></mj-html-attributes>",
              ("<mj-html-attributes>", "`<mj-html-attributes>` is not supported")),
        table("defaults",
              "<mj-attributes><mj-all color='red' /><mj-class name='a' x='y' />"
              "<mj-text colour='red' /><mj-nope /></mj-attributes>",
              ("red", "`<mj-text>` has no attribute `colour`"),
              ("<mj-nope />", "MJML has no element `<mj-nope>`")),
        table("columns that may not be there",
              "<mj-section><mj-column></mj-column>{% if a %}<mj-column></mj-column>{% endif %}"
              "</mj-section>",
              ("<mj-column>",
               "MJML shares the width among 2 columns, but not all are always there")),
        table("one column in a loop",
              "<mj-section>{% for a in b %}<mj-column></mj-column>{% endfor %}</mj-section>"),
        table("columns with a width",
              "<mj-section>{% for a in b %}<mj-column width='50%'></mj-column>{% else %}"
              "<mj-column width='100%'></mj-column>{% endfor %}</mj-section>"),
        table("a section in a condition",
              "{% if a %}<mj-section><mj-column></mj-column><mj-column></mj-column></mj-section>"
              "{% endif %}"),
        table("for Outlook only", "<mj-body><!--[if mso]><mj-x></mj-y>word<![endif]--></mj-body>"),
    ],
)  # fmt: skip
def test_lint(written, seen):
    assert told(written) == seen


@pytest.mark.parametrize(
    ("kind", "good", "bad", "example"),
    [
        ("unit(px,%){1,4}", "1px 2% 0", "1px 2px 3px 4px 5px", "10px, 10%"),
        ("unit(px,%,)", "1.5", "1em", "10px, 10%, 10"),
        ("unitWithNegative(px,em)", "-1px", "1", "10px, 10em"),
        ("color", "#FFF", "#12", "#1f6f5c"),
        ("enum(left,right)", "left", "centre", "left, right"),
        ("integer", "3", "x", "2"),
        ("boolean", "true", "1", "true"),
    ],
)
def test_kinds_of_attributes(kind, good, bad, example):
    assert fits(kind, good)
    assert not fits(kind, bad)
    assert wanted(kind) == example
    assert fits("string", "any\nthing")
    assert fits("", "any")


def test_loops_stay_in_tables(letter):
    row = "{% for i in v %}<tr class='{{ i }}'><td>{{ i }}</td></tr>{% endfor %}"
    style = '<mj-head><mj-style inline="inline">.a td { color: red }</mj-style></mj-head>'
    made = letter(
        f"<mjml>{style}<mj-body>{SECTION.format(f'<mj-table>{row}</mj-table>')}</mj-body></mjml>"
    )
    assert made.told == []
    page = made.see("html", v=["a", "b"])
    assert '<tr class="a"><td>a</td></tr><tr class="b"><td>b</td></tr></tbody>' in page


def test_inline_rules_go_into_the_elements_and_queries_stay(letter):
    head = (
        '<mj-head><mj-style inline="inline">.big div { font-style: italic }</mj-style>'
        "<mj-style>@media (max-width: 9px) { p { color: blue } }</mj-style></mj-head>"
    )
    body = SECTION.format('<mj-text css-class="big">x</mj-text>')
    made = letter(f"<mjml>{head}<mj-body>{body}</mj-body></mjml>")
    assert made.told == []
    assert "font-style: italic" in made["html"]
    assert "@media (max-width: 9px)" in made["html"]
    assert "<!--[if mso" in made["html"]
    assert "zqj" not in made["html"]


def test_rules_of_html_are_inlined(letter):
    made = letter(
        "<html><head><style>p{color:red}</style></head><body>{% if a %}<p>x</p>{% endif %}"
    )
    assert '<p style="color: red' in made.see("html", a=1)
    assert "<p style" not in made.see("html")


def test_loops_around_sections_in_a_wrapper(letter):
    """MJML puts them inside comments for Outlook, which stay whole."""
    made = letter(
        f"<mjml><mj-body><mj-wrapper>{{% for i in v %}}{TEXT}{{% endfor %}}</mj-wrapper>"
        "</mj-body></mjml>"
    )
    assert made.told == []
    for items in ([], [1], [1, 2]):
        page = made.see("html", v=items)
        assert page.count(">x</div>") == len(items)
        assert page.count("<!--[if") == page.count("<![endif]")


def test_a_sign_that_opens_nothing(letter):
    made = letter(SECTION.format("<mj-text>1 < 2 <b>&</b></mj-text>"))
    assert made.told == []
    assert made["text"] == "1 < 2 &"


def test_what_mjml_drops_is_told(letter):
    made = letter(SECTION.format("<mj-image src='a' width='{{ w }}px' alt='x' />"))
    assert [(kind, place) for kind, place, _ in made.told] == [("mjml", "{{ w }}")]
    made = letter(SECTION.format("<mj-spacer height='20px' css-class='a'>{{ w }}</mj-spacer>"))
    assert [place for _, place, _ in made.told][:1] == ["{{ w }}"]


def test_bad_mjml_is_told_with_its_place(letter):
    made = letter("<mj-section><mj-column></mj-section>")
    assert made.told == [("mjml", "<mj-column>", "`<mj-column>` is never closed")]
    assert made["html"] == ""


def test_what_only_the_compiler_does_not_like(letter):
    made = letter(SECTION.format("<mj-text>x</mj-text>") + "<?php ?>&nope;<![CDATA[x]]>")
    assert made.told[0][0] == "mjml"


def test_the_preheader_goes_before_everything(letter):
    page = letter("<p>x</p>", "preheader: '{% if v %}A & B{% endif %}'").see("html", v=1)
    assert page.index("A &amp; B&#847;") < page.index("<p>x</p>")
    assert "display:none" not in letter("<p>x</p>")["html"]
    own = (
        "<mjml><mj-head><mj-preview>Own</mj-preview></mj-head><mj-body>"
        + TEXT
        + "</mj-body></mjml>"
    )
    assert "Own&#847;" in letter(own, "preheader: P")["html"]
    assert ">P" not in letter(own, "preheader: P")["html"]


def test_a_page_without_a_body_keeps_no_preheader(letter):
    assert "lead" not in letter("<html>x</html>", "preheader: lead")["html"]


def test_a_tag_that_html_would_move_is_told(letter):
    made = letter("<style>p{color:red}</style><table><tr><td>{{ v }}</td></tr>{{ w }}</table>")
    assert [kind for kind, _, _ in made.told] == ["mjml"]
    assert made["html"] == ""


def test_blocks_that_come_back_in_halves_are_told(letter, monkeypatch):
    from crmspec.content import letter as made

    monkeypatch.setattr(made, "compiled", lambda tokens, _: tokens.token(0))
    seen = letter("{% if v %}x{% endif %}")
    assert [(kind, place) for kind, place, _ in seen.told] == [
        ("mjml", "{% if v %}x{% endif %}"),
        ("markup", "{% if v %}x{% endif %}"),
    ]
    assert seen["html"] == ""


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(
            "<style>p{color:red}</style>{% if v %}<p>x</p>{% endif %}", id="after a sheet"
        ),
        pytest.param("{% if v %}<p>x</p>{% endif %}<style>p{color:red}</style>", id="before one"),
        pytest.param(
            "<style>p{color:red}</style><title>{% if v %}t{% endif %}</title><p>x</p>", id="a title"
        ),
        pytest.param(
            "<style>p{color:red}</style><!--[if mso]>{% if v %}<i>x</i>{% endif %}<![endif]-->",
            id="for Outlook",
        ),
        pytest.param(
            "<style>p{color:red}</style><p title='{% if v %}t{% endif %}'>x</p>", id="an attribute"
        ),
    ],
)
def test_tags_come_through_the_inliner(letter, written):
    made = letter(written)
    assert made.told == []
    assert "zqj" not in made["html"]
    assert len(made.see("html", v=1)) > len(made.see("html"))
