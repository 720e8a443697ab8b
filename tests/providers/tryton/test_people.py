"""How many are on their way in a scenario."""

import pytest

from crmspec.diagnostics import text
from crmspec.engine.error import TargetRejectedError
from crmspec.providers.tryton.collection import Scenarios
from tests.engine.fake import FakeClock


class Database:
    def __init__(self, *rows, refuses=False):
        self.rows, self.refuses, self.asked = rows, refuses, []

    def search(self, model, _fields, domain, offset, limit):
        self.asked.append((model, domain, offset))
        if self.refuses:
            raise TargetRejectedError(text("no access"), status=403)
        return [*self.rows][:limit]


def people(database):
    return Scenarios(database, "shop", FakeClock()).people("7")


def waiting(number, record):
    return {"id": number, "record": record}


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        pytest.param([], 0, id="nobody"),
        pytest.param([waiting(1, 5), waiting(2, 6)], 2, id="two"),
        pytest.param([waiting(1, 5), waiting(2, 5)], 1, id="one waits twice"),
        pytest.param([waiting(n, n) for n in range(999)], 999, id="all of a page"),
        pytest.param([waiting(n, n) for n in range(2000)], None, id="too many to tell"),
    ],
)
def test_people_of_a_scenario(rows, count):
    database = Database(*rows)
    assert people(database) == count
    (call,) = database.asked
    assert call == (
        "marketing.automation.record.activity",
        [["record.scenario", "=", 7], ["state", "=", "waiting"]],
        0,
    )


def test_who_may_not_read_them_is_not_told():
    assert people(Database(refuses=True)) is None
