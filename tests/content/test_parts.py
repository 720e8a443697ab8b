"""From a message and a language to what a customer sees."""

import json

import pytest

from crmspec.content.parts import Messages, content_of, facts, parts

SECTION = "<mj-section><mj-column>{}</mj-column></mj-section>"
BASE = """
<mjml><mj-head><mj-preview>{{ message.preheader }}</mj-preview></mj-head><mj-body>
{{ slots.content }}
<mj-section><mj-column><mj-text>{{ slots.why }} {{ message.id }}/{{ project.id }}</mj-text>
</mj-column></mj-section></mj-body></mjml>
"""


def email(body, extra=""):
    return f"messages:\n  one:\n    channel: email\n    body: {body!r}\n    {extra}"


def test_a_letter_has_a_page_and_a_text(letter):
    made = letter(
        SECTION.format("<mj-text>Hi {{ profile.first_name }}</mj-text>"),
        "subject: Hello {{ profile.first_name }}",
    )
    assert made.told == []
    assert made.see("subject", profile={"first_name": "<Ann>"}) == "Hello <Ann>"
    page = made.see("html", profile={"first_name": "<Ann>"})
    assert page.startswith("<!doctype html>")
    assert "Hi &lt;Ann&gt;" in page
    assert made.see("text", profile={"first_name": "<Ann>"}) == "Hi <Ann>"


def test_layout_slots_and_facts(message):
    made = message(
        """
        layouts: {base: {channel: email, file: base.mjml, slots: [content, why]}}
        messages:
          one:
            channel: email
            layout: base
            preheader: Fish & chips <now>
            file: one.mjml
            slots: {why: "Because of {{ profile.first_name }}"}
        """,
        {"base.mjml": BASE, "one.mjml": SECTION.format("<mj-text>Body</mj-text>")},
    )
    assert made.told == []
    page = made.see("html", profile={"first_name": "Ann"})
    assert "Because of Ann one/project" in page
    assert "Fish &amp; chips &lt;now&gt;&#847;" in page
    assert page.index("Body") < page.index("Because")


@pytest.mark.parametrize(
    ("slot", "wrapped"),
    [
        pytest.param("{{ slots.content }}", True, id="in the body"),
        pytest.param("<mj-wrapper>{{ slots.content }}</mj-wrapper>", True, id="in a wrapper"),
        pytest.param("<mj-section>{{ slots.content }}</mj-section>", True, id="in a section"),
        pytest.param(SECTION.format("{{ slots.content }}"), True, id="in a column"),
        pytest.param(
            SECTION.format("<mj-text>{{ slots.content }}</mj-text>"), False, id="in a text"
        ),
    ],
)
def test_plain_text_gets_the_elements_that_mjml_wants(message, slot, wrapped):
    made = message(
        email("Just <b>words</b>", "layout: base")
        + "\nlayouts: {base: {channel: email, file: base.mjml}}",
        {"base.mjml": f"<mjml><mj-body>{slot}</mj-body></mjml>"},
    )
    assert made.told == []
    assert "Just <b>words</b>" in made["html"]
    assert ("mj-column-per-100" in made["html"]) is True
    assert made["text"] == "Just words"
    assert wrapped or made["html"].count("<div style=") >= 1


def test_blocks_see_the_names_around_them(message):
    made = message(
        """
        blocks:
          greeting: {template: "<b>{{ name }}</b>{% include 'star' %}"}
          star: {template: "*"}
        messages:
          one:
            channel: email
            body: "{% with name = profile.first_name %}{% include 'greeting' %}{% endwith %}"
        """
    )
    assert "<body><b>A&amp;B</b>*</body>" in made.see("html", profile={"first_name": "A&B"})


def test_blocks_that_include_themselves_end(message):
    made = message(
        """
        blocks:
          a: {template: "a{% include 'b' %}"}
          b: {template: "b{% include 'a' %}"}
        messages: {one: {channel: sms, text: "{% include 'a' %}!"}}
        """
    )
    assert made["text"] == "ab!"


def test_an_unknown_block_stays(message):
    made = message("messages: {one: {channel: sms, text: \"a{% include 'gone' %}\"}}")
    assert made["text"] == "a"
    assert made.told == []


@pytest.mark.parametrize(
    ("attribute", "seen"),
    [
        pytest.param('href="{{ v }}"', 'href="a b&amp;&quot;"', id="a whole address"),
        pytest.param('href="https://x.example/?q={{ v }}"', "q=a%20b%26%22", id="a part of one"),
        pytest.param('title="{{ v }}"', 'title="a b&amp;&quot;"', id="another attribute"),
        pytest.param('href="mailto:{{ v }}"', "mailto:a%20b%26%22", id="an e-mail address"),
        pytest.param(
            'href="{% if w %}{{ v }}{% else %}{{ v }}{% endif %}"',
            'href="a b&amp;&quot;"',
            id="a whole address in either case",
        ),
        pytest.param("title='{{ v }}'", 'title="a b&amp;&quot;"', id="single quotes"),
    ],
)
def test_values_are_escaped_by_where_they_stand(letter, attribute, seen):
    made = letter(SECTION.format(f"<mj-text><a {attribute}>x</a></mj-text>"))
    assert made.told == []
    assert seen in made.see("html", v='a b&"')


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param("<a {{ v }}>x</a>", "{{ v }}", id="a value in a start tag"),
        pytest.param(
            "<a {% if v %}href='x'{% endif %}>x</a>",
            "{% if v %}href='x'{% endif %}",
            id="a tag in one",
        ),
        pytest.param("<a title={{ v }}>x</a>", "{{ v }}", id="a value without quotes"),
        pytest.param("<style>a{color:{{ v }}}</style>", "{{ v }}", id="a value in a style sheet"),
        pytest.param("<script>{{ v }}</script>", "{{ v }}", id="a value in a script"),
        pytest.param('<a onclick="{{ v }}">x</a>', "{{ v }}", id="a value in a handler"),
    ],
)
def test_values_that_cannot_be_made_safe_are_refused(letter, body, place):
    made = letter(body)
    assert [(kind, where) for kind, where, _ in made.told] == [("markup", place)]
    assert made["html"] == ""


def test_a_block_around_halves_of_elements_is_told(letter):
    made = letter("{% if a %}<a title='{% if b %}x{% endif %}'>{% endif %}y</a>")
    assert made.told == []
    made = letter(SECTION.format("<mj-image alt='x' {% if a %}/>{% endif %}"))
    assert made.told[0][0] == "markup"


@pytest.mark.parametrize(
    ("href", "marked"),
    [
        pytest.param("https://x.example", "https://x.example?utm_source=crm", id="a page"),
        pytest.param(
            "https://x.example/#a", "https://x.example/?utm_source=crm&amp;", id="an anchor"
        ),
        pytest.param("https://x.example/?a=1", "?a=1&amp;utm_source=crm", id="a query"),
        pytest.param(
            "https://x.example/?", "https://x.example/?utm_source=crm", id="an open query"
        ),
        pytest.param("https://x.example/{{ v }}", "/v?utm_source=crm", id="a value in it"),
        pytest.param("{{ v }}/page", '"v/page?utm_source=crm', id="a page below a value"),
        pytest.param(
            "{% if v %}https://a.example{% else %}https://b.example{% endif %}",
            "https://a.example?utm_source=crm",
            id="one of two pages",
        ),
    ],
)
def test_links_are_marked(letter, href, marked):
    extra = (
        'utm: {source: crm, medium: "{channel}", campaign: "{chain}", content: "{message} {step}"}'
    )
    made = letter(f'<a href="{href}">x</a>', extra)
    page = made.see("html", v="v")
    assert marked in page
    assert "utm_medium=email&amp;utm_campaign=one&amp;utm_content=one%20one" in page
    assert page.count("utm_source") == 1


@pytest.mark.parametrize(
    "href",
    [
        pytest.param("mailto:a@example.com", id="an e-mail address"),
        pytest.param("tel:+1", id="a number"),
        pytest.param("{{ links.unsubscribe }}", id="the link to unsubscribe"),
        pytest.param("{{ v | default('https://x.example') }}", id="a value"),
        pytest.param("{% if v %}{{ v }}{% endif %}", id="a value or nothing"),
        pytest.param("https://x.example/?utm_source=own", id="its own mark"),
        pytest.param("#top", id="an anchor"),
    ],
)
def test_some_links_are_left_alone(letter, href):
    made = letter(f'<a href="{href}">x</a>', "utm: {source: crm}")
    assert "utm_source=crm" not in made.see("html", v="https://x.example")


def test_a_chain_gives_its_name_and_step_to_the_marks(message):
    made = message(
        """
        chains:
          welcome:
            trigger: bought
            steps: [{send: one, id: first}]
        messages:
          one:
            channel: push
            text: x
            open: {url: "https://x.example/{{ v }}"}
            utm: {campaign: "{chain}-{step}"}
        """
    )
    assert made.see("open.url", v="a/b") == "https://x.example/a%2Fb?utm_campaign=welcome-first"


def test_a_broadcast_gives_its_name(message):
    made = message(
        """
        broadcasts: {sale: {message: one, audience: {include: {attribute: points, gt: 1}}}}
        messages:
          one:
            channel: push
            text: x
            open: {url: "https://x.example"}
            utm: {campaign: "{chain}"}
        """
    )
    assert made["open.url"] == "https://x.example?utm_campaign=sale"


def test_languages_fall_back_to_the_messages_own_texts(message):
    written = """
    messages:
      one:
        channel: email
        subject: Own
        body: "<p>{{ message.locale }}</p>"
        preheader: Own lead
        locales:
          de: {subject: Deutsch}
          en: {body: "<p>English</p>"}
    """
    german = message(written, locale="de")
    assert (german["subject"], german["text"]) == ("Deutsch", "de")
    english = message(written, locale="en")
    assert (english["subject"], english["text"]) == ("Own", "English")
    assert english["preheader"] == "Own lead"


def test_every_language_once(project):
    program = project("messages: {one: {channel: sms, locales: {de: {text: A}, en: {text: B}}}}")
    messages = Messages(program)
    assert [one.locale for one in messages.every()] == ["de", "en"]
    assert messages.parts(program.messages["one"], "de") is messages.parts(
        program.messages["one"], "de"
    )
    assert content_of(program.messages["one"], "fr").text is None
    assert parts(program, program.messages["one"], "en").text


def test_facts_leave_out_what_is_not_said(project):
    program = project("messages: {one: {channel: sms, title: One, text: A}}")
    known = facts(program, program.messages["one"], "en")
    assert known["message"] == {
        "id": "one", "title": "One", "channel": "sms", "category": "marketing", "locale": "en",
    }  # fmt: skip
    assert known["project"] == {"id": "project", "timezone": "UTC"}


def test_fields_of_other_channels(message):
    made = message(
        """
        messages:
          one:
            channel: push
            heading: H
            subtitle: S
            text: T
            image: "{{ v }}"
            open: {url: "{{ v }}", deeplink: "app://{{ v }}"}
            buttons: [{label: L, url: "https://x.example/{{ v }}"}]
            headers: {X-One: "{{ v }}"}
            variables: ["{{ v }}"]
            screens: [{text: "Screen", button: Go}]
        """
    )
    assert {name: made.see(name, v="a b") for name in made.parts.fields} == {
        "heading": "H",
        "subtitle": "S",
        "text": "T",
        "image": "a b",
        "open.url": "a b",
        "open.deeplink": "app://a%20b",
        "buttons.0.label": "L",
        "buttons.0.url": "https://x.example/a%20b",
        "headers.X-One": "a b",
        "variables.0": "a b",
        "screens.0.text": "Screen",
        "screens.0.button": "Go",
    }


def test_messengers_with_tags_escape_values_and_others_do_not(message):
    text = "text: \"<a href='https://x.example/{{ v }}'>{{ v }}</a>\""
    tagged = message(f"messages: {{one: {{channel: telegram, {text}, utm: {{source: crm}}}}}}")
    assert tagged.see("text", v="<&") == (
        "<a href='https://x.example/%3C%26?utm_source=crm'>&lt;&amp;</a>"
    )
    plain = message(f"messages: {{one: {{channel: telegram, parse_mode: plain, {text}}}}}")
    assert plain.see("text", v="<&") == "<a href='https://x.example/%3C%26'><&</a>"


def test_a_page_of_a_site_has_no_text_part(message):
    made = message("messages: {one: {channel: site, body: '<p>{{ v }}</p>', text: 'T'}}")
    assert "<p>&lt;</p>" in made.see("html", v="<")
    assert made["text"] == "T"


def test_an_own_text_part_goes_before_the_made_one(message):
    assert message(email("<p>a</p>", "text: own"))["text"] == "own"
    assert message(email("<p>a</p>", "text: auto"))["text"] == "a"


@pytest.mark.parametrize(
    ("text", "extra", "seen"),
    [
        pytest.param("Sale!", "opt_out_text: auto", "Sale! Reply HALT to opt out", id="made"),
        pytest.param("Sale!", "opt_out_text: 'No: 1'", "Sale! No: 1", id="own"),
        pytest.param("Sale! No: 1", "opt_out_text: 'No: 1'", "Sale! No: 1", id="said already"),
        pytest.param("Sale!", "category: marketing", "Sale!", id="none"),
    ],
)
def test_opt_out(message, text, extra, seen):
    written = f"messages:\n  one:\n    channel: sms\n    text: '{text}'\n    {extra}"
    assert message(written)["text"] == seen


def test_opt_out_without_a_keyword_is_in_the_language_of_the_project(project):
    program = project("messages: {one: {channel: push, text: A, opt_out_text: auto}}\n")
    from crmspec.content.opt_out import opt_out

    assert opt_out(program, program.messages["one"], "ru-RU") == "Отказ: СТОП"
    assert opt_out(program, program.messages["one"], "fr") == "Reply STOP to opt out"


def test_links_are_marked_in_the_text_too(letter):
    made = letter('<a href="https://x.example?a=1">x</a>', "utm: {source: a b}")
    assert made["text"] == "x (https://x.example?a=1&utm_source=a%20b)"


def test_template_problems_are_told_where_they_are(message):
    made = message(
        """
        layouts: {base: {channel: email, file: gone.mjml}}
        blocks: {b: {template: "{{ x~y }}"}, c: {file: gone.mjml}}
        messages:
          one:
            channel: email
            layout: base
            subject: "{{ a | nope }}"
            file: missing.mjml
            preheader: "{% include 'b' %}{% include 'c' %}"
        """
    )
    assert [(kind, place) for kind, place, _ in made.told] == [
        ("template", "nope"),
        ("template", "x~y"),
        ("file", "gone.mjml"),
        ("file", "missing.mjml"),
        ("file", "gone.mjml"),
    ]


def test_mjml_files_are_taken_from_the_project_only(letter):
    body = '<mj-include path="{}" />' + SECTION.format("<mj-text>b</mj-text>")
    part = {"part.mjml": SECTION.format("<mj-text>{{ v }}</mj-text>")}
    assert ">in</div>" in letter(body.format("part.mjml"), files=part).see("html", v="in")
    assert ">in</div>" in letter(body.format("./x/../part.mjml"), files=part).see("html", v="in")
    made = letter(body.format("../../etc/passwd"), files=part)
    assert made.told == [
        (
            "include",
            '<mj-include path="../../etc/passwd" />',
            "there is no template `../../etc/passwd`",
        )
    ]


def test_included_files_that_include_themselves_end(letter):
    own = '<mj-include path="one.mjml"></mj-include>' + SECTION.format("<mj-text>b</mj-text>")
    assert letter(own)["text"] == "b\n\nb"


def test_the_same_project_gives_the_same_bytes(letter):
    body = SECTION.format("<mj-text css-class='a b'>x</mj-text><mj-button>y</mj-button>")
    assert letter(body)["html"] == letter(body)["html"]


def test_a_slot_without_content_is_empty(message):
    made = message(
        email("<p>x</p>", "layout: base") + "\nlayouts: {base: {channel: email, "
        "template: '</b><i>{{ slots.content }}{{ slots.none }}'}}"
    )
    assert "</b><i><p>x</p></body>" in made["html"]


def test_a_slot_after_crossed_elements(message):
    made = message(
        email("words", "layout: base") + "\nlayouts: {base: {channel: email, file: base.mjml}}",
        {"base.mjml": "<mjml><mj-body><p><b></p></b>{{ slots.content }}</mj-body></mjml>"},
    )
    assert made["text"] == "words"


def test_places_of_included_files_in_trimmed_texts(letter):
    made = letter('{# a #}{% raw %}<p><mj-include path="x" /></p>{% endraw %}')
    assert made.told[0][0] == "include"


def test_a_layout_that_is_not_there(message):
    assert message(email("<p>x</p>", "layout: gone"))["text"] == "x"


def test_two_links_in_one_tag_and_none(letter):
    made = letter("<link href='https://x.example/a.css'><a name='x'>y</a>", "utm: {source: crm}")
    assert "utm" not in made["html"]


def test_a_message_whose_channel_is_not_there_is_a_letter(project):
    program = project("messages: {one: {channel: gone, body: '<p>x</p>'}}")
    assert parts(program, program.messages["one"]).type == "email"


def test_more_than_a_page_can_be(message):
    include = "{{% include 'b{}' %}}"
    blocks = [f'  b{n}: {{template: "{include.format(n + 1) * 2}"}}' for n in range(20)]
    written = "blocks:\n" + "\n".join(blocks) + "\n  b20: {template: x}\n"
    made = message(written + email(include.format(0)))
    assert [kind for kind, _, _ in made.told] == ["size"]
    assert "x</body>" not in made["html"]
    made = message(written + 'messages: {one: {channel: sms, text: "' + include.format(0) + '"}}')
    assert [kind for kind, _, _ in made.told] == ["size"]
    assert made["text"] == ""


def test_the_body_of_a_short_message_is_its_text(message):
    assert message("messages: {one: {channel: sms, body: Hello}}")["text"] == "Hello"


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param("<mjml><mj-body><mj-raw/>{{ slots.content }}", id="nothing after it"),
        pytest.param("<mjml><mj-body>{{ slots.content }}</mj-body></mjml>", id="its end after it"),
    ],
)
def test_the_element_around_a_slot(layout):
    from crmspec.content.slot import parents
    from crmspec.template.parse import parse

    assert parents(parse(layout + "{{ slots.other | upper }}").body) == {"content": "mj-body"}


def test_places_without_the_files_at_hand(project):
    body = "a\n<mj-include path='gone' />"
    program = project(f"messages:\n  one:\n    channel: email\n    body: {json.dumps(body)}")
    (told,) = parts(program, program.messages["one"]).troubles
    assert told.span == program.messages["one"].content.body.place.span


def test_included_files_are_found_beside_what_names_them(message):
    made = message(
        "messages:\n  one: {channel: email, layout: base, file: letters/one.mjml}\n"
        "layouts: {base: {channel: email, file: frames/base.mjml}}\n"
        "blocks: {row: {file: blocks/row.mjml}}",
        {
            "frames/base.mjml": "<mjml><mj-body>{{ slots.content }}</mj-body></mjml>",
            "letters/one.mjml": '<mj-include path="../blocks/a.mjml" />{% include "row" %}',
            "blocks/a.mjml": '<mj-include path="b.mjml" />',
            "blocks/b.mjml": SECTION.format("<mj-text>one</mj-text>"),
            "blocks/row.mjml": '<mj-include path="./c.mjml" />',
            "blocks/c.mjml": SECTION.format("<mj-text>two</mj-text>"),
        },
    )
    assert made.told == []
    assert made["text"] == "one\n\ntwo"


def test_an_included_file_that_cannot_be_read_is_told(letter):
    body = '<mj-include path="part.mjml" />' + SECTION.format("<mj-text>b</mj-text>")
    (told,) = letter(body, files={"part.mjml": "{{ a ~ b }}"}).told
    assert told[:2] == ("include", "a ~ b")


def test_approved_templates_are_read_with_their_values(message):
    template = "external_template: {name: n, language: en, category: UTILITY}"
    made = message(
        f"messages: {{one: {{channel: telegram, parse_mode: plain, {template}, "
        "variables: ['{{ v }}', b], text: '{{2}} {{1}} {{3}} {{ \"x\" }}'}}"
    )
    assert made.see("text", v="a") == "b a {{3}} x"


def test_numbers_without_a_template_are_numbers(message):
    made = message("messages: {one: {channel: sms, text: '{{1}} {{ 2.5 }} {{ v }}'}}")
    assert made.see("text", v="a") == "1 2.5 a"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        pytest.param("see https://shop.example/c/{{1}} now", "a%20%26b", id="a part of an address"),
        pytest.param("see {{1}} now", "a &b", id="a word"),
        pytest.param("{{1}}: https://shop.example/c/{{1}}", "a &b", id="both"),
        pytest.param("https://shop.example/c/{{2}} {{1}}", "a &b", id="another is"),
    ],
)
def test_values_of_approved_templates_are_encoded_inside_addresses(message, written, sent):
    template = "external_template: {name: n, language: en, category: UTILITY}"
    made = message(
        f"messages: {{one: {{channel: whatsapp, {template}, "
        f"variables: ['{{{{ v }}}}', b], text: '{written}'}}}}"
    )
    assert made.see("variables.0", v="a &b") == sent
