"""The commands commission and verify."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.console import FAILED, folder_told, say_json, shown, texts
from app.cli.reporting import print_pdf
from app.settings import default_data

ANSWERS = (
    "Who answers questions. Without it, those that need a person fail as not answered: use the "
    "window for them, or eyes:ADDRESS of the simulator, or a FILE. It is TOML, a line a check: "
    'right_head = "lamp1", or for one device: "right_head/lamp2" = "lamp2".'
)


@click.command()
@click.option("--asset", default="", metavar="NO", help="Number of the asset.")
@click.option("--type", "asset_type", default="", metavar="ID", help="Its asset type.")
@click.option("--link", "links", multiple=True, metavar="URL", help="Link to it; more than one.")
@click.option("--answers", default="", metavar="FILE|eyes:ADDRESS", help=ANSWERS)
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Report file.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
@click.option("--operator", default="headless", show_default=True, help="Who signs.")
@click.option("--site", default="", help="Site or project area.")
@click.option("--role", default="installer", show_default=True, help="The role of who signs.")
@click.option("--serial", default="", help="Serial number that was scanned.")
@click.option("--position", default="", metavar="LAT,LON", help="Where it stands, WGS-84 degrees.")
@click.option(
    "--instrument", default="", metavar="NAME,SERIAL[,DUE]", help="What was measured with."
)
@click.option("--resume", default="", metavar="JOB", help="Take up a job that was interrupted.")
@click.option("--limit", "limits", multiple=True, metavar="NAME=NUMBER", help="Another limit.")
@click.option("--soak", is_flag=True, help="Wait for the soak time before signing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object at the end.")
def commission(  # noqa: PLR0913  # one parameter an option
    asset: str,
    asset_type: str,
    links: tuple[str, ...],
    answers: str,
    report: Path | None,
    data: Path | None,
    operator: str,
    site: str,
    role: str,
    serial: str,
    position: str,
    instrument: str,
    resume: str,
    limits: tuple[str, ...],
    *,
    soak: bool,
    as_json: bool,
) -> None:
    """Commission an asset.

    Exit 0 commissioned, 3 rejected, 4 conditional, 5 locally.
    """
    from app.headless import commissioning as jobs
    from app.headless import commissioning_given as given
    from app.headless.stopping import Stop, run

    if not resume:
        given.must_be_given(asset, asset_type, links)
    options = jobs.CommissionOptions(
        data=data or default_data(),
        texts=texts(),
        asset=asset,
        asset_type=asset_type,
        links=links,
        answers=answers,
        report=report,
        operator=operator,
        site=site,
        role=role,
        serial=serial,
        position=given.position_given(position),
        instrument=given.instrument_given(instrument),
        resume=resume,
        soak=soak,
        changes=given.limits_given(limits),
    )
    with folder_told(report):
        given.report_given(report)
    stop = Stop()

    def say(line: str) -> None:
        click.echo(line, err=as_json)

    facts, code = run(jobs.commission(options, say, stop), stop)
    _print(facts, options.texts.language, options.data, as_json=as_json)
    click.get_current_context().exit(code)


def _print(facts: dict[str, Any], language: str, data: Path, *, as_json: bool) -> None:
    """The PDF of a report that was written, and the last line: the verdict and the files."""
    files = ""
    if facts["report"]:
        sealed = Path(facts["report"])
        print_pdf(sealed, sealed.with_suffix(".pdf"), language, data)
        files = ", ".join(str(sealed.with_suffix(end)) for end in (".pdf", ".json", ".csv"))
    if as_json:
        say_json(facts)
    else:
        click.echo(f"{facts['verdict']}  {files}".rstrip())


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="A JSON line a proof.")
def verify(path: Path, *, as_json: bool) -> None:
    """Prove a report or a data folder.

    PATH is the .json file of a report or a data folder. Signatures and chains are checked, every
    verdict is judged again from its raw bytes, and each reading passes its checksum. What was
    altered is named, with what follows from it.
    """
    import logging

    from app.headless.commissioning import verify_path

    # What is damaged is told once, below, in words.
    logging.getLogger("app").setLevel(logging.ERROR)
    proofs = verify_path(path, texts())
    for proof in proofs:
        if as_json:
            good = None if proof.said_only else proof.good
            say_json({"id": proof.id, "ok": good, "text": proof.text, "at": proof.at})
            continue
        mark = "    " if proof.said_only else "ok  " if proof.good else "FAIL"
        click.echo(shown(f"{mark} {proof.text}"))
    if not all(proof.good for proof in proofs):
        click.get_current_context().exit(FAILED)
