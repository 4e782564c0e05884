"""Link parameters: one frozen dataclass a link type, to and from its URL, and its form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkParams:
    """What every link's parameters have. A secret is never a field: see app.links.secrets."""
