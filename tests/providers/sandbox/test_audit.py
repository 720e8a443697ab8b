from __future__ import annotations

import pytest

from crmspec.diagnostics import Severity
from crmspec.engine.resource import Address
from crmspec.ir.target import Target
from crmspec.lower.lowering import lower
from crmspec.providers.sandbox import audit as auditing
from crmspec.providers.sandbox.capability import CAPABILITIES
from crmspec.providers.sandbox.compile import compiled
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


def audit(wanted, target):
    return auditing.audit(lower(wanted, CAPABILITIES, target))


def compile_program(wanted, target):
    return compiled(lower(wanted, CAPABILITIES, target))


def made(body, channel="email"):
    return program(HEAD.replace("CHANNEL", channel) + body)


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
    (found,) = audit(wanted, TARGET)
    assert (found.code.id, found.level) == ("CRM601", Severity.ERROR)
    assert message in found.message.english()
    assert found.label.span.end - found.label.span.start == len(token)


def test_what_it_has_is_no_finding():
    assert list(audit(made(chain()), TARGET)) == []


def test_what_is_meant_for_another_target_is_no_finding_and_not_compiled():
    wanted = made(
        "targets: {other: {platform: klaviyo}}\n"
        + chain(step="code: {target: x, source: y}", extra="targets: [other]")
    )
    assert list(audit(wanted, TARGET)) == []
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
    (found,) = audit(wanted, TARGET)
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


CODE = "{id: k, code: {target: x, source: y}}"


def codes(wanted, target=TARGET):
    return [(d.level.value, d.message.english()) for d in audit(wanted, target)]


def remarks(wanted, target=TARGET):
    return {str(r.address): r.effect for r in compile_program(wanted, target).remarks}


def voiced(message="on_unsupported: manual", extra=""):
    ring = "  ring: {title: Ring, channel: CHANNEL}"
    text = HEAD.replace(ring, ring[:-1] + f", {message}}}").replace("CHANNEL", "phone")
    return program(text + chain(extra=extra))


def test_a_chain_that_loses_a_message_without_having_agreed_is_an_error():
    assert codes(voiced()) == [
        ("warning", "the sandbox has no `voice` channel"),
        ("error", "`message.ring` is left out"),
    ]


@pytest.mark.parametrize("wish", ["manual", "degrade"])
def test_a_chain_that_has_agreed_is_left_out_with_a_warning(wish):
    wanted = voiced(extra=f"on_unsupported: {wish}")
    assert [level for level, _ in codes(wanted)] == ["warning", "warning"]
    assert remarks(wanted) == {"message.ring": "manual", "chain.c": "manual"}


def test_one_cause_is_one_error():
    assert codes(voiced("on_unsupported: error")) == [
        ("error", "the sandbox has no `voice` channel")
    ]


def test_a_chain_may_not_need_what_is_meant_for_other_targets():
    meant = "targets: [other]"
    others = "targets: {other: {platform: klaviyo}}\n"
    ring = "  ring: {title: Ring, channel: CHANNEL}"
    text = HEAD.replace(ring, ring[:-1] + f", {meant}}}").replace("CHANNEL", "email")
    wanted = program(others + text + chain())
    assert codes(wanted) == [("error", "`message.ring` is meant for other targets")]
    agreed = program(others + text + chain(extra="on_unsupported: manual"))
    assert [level for level, _ in codes(agreed)] == ["warning"]
    alike = program(others + text + chain(extra=meant))
    assert codes(alike) == []


def degraded(*steps):
    body = "".join(f"      - {step}\n" for step in steps)
    return program(
        HEAD.replace("CHANNEL", "email")
        + "chains:\n  c:\n    title: C\n    trigger: signup\n    on_unsupported: degrade\n"
        + f"    steps:\n{body}"
    )


@pytest.mark.parametrize(
    "user",
    [
        pytest.param("jump: {to: k, max: 2}", id="a jump"),
        pytest.param(
            "branch: {if: {step: k, outcome: failed}, then: [{exit: sad}]}", id="its result"
        ),
    ],
)
def test_a_step_that_is_needed_is_not_left_out(user):
    wanted = degraded(CODE, f"{{{user}}}")
    ((level, message),) = codes(wanted)
    assert (level, "cannot be left out" in message) == ("error", True)
    assert next(audit(wanted, TARGET)).related
    assert remarks(wanted) == {"chain.c": "manual"}


def test_an_arm_that_becomes_empty_is_said():
    wanted = degraded(f"branch: {{if: {{in_chain: c}}, then: [{CODE}]}}", "{send: hello}")
    reasons = [r.reason.english() for r in compile_program(wanted, TARGET).remarks]
    assert reasons == [
        "the `code` step is left out",
        "nothing is left to do here, since each step is left out",
    ]
    full = degraded(CODE, "{send: hello}")
    assert len(compile_program(full, TARGET).remarks) == 1


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        pytest.param({"manages": ("messages", "banana")}, "takes no `banana`", id="no kind"),
        pytest.param({"manages": ("frequency",)}, "takes no `frequency`", id="not its kind"),
        pytest.param({"naming": "{nope}"}, "`{nope}` stands for nothing", id="naming"),
        pytest.param({"options": {"token": "x"}}, "has no option `token`", id="an option"),
    ],
)
def test_what_a_target_asks_in_vain_is_an_error(setting, message):
    target = Target(id="main", platform="sandbox", **setting)
    ((level, said),) = codes(made(chain()), target)
    assert (level, message in said) == ("error", True)


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param({"events_namespace": "shop"}, id="a prefix of events"),
        pytest.param({"extensions": {"main": {}}}, id="a native setting"),
    ],
)
def test_what_the_sandbox_does_not_heed_is_said(setting):
    (name,) = setting
    target = Target(id="main", platform="sandbox", **setting)
    assert codes(made(chain()), target) == [("warning", f"the sandbox does not heed `{name}`")]


@pytest.mark.parametrize(
    ("held", "count"),
    [
        pytest.param("extensions: {main: {a: 1}, other: {b: 2}}", 1, id="for this target"),
        pytest.param("extensions: {sandbox: {a: 1}}", 1, id="for its platform"),
        pytest.param("extensions: {other: {a: 1}}", 0, id="for another one"),
    ],
)
def test_native_settings_of_what_is_deployed(held, count):
    said = [("warning", "the sandbox does not heed `extensions`")] * count
    assert codes(made(chain(extra=held)), TARGET) == said
    assert codes(made(chain(step=f"note: later, {held}")), TARGET) == said


def test_only_managed_kinds_are_compiled():
    target = Target(id="main", platform="sandbox", manages=("messages",))
    desired = compile_program(made(chain()), target)
    assert {r.address.kind for r in desired.resources} == {"message"}
    assert codes(made(chain()), target) == []
    assert [(u.kind, u.count, u.reason.english()) for u in desired.undeployed] == [
        ("event", 1, "left alone: `main` does not manage `events`"),
        ("chain", 1, "left alone: `main` does not manage `chains`"),
        ("object", 1, "the sandbox keeps no objects"),
    ]


@pytest.mark.parametrize(("count", "found"), [(200, 0), (201, 1)])
def test_a_name_has_a_limit(count, found):
    wanted = program(f"segments: {{s: {{title: {'x' * count}, random: 5%}}}}")
    findings = list(audit(wanted, TARGET))
    assert [d.code.id for d in findings] == ["CRM601"] * found
    for one in findings:
        assert one.label.span.end - one.label.span.start == count
        assert "has 201" in one.message.english()


def test_the_tags_of_messages_are_sent():
    wanted = program(
        "tags: {basket: {title: B}}\nchannels: {sms: {type: sms}}\n"
        "messages: {m: {title: M, channel: sms, text: Hi, tags: basket}}"
    )
    (body,) = [r.body for r in compile_program(wanted, TARGET).resources]
    assert body["tags"] == ["basket"]
