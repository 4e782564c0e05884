"""The wayside command."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.core import ParameterSource

from app.cli.commissioning import commission, verify
from app.cli.console import DATA, FAILED, Commands, texts
from app.cli.field import bench, doctor, profile, simulate
from app.cli.reporting import report
from app.cli.sources import export, record, watch
from app.core.errors import UserFacing
from app.settings import LANGUAGES, StartOptions, default_data
from app.wording import worded


@click.group(cls=Commands, invoke_without_command=True)
@click.option("--demo", is_flag=True, help="Start the demo district beside the window.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=DATA)
@click.option("--safe", is_flag=True, help="Open no connection.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the window.")
@click.option(
    "--screenshot",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a picture of the window and end; needs no display.",
)
@click.option(
    "--for",
    "for_s",
    type=click.FloatRange(min=1),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the demo without a display records.",
)
@click.version_option(package_name="wayside")
@click.pass_context
def main(  # noqa: PLR0913  # one parameter an option
    ctx: click.Context,
    data: Path | None,
    language: str | None,
    screenshot: Path | None,
    for_s: float,
    *,
    demo: bool,
    safe: bool,
) -> None:
    """Wayside: commissioning bench and control room for roadside equipment.

    Without a command it opens the window.
    """
    if ctx.invoked_subcommand is not None:
        _refuse_misplaced(ctx)
        return
    from app.headless.doctor import has_display

    options = StartOptions(
        data=data or default_data(), demo=demo, safe=safe, language=language or ""
    )
    if not has_display():
        if screenshot is not None:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        elif demo:
            ctx.exit(_headless_demo(data, for_s))
        else:
            raise worded(UserFacing, texts(), "services.cli.no_display")
    from app.main import Shot, run_window

    ctx.exit(run_window(options, Shot(path=screenshot) if screenshot else None))


def _refuse_misplaced(ctx: click.Context) -> None:
    """An option of the window before a command would say nothing to it: better said than lost."""
    given = [
        name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if given:
        option = next(one.opts[0] for one in ctx.command.params if one.name == given[0])
        raise click.UsageError(
            f"{option} before a command is an option of the window. "
            f"Give it behind the command: wayside {ctx.invoked_subcommand} …",
            ctx,
        )


def _headless_demo(data: Path | None, for_s: float) -> int:
    from app.headless.demo import DemoOptions, run_demo
    from app.headless.stopping import Stop, run

    out = Path("out")
    options = DemoOptions(out=out, data=data or out / "data", texts=texts(), for_s=for_s)
    stop = Stop()
    good = run(run_demo(options, click.echo, stop), stop)
    return 0 if good else FAILED


for _command in (
    simulate,
    watch,
    record,
    commission,
    verify,
    report,
    export,
    profile,
    doctor,
    bench,
):
    main.add_command(_command)
