"""Place, device and related objects: semantics 5.34-5.36, 5.48; the present: 5.41, 5.43."""

import pytest

from crmspec.semantics.situation import distance, kilometres
from crmspec.semantics.workday import is_working_day, next_working_day

PLACE = {"country": "RU", "city": "Москва", "lat": 55.7558, "lon": 37.6173}

PLACES = [
    ("{city: [МОСКВА]}", True, "semantics 5.34 by name"),
    ("{city: [Тверь, Москва], country: [ru]}", True, "5.34 several names"),
    ("{city: [Москва], country: [de]}", False, "5.34 all that is written"),
    ("{region: [x]}", False, "5.34 an unknown part"),
    ("{postal: ['101000']}", False, "5.34 an unknown code"),
    ("{near: [55.75, 37.6], radius: 5km}", True, "5.34 inside the circle"),
    ("{near: [59.94, 30.31], radius: 600km}", False, "5.34 outside the circle"),
    ("{near: [59.94, 30.31], radius: 400mi}", True, "5.34 in miles"),
    ("{near: [55.7558, 37.6173], radius: 1m}", True, "5.34 in metres"),
    ("{city: [Тверь], of_attribute: town}", True, "5.34 the attribute named"),
    ("{city: [msk], of_attribute: city}", True, "5.34 an attribute with a directory"),
    ("{city: [Омск], of_attribute: home}", True, "5.34 an attribute with a place"),
    ("{near: [54.99, 73.37], radius: 9km, of_attribute: home}", True, "5.34 its coordinates"),
    ("{near: [54.99, 73.37], radius: 9km, of_attribute: town}", False, "5.34 a name has none"),
    ("{city: [Тверь], of_attribute: name}", False, "5.34 an unknown attribute"),
]


@pytest.mark.parametrize(("geo", "answer"), [pytest.param(*r[:2], id=r[2]) for r in PLACES])
def test_places(someone, geo, answer):
    who = someone(place=PLACE).set("town", "тверь").set("city", "Moscow")
    who.set("home", {"city": "Омск", "latitude": 54.99, "lng": 73.37})
    assert who.holds(f"{{geo: {geo}}}") is answer


@pytest.mark.parametrize("place", [{}, {"lat": 1}, {"lat": True, "lon": 1}, {"lat": "1", "lon": 1}])
def test_an_unknown_place_is_near_nothing(someone, place):
    """semantics 5.34"""
    who = someone(place=place)
    assert not who.holds("{geo: {near: [1, 1], radius: 999999km}}")
    assert not who.holds("{geo: {near: [1, 1], radius: far}}")


def test_a_place_may_be_a_pair(someone):
    who = someone().set("home", [54.99, 73.37])
    assert who.holds("{geo: {near: [54.99, 73.4], radius: 5km, of_attribute: home}}")
    who.set("home", [54.99, 73.37, 1])
    assert not who.holds("{geo: {near: [54.99, 73.4], radius: 5km, of_attribute: home}}")


def test_a_circle_without_a_radius_holds_nobody(someone):
    assert not someone(place=PLACE).holds("{geo: {near: [55.7558, 37.6173]}}")
    assert not someone(place=PLACE).holds("{geo: {near: [55.7558], radius: 1km}}")


def test_distances():
    """semantics 5.34"""
    assert distance((55.7558, 37.6173), (59.9386, 30.3141)) == pytest.approx(633, abs=2)
    assert distance((0, 0), (0, 180)) == pytest.approx(20015, abs=1)
    assert [kilometres(text) for text in ("500m", "1.5km", "x", "xkm")] == [0.5, 1.5, None, None]


DEVICES = [
    ("{os: ios}", True, "semantics 5.35 one device"),
    ("{os: ios, language: ru}", False, "5.35 one device meets all"),
    ("{push_enabled: false}", True, "5.35 push"),
    ("{os: android, push_enabled: true}", False, "5.35 push of another device"),
    ("{app_version: {gte: '5.9'}}", True, "semantics 5.48 part by part"),
    ("{app_version: {gt: '5.10'}}", False, "5.48 not later"),
    ("{app_version: 5.10.0}", True, "5.48 zeros at the end"),
    ("{app_version: {lt: 5}}", False, "5.48 a number"),
    ("{app_version: {neq: 5}}", True, "5.48 another number"),
    ("{app_version: 5.1}", False, "5.48 a number is no later version"),
    ("{model: {missing: true}}", True, "nothing known of the model"),
]


@pytest.mark.parametrize(("device", "answer"), [pytest.param(*r[:2], id=r[2]) for r in DEVICES])
def test_devices(someone, device, answer):
    who = someone(
        devices=(
            {"os": "iOS", "app_version": "5.10", "push_enabled": True},
            {"os": "Android", "language": "ru", "push_enabled": False},
        )
    )
    assert who.holds(f"{{device: {device}}}") is answer


def test_without_a_device_no_test_of_one_holds(who):
    """semantics 5.35"""
    assert not who.holds("{device: {model: {missing: true}}}")


RELATED = [
    ("{related: contract}", True, "semantics 5.36 at least one"),
    ("{related: contract, count: 2}", True, "5.36 so many"),
    ("{related: contract, where: {kind: a}, count: 2}", False, "5.36 that meet where"),
    ("{related: contract, where: {kind: A}}", False, "an enum of an object"),
    ("{related: contract, where: {ends: {within_next: 3d}}}", True, "a date of an object"),
    ("{related: order}", False, "5.36 none"),
    ("{related: order, count: 0}", True, "5.36 none is 0"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in RELATED])
def test_related_objects(who, written, answer):
    who.state.related["contract"] = [{"kind": "a", "ends": "2027-03-02"}, {"kind": "b"}]
    assert who.holds(written) is answer


PRESENT = [
    ("2027-03-01T12:00", "{weekday: [mon]}", True, "semantics 5.41 the weekday"),
    ("2027-03-01T12:00", "{weekday: [tue, sun]}", False, "5.41 another weekday"),
    ("2027-03-01T12:00", "{time: {from: '12:00', to: '13:00'}}", True, "2.9 from is in"),
    ("2027-03-01T13:00", "{time: {from: '12:00', to: '13:00'}}", False, "2.9 to is not"),
    ("2027-03-01T02:00", "{time: {from: '22:00', to: '08:00'}}", True, "2.9 over midnight"),
    ("2027-03-01T12:00", "{date: {from: 2027-03-01, to: 2027-03-01}}", True, "both days are in"),
    ("2027-03-02T00:00", "{date: {to: 2027-03-01}}", False, "the day after"),
    ("2027-02-28T23:59", "{date: {from: 2027-03-01}}", False, "the day before"),
    ("2027-03-01T12:00", "{date: {to: 2027-03-01T12:00}}", True, "to the minute"),
    ("2027-03-01T12:01", "{date: {to: 2027-03-01T12:00}}", False, "a minute later"),
    ("2027-03-01T12:00", "{working_day: true}", True, "5.41 Monday"),
    ("2027-03-06T12:00", "{working_day: true}", False, "5.41 Saturday"),
    ("2027-03-06T12:00", "{working_day: false}", True, "5.41 no working day"),
    ("2027-03-01T12:00", "{weekday: [mon], working_day: false}", False, "all that is written"),
]


@pytest.mark.parametrize(
    ("now", "written", "answer"), [pytest.param(*r[:3], id=r[3]) for r in PRESENT]
)
def test_the_present(someone, now, written, answer):
    assert someone(now=now).holds(f"{{now: {written}}}") is answer


def test_the_present_is_local(someone):
    """semantics 5.41"""
    berlin = someone("Europe/Berlin", now="2027-02-28T22:30Z")
    assert berlin.holds("{now: {weekday: [sun]}}")
    assert someone(now="2027-02-28T22:30Z").holds("{now: {weekday: [mon]}}")


@pytest.mark.parametrize(
    ("day", "region", "answer"),
    [
        pytest.param("2025-05-01", "ru", False, id="semantics 5.43 a holiday"),
        pytest.param("2025-05-01", None, True, id="semantics 5.41 without a region"),
        pytest.param("2024-04-27", "ru", True, id="5.43 a working Saturday"),
        pytest.param("2024-04-27", "xx", False, id="5.43 an unknown country"),
        pytest.param("2025-05-01", "Europe", True, id="5.43 what is no country"),
        pytest.param("2025-01-06", "de-by", False, id="5.43 a part of a country"),
        pytest.param("2025-01-06", "de", True, id="5.43 the whole country"),
        pytest.param("2025-01-06", "de-xx", True, id="5.43 an unknown part"),
    ],
)
def test_working_days(day, region, answer):
    from datetime import date

    assert is_working_day(date.fromisoformat(day), region) is answer


def test_the_next_working_day():
    from datetime import date

    assert next_working_day(date(2025, 4, 30), "ru") == date(2025, 5, 5)
    assert next_working_day(date(2025, 4, 30), None) == date(2025, 5, 1)


def test_the_region_of_the_project_counts(someone):
    """semantics 5.43"""
    written = "{now: {working_day: true}}"
    russian = someone(now="2025-05-01T12:00", shop="project: shop\nregion: ru\n")
    assert not russian.holds(written)
    assert someone(now="2025-05-01T12:00", shop="project: shop\n").holds(written)
