"""What mail programs leave out, and colours that cannot be read."""

import pytest

from crmspec.content.client import doubts, table
from crmspec.content.colour import paint
from crmspec.content.contrast import pale, ratio, unreadable
from crmspec.content.element import Written


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        pytest.param("<div style='display:flex'>", ["display:flex"], id="a value"),
        pytest.param("<div style='display: block; color: red'>", [], id="what all know"),
        pytest.param("<div style='width: calc(1px + 2px)'>", ["calc()"], id="a function"),
        pytest.param("<div style='width: 5vw'>", ["vw"], id="a unit"),
        pytest.param("<style>/* @import */ @font-face { src: url(x) }</style>", ["@font-face"],
                     id="a rule"),
        pytest.param("<mj-style>p { position: absolute !important }</mj-style>", ["position"],
                     id="a property in a sheet"),
        pytest.param("<video src='a'></video>", ["<video>"], id="an element"),
        pytest.param("<img src='https://x.example/a.svg?v=1'>", [".svg"], id="a kind of picture"),
        pytest.param("<img src='data:image/png;base64,xx'>", [".data"], id="a picture inside"),
        pytest.param("<img src='a.png' srcset='b'>", ["srcset"], id="an attribute"),
        pytest.param("<p style='border-radius: 3px'>", [], id="only looks"),
    ],
)  # fmt: skip
def test_doubts(written, seen):
    assert [one.name.removeprefix("attribute:") for one in doubts(written)][
        : len(seen) or 9
    ] == seen


def test_doubts_have_their_place_and_page():
    written = "<b style='color: red; display: flex'>"
    (found,) = doubts(written)
    assert written[found.start : found.end] == "display: flex"
    assert found.support.no == ("outlook.windows",)
    assert found.support.page == "https://www.caniemail.com/features/css-display-flex/"
    assert [one.name for one in doubts("<p style='border-radius:1px'>", forgive=False)] == [
        "border-radius"
    ]
    assert "MIT" in table().licence


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("#fff", (1, 1, 1)),
        ("#FF0000", (1, 0, 0)),
        ("#ffffff80", (1, 1, 1, 0.502)),
        ("#fff8", (1, 1, 1, 0.533)),
        ("rgb(0, 255, 0)", (0, 1, 0)),
        ("rgba(0,0,0,1)", (0, 0, 0)),
        ("rgb(0 0 0 / 100%)", (0, 0, 0)),
        ("rgba(0,0,0,.5)", (0, 0, 0, 0.5)),
        ("hsl(120, 100%, 50%)", (0, 1, 0)),
        ("hsla(0deg 0% 100% / 50%)", (1, 1, 1, 0.5)),
        ("white url(x)", (1, 1, 1)),
        ("chartreuse", None),
        ("var(--x)", None),
        ("#12345", None),
    ],
)
def test_colours(written, seen):
    found = paint(written)
    expected = None if seen is None else (*seen, 1)[:4]
    assert (found and (*found.colour, round(found.cover, 3))) == expected


def test_ratios():
    black, white = paint("black").colour, paint("white").colour
    assert ratio(black, white) == ratio(white, black) == pytest.approx(21)
    assert ratio(paint("#767676").colour, white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        pytest.param("<p style='color:#777'>a</p>", [("a", 4.48)], id="pale"),
        pytest.param("<p style='color:#767676'>a</p>", [], id="dark enough"),
        pytest.param("<p style='color:#777;font-size:24px'>a</p>", [], id="large"),
        pytest.param("<h2 style='color:#777'>a</h2>", [], id="a heading"),
        pytest.param("<b style='color:#777;font-size:19px'>a</b>", [], id="bold"),
        pytest.param("<b style='color:#777;font-size:19px;font-weight:400'>a</b>", [("a", 4.48)],
                     id="bold made normal"),
        pytest.param("<td bgcolor='#000'><p>a</p></td>", [("a", 1.0)], id="black on black"),
        pytest.param("<td style='background:#000'><p style='color:#fff'>a</p>b</td>",
                     [("b", 1.0)], id="what is around counts again"),
        pytest.param("<td style='background:#000 url(x)'>a</td>", [], id="over a picture"),
        pytest.param("<td background='x' bgcolor='#000'>a</td>", [], id="over a picture of old"),
        pytest.param("<td style='background:rgba(0,0,0,.9)'>a</td>", [("a", 1.2)], id="veiled"),
        pytest.param("<p style='color:rgba(0,0,0,.4)'>a</p>", [("a", 2.85)], id="lets through"),
        pytest.param("<p style='color:rgba(0,0,0,.8)'>a</p>", [], id="lets through a little"),
        pytest.param("<td style='background:url(x)'><p style='color:rgba(0,0,0,.4)'>a</p></td>", [],
                     id="lets a picture through"),
        pytest.param("<p style='color:hsl(0, 0%, 60%)'>a</p>", [("a", 2.85)], id="by its hue"),
        pytest.param("<div style='opacity:.6'><p style='opacity:50%'>a</p></div>", [("a", 2.11)],
                     id="faded twice"),
        pytest.param("<p style='opacity:0.9'>a</p>", [], id="faded a little"),
        pytest.param("<p style='opacity:0;color:#fff'>a</p>", [], id="faded away"),
        pytest.param("<p style='color:#fff'>&nbsp;&zwnj;͏</p>", [], id="room for a preheader"),
        pytest.param("<p style='color:#fff'>&nbsp;a</p>", [("a", 1.0)], id="room, and a word"),
        pytest.param("<div style='display:none;color:#fff'>a</div>", [], id="hidden"),
        pytest.param("<style>a</style><p style='color:#fff'> · </p>", [], id="no words"),
        pytest.param("<p style='background:#00e'><a href='x'>a</a></p>", [("a", 1.0)],
                     id="a link without a colour"),
        pytest.param("<p style='color:inherit;background:transparent'>a</p></div>", [],
                     id="nothing said"),
        pytest.param("<!--[if mso]><p style='color:#fff'>a</p><![endif]--><br>b", [],
                     id="for Outlook only"),
        pytest.param("<p style='font-size:0px;color:#777'>a</p>", [("a", 4.48)], id="no size"),
    ],
)  # fmt: skip
def test_pale(html, seen):
    assert [(one.text, one.ratio) for one in pale(html)] == seen


def test_the_place_of_pale_words_is_where_they_were_written(letter):
    body = (
        "<mj-section><mj-column><mj-text color='#999'>Pale <b>words</b></mj-text>"
        "<mj-text color='#999'>{{ v }}</mj-text></mj-column></mj-section>"
    )
    made = letter(body)
    found = [(body[span.start : span.end], one.ratio) for span, one in unreadable(made.parts)]
    assert found == [("Pale", 2.85), ("words", 2.85), ("{{ v }}", 2.85)]


def test_a_message_without_a_page_is_readable(message):
    made = message("messages: {one: {channel: sms, text: x}}")
    assert list(unreadable(made.parts)) == []


def test_elements_with_their_places(letter):
    body = "<table><tr><td><img alt='{{ v }}' src='a.png'></td></table><a href='#'>Go {{ w }}</a>"
    made = letter(body)
    seen = Written(made.parts.written)
    found = {one.name: one for one in seen.elements()}
    picture, link = found["img"], found["a"]
    assert picture.parent == "td"
    assert body[picture.span.start : picture.span.end].startswith("<img")
    assert body[picture.place("src").start : picture.place("src").end] == "a.png"
    assert seen.plain(picture.attributes["alt"], "?") == "?"
    assert [one.expression.root for one in seen.values(link.text)] == ["w"]
    assert picture.text == ""
    assert [one.text for one in Written(letter("<p>a").parts.written).elements()] == [""]
    assert [one.parent for one in Written(letter("</p><p>a").parts.written).elements()] == [""]
