"""What every command shares: errors in three lines, exit codes, texts in the user's language."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from app.core.errors import ProfileError, WaysideError
from app.settings import Texts, system_language
from app.wording import reworded

FAILED = 1
DATA = "Data folder; without it, the one in your home."
"""What --data means, in every command."""


def texts() -> Texts:
    """The texts in the language of the environment."""
    return Texts(system_language())


def shown(text: str) -> str:
    """A text as a terminal may have it: what a device sent cannot steer the terminal.

    Control characters, and those that turn or hide the text around them, are written as escapes.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def say_error(error: WaysideError) -> None:
    """What was seen, the cause, the next action, each on a line of standard error."""
    reworded(error, texts())
    seen = str(error) if isinstance(error, ProfileError) else error.seen
    for number, part in enumerate((seen, error.cause, error.action)):
        if part:
            click.echo(shown(part if number == 0 else f"  {part}"), err=True)


def say_json(facts: object) -> None:
    """One JSON object on a line of its own, at once."""
    click.echo(json.dumps(facts, ensure_ascii=False, allow_nan=False))
    sys.stdout.flush()


@contextmanager
def folder_told(file: Path | None) -> Iterator[None]:
    """Say so on standard error, where the folder of a file that is written was made for it."""
    missing = file is not None and not file.parent.exists()
    try:
        yield
    finally:
        if file is not None and missing and file.parent.exists():
            words = texts().get("services.cli.folder_made", folder=file.parent)
            click.echo(shown(words), err=True)


class Commands(click.Group):
    """A group whose commands end with three lines and exit code 1 instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # as click has it
        """Run the command; an error of ours is told, a closed pipe is an end."""
        try:
            return super().invoke(ctx)
        except WaysideError as error:
            say_error(error)
            ctx.exit(FAILED)
        except BrokenPipeError:
            # The reader (head, a closed terminal) has seen enough: say nothing more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(FAILED)
