"""Laws of `check` as a whole: it answers anything with findings, and order does not matter."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.api import check_files
from crmspec.diagnostics.format import DEFAULT, FORMATS
from tests.fuzz.__main__ import mutate, seeds

SEEDS = seeds()
NAMES = st.sampled_from(["crmspec.yaml", "campaigns/x.yaml"])


def told(files):
    """Check the files, and make sure that every finding points into them and can be printed."""
    report = check_files(files).report
    for finding in report.findings:
        for label in (finding.label, *finding.related):
            assert 0 <= label.span.start <= label.span.end <= len(text_of(report, label))
    for name in FORMATS:
        FORMATS[name](report, DEFAULT)
    return report


def text_of(report, label):
    return report.sources[label.span.path].text


@given(NAMES, st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_findings(name, data):
    told({name: data})


@pytest.mark.parametrize("seed", range(150))
def test_any_mutation_of_the_example_gives_findings(seed):
    chance = random.Random(seed)
    told({chance.choice(["crmspec.yaml", "campaigns/x.yaml"]): mutate(chance, SEEDS)})


WORDS = """
events attributes segments chains messages channels coupons goals all any not event attribute
segment send wait steps trigger count within where title type id a b c if then else cases branch
"""
KEYS = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 5),
        st.sampled_from(["a", "b", "1h", "10%", "10:00", "2026-01-01", "email", "gold", ""]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=30,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@settings(max_examples=400, deadline=None)
def test_any_tree_of_the_languages_words_gives_findings(tree):
    import json

    told({"campaigns/x.yaml": json.dumps(tree).encode()})


def example():
    from tests.fuzz.__main__ import ROOT

    paths = [ROOT / "crmspec.yaml", *sorted((ROOT / "campaigns").rglob("*.yaml"))]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_files_does_not_matter(seed):
    files = list(example().items())
    expected = check_files(dict(files))
    random.Random(seed).shuffle(files)
    found = check_files(dict(files))
    assert found.program == expected.program
    assert found.report.findings == expected.report.findings


@pytest.mark.parametrize("seed", range(5))
def test_it_does_not_matter_which_file_holds_what(seed):
    chance = random.Random(seed)
    files = example()
    project = {"crmspec.yaml": files.pop("crmspec.yaml")}
    expected = check_files({**project, **files}).program
    moved = {f"campaigns/{chance.randrange(10**9)}.yaml": data for data in files.values()}
    assert check_files({**project, **moved}).program == expected
    together = {"campaigns/all.yaml": b"\n---\n".join(files.values())}
    assert check_files({**project, **together}).program == expected
