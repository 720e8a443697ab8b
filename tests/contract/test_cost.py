"""What a plan says that going live costs, over all vendors.

But for Tryton's REST, where a button is pressed with the `POST` that makes an object, too.
"""

from __future__ import annotations

import pytest

from crmspec.engine.change import Kind
from tests.contract.test_words import VENDORS, fresh
from tests.contract.world import STAND_INS


@pytest.mark.parametrize("platform", [one for one in VENDORS if one != "tryton"])
def test_what_goes_live_as_soon_as_it_is_made_is_made_once(platform, tmp_path):
    with STAND_INS[platform](tmp_path) as stand_in:
        world, wanted = fresh(stand_in, tmp_path, activate="live")
        plan = world.planned(wanted)
    launched = [one for one in plan.changes if one.kind is Kind.ACTIVATE]
    for one in launched:
        (made,) = [it for it in plan.changes if it.address == one.address and it is not one]
        creating = {name for name in made.cost.calls if name.startswith(("POST", "create"))}
        assert not creating & one.cost.calls.keys(), (one.address, one.cost.calls)
        assert one.cost.total
