"""`python -m tests.mutation [CODE …]`: plant every defect into every base, count what is found."""

from __future__ import annotations

import sys
import traceback
from collections import Counter

from tests.mutation import plants
from tests.mutation.judge import BadPlantError, clean_findings, judged, rule
from tests.mutation.plant import PLANTS


def attempt(one, base):
    """Return None or what went wrong, in one line."""
    try:
        return judged(one, base)
    except BadPlantError as error:
        return f"bad plant: {error}"
    except Exception as error:  # noqa: BLE001 - a rule that raises is a miss too
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"raised {type(error).__name__}: {error} ({place.filename}:{place.lineno})"


def main(chosen: list[str]) -> int:
    """Print misses as they come, then recall per rule; return 1 if there are any."""
    assert plants
    planted, hit, missed = Counter(), Counter(), 0
    for one in PLANTS:
        if (chosen and one.code not in chosen) or rule(one.code) is None:
            continue
        for base in one.bases:
            problem = attempt(one, base)
            planted[one.code] += 1
            hit[one.code] += problem is None
            if problem is not None:
                missed += 1
                print(f"{one.code} {one.name} / {base}: {problem}", flush=True)
    for code in sorted(planted):
        print(f"{code}: {hit[code]} of {planted[code]} found")
    alarms = [row for row in clean_findings() if row[2] and (not chosen or row[1] in chosen)]
    for base, code, messages in alarms:
        print(f"false alarm, {base}: {code} {messages[:3]}")
    return 1 if missed or alarms else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
