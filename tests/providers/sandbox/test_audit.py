from __future__ import annotations

from typing import get_args

import pytest

from crmspec.diagnostics import Severity
from crmspec.engine.resource import Address
from crmspec.ir.channel import ChannelType
from crmspec.ir.condition import CONDITIONS
from crmspec.ir.step import STEPS
from crmspec.ir.target import Target
from crmspec.ir.trigger import TRIGGERS
from crmspec.providers.sandbox.audit import audit
from crmspec.providers.sandbox.capability import CAPABILITIES
from crmspec.providers.sandbox.compile import compile_program
from tests.contract.project import program

TARGET = Target(id="main", platform="sandbox")
HEAD = """
events: {signup: {title: Signup}}
objects: {order: {title: Order}}
channels: {email: {type: email}, phone: {type: voice}}
messages:
  hello: {title: Hello, channel: email, subject: Hi, body: Hi}
  ring: {title: Ring, channel: CHANNEL}
"""


def chain(trigger="signup", step="send: hello", extra=""):
    return f"""
chains:
  c:
    title: C
    trigger: {trigger}
    {extra}
    steps:
      - {{send: ring}}
      - {{{step}}}
"""


def made(body, channel="email"):
    return program(HEAD.replace("CHANNEL", channel) + body)


def test_the_table_covers_the_language():
    for family, classes in (("trigger", TRIGGERS), ("condition", CONDITIONS), ("step", STEPS)):
        assert CAPABILITIES[family].keys() == {cls.subject for cls in classes}
    assert CAPABILITIES["channel"].keys() == set(get_args(ChannelType))


@pytest.mark.parametrize(
    ("wanted", "message", "token"),
    [
        pytest.param(
            made(chain(step="code: {target: x, source: y}")), "no `code` step", "code", id="step"
        ),
        pytest.param(
            made(chain(trigger="{object: order, change: created}")),
            "no `object` trigger",
            "object",
            id="trigger",
        ),
        pytest.param(
            made(chain(extra="audience: {related: order}")),
            "no `related` condition",
            "related",
            id="condition",
        ),
        pytest.param(made(chain(), "phone"), "no `voice` channel", "phone", id="channel"),
    ],
)
def test_what_the_sandbox_lacks_is_an_error_where_it_stands(wanted, message, token):
    (found,) = audit(wanted, "main")
    assert (found.code.id, found.level) == ("CRM601", Severity.ERROR)
    assert message in found.message.english()
    assert found.label.span.end - found.label.span.start == len(token)


def test_what_it_has_is_no_finding():
    assert list(audit(made(chain()), "main")) == []


def test_what_is_meant_for_another_target_is_no_finding_and_not_compiled():
    wanted = made(
        "targets: {other: {platform: klaviyo}}\n"
        + chain(step="code: {target: x, source: y}", extra="targets: [other]")
    )
    assert list(audit(wanted, "main")) == []
    assert "chain" not in {r.address.kind for r in compile_program(wanted, TARGET).resources}


@pytest.mark.parametrize(
    ("wish", "effect", "deployed"),
    [
        pytest.param("manual", "manual", False, id="manual leaves the chain to hands"),
        pytest.param("degrade", "deviates", True, id="degrade leaves the step out"),
    ],
)
def test_the_author_may_provide_for_it(wish, effect, deployed):
    wanted = made(chain(step="code: {target: x, source: y}", extra=f"on_unsupported: {wish}"))
    (found,) = audit(wanted, "main")
    assert found.level is Severity.WARNING
    desired = compile_program(wanted, TARGET)
    assert [(r.address, r.effect) for r in desired.remarks] == [(Address("chain", "c"), effect)]
    bodies = {str(r.address): r.body for r in desired.resources}
    assert ("chain.c" in bodies) is deployed
    if deployed:
        assert bodies["chain.c"]["steps"] == [{"send": {"message": {"$ref": "message.ring"}}}]


def test_what_refers_to_something_left_out_is_left_out():
    desired = compile_program(made(chain(), "phone"), TARGET)
    assert {str(r.address) for r in desired.remarks} == {"message.ring", "chain.c"}


def test_a_chain_may_start_itself():
    wanted = made(chain(step="start_chain: c"))
    (body,) = [r.body for r in compile_program(wanted, TARGET).resources if r.address.id == "c"]
    assert body["steps"][1] == {"start_chain": {"chain": "self"}}


def test_a_body_holds_what_the_target_needs_and_nothing_else():
    wanted = program(
        """
events: {signup: {title: Signup, owner: anna}}
attributes: {born: {title: Born, type: date}}
channels: {email: {type: email, from: {name: Shop, email: hello@shop.example}}}
layouts: {plain: {title: Plain, channel: email, file: frame.html}}
messages:
  hello:
    title: Hello
    description: First words
    channel: email
    layout: plain
    subject: Hi
    file: hello.html
    locales: {ru: {subject: Привет, file: hello_ru.html}}
chains:
  c:
    title: C
    trigger: {event: signup, where: {$plan: pro, total: {gte: 3}}}
    quiet_hours: "22:00-09:00"
    holdout: 5%
    running: {from: "2026-01-01"}
    steps: [{send: hello}, {wait: {until: {date: born, offset: -7d, at: "10:00"}}}]
""",
        files={"frame.html": "<frame>", "hello.html": "<hi>", "hello_ru.html": "<привет>"},
    )
    bodies = {str(r.address): r.body for r in compile_program(wanted, TARGET).resources}
    assert bodies["event.signup"] == {"title": "Signup"}
    assert bodies["message.hello"] == {
        "title": "Hello",
        "description": "First words",
        "channel": {
            "id": "email",
            "type": "email",
            "from": {"name": "Shop", "email": "hello@shop.example"},
        },
        "layout": {"id": "plain", "channel": "email", "source": "<frame>"},
        "subject": "Hi",
        "source": "<hi>",
        "locales": {"ru": {"subject": "Привет", "source": "<привет>"}},
    }
    chain_ = bodies["chain.c"]
    assert chain_["trigger"] == [
        {
            "event": {"$ref": "event.signup"},
            "where": {"$$plan": {"eq": "pro"}, "total": {"gte": 3}},
        }
    ]
    assert chain_["status"] == "draft"
    assert chain_["quiet_hours"] == {"from": "22:00", "to": "09:00"}
    assert chain_["holdout"] == {"percent": "5%"}
    assert chain_["running"] == {"from": "2026-01-01"}
    assert chain_["steps"][1]["wait"]["until"] == {
        "at": "10:00",
        "date": {"$ref": "attribute.born"},
        "offset": "-7d",
    }
