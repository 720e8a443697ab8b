"""The values that templates of the corpus are rendered for, and what is known of their kinds."""

from pathlib import Path

from crmspec.template.parse import parse

CORPUS = Path(__file__).parent / "corpus"

KINDS = {
    **dict.fromkeys(
        (
            *("profile.first_name", "profile.last_name", "profile.city", "profile.tier"),
            *("profile.bio", "profile.address.street", "profile.tags[]", "profile.Loyalty Tier"),
            *("event.items[].name", "event.items[].tags[]", "event.Item Name"),
            *("profile.empty", "profile.nil", "event.values", "profile.address.city.name"),
        ),
        "string",
    ),
    **dict.fromkeys(("profile.points", "event.items[].qty"), "integer"),
    **dict.fromkeys(("profile.balance", "event.total", "event.items[].price"), "number"),
    **dict.fromkeys(("profile.vip", "event.paid"), "boolean"),
    **dict.fromkeys(("profile.birthday", "event.placed"), "date"),
    **dict.fromkeys(("profile.tags", "event.items", "event.items[].tags", "event.keys"), "list"),
    **dict.fromkeys(("profile.address", "event.items[]"), "object"),
}

BLOCKS = {
    name: parse(text).body
    for name, text in {
        "greeting": "Hello, {{ profile.first_name | default('friend') }}!",
        "cards": "{% for card in items | limit(3) %}<{{ card.name }}>{% else %}none{% endfor %}",
        "outer": "{% with name = profile.city %}{% include 'inner' %}{% endwith %}",
        "inner": "[{{ name | default('nowhere') }}{% include 'greeting' %}]",
    }.items()
}


def item(name, price, qty, *tags):
    return {"name": name, "price": price, "qty": qty, "tags": list(tags)}


FIVE = [
    item("Lamp", 120.5, 1, "new"),
    item("Chair", 99.995, 2),
    item("Стол", 1000, 11, "sale", "new", "old"),
    item("Box <XL>", 0, 21, "a & b"),
    item("", 0.005, 3),
]

FULL = {
    "profile": {
        "first_name": "Анна",
        "last_name": "O'Neil",
        "city": "Нижний Новгород",
        "tier": "gold",
        "bio": "likes tea",
        "points": 5,
        "balance": 1234.5,
        "vip": True,
        "birthday": "1990-03-08",
        "tags": ["new", "gold"],
        "address": {"street": "Lenina 1", "city": {"name": "Kazan"}},
        "Loyalty Tier": "platinum",
    },
    "event": {
        "items": FIVE[:2],
        "total": 5120,
        "paid": False,
        "placed": "2026-11-22T09:05:00+03:00",
        "Item Name": "Lamp",
        "keys": ["k"],
    },
}


def other(profile=None, event=None):
    """Return the full fixture with some values changed."""
    return {
        "profile": {**FULL["profile"], **(profile or {})},
        "event": {**FULL["event"], **(event or {})},
    }


NOTHING = {"profile": {}, "event": {}}
EMPTY = {
    "profile": {
        **dict.fromkeys(("first_name", "last_name", "city", "tier", "bio"), ""),
        **dict.fromkeys(("points", "balance"), 0),
        "vip": False,
        "birthday": "",
        "tags": [],
        "address": {"street": ""},
        "Loyalty Tier": "",
    },
    "event": {"items": [], "total": 0, "paid": False, "placed": "", "Item Name": "", "keys": []},
}

FIXTURES = {
    "everything": FULL,
    "nothing": NOTHING,
    "empty values": EMPTY,
    "nulls": {
        "profile": dict.fromkeys(FULL["profile"]),
        "event": dict.fromkeys(FULL["event"]),
    },
    "one item": other({"tags": ["sale"], "points": 1}, {"items": FIVE[:1], "paid": True}),
    "five items": other({"points": 11, "tags": ["a", "b", "c", "d", "e"]}, {"items": FIVE}),
    "long": other(
        {"first_name": "Константин-Александр" * 5, "points": 111, "balance": 99999999.99},
    ),
    "negative": other({"points": -2, "balance": -2.675, "tier": "silver", "vip": False}),
    "fractions": other({"points": 22, "balance": 2.5, "city": "Москва"}, {"total": 0.1}),
    "hostile": other(
        {
            "first_name": "<script>alert(1)</script>",
            "last_name": 'O\'Neil "the Rock"',
            "bio": "\"><img src=x onerror='alert(1)'> & {{ 7 }} {% if %} ${x} &amp;",
            "city": "a\\b c/d?e=f&g#h",
            "tags": ["<i>", "&", "'", '"'],
        },
        {"items": [item("</td>", 1, 1, "<br>")]},
    ),
    "backslash": other({"last_name": "a\\b", "tags": ["new"], "birthday": "2000-12-31"}),
    "other scripts": other(
        {
            "first_name": "דנה",
            "last_name": "דנה",
            "bio": "🎉 مرحبا ß İ",
            "city": "Łódź",
            "tags": ["😀"],
        },
    ),
    "partly": {
        "profile": {"vip": True, "points": 0, "last_name": "ANNA", "first_name": "anna"},
        "event": {"items": [{"name": "Lamp"}, {"price": 5}], "placed": "2026-02-01"},
    },
}
