"""Reactions to messages: semantics 5.28-5.31, 5.45."""

import pytest

from crmspec.ir.condition import CONDITIONS, ChannelReaction, MessageReaction
from crmspec.semantics.reaction import REACTIONS

NOON = "2027-03-01T12:00"
AGO = {n: f"2027-02-{28 - n + 1:02}T12:00" for n in range(1, 29)}

TABLE = [
    ("{message: hello, received: true}", True, "semantics 5.30 handed over"),
    ("{message: hello, received: 2}", True, "semantics 5.28 so many sends"),
    ("{message: hello, delivered: 1}", True, "5.30 confirmed by the channel"),
    ("{message: hello, opened: 2}", True, "5.30 a click counts as an open"),
    ("{message: hello, clicked: 1}", True, "5.28 clicked"),
    ("{message: hello, clicked: {gte: 2}}", False, "5.28 not so often"),
    ("{message: hello, clicked: false}", False, "5.28 none"),
    ("{message: other, clicked: false}", True, "5.28 never sent counts as none"),
    ("{message: other, clicked: true}", False, "5.28 never sent"),
    ("{message: hello, opened: true, replied: false}", True, "all reactions that are written"),
    ("{message: hello, opened: true, replied: true}", False, "one of them not"),
    ("{message: hello, converted: false}", True, "not converted"),
    ("{message: any, received: 3}", True, "any message"),
    ("{message: {tag: promo}, received: 2}", True, "messages with a tag"),
    ("{message: {tag: other}, received: 0}", True, "no message with the tag"),
    ("{message: any, channel: sms, received: 1}", True, "messages of a channel"),
    ("{message: hello, clicked: true, link: shop}", True, "that link"),
    ("{message: hello, clicked: true, link: cart}", False, "another link"),
    ("{message: hello, received: 1, within: 9d}", True, "semantics 5.45 the send in the window"),
    ("{message: hello, opened: 1, within: 2d}", True, "5.45 the reaction in the window"),
    ("{message: hello, opened: true, within: 1d}", False, "5.45 the window has ended"),
    ("{message: hello, opened: 1, since: 2027-02-25}", True, "5.45 the reaction since"),
    ("{message: hello, received: 0, since: 2027-02-25}", True, "5.45 no send since"),
    ("{channel: email, received: 2}", True, "semantics 5.31 all of the channel"),
    ("{channel: sms, opened: false}", True, "5.31 none opened"),
    ("{channel: email, clicked: true, within: 3d}", True, "5.31 in a window"),
    ("{channel: email, received: {gt: 0}, within: 3d}", False, "5.31 no send in the window"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in TABLE])
def test_reactions(who, written, answer):
    who.got("hello", AGO[12], opened=AGO[10], delivered=AGO[12])
    clicked = who.got("hello", AGO[5], clicked=AGO[1])
    clicked.links.append((who.at(AGO[1]), "shop"))
    who.got("second", AGO[4], channel="sms")
    assert who.holds(written) is answer


PASSAGE = [
    ("{message: hello, opened: true}", False, "semantics 5.29 only sends of this passage"),
    ("{message: hello, received: 1}", True, "5.29 the one of this passage"),
    ("{message: second, received: false}", True, "5.29 each message that the chain sends"),
    ("{message: other, received: 1}", True, "5.29 not the messages of others"),
    ("{message: any, received: 4}", True, "5.29 any looks at the whole log"),
    ("{message: {tag: promo}, received: 2}", True, "5.29 tags look at the whole log"),
    ("{message: hello, received: 2, within: 20d}", True, "5.29 unless a window says otherwise"),
    ("{message: hello, received: 1, since: chain_start}", True, "5.45 since the start"),
    ("{message: any, received: 1, since: chain_start}", True, "5.45 of this passage at its start"),
    ("{message: hello, received: 0, since: greet}", True, "5.45 what came with the step is before"),
]


@pytest.mark.parametrize(("written", "answer"), [pytest.param(*r[:2], id=r[2]) for r in PASSAGE])
def test_inside_the_steps_of_a_chain(who, written, answer):
    who.got("hello", AGO[12], opened=AGO[10])
    who.got("second", AGO[9], channel="sms")
    passage = who.entered(moment=AGO[3])
    who.got("other", AGO[3])
    who.got("hello", AGO[3], passage=passage.number)
    who.finished("greet", AGO[3])
    assert who.holds(written) is answer


def test_outside_the_steps_the_whole_log_counts(who):
    """semantics 5.29"""
    who.got("hello", AGO[12], opened=AGO[10])
    who.entered(moment=AGO[3])
    assert not who.holds("{message: hello, opened: true}")
    who.view.in_steps = False
    assert who.holds("{message: hello, opened: true}")
    who.view.in_steps = True
    who.entered("unknown", moment=AGO[3])
    assert who.holds("{message: hello, opened: true}")


def test_a_view_may_leave_out_earlier_reactions(who):
    """semantics 7.13"""
    who.got("hello", AGO[3], opened=AGO[2])
    who.view.after = who.at(AGO[2])
    assert not who.holds("{message: hello, opened: true}")
    who.view.after = who.at(AGO[2]) - 1
    assert who.holds("{message: hello, opened: true}")


def test_what_is_to_come_does_not_count_yet(who):
    who.got("hello", AGO[3], opened="2027-03-01T12:01")
    assert not who.holds("{message: hello, opened: true}")
    assert who.now("2027-03-01T12:01").holds("{message: hello, opened: true}")


def test_every_reaction_of_the_language_is_known():
    fields = set(MessageReaction.__struct_fields__) | set(ChannelReaction.__struct_fields__)
    others = {"place", "message", "channel", "link", "within", "since"}
    assert fields - others == set(REACTIONS)
    assert {MessageReaction, ChannelReaction} < set(CONDITIONS)
