"""Lengths of time in words, in both languages."""

import pytest

from crmspec.diagnostics.catalog import translate
from crmspec.logic.length import duration


@pytest.mark.parametrize(
    ("written", "english", "russian"),
    [
        pytest.param("1m", "1 minute", "1 минуту", id="a minute"),
        pytest.param("24h", "24 hours", "24 часа", id="hours"),
        pytest.param("1d", "1 day", "1 день", id="a day"),
        pytest.param("7d", "7 days", "7 дней", id="days"),
        pytest.param("2w", "2 weeks", "2 недели", id="weeks"),
        pytest.param("21mo", "21 months", "21 месяц", id="months"),
        pytest.param("1d 12h", "1d 12h", "1d 12h", id="several units stay as written"),
    ],
)
def test_durations(written, english, russian):
    assert duration(written).english() == english
    assert translate(duration(written), "ru") == russian
