"""Write crmspec/content/data/clients.json, what mail programs make of CSS and HTML.

    npm install caniemail
    python tests/generate/clients.py node_modules

The facts are those of caniemail.com as the npm package caniemail holds them (both MIT).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

OUTPUT = Path(__file__).parents[2] / "crmspec" / "content" / "data" / "clients.json"
CLIENTS = {
    "apple-mail.macos": "Apple Mail",
    "apple-mail.ios": "iPhone Mail",
    "gmail.desktop-webmail": "Gmail",
    "gmail.ios": "Gmail on iPhone",
    "gmail.android": "Gmail on Android",
    "outlook.windows": "Outlook for Windows",
    "outlook.outlook-com": "Outlook.com",
    "outlook.ios": "Outlook on iPhone",
    "outlook.android": "Outlook on Android",
    "mail-ru.desktop-webmail": "Mail.ru",
    "yahoo.desktop-webmail": "Yahoo Mail",
    "samsung-email.android": "Samsung Email",
}
OTHER_NAMES = {
    "css-block-inline-size": ["property:block-size", "property:inline-size"],
    "css-column-layout-properties": ["property:columns", "property:column-width"],
    "css-conic-gradient": ["function:conic-gradient"],
    "css-linear-gradient": ["function:linear-gradient"],
    "css-radial-gradient": ["function:radial-gradient"],
    "css-display-flex": ["value:display:flex", "value:display:inline-flex"],
    "css-display-grid": ["value:display:grid", "value:display:inline-grid"],
    "css-function-clamp": ["function:clamp"],
    "css-function-light-dark": ["function:light-dark"],
    "css-function-max": ["function:max"],
    "css-function-min": ["function:min"],
    "css-unit-calc": ["function:calc"],
    "css-variables": ["function:var"],
    "css-modern-color": ["function:lch", "function:oklch", "function:lab", "function:oklab"],
    "css-gap": ["property:gap", "property:row-gap", "property:column-gap"],
    "css-grid-template": ["property:grid-template", "property:grid-template-columns"],
    "css-left-right-top-bottom": [f"property:{p}" for p in ("left", "right", "top", "bottom")],
    "css-color-scheme": ["property:color-scheme"],
    "css-at-font-face": ["rule:font-face"],
    "css-at-import": ["rule:import"],
    "css-at-keyframes": ["rule:keyframes"],
    "css-at-supports": ["rule:supports"],
    "css-unit-ch": ["unit:ch"],
    "css-unit-rem": ["unit:rem"],
    "css-unit-vh": ["unit:vh"],
    "css-unit-vw": ["unit:vw"],
    "css-unit-vmin": ["unit:vmin"],
    "css-unit-vmax": ["unit:vmax"],
    "css-inline-size": [],
    "html-svg": ["element:svg"],
    "html-link": ["element:link"],
    "html-input-text": ["element:input"],
    "html-button-submit": ["element:button"],
    "html-srcset": ["attribute:srcset"],
    "html-image-maps": ["element:map"],
    "image-avif": ["image:avif"],
    "image-svg": ["image:svg"],
    "image-webp": ["image:webp"],
    "image-apng": ["image:apng"],
    "image-heif": ["image:heic", "image:heif"],
    "image-tiff": ["image:tiff", "image:tif"],
    "image-base64": ["image:data"],
    "image-mp4": ["image:mp4"],
}
PROPERTY = re.compile(r"([a-z-]+)(?: property)?\s*\Z")
ELEMENT = re.compile(r"<([a-z0-9]+)> element\Z")


def main() -> None:
    package = Path(sys.argv[1]) / "caniemail"
    table = json.loads((package / "data" / "caniemail.json").read_text("utf-8"))
    features = {}
    for one in table["data"]:
        doubtful = support(one["stats"])
        for name in names(one) if doubtful else ():
            features[name] = {"slug": one["slug"], **doubtful}
    made = {
        "source": f"caniemail.com, {table['last_update_date'][:10]}",
        "licence": "MIT, Copyright (c) 2019 HTeuMeuLeu, (c) Avi Goldman, (c) Andrew Powell",
        "clients": CLIENTS,
        "features": dict(sorted(features.items())),
    }
    OUTPUT.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")


def names(feature: dict) -> list[str]:
    slug, title = feature["slug"], feature["title"]
    if slug in OTHER_NAMES:
        return OTHER_NAMES[slug]
    if feature["category"] == "css" and (found := PROPERTY.match(title)):
        return [f"property:{found[1]}"]
    if feature["category"] == "html" and (found := ELEMENT.match(title)):
        return [f"element:{found[1]}"]
    return []


def support(stats: dict) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"no": [], "partly": []}
    for client in CLIENTS:
        family, platform = client.split(".")
        versions = stats.get(family, {}).get(platform)
        if versions:
            latest = list(versions.values())[-1][0]
            kind = {"n": "no", "a": "partly"}.get(latest)
            if kind:
                found[kind].append(client)
    return {kind: clients for kind, clients in found.items() if clients}


if __name__ == "__main__":
    main()
