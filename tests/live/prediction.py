"""What the interpreter says that a customer is sent, in the words that they read."""

from __future__ import annotations

from datetime import timedelta

from crmspec.content.fixture import Fixture, links
from crmspec.content.parts import parts
from crmspec.render.preview.seen import seen
from crmspec.semantics.machine import run
from crmspec.semantics.scenario import Customer, Reaction, Scenario
from tests.live.server import words

START = 30_000_000
END = timedelta(days=20)


def predicted(program, profile, clicks=None):
    """Return when somebody is sent what, since the beginning.

    They follow the link of the first letter after `clicks` minutes, if at all.
    """
    clicked = Reaction(message="hello", reaction="clicked", after=clicks or 0)
    reactions = () if clicks is None else (clicked,)
    customer = Customer(attributes=profile, reachable=frozenset({"email"}))
    until = START + int(END.total_seconds()) // 60
    scenario = Scenario(customer=customer, start=START, until=until, reactions=reactions)
    found = []
    for one in run(program, scenario).sends():
        texts = read(program, one.message, profile)
        found.append((timedelta(minutes=one.moment - START), *texts))
    return found


def read(program, message, profile):
    """Return the subject and the words of a message as a customer reads them."""
    made = parts(program, program.messages[message])
    fixture = Fixture(id="buyer", title="Buyer", values={"profile": profile, "links": links()})
    shown = seen(made, fixture)
    return shown.text("subject"), words(shown.text("html"))


def landed(mails):
    """Return the mails of a clock in the same form."""
    return [(moment, mail.subject, mail.words) for moment, mail in mails]
