"""What leads to a message or a state of a chain: the passage that brings it about."""

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic import lead
from crmspec.logic.portfolio import Portfolio

SOURCE = """
channels: {chat: {type: telegram}}
messages: {news: {channel: chat, category: service, text: x}}
chains:
  again: {trigger: {message: news, reaction: clicked}, steps: [{send: news}, {wait: 2d}]}
  weekly:
    trigger: {schedule: {rrule: "FREQ=WEEKLY;BYDAY=WE", at: "11:00"}}
    steps: [{send: news}, {wait: 5d}]
  more: {trigger: {message: news, reaction: clicked}, steps: [{wait: 1h}, {send: news}]}
"""


def test_a_message_that_comes_without_the_chain_is_no_lead_of_it():
    portfolio = Portfolio(build(read("a.yaml", SOURCE.encode()).documents))
    found = [lead.to_message(portfolio, "news", None, depth) for depth in range(5)]
    assert {one.chain for one in found} == {"again", "weekly"}
    assert found[-1].chain == "weekly"
