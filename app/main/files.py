"""What a window writes to files on the user's wish: exports and pictures of the plots."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from app.core.errors import WaysideError
from app.main.opened import Opened
from app.settings import Texts
from app.tasks import Tasks
from app.wording import reworded

if TYPE_CHECKING:
    from app.bridge.plot_board import ExportRequest


class FileWishes(QObject):
    """Asks where to, writes, and says what was written; lives as long as its window."""

    def __init__(self, opened: Opened, tasks: Tasks) -> None:
        super().__init__(opened.window)
        self._opened = opened
        self._tasks = tasks
        self._folder = ""
        opened.models.board.export_requested.connect(self._export_requested)
        opened.live.canvas.picture_requested.connect(self._picture_requested)

    def _export_requested(self, request: ExportRequest) -> None:
        from app.bridge.exporter import kinds

        dialog = self._dialog(kinds())
        dialog.fileSelected.connect(partial(self._export_to, request))
        dialog.open()

    @Slot(str)
    def _picture_requested(self, kind: str) -> None:
        dialog = self._dialog(f"{kind.upper()} (*.{kind})")
        dialog.fileSelected.connect(self._picture_to)
        dialog.open()

    def _dialog(self, kinds: str) -> QFileDialog:
        from widgets.pages.file_dialogs import save_dialog

        dialog = save_dialog(self._opened.window, self.tr("Export"), kinds, self._folder)
        dialog.fileSelected.connect(self._chosen)
        return dialog

    @Slot(str)
    def _chosen(self, path: str) -> None:
        self._folder = str(Path(path).parent)

    @Slot(str)
    def _picture_to(self, path: str) -> None:
        if self._opened.live.canvas.save_picture(Path(path)):
            self._opened.window.status.say(self.tr("Exported to {0}").format(path))
        else:
            text = self.tr("{0} cannot be written. Choose another folder.")
            self._opened.live.message.show_text(text.format(path), kind="fail")

    def _export_to(self, request: ExportRequest, path: str) -> None:
        self._tasks.spawn(self._export(request, Path(path)), "export")

    async def _export(self, request: ExportRequest, file: Path) -> None:
        from app.bridge.exporter import export_request

        opened = self._opened
        opened.window.status.say(self.tr("Exporting to {0}").format(file))
        try:
            rows = await export_request(opened.models.session.engine, request, file)
        except WaysideError as error:
            words = Texts(opened.models.session.catalogue.language)
            opened.live.message.show_text(str(reworded(error, words)), kind="fail")
        else:
            opened.window.status.say(self.tr("Exported to {0}, rows: {1}").format(file, rows))
