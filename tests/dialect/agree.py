"""Compare random templates: `python -m tests.dialect.agree 20000 [SEED [DIALECT …]]`."""

import random
import sys
from collections import Counter

from crmspec.dialect.registry import DIALECTS
from tests.dialect.agreement import differences, printed
from tests.dialect.random_template import Maker, values

A_TEMPLATE = 20
"""How many random profiles each template is rendered for."""


def disagreements(pairs, seed, dialects, counts):
    """Yield what differs in `pairs` of a random template and random values."""
    source = random.Random(seed)
    for _ in range(0, pairs, A_TEMPLATE):
        body = Maker(source).body(3)
        profiles = [values(source) for _ in range(A_TEMPLATE)]
        for dialect in dialects:
            result, names = printed(dialect, body)
            counts[dialect, "lost" if result.losses else "compared"] += A_TEMPLATE
            for inside in () if result.losses else profiles:
                for difference in differences(dialect, result.text, names, body, inside):
                    yield f"{dialect}: {difference} for {inside}"


def main(pairs, seed=1, *dialects):
    dialects = dialects or [id_ for id_, dialect in DIALECTS.items() if dialect.engines]
    counts = Counter()
    found = list(disagreements(pairs, seed, dialects, counts))
    for line in found[:3]:
        print(line[:3000])  # noqa: T201 - it reports
    for dialect in dialects:
        print(f"{dialect}: {counts[dialect, 'compared']} compared, {counts[dialect, 'lost']} lost")  # noqa: T201 - as above
    print(f"{pairs} pairs, seed {seed}: {len(found)} disagreements")  # noqa: T201 - as above
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3]), *sys.argv[3:]))
