"""Small projects for Klaviyo, and what becomes of them."""

from __future__ import annotations

from crmspec.ir.target import Target
from crmspec.lower.outcome import Key
from crmspec.providers.klaviyo.session import VENDOR
from crmspec.providers.rest.compile import audited, compiled, desired
from tests.contract.project import program

HEAD = """
events:
  order:
    title: Order
    names: {main: Placed Order}
    properties:
      total: {type: number}
      kind: {type: enum, values: [a, b]}
      word: {type: string}
  view: {title: View}
attributes:
  name: {title: Name, type: string}
  tier: {title: Tier, type: enum, values: [gold, silver]}
  score: {title: Score, type: number}
  rank: {title: Rank, type: number, names: {main: Rank of all}}
  seen: {title: Seen, type: boolean}
  points: {title: Points, type: number, default: 0}
  mail: {title: Mail, type: string, standard: email}
  langs: {title: Languages, type: array, items: enum, values: [ru, en]}
consents:
  news: {title: News, channel: email}
  texts: {title: Texts, channel: sms}
  wide: {title: Wide}
channels:
  email: {type: email, from: {name: Shop, email: hello@shop.example}, reply_to: re@shop.example}
  sms: {type: sms}
  push: {type: mobile_push}
  voice: {type: voice}
  calm: {type: sms, quiet_hours: {from: "21:00", to: "09:00"}}
lists:
  fans: {title: Fans}
messages:
  one: {channel: email, category: transactional, subject: Hi, body: "<p>Hi</p>"}
  two: {channel: push, category: transactional, heading: Hi, text: There}
  hush: {channel: push, category: transactional, text: There, silent: true}
  three: {channel: sms, category: transactional, text: There}
  late: {channel: push, category: transactional, heading: Hi, text: There, ttl: 1h}
  quiet: {channel: calm, category: transactional, text: There}
  call: {channel: voice, text: Hello}
  odd: {channel: email, category: transactional, subject: "{{ links.confirm }}", body: x}
segments:
  vip: {attribute: tier, eq: gold}
"""
TARGET = Target(id="main", platform="klaviyo")


def made(text, target=TARGET, settings=""):
    """Return the compilation of a project."""
    return compiled(program(text, settings=settings), target, VENDOR)


def chain(steps="[{wait: 1h}]", head="", trigger="order"):
    """Return the flow of a chain, and the reasons why it is not as written."""
    text = f"{HEAD}chains:\n  c:\n    trigger: {trigger}\n{head}    steps: {steps}\n"
    found = made(text)
    key = Key("chain", "c")
    return found.payloads[key].body, [
        (gap.support.value, gap.reason.english()) for gap in found.survey.gaps(key)
    ]


def segment(condition):
    """Return the groups of a segment, and how what is not as written fares."""
    found = made(f"{HEAD}  x: {condition}\n")
    key = Key("segment", "x")
    body = found.payloads[key].body
    return body, [gap.support.value for gap in found.survey.gaps(key)]


def told(groups):
    """Return groups of conditions, a line each."""
    found = groups["condition_groups"]
    return [" | ".join(map(_condition, one["conditions"])) for one in found]


def _condition(one):
    match one["type"]:
        case "profile-property" | "metric-property":
            name = one.get("property", one.get("field")).removeprefix("properties")
            return f"{name} {_filter(one['filter'])}"
        case "profile-group-membership":
            (group,) = one["group_ids"]
            frame = one.get("timeframe_filter")
            said = f"{'in' if one['is_member'] else 'not in'} {group['$ref']}"
            return said if frame is None else f"{said} {_frame(frame)}"
        case "profile-metric":
            said = f"{one['metric_id']} {_filter(one['measurement_filter'])}"
            where = [
                f"{w['property']} {_filter(w['filter'])}" for w in one.get("metric_filters", [])
            ]
            return " ".join([said, _frame(one["timeframe_filter"]), *where])
    consent = one["consent"]
    can = "may" if consent["can_receive_marketing"] else "may not"
    return f"{consent['channel']} {can} {consent['consent_status']['subscription']}"


def _filter(one):
    said = one["operator"]
    return f"{said} {one['value']}" if "value" in one else said


def _frame(one):
    rest = [str(one[key]) for key in ("quantity", "start", "end", "unit") if key in one]
    return " ".join([one["operator"], *rest])


def findings(text, target=TARGET, settings=""):
    """Return what is found in a project, as level and words."""
    found = made(text, target, settings)
    return [(one.level, one.message.english()) for one in audited(found, target, VENDOR)]


def resources(text, target=TARGET, settings=""):
    """Return what is deployed of a project, by address."""
    found = desired(made(text, target, settings), target, VENDOR)
    return {str(one.address): one for one in found.resources}
