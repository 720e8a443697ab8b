"""What is wrong with e-mails: subjects, pages, links, images, colours."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import (
    bad_link,
    bad_mjml,
    clipped,
    dark_mode,
    image_only,
    long_preheader,
    long_subject,
    low_contrast,
    many_calls,
    no_alt,
    no_context_line,
    no_text_part,
    no_unsubscribe,
    no_utm,
    odd_characters,
    personal_data_in_link,
    spammy_subject,
    template_syntax,
    unknown_template_value,
    unsupported_css,
)

SHOP = """
project: p
locales: {default: %s}
events: {bought: {properties: {note: {}, items: {type: array, items: {type: string}}}}}
attributes: {first_name: {}, mail: {pii: personal}, vip: {type: boolean}}
personas: {long: {attributes: {first_name: Ann-Marie-Antoinette}}}
channels: {email: {type: email}, push: {type: mobile_push}}
layouts: {frame: {file: frame.html}}
chains: {c: {trigger: bought, audience: {attribute: mail, exists: true}, steps: [{send: m}]}}
messages:
  m:
    channel: email
    subject: %s
    file: m.html
    %s
"""
FOOT = (
    '<p>You get this because you signed up. <a href="{{ links.unsubscribe }}">Leave</a>'
    ' <a href="{{ links.preferences }}">Choose</a></p>'
)
P = "<p>Here is how to find whatever fits your home, and whom to ask about it.</p>"


def found(rule, page, *, subject="S", more="preheader: P", language="en", frame=""):
    source = SHOP % (language, subject, more)
    result = read("a.yaml", source.encode())
    files = {"m.html": page, "frame.html": frame}
    program = build(result.documents, files=files)
    portfolio = Portfolio(program, sources={"a.yaml": result.source})
    return [
        (one.level.value, one.message.english(), one.label.span) for one in rule.check(portfolio)
    ]


def said(rule, *given, **more):
    return [one[1] for one in found(rule, *given, **more)]


def levels(rule, *given, **more):
    return [one[0] for one in found(rule, *given, **more)]


def whole(inside, foot=FOOT):
    return f"<html><body>{inside}{foot}</body></html>"


@pytest.mark.parametrize(
    ("subject", "count"),
    [
        pytest.param("s" * 51, 1, id="too long"),
        pytest.param("s" * 50, 0, id="just fits"),
        pytest.param("\"{{ profile.first_name | default('x') }}" + "s" * 40 + '"', 1, id="for one"),
        pytest.param("\"{{ profile.first_name | default('x') }}" + "s" * 20 + '"', 0, id="for all"),
    ],
)
def test_subjects_that_are_cut_off(subject, count):
    assert len(said(long_subject, whole(P), subject=subject)) == count


@pytest.mark.parametrize(
    ("page", "more", "expected"),
    [
        pytest.param(whole(P), f"preheader: {'p' * 91}", ["warning"], id="too long"),
        pytest.param(whole(P), f"preheader: {'p' * 90}", [], id="just fits"),
        pytest.param(
            whole(P),
            f"preheader: \"{{{{ profile.first_name | default('x') }}}}{'p' * 95}\"",
            ["warning"],
            id="too long for everybody",
        ),
        pytest.param(whole(P), "silent: false", ["info"], id="none"),
        pytest.param(P, "silent: false", ["info"], id="none in a fragment"),
        pytest.param(P, "preheader: Lamps and chairs", [], id="one in a fragment"),
        pytest.param(whole(P), "category: service", [], id="no marketing"),
    ],
)
def test_preheaders(page, more, expected):
    assert levels(long_preheader, page, more=more) == expected


def button(address):
    return f'<a class="button" href="{address}">Go</a>'


@pytest.mark.parametrize(
    ("page", "more", "count"),
    [
        pytest.param(
            button("https://a.example") + button("https://b.example"), "utm: {}", 1, id="2"
        ),
        pytest.param(
            button("https://a.example?x=1") + button("https://a.example"),
            "utm: {}",
            0,
            id="one goal",
        ),
        pytest.param(
            button("https://a.example") + button("https://b.example"),
            "kind: digest",
            0,
            id="a digest",
        ),
        pytest.param(
            button("https://a.example") + '<a href="https://b.example">b</a>',
            "utm: {}",
            0,
            id="link",
        ),
    ],
)
def test_calls(page, more, count):
    assert len(said(many_calls, whole(page), more=more)) == count


@pytest.mark.parametrize(
    ("page", "more", "expected"),
    [
        pytest.param(whole(P, ""), "utm: {}", ["error"], id="no way out"),
        pytest.param(
            whole('<a href="{{ links.unsubscribe }}">x</a>', ""),
            "utm: {}",
            ["info"],
            id="no choice",
        ),
        pytest.param(whole(P), "utm: {}", [], id="both"),
        pytest.param(whole(P, ""), "category: transactional", [], id="no marketing"),
        pytest.param(P, "utm: {}", ["error"], id="a fragment without"),
        pytest.param("Lamps, and nothing else", "utm: {}", ["error"], id="mere words"),
        pytest.param(P + FOOT, "utm: {}", [], id="a fragment with both"),
        pytest.param(P, "layout: frame", ["error"], id="a layout without"),
        pytest.param("{{ nothing", "utm: {}", [], id="a letter that cannot be read"),
    ],
)
def test_ways_out(page, more, expected):
    frame = "<html><body>{{ slots.content }}</body></html>"
    assert levels(no_unsubscribe, page, more=more, frame=frame) == expected


@pytest.mark.parametrize(
    ("page", "language", "count"),
    [
        pytest.param(whole(P, ""), "en", 1, id="nothing said"),
        pytest.param(P, "en", 1, id="nothing said in a fragment"),
        pytest.param(whole(P), "en", 0, id="said"),
        pytest.param(P + FOOT, "en", 0, id="said in a fragment"),
        pytest.param(whole("<p>Письмо</p>", ""), "ru", 1, id="nothing said in Russian"),
        pytest.param(whole("<p>Вы подписались</p>", ""), "ru-RU", 0, id="said in Russian"),
        pytest.param(whole(P, ""), "de", 0, id="another language"),
    ],
)
def test_why_a_letter_came(page, language, count):
    assert len(said(no_context_line, page, language=language)) == count


@pytest.mark.parametrize(
    ("page", "more", "count"),
    [
        pytest.param('<a href="https://a.example">x</a>', "silent: false", 1, id="bare"),
        pytest.param('<a href="https://a.example">x</a>', "utm: {source: x}", 0, id="marked"),
        pytest.param(
            '<a href="https://a.example?utm_source=x">x</a>', "silent: false", 0, id="own"
        ),
        pytest.param(
            '<a href="https://a.example">x</a>', "category: service", 0, id="no marketing"
        ),
        pytest.param('<a href="mailto:a@example.com">x</a>', "silent: false", 0, id="no page"),
        pytest.param(
            "x", "buttons: [{label: L, url: 'https://a.example'}]", 1, id="a button of its own"
        ),
    ],
)
def test_marks(page, more, count):
    assert len(said(no_utm, page, more=more)) == count


@pytest.mark.parametrize(
    ("page", "count"),
    [
        pytest.param('<img src="https://a.example/1.png">', 1, id="none"),
        pytest.param('<img src="https://a.example/1.png" alt="">', 0, id="an ornament"),
        pytest.param('<img src="https://a.example/1.png" width="1" height="1">', 0, id="a pixel"),
        pytest.param(
            "<mjml><mj-body><mj-section><mj-column><mj-image src='https://a.example/1.png' />"
            "</mj-column></mj-section></mj-body></mjml>",
            1,
            id="MJML",
        ),
    ],
)
def test_images_without_words(page, count):
    assert len(said(no_alt, page)) == count


def test_a_layout_is_told_once():
    frame = '<html><img src="https://a.example/1.png">{{ slots.content }}{{ slots.content }}</html>'
    assert len(said(no_alt, P, more="layout: frame", frame=frame)) == 1


def test_a_text_part_needs_words():
    image = '<img src="https://a.example/1.png" alt="">'
    assert len(said(no_text_part, image)) == 1
    assert said(no_text_part, image + P) == []
    assert said(no_text_part, image, more="text: Hello") == []


def test_letters_that_are_a_picture():
    image = '<img src="https://a.example/1.png" alt="All">'
    assert len(said(image_only, f"<p>Hi</p>{image}")) == 1
    assert len(said(image_only, '<p>Hi</p><img src="https://a.example/1.png">')) == 1
    assert said(image_only, P + image) == []
    assert said(image_only, "<p>Hi</p>") == []


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("x" * 103 * 1024, ["error"], id="for everybody"),
        pytest.param("x" * 93 * 1024, ["warning"], id="nearly"),
        pytest.param("x" * 90 * 1024, [], id="not yet"),
        pytest.param(
            "{% for i in event.items %}" + "x" * 9000 + "{% endfor %}", ["warning"], id="for some"
        ),
        pytest.param(
            "{% for i in event.items %}" + "x" * 900 + "{% endfor %}", [], id="for nobody"
        ),
    ],
)
def test_letters_that_are_clipped(page, expected):
    assert levels(clipped, page) == expected


def test_pages_that_cannot_be_made():
    mjml = "<mjml><mj-body><mj-section><mj-column><mj-text {}>x</mj-text></mj-column></mj-section>"
    bad = mjml.format('colour="#000000"') + "</mj-body></mjml>"
    fine = mjml.format('color="#000000"') + "</mj-body></mjml>"
    assert said(bad_mjml, bad) == ["`<mj-text>` has no attribute `colour`"]
    assert said(bad_mjml, fine) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("", ["error"], id="empty"),
        pytest.param("#", ["error"], id="a hash"),
        pytest.param("javascript:go()", ["error"], id="a script"),
        pytest.param("http://localhost:8000/x", ["error"], id="local"),
        pytest.param("https://a.example/a b", ["error"], id="a space"),
        pytest.param("a.example/x", ["error"], id="no scheme"),
        pytest.param("https:///x", ["error"], id="no site"),
        pytest.param("http://a.example", ["warning"], id="not encrypted"),
        pytest.param("https://a.example/x?y={{ event.note }}#z", [], id="fine"),
        pytest.param("mailto:a@example.com", [], id="a letter"),
        pytest.param("/sale", ["error"], id="a page of the same site"),
        pytest.param("//a.example/x", ["error"], id="two slashes"),
        pytest.param("htps://a.example/x", ["error"], id="a misspelt scheme"),
        pytest.param("a.example:8080/x", ["error"], id="a port is no scheme"),
        pytest.param("https://https://a.example", ["error"], id="twice"),
        pytest.param("https://shop", ["error"], id="no domain"),
        pytest.param("xa.example/x", ["error"], id="begins with a letter x"),
        pytest.param("https://{{ event.note }}/x", [], id="a value is the site"),
        pytest.param("tel:+15550100", [], id="a phone"),
        pytest.param("{% if event.note %}https://a.example{% endif %}", ["error"], id="for some"),
        pytest.param(
            "{% if event.note %}https://a.example{% else %}https://b.example{% endif %}",
            [],
            id="for all",
        ),
        pytest.param(
            "https://a.example{% if event.note %}?x=1{% endif %}", [], id="with a tail for some"
        ),
        pytest.param(
            "{% for i in event.items %}https://a.example{% endfor %}", ["error"], id="a loop"
        ),
        pytest.param(
            "{% if message.category == 'marketing' %}https://a.example{% endif %}",
            [],
            id="a settled condition",
        ),
        pytest.param(
            "{% if message.category == 'service' %}a{% elif links.view_online %}b{% endif %}",
            ["error"],
            id="a link is there",
        ),
        pytest.param("{% with n = event.note %}https://a.example/{{ n }}{% endwith %}", [], id="n"),
        pytest.param("shop://cart", [], id="an app"),
        pytest.param("{{ event.note }}", [], id="a value"),
        pytest.param("{{ event.note }}/x", [], id="begins with a value"),
    ],
)
def test_links(address, expected):
    assert levels(bad_link, f'<a href="{address}">x</a>', more="silent: false") == expected


def test_links_of_buttons():
    more = "buttons: [{label: L, url: 'a.example'}]"
    assert levels(bad_link, P, more=more) == ["error"]


@pytest.mark.parametrize(
    ("written", "count"),
    [
        pytest.param("tg, text: T, buttons: [{label: L, url: 'ftp://x.example'}]", 1, id="ftp"),
        pytest.param("tg, text: T, buttons: [{label: L, url: 'shop://cart'}]", 1, id="an app"),
        pytest.param("tg, text: T, buttons: [{label: L, url: 'tg://user?id=1'}]", 0, id="Telegram"),
        pytest.param(
            "tg, text: T, buttons: [{label: L, url: 'https://x.example'}]", 0, id="a page"
        ),
        pytest.param("push, text: T, buttons: [{label: L, url: 'shop://cart'}]", 0, id="of a push"),
        pytest.param("push, text: T, image: 'http://x.example/a.png'", 1, id="open"),
        pytest.param("push, text: T, image: 'https://x.example/a.png'", 0, id="encrypted"),
        pytest.param("push, text: T, image: 'a.png'", 0, id="a picture of the app"),
    ],
)
def test_links_of_other_channels(findings, written, count):
    shop = """
        events: {bought: {}}
        channels: {tg: {type: telegram}, push: {type: mobile_push}}
        chains: {c: {trigger: bought, steps: [{send: m}]}}
    """
    assert len(findings(bad_link, shop, f"messages: {{m: {{channel: {written}}}}}")) == count


WAYS = "<p>Here it is.</p>{0}<a href='{{{{ links.preferences }}}}'>Choose</a>"
OUT = '<a href="{{ links.unsubscribe }}">Leave</a>'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param("{% if event.note %}" + OUT + "{% endif %}", "only some", id="for some"),
        pytest.param(
            "{% if event.note %}" + OUT + "{% else %}" + OUT + "{% endif %}", None, id="for all"
        ),
        pytest.param(
            "{% if message.category == 'marketing' %}" + OUT + "{% endif %}", None, id="settled"
        ),
        pytest.param("{% if links.unsubscribe %}" + OUT + "{% endif %}", None, id="it is there"),
        pytest.param(
            "{% for i in event.items %}" + OUT + "{% endfor %}", "only some", id="in a loop"
        ),
        pytest.param("{% with n = event.note %}" + OUT + "{% endwith %}", None, id="a name"),
        pytest.param(f'<div style="display: none"><b>{OUT}</b></div>', "nobody", id="not shown"),
        pytest.param(f'<div style="display: block">{OUT}</div></i>', None, id="shown"),
        pytest.param(f"<!--[if mso]><hr>{OUT}<![endif]-->", "nobody", id="for Outlook only"),
        pytest.param(f"<!--[if mso]>{OUT}<![endif]-->{OUT}", None, id="for Outlook, too"),
        pytest.param(f'<div hidden="hidden">{OUT}</div>{OUT}', None, id="one is shown"),
        pytest.param(
            f'</u><i style="display:none">x</i><!--[if !mso]><!-->{OUT}<!--<![endif]-->',
            None,
            id="for all but Outlook",
        ),
        pytest.param(
            f'<a href="https://a.example?x={{{{ event.note }}}}">x</a>{OUT}',
            None,
            id="another link",
        ),
        pytest.param('<a href="{{ links.unsubscribe }}"></a>', "nobody", id="without a word"),
        pytest.param('<a href="{{ links.unsubscribe }}"><b>&nbsp;</b></a>', "nobody", id="blank"),
        pytest.param(
            '<a href="{{ links.unsubscribe }}">{% if event.note %}{% endif %}</a>',
            "nobody",
            id="only a tag",
        ),
        pytest.param(
            '<a href="{{ links.unsubscribe }}"><img src="https://a.example/1.png"></a>',
            None,
            id="a picture",
        ),
        pytest.param(
            "<a href=\"{{ links.unsubscribe }}\">{{ event.note | default('x') }}</a>",
            None,
            id="a value",
        ),
    ],
)
def test_ways_out_that_not_all_have(inside, expected):
    told = said(no_unsubscribe, whole(P, WAYS.format(inside)), more="utm: {}")
    assert bool(told) == (expected is not None)
    assert all(one.startswith((expected or "", f"`m` {expected}")) for one in told)


@pytest.mark.parametrize(
    ("text", "category", "expected"),
    [
        pytest.param("Hello", "marketing", "`m` has no link to unsubscribe", id="no way out"),
        pytest.param("Hello {{ links.unsubscribe }}", "marketing", None, id="a way out"),
        pytest.param("Hello", "service", None, id="no marketing"),
        pytest.param(
            "Hello {% if event.note %}{{ links.unsubscribe }}{% endif %}",
            "marketing",
            "only some readers of `m` find a way to unsubscribe",
            id="for some",
        ),
        pytest.param(
            "Hello {% if event.note %}{{ links.unsubscribe }}{% else %}"
            "Leave: {{ links.unsubscribe }}{% endif %}",
            "marketing",
            None,
            id="in each branch",
        ),
    ],
)
def test_letters_that_are_plain_text(text, category, expected):
    more = f'text: "{text}"\n    category: {category}'
    source = (SHOP % ("en", "S", more)).replace("    file: m.html\n", "")
    portfolio = Portfolio(build(read("a.yaml", source.encode()).documents))
    told = [(one.message.english(), one.label.span) for one in no_unsubscribe.check(portfolio)]
    assert [one[0] for one in told] == ([expected] if expected else [])
    assert all(source[span.start : span.end].startswith('"Hello') for _, span in told)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param("<b>x", ["`<b>` is never closed"], id="never closed"),
        pytest.param("<div><b>x</div>", ["`<b>` is never closed"], id="closed by another"),
        pytest.param("x</div>", ["`</div>` closes nothing"], id="closes nothing"),
        pytest.param("<p>x<p>y<ul><li>a<li>b</ul>x<br>", [], id="HTML ends them"),
        pytest.param(
            "<!--[if mso]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->",
            [],
            id="tables for Outlook",
        ),
        pytest.param(
            "{% if event.note %}<b>x{% endif %}</b>",
            ["what this tag opens does not hold whole elements"],
            id="torn",
        ),
        pytest.param("{% if event.note %}<b>{% endif %}x{% if event.note %}</b>{% endif %}", []),
        pytest.param("{% if event.note %}<b>{% else %}<b class='y'>{% endif %}x</b>", [], id="two"),
        pytest.param("{% if event.note %}<b>x</b>{% endif %}<i>y", ["`<i>` is never closed"]),
        pytest.param(
            "{% if event.note %}<b>{% endif %}x{% if event.note %}</b>{% endif %}<i>y",
            ["`<i>` is never closed"],
            id="twice the same, and another",
        ),
        pytest.param(
            "{% for i in event.items %}<b>{% endfor %}x</b>",
            ["what this tag opens does not hold whole elements"],
            id="opened in a loop",
        ),
        pytest.param("<ul>{% for i in event.items %}<li>x{% endfor %}</ul>", [], id="a list"),
        pytest.param(
            "".join(f"{{% if event.note == '{n}' %}}<b>{{% endif %}}" for n in range(5)),
            ["what this tag opens does not hold whole elements"] * 5,
            id="too many ways",
        ),
        pytest.param("<iframe src='https://a.example'></iframe>", ["mail programs leave"], id="f"),
        pytest.param("<script>go()</script>", ["mail programs leave"], id="a script"),
        pytest.param('<script type="application/ld+json">{}</script>', [], id="data for Gmail"),
        pytest.param('<b title="a class="b">x</b>', ["a quote is not closed here"], id="a quote"),
        pytest.param('<b title="a = b" class="b">x</b>', [], id="quotes"),
        pytest.param("<{{ event.note }}>x", ["a value or a tag cannot stand here"], id="a name"),
        pytest.param("&lt;{{ event.note }}>x", [], id="no name"),
        pytest.param(
            "<b {% if event.note %}>x{% endif %}</b>",
            ["a value or a tag cannot stand here"],
            id="begins in a tag",
        ),
        pytest.param(
            "<b>{% if event.note %}x</b {% endif %}>",
            ["a value or a tag cannot stand here"],
            id="ends in a tag",
        ),
    ],
)
def test_tags_that_do_not_go_together(inside, expected):
    told = said(bad_mjml, whole(P + inside))
    assert len(told) == len(expected)
    assert all(one.startswith(two) for one, two in zip(told, expected, strict=True))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("nope.mjml", ["there is no template `nope.mjml`"], id="missing"),
        pytest.param(
            "/etc/passwd", ["there is no template `/etc/passwd`"], id="not in the project"
        ),
        pytest.param("../a.yaml", ["there is no template `../a.yaml`"], id="above the templates"),
        pytest.param("frame.html", [], id="there"),
    ],
)
def test_files_that_a_letter_includes(path, expected):
    rows = "<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>"
    page = f'<mjml><mj-body>{rows}<mj-include path="{path}" /></mj-body></mjml>'
    assert said(bad_mjml, page, frame=rows) == expected


@pytest.mark.parametrize(
    ("page", "count"),
    [
        pytest.param("<b>x", 1, id="never closed"),
        pytest.param("<p>x", 0, id="HTML ends it"),
        pytest.param("<!--[if mso]><!-->x<!--<![endif]--><b>x</b>", 0, id="whole"),
    ],
)
def test_the_tags_of_a_fragment(page, count):
    assert len(said(bad_mjml, page)) == count


LINKED = (
    "<mj-text>{{% if event.note %}}<a href='https://a.example/1'>{{% else %}}"
    "<a href='https://a.example/2'>{{% endif %}}{}</mj-text>"
)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        pytest.param("<{{ event.note }}>x", ["a value or a tag cannot stand here"], id="a value"),
        pytest.param(
            "</b{{ event.note }}>x", ["a value or a tag cannot stand here"], id="a part, closing"
        ),
        pytest.param("<i>x", ["`<i>` is never closed"], id="a name"),
        pytest.param("&lt;{{ event.note }}>x", [], id="no tag"),
    ],
)
def test_elements_whose_name_is_a_value_are_told_once(inside, expected):
    text = f"<mj-text>{inside}</mj-text>"
    page = f"<mjml><mj-body><mj-section><mj-column>{text}</mj-column></mj-section></mj-body></mjml>"
    told = said(bad_mjml, page)
    assert len(told) == len(expected)
    assert all(one.startswith(two) for one, two in zip(told, expected, strict=True))


@pytest.mark.parametrize(
    ("inside", "count"),
    [
        pytest.param("{% if event.note %}<mj-text>x{% endif %}</mj-text>", 1, id="torn"),
        pytest.param("{% if event.note %}<mj-text>x</mj-text>{% endif %}", 0, id="whole"),
        pytest.param(LINKED.format("text</a>"), 0, id="opened in both arms"),
        pytest.param(LINKED.format("text"), 2, id="never closed in either arm"),
        pytest.param(LINKED.format("text</b>"), 3, id="closed as something else"),
        pytest.param(LINKED.replace("else", "elif event.sku").format("x</a>"), 2, id="no else"),
    ],
)
def test_torn_mjml(inside, count):
    page = (
        f"<mjml><mj-body><mj-section><mj-column>{inside}</mj-column></mj-section></mj-body></mjml>"
    )
    assert len(said(bad_mjml, page)) == count


def test_colours():
    assert len(said(low_contrast, '<p style="color: #999999">Hello</p>')) == 1
    assert said(low_contrast, '<p style="color: #555555">Hello</p>') == []


@pytest.mark.parametrize(
    ("page", "count"),
    [
        pytest.param('<p style="color: #333333">Hello</p>', 1, id="dark on nothing"),
        pytest.param('<p style="color: #333333; background: #ffffff">Hello</p>', 0, id="on white"),
        pytest.param("<p>Hello</p>", 0, id="neither"),
        pytest.param('<p style="color: #cccccc">Hello</p>', 0, id="pale anyway"),
        pytest.param('<a href="https://a.example">Hello</a>', 0, id="a link"),
        pytest.param(
            '<body bgcolor="#ffffff"><p style="color: #333333">Hello</p></body>', 0, id="behind all"
        ),
        pytest.param('<p style="color: #333333">A &amp; B</p>', 1, id="not found as written"),
    ],
)
def test_dark_inboxes(page, count):
    assert len(said(dark_mode, page)) == count


def test_what_mail_programs_leave_out():
    assert len(said(unsupported_css, '<div style="display: grid">x</div>')) == 1
    assert said(unsupported_css, '<table><tr><td style="padding: 8px">x</td></tr></table>') == []
    assert said(unsupported_css, whole(P)) == []


@pytest.mark.parametrize(
    ("subject", "more", "count"),
    [
        pytest.param("'Re: your order'", "utm: {}", 1, id="no answer"),
        pytest.param("GREAT OFFERS TODAY", "utm: {}", 1, id="capitals"),
        pytest.param("НДФЛ", "utm: {}", 0, id="an abbreviation"),
        pytest.param("Sale!!!", "utm: {}", 1, id="shouting"),
        pytest.param("You have won a prize", "utm: {}", 1, id="spam"),
        pytest.param("Вы выиграли приз", "utm: {}", 1, id="spam in Russian"),
        pytest.param("You have won a prize", "category: service", 0, id="said in service"),
        pytest.param("A lamp for your desk!", "utm: {}", 0, id="fine"),
    ],
)
def test_subjects_like_spam(subject, more, count):
    assert len(said(spammy_subject, P, subject=subject, more=more)) == count


@pytest.mark.parametrize(
    ("subject", "more", "count"),
    [
        pytest.param("\"{{ profile.first_name | default('') }}\"", "utm: {}", 1, id="no words"),
        pytest.param('"{% if profile.vip %}VIP{% endif %}"', "utm: {}", 1, id="no other words"),
        pytest.param(
            '"{% if event.note %}{{ event.note }}{% endif %}"', "utm: {}", 1, id="no note"
        ),
        pytest.param("\"{{ profile.first_name | default('you') }}\"", "utm: {}", 0, id="a word"),
        pytest.param(
            '"{% if profile.vip %}VIP{% else %}Lamps{% endif %}"', "utm: {}", 0, id="other words"
        ),
        pytest.param("Lamps", "utm: {}", 0, id="the same for all"),
        pytest.param('"{{ profile.first_name }}"', "utm: {}", 0, id="told by another rule"),
        pytest.param('"{% if profile.mail %}VIP{% endif %}"', "utm: {}", 0, id="they have it"),
        pytest.param(
            '"{% if profile.vip %}VIP{% endif %}"',
            "fallback: {when: {attribute: vip, neq: true}, then: skip}",
            0,
            id="it is not sent then",
        ),
    ],
)
def test_empty_subjects(subject, more, count):
    assert len(said(spammy_subject, P, subject=subject, more=more)) == count


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param('"a\\nBcc: b@example.com"', ["error"], id="a line break"),
        pytest.param('"a\\u200bb"', ["warning"], id="without width"),
        pytest.param('"a\\u202eb"', ["warning"], id="turned round"),
        pytest.param('"S\\u0430le"', ["warning"], id="mixed letters"),
        pytest.param('"\\U0001F600\\U0001F600\\U0001F600"', ["warning"], id="three emoji"),
        pytest.param('"\\U0001F469\\u200D\\U0001F4BB at work"', [], id="an emoji of two, joined"),
        pytest.param(
            '"a\\u200bb {{ profile.first_name | default(1) }}"', ["warning"], id="for everybody"
        ),
        pytest.param('"\\U0001F600 Sale"', [], id="one emoji"),
        pytest.param("Лампа IKEA", [], id="words of two alphabets"),
    ],
)
def test_odd_signs(subject, expected):
    assert levels(odd_characters, P, subject=subject) == expected


@pytest.mark.parametrize(
    ("rule", "page", "count"),
    [
        pytest.param(template_syntax, "{{ profile.first_name", 1, id="a page that cannot be read"),
        pytest.param(
            unknown_template_value, "{{ profile.first_nam }}", 1, id="a name that is misspelt"
        ),
        pytest.param(unknown_template_value, "{{ profile.first_name }}", 0, id="a name"),
        pytest.param(template_syntax, "{{ profile.first_name }}", 0, id="a page that can be read"),
        pytest.param(
            personal_data_in_link,
            '<a href="https://shop.example/?m={{ profile.mail }}">a</a>{{ profile.mail }}',
            1,
            id="a link with an address",
        ),
        pytest.param(
            personal_data_in_link,
            '<a href="https://shop.example/">a</a>{{ profile.mail }}',
            0,
            id="a link beside an address",
        ),
    ],
)
def test_pages_are_read_like_texts(rule, page, count):
    assert len(found(rule, page)) == count


@pytest.mark.parametrize(
    ("words", "count"),
    [
        pytest.param("one two three", 1, id="next to nothing"),
        pytest.param("one two three four five six seven eight nine ten", 0, id="enough"),
    ],
)
def test_the_words_of_a_slot_are_words_of_the_letter(words, count):
    frame = '<html><img src="https://a.example/1.png" alt="">{{ slots.top }}</html>'
    more = f"layout: frame\n    slots: {{top: {words}}}"
    assert len(said(image_only, "", more=more, frame=frame)) == count


def test_a_subject_that_is_too_much_work_is_passed_over():
    loops = "".join(f"{{% for i{n} in event.items %}}" for n in range(14))
    subject = f'"{loops}x{"{% endfor %}" * 14}"'
    assert said(long_subject, P, subject=subject) == []


FRAME = (
    "<mjml><mj-head><mj-title>Look</mj-title></mj-head><mj-body><mj-section><mj-column>"
    "<mj-text>b Leave</mj-text></mj-column></mj-section>{{ slots.content }}</mj-body></mjml>"
)


@pytest.mark.parametrize(
    ("inside", "line", "words"),
    [
        pytest.param(
            "<mj-text>Look</mj-text>\n<mj-text color='#ccc'>Look</mj-text>", 2, "Look", id="second"
        ),
        pytest.param(
            "<mj-text color='#ccc'>Look</mj-text>\n<mj-text>Look</mj-text>", 1, "Look", id="first"
        ),
        pytest.param(
            "<mj-text>All. Leave</mj-text>\n<mj-text color='#ccc'>Leave</mj-text>",
            2,
            "Leave",
            id="a part before",
        ),
        pytest.param("\n<mj-text><b style='color:#ccc'>b</b></mj-text>", 2, "b", id="a letter"),
        pytest.param("\n<mj-text color='#ccc'>&mdash; a</mj-text>", 2, "&mdash; a", id="an entity"),
        pytest.param(
            "\n<mj-text color='#ccc'>{{ event.note }}</mj-text>",
            2,
            "{{ event.note }}",
            id="a value",
        ),
    ],
)
def test_the_place_of_pale_words_is_their_own(inside, line, words):
    page = f"<mj-section><mj-column>{inside}</mj-column></mj-section>"
    ((_, _, span),) = found(low_contrast, page, frame=FRAME, more="layout: frame")
    assert span.path == "templates/m.html"
    assert page.count("\n", 0, span.start) + 1 == line
    assert page[span.start : span.end] == words


def test_pale_words_that_were_written_otherwise():
    style = "<style>i {color: #ccc}</style>"
    page = f"<html><head>{style}</head><body><i>a&nbsp;b &mdash; c</i></body></html>"
    ((_, _, span),) = found(low_contrast, page)
    assert page[span.start : span.end] == "a&nbsp;b &mdash; c"
