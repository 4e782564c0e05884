"""Writes what the plots ask to a file: CSV, or Parquet where its library is installed."""

from __future__ import annotations

from pathlib import Path

from app.bridge.plot_board import ExportRequest
from app.core.errors import UserFacing
from app.services.engine import Engine
from app.wording import os_reason, told


def kinds() -> str:
    """The kinds of files that can be written here, as a file dialog wants them."""
    from app.store.export import has_parquet

    return "CSV (*.csv);;Parquet (*.parquet)" if has_parquet() else "CSV (*.csv)"


async def export_request(engine: Engine, request: ExportRequest, file: Path) -> int:
    """Write the points of the window; returns the number of rows.

    Raises:
        UserFacing: the file cannot be written.
        StoreError: the store cannot be read.
    """
    from app.store.export import export_csv, export_parquet

    await engine.store.flush()
    write = export_parquet if file.suffix == ".parquet" else export_csv
    try:
        return await write(engine.store, request.keys, request.start_ns, request.end_ns, file)
    except OSError as error:
        raise told(UserFacing, "files.unwritable", file=file, reason=os_reason(error)) from error
