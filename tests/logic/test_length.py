"""Lengths of time in words, in both languages."""

import pytest

from crmspec.diagnostics.catalog import translate
from crmspec.logic.length import apart, duration


@pytest.mark.parametrize(
    ("written", "english", "russian"),
    [
        pytest.param("1m", "1 minute", "1 минуту", id="a minute"),
        pytest.param("24h", "24 hours", "24 часа", id="hours"),
        pytest.param("1d", "1 day", "1 день", id="a day"),
        pytest.param("7d", "7 days", "7 дней", id="days"),
        pytest.param("2w", "2 weeks", "2 недели", id="weeks"),
        pytest.param("21mo", "21 months", "21 месяц", id="months"),
        pytest.param("1d 12h", "1 day 12 hours", "1 день 12 часов", id="several units"),
        pytest.param("22h30m", "22 hours 30 minutes", "22 часа 30 минут", id="no space between"),
        pytest.param("PT90M", "PT90M", "PT90M", id="ISO 8601 stays as written"),
        pytest.param("90s", "90s", "90s", id="seconds stay as written"),
    ],
)
def test_durations(written, english, russian):
    assert duration(written).english() == english
    assert translate(duration(written), "ru") == russian


@pytest.mark.parametrize(
    ("minutes", "english"),
    [
        (1, "1 minute"),
        (119, "119 minutes"),
        (120, "2 hours"),
        (360, "6 hours"),
        (361, "6 hours 1 minute"),
    ],
)
def test_how_far_apart(minutes, english):
    assert apart(minutes).english() == english
