"""Letters back to messages: what is built of what was decoded compiles to the letter again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.cli.main import run
from crmspec.document.write import flow
from crmspec.engine.resource import Address
from crmspec.engine.way_back import WordlessError
from crmspec.providers.sendsay.letter import recalled
from crmspec.providers.sendsay.session import decode, normalise, parts
from tests.contract import example
from tests.contract.sendsay import SendsayStandIn
from tests.contract.test_import import fill
from tests.providers.sendsay.small import HEAD, TARGET, made, payload

M = Address("message", "m")
BARE = HEAD.split("channels:\n", maxsplit=1)[0]
VALUES = [
    "{{ profile.town }}",
    "{{ profile.score }}",
    "{{ profile.first_name }}",
    "{{ profile.email }}",
    "{{ profile.birthday }}",
    "{{ profile.town | default('') }}",
    '{{ profile.town | default("friend") }}',
    "{{ links.unsubscribe }}",
]
TEXTS = [
    "Hi ",
    "<b>you</b>",
    "\n",
    "<a href='https://shop.example/'>x</a>",
    "&amp;",
    "Привет, ",
    "]",
]


def again(body):
    """Return the letter of the message that a letter is decoded to."""
    fields = {"body" if key == "source" else key: one for key, one in decode(M, body).items()}
    text = BARE
    found = parts(M, body)
    text += "".join(
        f"  {at.id}: {flow(it)}\n" for at, it in found.items() if at.kind == "attribute"
    )
    (channel,) = [(at.id, it) for at, it in found.items() if at.kind == "channel"]
    text = "\n".join(line for line in text.splitlines() if "first_name: {title: Name" not in line)
    if "first_name" not in text:
        text += "\n  first_name: {title: Name, type: string}"
    text += f"\nchannels:\n  {channel[0]}: {flow(channel[1])}\nmessages:\n  m: {flow(fields)}\n"
    return normalise(M, payload("message", "m", text)[0])


def compiled(subject="Hi", body="<p>Hi</p>", more=""):
    fields = f"{{channel: email, category: transactional, subject: {flow(subject)}{more}"
    fields += f", body: {flow(body)}}}" if body else "}"
    extra = "  email: {type: string, standard: email}\n  birthday: {type: date}\n"
    text = HEAD.replace("channels:\n", f"{extra}channels:\n")
    return normalise(M, payload("message", "m", f"{text}messages:\n  m: {fields}\n")[0])


@pytest.mark.parametrize("value", VALUES)
def test_values_come_back(value):
    body = compiled(
        f"Hi {value}", f"<p>{value} <a href='https://shop.example/?a={value}'>x</a></p>"
    )
    assert again(body) == body


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(VALUES + TEXTS), min_size=1, max_size=6))
def test_whatever_is_made_of_values_comes_back(pieces):
    body = compiled("Hi", f"<p>x{''.join(pieces)}</p>")
    assert again(body) == body


def test_a_text_that_its_page_does_not_make_is_kept():
    assert "text" not in decode(M, compiled())
    own = compiled(more=', text: "Hello"')
    assert decode(M, own)["text"] == "Hello"
    assert again(own) == own
    alone = compiled(body="", more=', text: "Hello"')
    assert "source" not in decode(M, alone)
    assert again(alone) == alone


def letter(subject="Hi", **message):
    return {"letter": {"subject": subject, "message": message}}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(letter(html="[% IF x %]a[% END %]"), "`source`", id="a condition"),
        pytest.param(letter(html="[% extra.code %]"), "`source`", id="a value of a call"),
        pytest.param(letter(html="{{ x }}"), "`source`", id="what would be ours"),
        pytest.param(letter(html="[% anketa.a.b %]"), "`source`", id="another questionnaire"),
        pytest.param(letter(text="[% anketa.custom.town | html %]"), "`text`", id="HTML in a text"),
        pytest.param(letter("[% x %]", html="a"), "`subject`", id="a subject"),
        pytest.param(letter(html=""), "is empty", id="nothing"),
        pytest.param({}, "is empty", id="no letter"),
    ],
)
def test_what_has_no_words_is_named(body, reason):
    with pytest.raises(WordlessError) as caught:
        decode(M, body)
    assert reason in caught.value.reason.english()


def test_a_letter_that_people_can_leave_sells():
    assert "category" not in decode(M, letter(html="<p>[% param.url_unsub | html %]</p>"))
    assert decode(M, letter(html="<p>Hi</p>"))["category"] == "transactional"


def test_channels_are_called_as_the_project_calls_them():
    survey = made(f"{HEAD}messages:\n  m: {{channel: email, subject: Hi, body: Hi}}\n").survey
    told = recalled(M, letter(html="a"), survey, TARGET)
    assert decode(M, told)["channel"] == "email"
    assert [*parts(M, told)] == [Address("channel", "email")]
    other = Address("message", "other")
    assert recalled(other, letter(html="a"), survey, TARGET) == letter(html="a")
    assert parts(Address("segment", "vip"), {}) == {}


@pytest.fixture
def account(tmp_path, monkeypatch, capsys):
    """An account with the project of the case, and a folder into which it has been imported."""
    with SendsayStandIn(tmp_path / "old") as stand_in:
        fill(stand_in, tmp_path / "old", "case")
        monkeypatch.chdir(example.bare(tmp_path / "new", stand_in))
        monkeypatch.setenv("CRMSPEC_LANG", "en")
        assert run(["import", "--target", example.TARGET]) == 4
        capsys.readouterr()
        yield stand_in


def of(account, title):
    return next(one for one in account.drafts.values() if title in one["name"])["letter"]


def another_page(account):
    html = of(account, "thanks")["message"]["html"]
    of(account, "thanks")["message"] = {"html": html.replace("Да", "Да!")}


def another_subject(account):
    of(account, "cart_1")["subject"] = "[% anketa.custom.town %], ждём"


@pytest.mark.parametrize(
    ("edit", "path", "words"),
    [
        pytest.param(another_page, "templates/messages/thanks.html", "<p>Да!</p>", id="a page"),
        pytest.param(
            another_subject, "campaigns/messages.yaml", "{{ profile.town }}, ждём", id="a subject"
        ),
    ],
)
def test_an_edit_by_hand_is_pulled(account, capsys, tmp_path, edit, path, words):  # noqa: PLR0917 - a table
    edit(account)
    code = run(["pull", "--target", example.TARGET])
    assert code == 0, capsys.readouterr()
    assert words in (tmp_path / "new" / path).read_text(encoding="utf-8")
    assert run(["plan", "--exit-code", "--target", example.TARGET]) == 0
    assert "no changes" in capsys.readouterr().out


def test_a_letter_of_others_comes_back_with_the_text_that_its_page_makes(tmp_path, monkeypatch):
    with SendsayStandIn(tmp_path / "old") as stand_in:
        page = "<html><body>Рады вам, [% anketa.base.firstName | html %]!</body></html>"
        theirs = {"subject": "Привет", "message": {"html": page}}
        stand_in.drafts[8] = {"id": 8, "name": "Привет", "letter": theirs}
        monkeypatch.chdir(example.bare(tmp_path / "new", stand_in))
        target = example.block({"targets": {example.TARGET: example.settings(stand_in)}}, 0)
        head = f"project: shop\ntimezone: UTC\n{target}\n"
        (tmp_path / "new" / "crmspec.yaml").write_text(head, encoding="utf-8")
        run(["import", "--target", example.TARGET])
        written = (tmp_path / "new/campaigns/messages.yaml").read_text(encoding="utf-8")
        assert "privet:" in written
        assert "text:" not in written
        assert run(["plan", "--exit-code", "--target", example.TARGET]) == 0


def test_what_is_no_letter_says_nothing():
    assert normalise(M, {"letter": None}) == {"letter": {}}
