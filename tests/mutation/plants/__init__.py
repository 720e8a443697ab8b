"""The plants, by subject; importing this package registers all of them."""

from tests.mutation.plants import consent, crowd, loop, order, segment, time

__all__ = ["consent", "crowd", "loop", "order", "segment", "time"]
