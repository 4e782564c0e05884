"""The options by which commands name a source, and the commands watch, record and export."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.cli.console import DATA, FAILED, folder_told, say_json, shown, texts
from app.core.errors import UserFacing
from app.services.problems import Problem
from app.settings import default_data
from app.wording import worded

PASSWORD_VARIABLE = "WAYSIDE_PASSWORD"  # noqa: S105  # the variable's name


def password(*, ask: bool) -> str:
    """The password of a link: asked for, or from the environment, never from the command line."""
    if ask:
        return str(click.prompt("Password", hide_input=True, err=True))
    return os.environ.get(PASSWORD_VARIABLE, "")


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is at the other end of a URL."""
    for option in (
        click.option(
            "--ask-password", is_flag=True, help=f"Ask for it; else ${PASSWORD_VARIABLE} is used."
        ),
        click.option("--device", default="", help="Its name; else from unit or topics."),
        click.option(
            "--unit", type=click.IntRange(0, 247), help="Modbus unit; else the profile's."
        ),
        click.option("--profile", required=True, help="Id of a profile, or its TOML file."),
    ):
        command = option(command)
    return command


def for_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --for."""
    return click.option(
        "--for",
        "for_s",
        type=click.FloatRange(min=0.1),
        metavar="SECONDS",
        help="How long; without it, until Ctrl-C.",
    )(command)


def store_url(store: str, data: Path | None) -> str:
    """The store's URL from --store, else the one in the data folder."""
    return store or "sqlite://" + ((data or default_data()).resolve() / "store.db").as_posix()


@click.command()
@click.argument("url")
@source_options
@for_option
@click.option("--json", "as_json", is_flag=True, help="A JSON line a sample.")
def watch(url: str, for_s: float | None, *, as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Show the live samples of the link URL."""
    from app.headless.sources import SourceOptions
    from app.headless.stopping import Stop, run
    from app.headless.watching import WatchOptions
    from app.headless.watching import watch as watch_link

    secret = password(ask=given.pop("ask_password"))
    options = WatchOptions(
        source=SourceOptions(url=url, password=secret, **given), for_s=for_s, texts=texts()
    )

    async def work() -> int:
        return await watch_link(options, say_json if as_json else Lines().take, stop, _say)

    stop = Stop()
    run(work(), stop)


class Lines:
    """The samples as lines for people: of points that do not answer, a line when that begins.

    A read that fails takes all its points with it; they come with one time and are one line.
    """

    def __init__(self) -> None:
        self._silent: set[tuple[object, object]] = set()
        self._told: set[object] = set()

    def take(self, line: dict[str, object]) -> None:
        """Print a sample, or that its device does not answer, if that is news."""
        device, point = line["device"], (line["device"], line["point"])
        if line["quality"] != "bad_comms":
            self._silent.discard(point)
            self._told.discard(device)
            click.echo(_sample_text(line))
            return
        news = point not in self._silent and device not in self._told
        self._silent.add(point)
        if news:
            self._told.add(device)
            words = texts().get("services.watch.no_answer")
            name = f"{str(line['source_time'])[11:23]}  {shown(str(device)):40}"
            click.echo(f"{name} {words}  {line['quality']}")


def _sample_text(line: dict[str, object]) -> str:
    from app.profiles.units import display

    name = f"{line['device']}/{line['point']}"
    text = value_text(line["value"])
    unit = display(str(line["unit"]))
    return (
        f"{str(line['source_time'])[11:23]}  {shown(name):40} {shown(text):>14} {unit:8} "
        f"{line['quality']}"
    )


def value_text(value: object) -> str:
    """A value for people: no minus before zero, and a state as exports write it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value + 0.0:.6g}" if isinstance(value, float) else str(value)


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@source_options
@for_option
@click.option("--store", default="", help="Where to, like sqlite:///absolute/path.db.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=DATA)
@click.option(
    "--capture",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the raw bytes, too, in this file (.wcap); wayside watch plays it: replay://FILE.",
)
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
def record(  # one parameter an option
    urls: tuple[str, ...],
    for_s: float | None,
    store: str,
    data: Path | None,
    capture: Path | None,
    *,
    as_json: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Record the links URL... into a store, without a window."""
    from app.headless.recording import RecordOptions
    from app.headless.recording import record as record_links
    from app.headless.sources import SourceOptions
    from app.headless.stopping import Stop, run

    secret = password(ask=given.pop("ask_password"))
    options = RecordOptions(
        sources=tuple(
            SourceOptions(url=url, password=secret, **given) for url in dict.fromkeys(urls)
        ),
        store=store_url(store, data),
        for_s=for_s,
        texts=texts(),
        capture=capture,
    )
    stop = Stop()
    counting = not as_json and sys.stderr.isatty()
    work = record_links(options, stop, _progress(show=counting), _say_problem)
    with folder_told(capture):
        recorded = run(work, stop)
    if counting:
        click.echo(err=True)
    if as_json:
        say_json(recorded.as_dict())
    else:
        facts = {"samples": recorded.samples, "store": recorded.store}
        done = "done" if recorded.usable or not recorded.samples else "done_bad"
        click.echo(texts().get(f"services.record.{done}", **facts))
    if not recorded.usable:
        error = next((link.error for link in recorded.links if link.error), "")
        raise worded(UserFacing, texts(), "services.record.nothing", error=error)


def _say(text: str) -> None:
    click.echo(shown(text), err=True)


def _say_problem(problem: Problem) -> None:
    for number, part in enumerate(problem.told(texts())):
        if part:
            _say(part if number == 0 else f"  {part}")


def _progress(*, show: bool) -> Callable[[int], None]:
    def progress(samples: int) -> None:
        if show:
            words = texts().get("services.record.so_far", samples=samples)
            click.echo(f"\r{words}", nl=False, err=True)

    return progress


@click.command()
@click.option("--point", "points", multiple=True, help="device/point; * stands for anything.")
@click.option("--from", "start", default="", help="2026-11-22T18:30:00Z, now, or ago: -90m.")
@click.option("--to", "end", default="", help="As --from; the end itself is left out.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; its ending, .csv or .parquet, is the format.",
)
@click.option("--store", default="", help="The store's address; else the data folder's.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=DATA)
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
def export(  # noqa: PLR0913  # one parameter an option
    points: tuple[str, ...],
    start: str,
    end: str,
    out: Path,
    store: str,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write what the store holds to a file."""
    import asyncio
    import logging

    from app.headless.exporting import ExportOptions
    from app.headless.exporting import export as export_store

    options = ExportOptions(
        store=store_url(store, data), points=points, start=start, end=end, out=out, texts=texts()
    )
    # A damaged piece is read once a point: it is told once, below, with its time.
    logging.getLogger("app.store").setLevel(logging.ERROR)
    with folder_told(out):
        exported = asyncio.run(export_store(options))
    if as_json:
        say_json(exported.as_dict())
    else:
        counts = {"rows": exported.rows, "points": len(exported.points)}
        click.echo(texts().get("services.export.done", file=exported.out, **counts))
    for line in exported.damaged:
        click.echo(shown(line), err=True)
    if exported.damaged:
        click.echo(f"  {texts().get('services.export.damaged.action')}", err=True)
    if exported.damaged or not exported.rows:
        click.get_current_context().exit(FAILED)
