from crmspec.source import Memory


class Maker:
    def __init__(self):
        self.made = 0

    def __call__(self):
        self.made += 1
        return self.made


def test_a_result_is_made_once_for_the_same_object():
    memory, make, subject = Memory(), Maker(), [1]
    assert memory.recall("count", (subject,), make) == 1
    assert memory.recall("count", (subject,), make) == 1


def test_an_equal_object_is_another_one():
    memory, make = Memory(), Maker()
    assert memory.recall("count", ([1],), make) == 1
    assert memory.recall("count", ([1],), make) == 2


def test_results_of_different_kinds_are_apart():
    memory, make, subject = Memory(), Maker(), [1]
    assert memory.recall("count", (subject,), make) == 1
    assert memory.recall("sum", (subject,), make) == 2


def test_the_next_run_finds_what_this_one_used():
    memory, make, subject = Memory(), Maker(), [1]
    memory.recall("count", (subject,), make)
    memory.turn()
    assert memory.recall("count", (subject,), make) == 1


def test_what_a_run_did_not_use_is_forgotten():
    memory, make, subject = Memory(), Maker(), [1]
    memory.recall("count", (subject,), make)
    memory.turn()
    memory.turn()
    assert memory.recall("count", (subject,), make) == 2


def test_what_is_left_is_found_until_it_is_replaced():
    memory = Memory()
    assert memory.left("note") is None
    memory.leave("note", 1)
    memory.turn()
    memory.turn()
    assert memory.left("note") == 1
    memory.leave("note", 2)
    assert memory.left("note") == 2


def test_even_nothing_is_remembered():
    memory, asked = Memory(), []
    for _ in range(2):
        memory.recall("nothing", (asked,), lambda: asked.append(1))
    assert asked == [1]
