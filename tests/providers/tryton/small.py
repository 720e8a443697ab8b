"""Small projects for Tryton, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.rest.compile import audited, compiled
from crmspec.providers.tryton.session import VENDOR
from tests.contract.project import program

HEAD = """
attributes:
  name: {title: Name, type: string}
  email: {title: E-mail, type: string}
  tongue: {title: Language, type: enum, values: [en, ru], standard: language}
  digits: {title: Digits, type: integer, names: {main: code_digit}}
  spent: {title: Spent, type: number, names: {tryton: spent}}
  member: {title: Member, type: boolean, names: {tryton: member}}
  groups: {title: Groups, type: array, items: string, names: {tryton: categories.name}}
  flat: {title: Flat, type: array, items: enum, names: {tryton: flat}}
  boss: {title: Boss, type: string, names: {tryton: replaced_by.name}}
  born: {title: Born, type: date, names: {tryton: born}}
  city: {title: City, type: enum, values: [a, b]}
  odd: {title: Odd, type: integer, default: 0, names: {tryton: odd}}
consents:
  news: {title: News}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}}
  shop: {type: email, from: {name: "Магазин", email: hello@shop.example}, reply_to: a@shop.example}
  bare: {type: email}
  sms: {type: sms}
segments:
  all: {attribute: name, exists: true}
  vip: {attribute: name, eq: VIP, case: sensitive}
messages:
  one: {channel: bare, category: transactional, subject: One, body: "<p>One</p>"}
  two: {channel: bare, category: transactional, subject: Two, body: "<p>Two</p>"}
  sale: {channel: bare, consent: news, subject: Sale, body: "<p>Sale</p>"}
  text: {channel: sms, category: transactional, text: Hi}
"""
TARGET = Target(id="main", platform="tryton", options={"database": "crm"})


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(text, settings=settings), target, VENDOR)


def chain(steps="[{send: one}]", head="", more="", trigger="{segment: all, backfill: true}"):
    """Return the scenario of a chain, and the reasons why it is not as written."""
    text = f"{HEAD}{more}chains:\n  c:\n    trigger: {trigger}\n{head}    steps: {steps}\n"
    found = made(text)
    key = Key("chain", "c")
    return found.payloads[key].body, [
        (gap.support.value, gap.reason.english()) for gap in found.survey.gaps(key)
    ]


def tree(steps, **more):
    """Return the activities of a chain in short: the delay, the event, the name, what follows."""
    body, gaps = chain(steps, **more)
    assert not [gap for gap in gaps if gap[0] not in {"lowered", "deviates"}], gaps
    return short(body["activities"])


def short(activities):
    return [
        (
            one["name"],
            one.get("delay", 0),
            ("not " if one.get("negative") else "") + one.get("event", ""),
            *(["?"] if "condition" in one else []),
            *([short(one["children"])] if "children" in one else []),
        )
        for one in activities
    ]


def message(fields):
    """Return what an activity has of a message, and the reasons why it is not as written."""
    body, gaps = chain("[{send: x}]", more=f"  x: {fields}\n")
    return body["activities"][0], [reason for _, reason in gaps]


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]
