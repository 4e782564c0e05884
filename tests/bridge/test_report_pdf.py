"""The printed report: every check is in it, on A4, in both languages, every sign with a glyph."""

from __future__ import annotations

import asyncio
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from zxingcpp import read_barcodes

from app.bridge.report_pdf import print_report, write_report_pdf
from app.cli import main as commands
from app.commissioning.evidence import body_of, seal
from app.commissioning.report_document import ReportDocument, document_of
from app.commissioning.report_plots import ramps_of, series_of
from app.commissioning.signing import operator_key
from app.core.commissioning import Verdict
from app.core.errors import UserFacing
from app.links.secrets import MemorySecrets
from app.settings import RESOURCES, Texts
from tests.fakes.jobs import open_site, run
from tests.fakes.programs import program

# The job behind all these reports takes half a minute, whichever test asks for it first.
pytestmark = pytest.mark.timeout(150)
LAMP, DOOR = "lamp_dead@SP-0001/lamp2", "tilted@SP-0001/door"
QUICK = {"ramp_looks": 2, "ramp_look_every_s": 0.3, "environment_window_s": 6, "after_fade_s": 1}
KEPT = {"acknowledged/lamp2", "nominal_power/lamp2", "power_follows/lamp2", "in_range/weather"}
ALONE = {"tilt/door", "config/lamp2", "door_closed/door", "reference/weather"}
REASON = "Plumbed by the surveyor on site"
LANGUAGES = ("en", "zh_CN")
LEVELS = [0.0, 100.0]


async def _commission(folder: Path) -> bytes:
    """A ramp that fails and then passes, a waiver, a skip, a window, settings."""
    site = await open_site(folder, poles=1, signs=0, seed=3, faults=(LAMP, DOOR))
    try:
        job = await site.job("SP-0001", lambda check: check.id in KEPT | ALONE, **QUICK)
        job.job.plan = tuple(_short(check) for check in job.job.plan)
        await run(job)
        site.simulator.clear(LAMP)
        await job.run("acknowledged/lamp2")
        await job.idle()
        await job.waive("tilt/door", who="Chen Jie", role="lead", reason=REASON)
        job.job.ended_ns = job.field.clock.now_ns()
        attempts = await site.engine.audit.records.attempts(job.job.id)
        body = body_of(job.job, attempts, job.field.profiles, [RESOURCES])
        key = await operator_key("Li Wei", MemorySecrets())
        moment = job.job.ended_ns
        return seal(body, key=key, signer="Li Wei", role="installer", signed_ns=moment)
    finally:
        await site.close()


def _short(check):
    """Two levels of a ramp, and a short fade, are enough for a picture of it."""
    if "fade_time" in check.settings:
        check = replace(check, settings={**check.settings, "fade_time": 0.5})
    if "levels" not in check.options:
        return check
    return replace(check, options={**check.options, "levels": LEVELS})


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> bytes:
    return asyncio.run(_commission(tmp_path_factory.mktemp("job")))


@pytest.fixture(scope="module")
def document(sealed) -> ReportDocument:
    return document_of(sealed)


@pytest.fixture
def pdf(document, tmp_path, request, qapp):
    return write_report_pdf(document, tmp_path / "report.pdf", request.param)


def _text(path: Path) -> str:
    command = [program("pdftotext"), "-layout", str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("pdf", LANGUAGES, indirect=True)
def test_it_has_every_fitted_check_and_what_happened_to_it(pdf, document):
    text = "".join(_text(pdf.path).split())
    # An id that does not fit its column is broken over two lines, so its parts are looked for.
    for check in document.job.plan:
        for part in re.split(r"(?<=[/_])", check.id) if check.fitted else ():
            assert part in text, check.id
    assert "".join(REASON.split()) in text
    assert document.job.id in text
    assert document.head in text
    assert document.signature.fingerprint.replace(" ", "") in text
    state = document.job.states["tilt/door"]
    assert state.verdict is Verdict.WAIVED
    assert "".join((state.text if "Page" in text else state.text_zh).split())[:20] in text


@pytest.mark.parametrize("pdf", LANGUAGES, indirect=True)
def test_no_sign_is_without_a_glyph_and_every_font_is_inside(pdf):
    assert pdf.missing == ()
    command = [program("pdffonts"), str(pdf.path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    fonts = [line for line in done.stdout.splitlines()[2:] if line.strip()]
    assert fonts
    assert all("Wayside" in line for line in fonts), done.stdout
    assert all(re.search(r"Identity-H +yes", line) for line in fonts), done.stdout


@pytest.mark.parametrize("pdf", ["en"], indirect=True)
def test_each_page_is_a4_and_tells_its_number(pdf, document):
    read = QPdfDocument()
    assert read.load(str(pdf.path)) is QPdfDocument.Error.None_
    assert read.pageCount() == pdf.pages > 2
    for page in range(pdf.pages):
        size = read.pagePointSize(page)
        assert (size.width(), size.height()) == pytest.approx((595.3, 841.9), abs=1.0)
        told = read.getAllText(page).text()
        assert f"Page {page + 1} of {pdf.pages}" in told
        assert document.job.id in told
    read.close()


@pytest.mark.parametrize("pdf", ["en"], indirect=True)
def test_the_code_on_the_cover_is_the_job(pdf, document):
    read = QPdfDocument()
    read.load(str(pdf.path))
    drawn = read.render(0, QSize(1240, 1754))
    sheet = QImage(drawn.size(), QImage.Format.Format_RGB32)
    sheet.fill(0xFFFFFFFF)
    with QPainter(sheet) as painter:
        painter.drawImage(0, 0, drawn)
    image = sheet.convertToFormat(QImage.Format.Format_Grayscale8)
    grey = memoryview(image.constBits()).cast("B", (image.height(), image.bytesPerLine()))
    found = read_barcodes(grey)
    read.close()
    assert [code.text for code in found] == [document.job.id]


def test_the_failed_ramp_stays_in_the_plot_beside_the_good_one(document):
    (plot,) = ramps_of(document, "lighting")
    assert [(curve.slot, curve.attempt) for curve in plot.curves] == [("lamp2", 1), ("lamp2", 0)]
    assert [stage.level for stage in plot.stages] == LEVELS
    failed, good = plot.curves
    assert max(value for _, value in failed.points) < 10.0
    ((start, end, low, high),) = plot.bands
    at_top = [value for at, value in good.points if start < at <= end]
    assert (low, high) == pytest.approx((108.0, 132.0))
    assert low < at_top[-1] < high
    assert len(document.failed("nominal_power/lamp2")) == 1
    assert any(p.unit == "Cel" for p in series_of(document, "environment"))


def test_a_changed_file_prints_that_its_signature_is_not_of_it(sealed, tmp_path, qapp):
    text = sealed.decode("utf-8").replace('"operator":"Li Wei"', '"operator":"Li Bai"', 1)
    changed = document_of(text.encode("utf-8"))
    assert not changed.signature.good
    printed = write_report_pdf(changed, tmp_path / "changed.pdf", "en")
    cover = "".join(_text(printed.path).split())
    assert "THESIGNATUREISNOTOFTHISEVIDENCE" in cover
    assert "thesignatureprovesthat" not in cover


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_file_has_no_verdict_and_fails_the_command(sealed, tmp_path, qapp, language):
    texts = Texts(language)
    told = {"good": 0, "changed": 1}
    verdict = document_of(sealed).job.verdict().value
    for name, code in told.items():
        file, pdf = tmp_path / f"{name}.json", tmp_path / f"{name}.pdf"
        old, new = (b'"operator":"Li Wei"', b'"operator":"Li Bai"') if code else (b"", b"")
        file.write_bytes(sealed.replace(old, new, 1))
        what = [str(file), "--pdf", str(pdf), "--language", language, "--data", str(tmp_path)]
        done = CliRunner().invoke(commands, ["report", *what])
        assert done.exit_code == code, done.output
        assert str(pdf) in done.stdout
        assert (str(file) in done.stderr) is bool(code)
        cover = "".join(_text(pdf).split())
        assert ("".join(texts.get("report.altered.title").split()) in cover) is bool(code)
        accepted = "".join(texts.get(f"report.job.{verdict}").split())
        assert (accepted in cover) is not bool(code)


def test_a_sign_without_a_glyph_is_told(sealed, tmp_path, qapp):
    text = sealed.decode("utf-8").replace('"site":""', '"site":"\U0001f3d9 \U00020bb7"', 1)
    printed = write_report_pdf(document_of(text.encode("utf-8")), tmp_path / "odd.pdf", "zh_CN")
    assert printed.missing == ("\U0001f3d9", "\U00020bb7")


def test_what_is_no_report_and_what_cannot_be_written_is_told(sealed, tmp_path, qapp):
    other = tmp_path / "other.json"
    other.write_text("{}", "utf-8")
    with pytest.raises(UserFacing):
        print_report(other.read_bytes(), tmp_path / "other.pdf", "en")
    with pytest.raises(UserFacing):
        write_report_pdf(document_of(sealed), other / "below.pdf", "en")
