"""What resources need without pointing to it."""

from __future__ import annotations

import pytest

from crmspec.engine.need import Needs
from crmspec.engine.policy import governed
from crmspec.engine.resource import Address
from tests.contract.project import program
from tests.engine.fake import desired, resource

SOURCE = """\
events:
  signup: {title: Signed up}
attributes:
  first_name: {title: Name, type: string}
  shoe: {title: Shoe, type: number}
  seen: {title: Seen, type: boolean}
channels:
  email: {title: E-mail, type: email, from: "Shop <hello@shop.example>"}
layouts:
  base: {title: Base, channel: email, file: base.html}
blocks:
  line: {title: Line, template: "{{ profile.shoe }}"}
messages:
  plain: {title: Plain, channel: email, subject: Hello, body: Hello}
  named: {title: Named, channel: email, subject: "{{ profile.first_name }}", body: Hello}
  filed: {title: Filed, channel: email, subject: Hello, file: page.html}
  framed: {title: Framed, channel: email, subject: Hello, body: Hello, layout: base}
chains:
  writes: {title: A, trigger: signup, steps: [{update: {set: {seen: true}}}]}
  sends: {title: B, trigger: signup, steps: [{send: plain}, {send: filed}]}
"""
FILES = {"page.html": '{% include "line" %}', "base.html": "{{ profile.first_name }}"}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("message.plain", []),
        ("message.named", ["attribute.first_name"]),
        ("message.filed", ["attribute.shoe", "block.line"]),
        ("message.framed", ["attribute.first_name"]),
        ("chain.writes", ["attribute.seen"]),
        ("chain.sends", ["attribute.shoe", "block.line"]),
        ("chain.gone", []),
    ],
)
def test_what_texts_print_and_steps_write(address, expected):
    needs = Needs(program(SOURCE, files=FILES))
    assert [str(one) for one in sorted(needs.of(Address.parse(address)))] == expected


def test_only_what_has_an_object_of_its_own_comes_first():
    project = program(SOURCE + "targets: {t: {platform: sandbox}}\n", files=FILES)
    wanted = desired(resource("message.filed"), resource("attribute.shoe"))
    letter, attribute = governed(wanted, project, project.targets["t"]).resources
    assert letter.depends == (Address("attribute", "shoe"),)
    assert attribute.depends == ()
