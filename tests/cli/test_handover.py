"""Objects that `ids` of a target hand over to the project: which cannot be, and the place."""

import json

import pytest

from tests.cli import people

HEAD = "project: shop\ndefaults: {message: {category: service}}\n"
SEGMENTS = """
attributes: {city: {title: City, type: string}}
segments:
  spb: {title: Petersburg, attribute: city, eq: SPb}
  msk: {title: Moscow, attribute: city, eq: Msk}
"""


@pytest.fixture
def given(project, crmspec):
    """Settle a project of two segments, whose ids are then given by the settings."""

    def go(ids="", platform="sandbox"):
        target = f"targets:\n  esp:\n    platform: {platform}\n    ids: {{segments: {{{ids}}}}}\n"
        (project / "crmspec.yaml").write_text(HEAD + target)
        return crmspec("plan")

    (project / "campaigns" / "all.yaml").write_text(SEGMENTS)
    return go


def marked(key):
    """Make a segment with a marker; return its id."""
    with people.account() as call:
        (one,) = [o for o in call("GET", "segments")["data"] if o["name"] == "Petersburg"]
        body = {"name": "Theirs", "external_key": key, "definition": one["definition"]}
        return call("POST", "segments", body)["id"]


@pytest.mark.parametrize("arguments", [("plan",), ("apply", "--yes", "--overwrite"), ("drift",)])
def test_the_object_of_another_project_is_not_taken_over(project, given, crmspec, arguments):
    given()
    assert crmspec("apply", "--yes")[0] == 0
    id_ = marked("crmspec:lavka/segment/theirs")
    source = SEGMENTS + "  new: {title: New, attribute: city, eq: Omsk}\n"
    (project / "campaigns" / "all.yaml").write_text(source)
    given(f"new: {id_}")
    code, out, err = crmspec(*arguments)
    assert (code, out) == (1, "")
    assert f"CRM721]: `segment.new`: `{id_}` has the marker of project `lavka`" in err
    assert "--> crmspec.yaml:6" in err
    assert people.found("segments", "Theirs")["external_key"] == "crmspec:lavka/segment/theirs"


def test_an_object_of_another_project_in_a_shared_folder(project, given, crmspec):
    given(platform="files")
    assert crmspec("apply", "--yes")[0] == 0
    path = project / "out" / "esp" / "segments" / "spb.json"
    theirs = json.loads(path.read_text()) | {"marker": "crmspec:lavka/segment/spb", "files": {}}
    path.with_name("theirs.json").write_text(json.dumps(theirs))
    source = SEGMENTS + "  new: {title: New, attribute: city, eq: Omsk}\n"
    (project / "campaigns" / "all.yaml").write_text(source)
    code, _, err = given("new: segments/theirs", platform="files")
    assert code == 1
    assert "`segments/theirs` has the marker of project `lavka`" in err
    assert given(platform="files")[0] == 0


def test_an_id_that_the_target_does_not_have(given, crmspec):
    code, out, err = given("spb: seg_nope")
    assert (code, out) == (1, "")
    assert "`segment.spb`: nothing is found on the target as `seg_nope`" in err
    assert "--> crmspec.yaml:6" in err
    assert "take it away from `ids`" in err
    given()
    assert crmspec("apply", "--yes")[0] == 0
    assert given("spb: seg_nope")[0] == 0


def test_one_id_for_two_resources(given):
    code, out, err = given("spb: seg_1, msk: seg_1")
    assert (code, out) == (1, "")
    assert "`seg_1` cannot be both `segment.spb` and `segment.msk`" in err


def test_what_was_taken_over_and_deleted_there_is_an_edit_by_hand(given, crmspec):
    given()
    assert crmspec("apply", "--yes")[0] == 0
    id_ = people.found("segments", "Petersburg")["id"]
    with people.account() as call:
        call("DELETE", f"segments/{id_}", **{"If-Match": "1"})
    code, out, _ = given(f"spb: {id_}")
    assert code == 0
    assert "create again: it was deleted on the target by hand" in out
