"""Messages in several languages, as one message for each."""

import pytest
from msgspec.structs import replace

from crmspec.content.parts import main_locale
from crmspec.ir.step import Branch, Send, Switch
from crmspec.lower.lowering import lower
from crmspec.providers.rest.brief import Brief
from tests.contract.project import program
from tests.lower.table import TARGET, by, table

HEAD = """
project: shop
events: {order: {title: Order}}
attributes: {language: {title: Language, type: string, standard: language}}
channels: {email: {type: email}, sms: {type: sms}}
tags: {big: {title: Big}}
frequency: {some: {title: S, applies_to: {messages: [hello]}, limits: ["900 per 1d"]}}
messages:
  hello:
    channel: email
    title: Hello
    subject: Hi
    body: Hi
    utm: {campaign: "{chain}", content: "{message}"}
    locales: {de: {subject: Hallo}, pt-BR: {subject: Oi, body: Oi}}
FIELD
  text: {channel: sms, text: Hi}
MORE
chains:
  c:
    trigger: order
    SETTINGS
    steps:
STEPS
"""
SWITCHED = table({("policy", "locales"): by("locales")})
BRANCHED = table({("policy", "locales"): by("locales"), ("step", "switch"): "none"})
NO_QUESTION = table(
    {
        ("policy", "locales"): by("locales"),
        ("step", "switch"): "none",
        ("condition", "attribute"): "none",
    }
)


def lowered(*steps, capabilities=SWITCHED, settings="priority: 50", more="", head=HEAD):
    body = "".join(f"      - {step}\n" for step in steps)
    field = more if more.startswith("    ") else ""
    head = head.replace("FIELD\n", field)
    more = "" if field else more
    text = head.replace("SETTINGS", settings).replace("MORE\n", more).replace("STEPS\n", body)
    return lower(program(text), capabilities, TARGET)


def steps(done):
    return done.program.chains["c"].steps


def lost(done):
    return [one.reason.english() for one in done.survey.gaps(("chain", "c"))]


def subjects(done):
    return {
        id_: one.content.subject.source
        for id_, one in done.program.messages.items()
        if one.content.subject
    }


def test_each_language_has_a_message_and_the_send_a_switch():
    done = lowered("{wait: 1h}", "{id: a, send: hello, only: {event: order}}")
    switch = steps(done)[1]
    assert isinstance(switch, Switch)
    assert switch.switch.value.attribute.id == "language"
    sent = {case: way[0].send.message.id for case, way in switch.switch.cases.items()}
    assert sent == {"de": "hello__de", "pt-BR": "hello__pt_br"}
    (otherwise,) = switch.switch.default
    assert otherwise.send.message.id == "hello"
    assert (switch.id, switch.only is None, otherwise.id, otherwise.only) == (
        "a",
        False,
        None,
        None,
    )
    assert subjects(done) == {"hello": "Hi", "hello__de": "Hallo", "hello__pt_br": "Oi"}
    assert done.program.messages["hello__de"].content.body.source == "Hi"
    assert done.program.messages["hello__de"].title == "Hello (de)"
    assert lost(done) == []
    assert not done.survey.gaps(("message", "hello"))


def test_without_a_switch_there_is_a_branch():
    (branch,) = steps(lowered("{send: hello}", capabilities=BRANCHED))
    assert isinstance(branch, Branch)
    asked = branch.branch.cases[0].if_
    assert (asked.attribute.id, asked.tests[0].operand) == ("language", "de")
    assert branch.branch.else_[0].send.message.id == "hello"


def test_a_project_without_the_attribute_asks_the_profile():
    head = HEAD.replace(
        "attributes: {language: {title: Language, type: string, standard: language}}\n", ""
    )
    (switch,) = steps(lowered("{send: hello}", head=head))
    assert switch.switch.value.locale
    assert "no step asks" in lost(lowered("{send: hello}", head=head, capabilities=BRANCHED))[0]


@pytest.mark.parametrize(
    ("settings", "content", "main"),
    [
        pytest.param("default: de", "body: Hi,", "de", id="that of the project"),
        pytest.param("default: ru", "body: Hi,", None, id="what is outside of all"),
        pytest.param("default: ru", "", "de", id="the first"),
    ],
)
def test_who_speaks_another_language_gets_one_version(settings, content, main):
    """8.44."""
    locales = "locales: {de: {subject: D, body: D}, en: {subject: E, body: E}}"
    text = f"""
channels: {{email: {{type: email}}}}
messages: {{m: {{channel: email, subject: Hi, {content} {locales}}}}}
"""
    source = program(text, settings=f"locales: {{{settings}}}\n")
    assert main_locale(source, source.messages["m"]) == main
    done = lower(source, SWITCHED, TARGET)
    assert done.program.messages["m"].content.subject.source == {"de": "D", None: "Hi"}[main]


def test_a_message_in_one_language_alone_stays_one():
    more = "  one: {channel: email, locales: {de: {subject: A, body: B}}}\n"
    done = lowered("{send: one}", more=more)
    assert isinstance(steps(done)[0], Send)
    assert subjects(done)["one"] == "A"


def test_all_that_speaks_of_the_message_speaks_of_its_versions():
    done = lowered(
        "{send: hello}",
        "{branch: {if: {message: hello, opened: true, clicked: false}, then: []}}",
        settings="trigger: {message: hello, reaction: opened}".replace(
            "trigger: ", "exit: [order] #"
        ),
    )
    asked = steps(done)[1].branch.cases[0].if_
    opened, clicked = asked.all
    assert [one.message.id for one in opened.any] == ["hello", "hello__de", "hello__pt_br"]
    assert [one.message.id for one in clicked.all] == ["hello", "hello__de", "hello__pt_br"]
    scope = done.program.frequency["some"].applies_to
    assert [one.id for one in scope.messages] == ["hello", "hello__de", "hello__pt_br"]


def test_a_chain_that_starts_at_a_reaction_starts_at_that_to_each_version():
    head = HEAD.replace("trigger: order", "trigger: {message: hello, reaction: opened}")
    chain = lowered("{send: hello}", head=head).program.chains["c"]
    assert [one.message.id for one in chain.trigger] == ["hello", "hello__de", "hello__pt_br"]


SENT = "{id: a, send: hello}"
LATER = "exit: [{event: order, when: step_end}]"
PRINTS = "    preheader: '{{ message.id }}'\n"
MAILING = 'broadcasts: {b: {audience: {include: [s]}, message: hello, at: "2026-04-01T10:00"}}\n'


@pytest.mark.parametrize(
    ("steps_", "more", "settings", "why"),
    [
        pytest.param(["{send: [hello, text]}"], "", "", "chooses among several", id="a choice"),
        pytest.param(
            [SENT, "{branch: {if: {step: a, outcome: sent}, then: []}}"],
            "",
            "",
            "the result",
            id="a result",
        ),
        pytest.param(
            [SENT, "{branch: {if: {message: hello, received: {gte: 2}}, then: []}}"],
            "",
            "",
            "counts it",
            id="a count",
        ),
        pytest.param([SENT], "", LATER, "first step", id="an exit before the first step"),
        pytest.param([SENT], PRINTS, "", "its own id", id="its id"),
        pytest.param([SENT], PRINTS.replace(".id", ".title"), "", "or title", id="its title"),
        pytest.param([SENT], MAILING, "", "`b` takes one message", id="a broadcast"),
        pytest.param(
            [SENT],
            "  hello__de: {channel: sms, text: Hi}\n",
            "",
            "name of another",
            id="a name that is taken",
        ),
    ],
)
def test_some_messages_stay(steps_, more, settings, why):
    done = lowered(*steps_, more=more, settings=settings or "priority: 50")
    assert any(why in one for one in lost(done))
    assert any(why in one.reason.english() for one in done.survey.gaps(("message", "hello")))
    assert "hello__pt_br" not in done.program.messages


def test_what_the_target_has_itself_is_left_alone():
    done = lowered("{send: hello}", capabilities=table())
    assert isinstance(steps(done)[0], Send)
    assert list(done.program.messages) == ["hello", "text"]


LONG = """
long:
  channel: email
  subject: "{{ message.locale }}"
  body: "<a href='https://shop.example/'>x</a>"
  utm: {content: "{message}"}
  locales: {de: {preheader: P}}
"""


def test_versions_are_printed_in_their_language_with_the_marks_of_the_whole():
    """Marks name the message as its author does; `message.locale` is the version's."""
    more = LONG.replace("\n", "\n  ").strip("\n") + "\n"
    source = lowered("{send: long}", more=more)
    brief = Brief(source.program, source.program, TARGET, replace(SWITCHED, dialect="klaviyo"))
    made = brief.letter(source.program.messages["long__de"])
    assert made.fields["subject"] == "de"
    assert "?utm_content=long" in made.fields["html"]
    assert "long__de" not in made.fields["html"]
