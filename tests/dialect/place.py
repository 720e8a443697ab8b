"""Where values go: neutral namespaces translated into what a target gives its templates."""

import re

from crmspec.template.tree import Path

SEGMENT = re.compile(r"\$\{([^}]*)\}|\"([^\"]*)\"|'([^']*)'|\[([^\]\"']+)\]|([A-Za-z_]\w*+)(?!\()")
NAMELESS = "nameless"  # holds Braze's `${first_name}`, which stands below no name


def placed(values, names):
    """Return `values` by neutral namespace as the context of the target's template."""
    context = {}
    for pattern, entry in names.table.paths.items():
        text = entry if isinstance(entry, str) else entry.plain or ""
        if pattern.partition(".")[0] in values and not text.startswith('"'):
            holder(context, segments(text)[:-1])
    for root, inside in values.items():
        for key, value in inside.items() if isinstance(inside, dict) else ():
            found = names.find(Path(root=root, keys=(key,)))
            if found is not None and not found.tag and not found.text.startswith('"'):
                put(context, segments(found.text), value)
    return context


def segments(text):
    """Return the keys of `customer.first_name`, `data["a b"]`, `custom_attribute.${tier}`."""
    keys = []
    for match in SEGMENT.finditer(text):
        if match[1] is not None and not keys:
            keys.append(NAMELESS)
        key = next(group for group in match.groups() if group is not None)
        if key != "lookup":
            keys.append(key)
    return keys


def holder(context, keys):
    for key in keys:
        context = context.setdefault(key, {})
    return context


def put(context, keys, value):
    holder(context, keys[:-1])[keys[-1]] = value
