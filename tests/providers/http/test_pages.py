"""Lists in pages: whole, each object once, and never without end."""

from __future__ import annotations

import pytest

from crmspec.engine.error import TargetUnusableError
from crmspec.providers.http.pages import MOST_PAGES, Page, by_mark, by_number, by_offset


def item(name):
    return {"id": name}


def name_of(one):
    return one["id"]


def test_pages_are_read_to_the_end_and_each_object_once():
    pages = {None: ("abc", "2"), "2": ("cde", "3"), "3": ("", None)}

    def read(mark):
        names, following = pages[mark]
        return Page(items=[item(one) for one in names], next=following)

    assert [name_of(one) for one in by_mark(read, "GET /x", name_of)] == list("abcde")


@pytest.mark.parametrize(
    ("following", "said"),
    [
        pytest.param(lambda _: "1", "go round in a circle", id="itself"),
        pytest.param(lambda mark: {"1": "2", "2": "1"}.get(mark, "1"), "in a circle", id="two"),
        pytest.param(lambda mark: str(int(mark or 0) + 1), "do not end", id="ever new ones"),
    ],
)
def test_pages_without_end_are_left(following, said):
    def read(mark):
        return Page(items=[item("a")], next=following(mark))

    with pytest.raises(TargetUnusableError, match=said):
        list(by_mark(read, "GET /x", name_of))


def listed(names, offset, limit, total):
    found = [item(one) for one in names[offset : offset + limit]]
    return Page(items=found, total=len(names) if total else None)


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 9])
def test_lists_by_offset_and_by_number_are_read_whole(count, total):
    names = list(range(count))

    def offset(at, limit):
        return listed(names, at, limit, total)

    def number(page):
        return listed(names, (page - 1) * 3, 3, total)

    assert [name_of(o) for o in by_offset(offset, "GET /x", name_of, size=3)] == names
    assert [name_of(o) for o in by_number(number, "GET /x", name_of, size=3)] == names


@pytest.mark.parametrize("total", [True, False])
def test_a_list_that_changed_is_read_again(total):
    names, calls = list(range(9)), []

    def read(at, limit):
        calls.append(at)
        if len(calls) == 2:
            del names[0]
        return listed(names, at, limit, total)

    found = by_offset(read, "GET /x", name_of, size=3)
    assert [name_of(one) for one in found] == list(range(1, 9))


def test_a_list_that_grows_at_its_head_is_read_again():
    names, calls = list(range(9)), []

    def read(page):
        calls.append(page)
        if len(calls) == 2:
            names.insert(0, -1)
        return listed(names, (page - 1) * 3, 3, total=False)

    found = by_number(read, "GET /x", name_of, size=3)
    assert [name_of(one) for one in found] == list(range(-1, 9))


def test_a_list_that_never_rests_is_left():
    calls = []

    def by_total(at, limit):
        calls.append(at)
        return listed(list(range(9 + len(calls))), at, limit, total=True)

    with pytest.raises(TargetUnusableError, match="changes while it is read"):
        by_offset(by_total, "GET /x", name_of, size=3)
    with pytest.raises(TargetUnusableError, match="changes while it is read"):
        by_number(lambda _: Page(items=[item(1)] * 3), "GET /x", name_of, size=3)


def test_lists_without_end_are_left(monkeypatch):
    monkeypatch.setattr("crmspec.providers.http.pages.MOST_PAGES", 5)
    assert MOST_PAGES > 5

    def endless(at, limit):
        return Page(items=[item(one) for one in range(at, at + limit)])

    with pytest.raises(TargetUnusableError, match="do not end"):
        by_offset(endless, "GET /x", name_of, size=3)
    with pytest.raises(TargetUnusableError, match="do not end"):
        by_number(lambda page: endless(page * 3, 3), "GET /x", name_of, size=3)
