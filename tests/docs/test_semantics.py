"""The numbered sentences of the semantics: unique, in order, linkable, and cited rightly."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
SENTENCE = re.compile(r'^<a id="s(\d+)\.(\d+)"></a>\*\*(\d+)\.(\d+)\*\* \S', re.MULTILINE)
SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)
CITED = re.compile(r"\bsemantics (\d+(?:\.\d+)?)")
INSIDE = re.compile(r"(?<![\d.])(\d{1,2}\.\d{1,2})(?![\d.])")


def numbers() -> list[tuple[int, int]]:
    return [(int(m[1]), int(m[2])) for m in SENTENCE.finditer(PAGE)]


def known() -> set[str]:
    return {f"{section}.{sentence}" for section, sentence in numbers()}


def test_sentences_are_numbered_in_order_without_repetition():
    found = numbers()
    assert found == sorted(set(found))
    assert len(found) > 150


def test_the_anchor_of_a_sentence_is_its_number():
    assert all(m.group(1, 2) == m.group(3, 4) for m in SENTENCE.finditer(PAGE))


def test_every_sentence_stands_in_the_section_of_its_number():
    parts = SECTION.split(PAGE)
    for section, body in zip(parts[1::2], parts[2::2], strict=True):
        assert {m[1] for m in SENTENCE.finditer(body)} == {section}


def test_every_number_mentioned_on_the_page_exists():
    assert set(INSIDE.findall(PAGE)) <= known()


def sources() -> list[Path]:
    places = [ROOT / "crmspec", ROOT / "schemas", ROOT / "docs", ROOT / "tests"]
    files = [path for place in places for path in place.rglob("*")]
    return [path for path in files if path.suffix in {".py", ".json", ".md"}]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_citations_name_sentences_or_sections_that_exist(path: Path):
    cited = set(CITED.findall(path.read_text(encoding="utf-8")))
    assert cited <= known() | set(SECTION.findall(PAGE))
