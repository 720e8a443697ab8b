import yaml

from crmspec.document import read, stream

TEXT = "a:\n  - b: 1\n  - [2, 3]\n"
(ROOT,) = read("campaigns/a.yaml", TEXT.encode()).documents


def test_a_path_leads_to_the_value_or_the_deepest_one_that_exists():
    assert ROOT.descend(["a", 0, "b"]).data == 1
    assert ROOT.descend(["a", 1, 1]).data == 3
    for path in (["a", 7], ["a", "x"], ["a", -1]):
        assert ROOT.descend(path) is ROOT.child("a")
    assert ROOT.descend(["x"]) is ROOT
    assert ROOT.descend([0]) is ROOT
    assert ROOT.descend(["a", 0, "b", "c"]).data == 1


def test_keys_and_values_know_their_places():
    entry = ROOT.entries["a"]
    assert TEXT[entry.key_span.start : entry.key_span.end] == "a"
    assert TEXT[entry.value.span.start : entry.value.span.end] == "- b: 1\n  - [2, 3]"
    assert entry.key_span.path == "campaigns/a.yaml"


def test_collections_share_their_data_with_their_parents():
    assert ROOT.data["a"] is ROOT.child("a").data
    assert ROOT.data["a"][0] is ROOT.descend(["a", 0]).data


def test_the_pure_parser_stands_in_where_libyaml_is_missing():
    assert stream._parser(fast=False) is yaml.SafeLoader
