"""The command report: a printed report from the sealed file of a job, or from the job itself."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.console import DATA, folder_told, texts
from app.core.errors import UserFacing
from app.settings import LANGUAGES, RESOURCES, default_data
from app.wording import os_reason, worded


def print_pdf(sealed: Path, pdf: Path, language: str, data: Path | None = None) -> bool:
    """Write the PDF of a sealed report, and say which characters its fonts lack.

    False: the evidence is not what was signed, and the PDF says so in place of the verdict.

    ``data`` is the folder whose own asset types and procedures count before those shipped.

    Raises:
        UserFacing: the file is no report, or the PDF cannot be written.
    """
    from app.bridge.report_pdf import print_report

    try:
        content = sealed.read_bytes()
    except OSError as error:
        raise worded(
            UserFacing,
            texts(),
            "commissioning.report_file.unreadable",
            file=sealed,
            error=os_reason(error),
        ) from error
    folders = (RESOURCES, data) if data is not None else (RESOURCES,)
    printed = print_report(content, pdf, language, folders)
    if printed.missing:
        click.echo(f"No glyph in the report's fonts for: {' '.join(printed.missing)}", err=True)
    return printed.signed


@click.command()
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "--pdf",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; it ends in .pdf.",
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the report.")
@click.option("--job", default="", metavar="ID", help="A signed job of the data folder.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=DATA)
def report(file: Path | None, pdf: Path, language: str | None, job: str, data: Path | None) -> None:
    """Print the report of a job from its sealed .json FILE as an A4 PDF.

    With --job the .json and the .csv are written beside the PDF once more, from what the data
    folder keeps of the signed job: byte for byte those that were signed.

    Exit code 1 where the evidence was changed after it was signed: the PDF says so on page 1.
    """
    words = texts()
    if pdf.suffix.lower() != ".pdf":
        raise worded(UserFacing, words, "services.cli.no_pdf", file=pdf)
    language = language or words.language
    with folder_told(pdf):
        signed = _printed(file, pdf, language, job, data or default_data())
    click.echo(str(pdf))
    if not signed:
        raise worded(UserFacing, words, "report.altered", file=file or pdf.with_suffix(".json"))


def _printed(file: Path | None, pdf: Path, language: str, job: str, data: Path) -> bool:
    from app.headless.reports import write_again

    words = texts()
    if job:
        file = write_again(data, job, pdf, language, words)
    if file is None:
        raise worded(UserFacing, words, "commissioning.report_file.none")
    return print_pdf(file, pdf, language, data)
