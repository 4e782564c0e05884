"""The wayside command."""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """Wayside: commissioning bench and control room for roadside equipment."""
