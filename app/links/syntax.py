"""What a host name and an MQTT topic filter may look like, before a packet leaves."""

from __future__ import annotations

import ipaddress

_SHARED_PARTS = 3
_LONGEST_TOPIC = 65535


def is_host(text: str) -> bool:
    """Whether a text can be an IP address or a host name: printable, no empty or long label."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        pass
    else:
        return True
    try:
        name = text.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return name.isprintable() and not any(c.isspace() or c in "/\\@%:#?" for c in name)


def is_topic_filter(text: str) -> bool:
    """Whether a broker may be asked for this filter (MQTT 5.0 sections 4.7.1 and 4.8.2)."""
    if not text or "\0" in text or len(text.encode("utf-8", "replace")) > _LONGEST_TOPIC:
        return False
    levels = text.split("/")
    if levels[0] == "$share":
        group = levels[1:2]
        if len(levels) < _SHARED_PARTS or not group[0] or set(group[0]) & set("#+"):
            return False
        levels = levels[2:]
        if levels == [""]:
            return False
    if any(len(level) > 1 and set(level) & set("#+") for level in levels):
        return False
    return "#" not in levels[:-1]
