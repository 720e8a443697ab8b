"""What the project says of its objects beyond their bodies."""

from crmspec.engine.policy import governed
from crmspec.engine.resource import Address
from tests.contract.project import SHOP, program
from tests.engine.fake import desired, resource

SOURCE = SHOP.replace("vip: {title", "vip: {prevent_destroy: true, ownership: {title: ui}, title")
TARGET = """
targets:
  t:
    platform: sandbox
    max_deletions: 50%
    kind_ownership: {segments: {title: code, all: ui}}
"""
MOVED = """\
moved:
  - {from: segment.a, to: segment.b}
  - {from: segment.b, to: segment.vip}
  - {from: segment.c, to: segment.deleted_since}
"""


def test_owners_protection_moves_and_limits():
    project = program(SOURCE + TARGET, settings=MOVED)
    wanted = desired(resource("segment.vip"), resource("segment.buyers"), resource("thing.x"))
    made = governed(wanted, project, project.targets["t"])
    vip, buyers, thing = made.resources
    assert (vip.protected, vip.owners) == (True, {"title": "ui", "all": "ui"})
    assert (buyers.protected, buyers.owners) == (False, {"title": "code", "all": "ui"})
    assert thing == wanted.resources[2]
    assert made.moves == {Address("segment", name): Address("segment", "vip") for name in "ab"}
    assert made.max_deletions == 0.5
