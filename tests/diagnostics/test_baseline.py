import pytest

from crmspec.diagnostics.baseline import BaselineError, read, stale_note, take, write
from tests.diagnostics.desk import UNUSED


def test_what_is_written_is_read(desk):
    baseline = take(desk.report(desk.finding("waitt"), desk.finding("daily", UNUSED)))
    assert read(write(baseline)) == baseline
    assert read(write(baseline).encode()) == baseline


def test_the_file_is_for_people_too(desk):
    written = write(take(desk.report(desk.finding("waitt"))))
    assert '"message": "something about `cart`"' in written
    assert '"path": "campaigns/chains.yaml"' in written
    assert written.endswith("}\n")


def test_it_does_not_depend_on_the_order_of_places(desk):
    first = take(desk.report(desk.finding("waitt"), desk.finding("cart")))
    path = "campaigns/chains.yaml"
    desk.put(path, "x: 1\n" + desk.sources[path].text)
    assert take(desk.report(desk.finding("waitt"), desk.finding("cart"))) == first


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "cannot be read", id="empty"),
        pytest.param(b"\xff", "cannot be read", id="not text"),
        pytest.param('{"a":' * 5000, "cannot be read", id="too deep"),
        pytest.param("[]", "cannot be read", id="not a map"),
        pytest.param('{"findings": [{"code": 1}]}', "cannot be read", id="another shape"),
        pytest.param('{"version": 2}', "has version 2", id="a later version"),
    ],
)
def test_what_is_no_baseline(content, reason):
    with pytest.raises(BaselineError) as caught:
        read(content)
    assert reason in caught.value.reason.english()


def test_a_lone_surrogate_can_be_written(desk):
    assert read(write(take(desk.report(desk.finding("waitt", message="\ud800 {x}")))))


def test_stale_entries_are_counted(desk):
    note = stale_note(take(desk.report(desk.finding("waitt"))).findings)
    assert note.english().startswith("findings in the baseline that are gone: 1;")
