"""What the language means where targets deviate: a short sentence for each rule that is cited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.diagnostics import Text

REFERENCE: dict[str, Text] = {
    "2.3": text("a month and a year are those of the calendar, in the customer's zone"),
    "3.2": text("an event whose `dedupe_key` came before is dropped"),
    "4.2": text("an exit by event holds from the entry on"),
    "4.3": text("such an exit ends the passage at once, even in a wait or at the gate"),
    "4.4": text("such an exit is looked at between any two steps"),
    "4.5": text("such an exit is asked for after every event and in every minute"),
    "4.6": text("who leaves the audience leaves the chain, asked as `when` says"),
    "4.8": text("a goal is noted when its event comes, or its segment is entered"),
    "4.9": text("a goal with `exits: true` ends the passage when it is reached"),
    "5.6": text("texts are compared in their normal form, and without regard to case"),
    "5.14": text("what happened before counts as well"),
    "5.25": text("the status of the consent that is named is asked for, as the project keeps it"),
    "5.27": text("whoever has a valid address or token of the channel can be reached"),
    "5.29": text("sends of this passage count, on all channels"),
    "5.30": text("a click counts as an open as well"),
    "6.5": text("who comes into the segment enters, who is in it already does not"),
    "6.18": text("who is not in the audience does not enter, and may later"),
    "6.19": text("triggers of one minute go to the chains by falling `priority`"),
    "6.21": text("the audience is asked again as `recheck` says"),
    "6.22": text("how long nobody enters again is counted as `reentry` says"),
    "6.23": text("who is in a chain does not enter it again, unless it is `concurrent: true`"),
    "6.26": text("a customer is in one chain of an exclusive group at a time"),
    "7.7": text("it ends at the next such moment in the customer's zone"),
    "7.12": text("it ends when the first of its arms becomes true"),
    "7.15": text("of two events of one minute the earlier decides"),
    "7.29": text("a customer's way follows from the `salt`"),
    "7.31": text("a customer's way follows from the `salt`, by default that of chain and step"),
    "7.32": text("a customer goes the same way on every passage"),
    "8.1": text("caps are counted when a message leaves"),
    "8.6": text("the message's `consent`, else its channel's, has to be given, for its `topic`"),
    "8.8": text("quiet hours of the chain and of the channel hold together, for every send"),
    "8.9": text("a send in quiet hours goes out in the first minute after them"),
    "8.21": text("what waited at the gate asks the audience and the whole gate again"),
    "8.33": text("a broadcast is sent to its `include` without its `exclude` at its time"),
    "8.35": text("a customer's turn follows from the id of the broadcast"),
    "8.40": text("each customer has a moment of their own, less than 24 hours after `at`"),
    "10.4": text("who is in a chain finishes the steps that they entered with"),
}
"""Rule of `docs/semantics.md` → what it says of a project, to be read beside what a target does."""

_CITED = re.compile(r"\bsemantics ((?:\d+\.\d+(?:, )?)+)")


def references(said: Text) -> tuple[Text, ...]:
    """Return what the language means by the rules that a sentence cites, in their order."""
    numbers = [one for found in _CITED.findall(said.english()) for one in found.split(", ")]
    return tuple(REFERENCE[one] for one in dict.fromkeys(numbers) if one in REFERENCE)
