"""What a record costs on each store: `python -m tests.bench.stores`, in milliseconds."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

import msgspec

from crmspec.engine.state import Entry, Recorded
from tests.stores.kept import NAMES, place, servers

SIZES = (100, 1_000, 10_000)
BODY = {"title": "Abandoned cart", "steps": [{"id": f"s{n}", "wait": "1h"} for n in range(20)]}
ENTRY = Entry("id_1", "1", "sha256:" + "0" * 64, BODY, "2026-03-01T12:00:00+00:00")


def cost(kept, size):
    """Return the milliseconds of one record, and of a load and a save, with so many objects."""
    with kept.store(target=f"t{size}") as store, store.lock():
        state = store.save(store.load())
        entries = {f"chain.c{n}": ENTRY for n in range(size)}
        store.save(msgspec.structs.replace(state, serial=size, entries=entries))
        spent = []
        for number in range(20):
            began = time.perf_counter()
            store.append(Recorded(f"chain.c{number}", ENTRY))
            spent.append(time.perf_counter() - began)
        began = time.perf_counter()
        store.save(store.load())
        return median(spent) * 1000, (time.perf_counter() - began) * 1000


def main():
    print(f"{'store':<10}" + "".join(f"{size:>10} objects (record, load + save)" for size in SIZES))
    for name in NAMES:
        with servers(name) as running, tempfile.TemporaryDirectory() as folder:
            kept = place(name, Path(folder), running)
            costs = [cost(kept, size) for size in SIZES]
        print(f"{name:<10}" + "".join(f"{one:>20.1f} {both:>20.1f}" for one, both in costs))


if __name__ == "__main__":
    main()
