"""Tryton's dialect, run by the Genshi that Tryton runs: subjects as texts, pages as XML."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from html import unescape

import pytest
from msgspec.structs import replace

from crmspec.dialect.genshi import UNSUBSCRIBE
from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from crmspec.providers.tryton.markup import UnsayableError, well_formed
from crmspec.template.evaluate import evaluate
from crmspec.template.parse import parse
from tests.dialect.agreement import blocks, corpus, in_context, printed
from tests.dialect.engine import FOLDER, HERE, EngineError, absent
from tests.dialect.fixture import CORPUS, FIXTURES
from tests.dialect.place import placed


@cache
def process():
    python = FOLDER / "tryton" / "bin" / "python"
    if not python.exists():
        absent("genshi", "bash .ci/engines")
    return subprocess.Popen(
        [python, HERE / "genshi_lines.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def rendered(kind, text, values):
    engine = process()
    engine.stdin.write(json.dumps([kind, text, values]) + "\n")
    engine.stdin.flush()
    reply = json.loads(engine.stdout.readline())
    if "error" in reply:
        raise EngineError(reply["error"])
    return reply["text"]


def said(template, context="plain"):
    """Return a template as it is printed, and what was lost."""
    result, _ = printed("tryton", in_context(parse(template).body, context), context)
    return result.text, result.losses


SAID = [
    pytest.param("Hi {{ profile.name }}!", {"name": "Anna"}, "Hi Anna!", id="a value"),
    pytest.param("Hi {{ profile.name }}!", {}, "Hi !", id="a missing value"),
    pytest.param("{{ profile.name | default('you') }}", {"name": ""}, "you", id="an empty value"),
    pytest.param(
        "{{ profile.name | default('<you> & \"me\" {1} ё') }}",
        {},
        '<you> & "me" {1} ё',
        id="signs in what stands for an empty value",
    ),
    pytest.param("{{ profile.language }}", {"lang": {"code": "ru"}}, "ru", id="a field of another"),
    pytest.param("{{ profile.language }}", {"lang": None}, "", id="no other record"),
    pytest.param("{{ profile.language | default('en') }}", {"lang": {}}, "en", id="empty there"),
    pytest.param("$5, $name ${name} $$", {"name": "x"}, "$5, $name ${name} $$", id="dollars"),
    pytest.param(
        "{{ profile.name }}", {"name": "${1+1} $x <b>&amp;"}, "${1+1} $x <b>&amp;", id="hostile"
    ),
]


@pytest.mark.parametrize(("template", "values", "meant"), SAID)
def test_values_come_out_as_meant(template, values, meant):
    text, losses = said(template)
    assert not losses
    assert rendered("subject", text, values) == meant
    page, losses = said(template, "html")
    assert not losses
    made = rendered("page", f"<p>{page}</p>", values)
    assert unescape(made.removeprefix("<p>").removesuffix("</p>").removesuffix("<p/>")) == meant


LOST = [
    pytest.param("{{ profile.city }}", id="a field that the party has not"),
    pytest.param("{{ event.total }}", id="data of an event"),
    pytest.param("{{ profile.name | upper }}", id="a filter"),
    pytest.param("{% if profile.name %}x{% endif %}", id="a condition"),
    pytest.param("{% for item in profile.groups %}x{% endfor %}", id="a loop"),
    pytest.param("{% with x = profile.name %}{{ x }}{% endwith %}", id="a name"),
    pytest.param("{{ profile.name | default(profile.code) }}", id="another value in its place"),
]


@pytest.mark.parametrize("template", LOST)
def test_what_cannot_be_said_is_lost(template):
    assert said(template)[1]


def test_values_in_addresses_are_lost():
    assert said("{{ profile.name }}", "url")[1]
    assert said("{{ profile.name | default('x') }}", "url")[1]


def test_numbers_with_fractions_and_dates_are_lost():
    for kind in ("number", "date", "boolean", "list"):
        body = parse("{{ profile.name }}").body
        names = load("tryton")
        result = DIALECTS["tryton"].print(body, {}, replace(names, kinds={"profile.name": kind}))
        assert result.losses


def test_what_the_corpus_keeps_is_the_same_on_a_page():
    compared = 0
    for name in sorted(path.stem for path in CORPUS.glob("*.j2")):
        body = corpus(name, "html")
        result, names = printed("tryton", body, "html")
        if result.losses:
            continue
        try:
            page = well_formed(result.text)
        except UnsayableError:
            continue
        for values in FIXTURES.values():
            context = placed(values, names)
            made = rendered("page", page, context)
            meant = well_formed(evaluate(body, values, blocks("html")).replace("$", "&#36;"))
            plain = rendered("page", meant, {})
            assert " ".join(made.split()) == " ".join(plain.split()), name
            compared += 1
    assert compared > len(FIXTURES)


PAGES = [
    pytest.param("<p>a<p>b", "<p>a</p><p>b</p>", id="paragraphs without an end"),
    pytest.param("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>", id="items without an end"),
    pytest.param("a<br>b<hr/>", "a<br/>b<hr/>", id="elements that have no end"),
    pytest.param("<td></td>", "<td></td>", id="an element with nothing in it"),
    pytest.param("<p hidden class=x>a", '<p hidden="" class="x">a</p>', id="bare attributes"),
    pytest.param("<p class=a class=b>a", '<p class="a">a</p>', id="an attribute twice"),
    pytest.param(
        "a &nbsp;&copy;&#8212;&amp;&lt; & b < c", "a \xa0©—&amp;&lt; &amp; b &lt; c", id="signs"
    ),
    pytest.param('<b title="\'&quot;">x</b>', '<b title="\'&#34;">x</b>', id="quotes"),
    pytest.param("<style>a > b</style>", "<style>a > b</style>", id="signs in styles"),
    pytest.param("<!--[if mso]>$5<![endif]-->", "<!--[if mso]>$5<![endif]-->", id="a comment"),
    pytest.param("&#36;{1+1}&dollar;x", "${1+1}$x", id="a dollar in disguise"),
    pytest.param(f'<a href="{UNSUBSCRIBE}">x</a>', '<a href="unsubscribe">x</a>', id="the way out"),
    pytest.param(
        '<html xmlns:v="urn:v"><body><v:rect>x</v:rect></body></html>', None, id="other names"
    ),
]


@pytest.mark.parametrize(("html", "meant"), PAGES)
def test_pages_come_out_as_they_went_in(html, meant):
    made = rendered("page", well_formed(html), {})
    if meant is not None:
        assert made.removeprefix("<html><body>").removesuffix("</body></html>") == meant
    else:
        assert "v:rect" in made


def test_a_whole_page_stays_one():
    html = "<!doctype html><html><head><title>x</title></head><body>a</body></html>\n"
    assert well_formed(html).startswith("<!DOCTYPE html>\n<html><head>")


UNSAYABLE = [
    pytest.param("<b>a", id="an element that is never ended"),
    pytest.param("<b><i>a</b></i>", id="elements across each other"),
    pytest.param("a</b>", id="an end of nothing"),
    pytest.param("<!-- ${record.name} -->", id="a value in a comment"),
    pytest.param("<!-- a -- b -->", id="dashes in a comment"),
    pytest.param("<![if !mso]>a<![endif]>", id="a condition of other programs"),
    pytest.param("<?python x ?>", id="a program"),
    pytest.param("<o:p>a</o:p>", id="a name from nowhere"),
    pytest.param('<p xmlns:py="x" py:if="1">a</p>', id="a directive"),
    pytest.param(f"<p>{UNSUBSCRIBE}</p>", id="the way out as a text"),
    pytest.param(f'<a href="{UNSUBSCRIBE}?x=1">a</a>', id="the way out with more"),
]


@pytest.mark.parametrize("html", UNSAYABLE)
def test_what_would_come_out_otherwise_is_refused(html):
    with pytest.raises(UnsayableError):
        well_formed(html)
