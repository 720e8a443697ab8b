"""Values inside of addresses that are written out among words."""

import pytest


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("https://s.example/c/{{ v }}", "https://s.example/c/a%20b%2F%26", id="part"),
        pytest.param(
            "https://s.example?q={{ v }}&n=1", "https://s.example?q=a%20b%2F%26&n=1", id="query"
        ),
        pytest.param("app://{{ v }}, yes", "app://a%20b%2F%26, yes", id="another scheme"),
        pytest.param(
            "[Go](https://s.example/{{ v }})", "[Go](https://s.example/a%20b%2F%26)", id="Markdown"
        ),
        pytest.param(
            "https://s.example/(x)/{{ v }}",
            "https://s.example/(x)/a%20b%2F%26",
            id="brackets in it",
        ),
        pytest.param(
            "https://s.example/{{ v | url_encode }}", "https://s.example/a%20b%2F%26", id="encoded"
        ),
        pytest.param(
            "https://s.example/{{ v | url_encode | default('-') }}",
            "https://s.example/a%20b%2F%26",
            id="encoded before its fallback",
        ),
        pytest.param(
            "https://s.example/{{ missing | default('a b') }}",
            "https://s.example/a%20b",
            id="its fallback too",
        ),
        pytest.param(
            "https://s.example/{% if v %}{{ v }}{% endif %}",
            "https://s.example/a%20b%2F%26",
            id="in a condition",
        ),
        pytest.param("https://s.example {{ v }}", "https://s.example a b/&", id="after it"),
        pytest.param(
            "(https://s.example){{ v }}", "(https://s.example)a b/&", id="after its bracket"
        ),
        pytest.param(
            "'https://s.example'{{ v }}", "'https://s.example'a b/&", id="after its quote"
        ),
        pytest.param("s.example/{{ v }}", "s.example/a b/&", id="no scheme"),
        pytest.param("://{{ v }}", "://a b/&", id="nothing before"),
        pytest.param("{{ v }}", "a b/&", id="a value alone"),
        pytest.param("Dear {{ v }}", "Dear a b/&", id="a word"),
        pytest.param("{{ v | url_encode }}", "a%20b%2F%26", id="encoded outside"),
    ],
)
def test_values_in_plain_texts(message, written, expected):
    written = written.replace('"', '\\"')
    made = message(f'messages: {{one: {{channel: sms, text: "{written}"}}}}')
    assert made.see("text", v="a b/&") == expected


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            '<a href="https://s.example/{{ v }}">x</a>', "x (https://s.example/a%20b)", id="a link"
        ),
        pytest.param('<a href="{{ v }}?q={{ v }}">x</a>', "x (a b?q=a%20b)", id="after a value"),
        pytest.param(
            '<a href="{% if v %}https://s.example{% endif %}?q={{ v }}">x</a>',
            "x (https://s.example?q=a%20b)",
            id="after a condition",
        ),
        pytest.param('<img alt="x" href="{{ v }}?q={{ v }}">', "x (a b?q=a%20b)", id="a picture"),
        pytest.param('<a href="{{ v }}">x</a>', "x (a b)", id="a value as a whole"),
        pytest.param(
            '<a href="https://s.example">x</a>{{ v }}', "x (https://s.example)a b", id="after it"
        ),
        pytest.param("<p>https://s.example/{{ v }}</p>", "https://s.example/a%20b", id="no link"),
    ],
)
def test_the_text_part_encodes_as_the_page_does(letter, body, text):
    assert letter(body).see("text", v="a b") == text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param("<p>https://s.example/{{ v }}</p>", "https://s.example/%3C%26", id="in words"),
        pytest.param(
            "<p>https://s.example?a=1&amp;b={{ v }}</p>",
            "https://s.example?a=1&amp;b=%3C%26",
            id="after an entity that is in it",
        ),
        pytest.param(
            "<p>https://s.example&nbsp;{{ v }}</p>",
            "https://s.example&nbsp;&lt;&amp;",
            id="after an entity that ends it",
        ),
        pytest.param(
            "<a download href='/x?q={{ v }}'>x</a>", "/x?q=%3C%26", id="after a bare word"
        ),
        pytest.param("<p>https://s.example<br>{{ v }}</p>", "<br>&lt;&amp;", id="after a tag"),
    ],
)
def test_pages_encode_what_programs_make_links_of(letter, body, shown):
    assert shown in letter(body).see("html", v="<&")


def test_a_line_with_an_address_keeps_it_where_it_is_put(letter):
    made = letter("<p>{{ message.subject }}</p>", "subject: https://s.example/{{ v }}")
    assert "https://s.example/a%20b" in made.see("html", v="a b")
    assert made.see("text", v="a b") == "https://s.example/a%20b"
