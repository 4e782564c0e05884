"""The command report: a printed report from the sealed file of a job."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.console import texts
from app.settings import LANGUAGES


def print_pdf(sealed: Path, pdf: Path, language: str) -> None:
    """Write the PDF of a sealed report, and say which characters its fonts lack.

    Raises:
        UserFacing: the file is no report, or the PDF cannot be written.
    """
    from app.bridge.report_pdf import print_report

    printed = print_report(sealed, pdf, language)
    if printed.missing:
        click.echo(f"No glyph in the report's fonts for: {' '.join(printed.missing)}", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--pdf", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where to."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the report.")
def report(file: Path, pdf: Path, language: str | None) -> None:
    """Print the report of a job from its sealed .json FILE as an A4 PDF."""
    print_pdf(file, pdf, language or texts().language)
    click.echo(str(pdf))
