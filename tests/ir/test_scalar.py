import pytest

from crmspec.ir.scalar import parse_duration, parse_percent, parse_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("90m", (0, 5400), id="minutes"),
        pytest.param("1d 12h", (0, 129_600), id="two parts with a space"),
        pytest.param("1h30m", (0, 5400), id="two parts without a space"),
        pytest.param("2w", (0, 1_209_600), id="weeks"),
        pytest.param("1mo", (1, 0), id="a calendar month"),
        pytest.param("1y", (12, 0), id="a year is twelve months"),
        pytest.param("-7d", (0, -604_800), id="before"),
        pytest.param("P1Y2M3DT4H5M6S", (14, 273_906), id="ISO 8601"),
        pytest.param("PT90M", (0, 5400), id="ISO 8601 time only"),
    ],
)
def test_durations(text, expected):
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "7", "d", "1 d", "P", "PT", "1x", "1d-2h", "١d", "P1H"])
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "minute"), [("00:00", 0), ("09:30", 570), ("24:00", 1440)])
def test_times(text, minute):
    assert parse_time(text) == minute


@pytest.mark.parametrize("text", ["24:01", "9:30", "25:00", "10:60", "10", ""])
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match="not a time of day"):
        parse_time(text)


@pytest.mark.parametrize(("data", "value"), [("10%", 10), (5, 5), ("0.5%", 0.5)])
def test_percent(data, value):
    assert parse_percent(data) == value
