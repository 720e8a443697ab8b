"""A project in which a customer is written to after the purchase."""

STORY = """\
events:
  signup: {title: Signed up}
  order_placed: {title: Ordered}
attributes:
  city: {title: City, type: string}
goals:
  purchase: {title: Bought, event: order_placed}
consents:
  news: {title: News, channel: email}
  texts: {title: Texts, channel: sms}
channels:
  email: {title: E-mail, type: email, from: "Shop <hello@shop.example>", consent: news}
  sms: {title: SMS, type: sms, consent: texts}
messages:
  hello: {title: Hello, channel: email, subject: Hello, body: Hello}
  nudge:
    title: Nudge
    channel: email
    category: marketing
    subject: Buy
    body: 'Buy <a href="{{ links.unsubscribe }}">or leave</a>'
  thanks: {title: Thanks, channel: sms, text: Thanks}
  unused: {title: Unused, channel: sms, text: Unused, status: draft}
frequency:
  one_a_day: {limits: [1 per 1d]}
personas:
  anna: {consents: {news: subscribed}, reachable: email}
segments:
  buyers: {title: Buyers, event: order_placed}
  again: {title: Bought before, event: order_placed, count: {gte: 1}}
  loyal: {title: Loyal, event: order_placed, count: {gte: 3}}
  new: {title: New, not_event: order_placed}
exclusive:
  main: {chains: [welcome, greeting]}
chains:
  welcome:
    title: Welcome
    trigger: signup
    goal: {goal: purchase, exits: false}
    steps:
      - wait: 1h
      - send: hello
      - wait: 2d
      - send: nudge
  greeting:
    title: Greeting
    trigger: signup
    audience: {attribute: city, eq: Omsk}
    priority: 60
    steps: [{send: hello}]
  care:
    title: Care
    trigger: order_placed
    audience: {all: [loyal, buyers]}
    steps: [{wait: 1d}, {send: thanks}]
tests:
  greets:
    title: Says hello
    persona: anna
    chains: welcome
    start: "2027-03-01T09:00"
    events: {event: signup, at: 0m}
    expect: {sends: [{message: hello, at: 1h}, nudge]}
"""
