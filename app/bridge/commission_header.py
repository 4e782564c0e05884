"""The facts of the wizard's header line: link, times, soak, when the job was kept."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.bridge.commission_views import HeaderView
from app.bridge.units import clock_text
from app.bridge.workshop import OpenJob
from app.core.links import LinkState
from app.services.connections import Connections

_NS = 1_000_000_000


def header_of(job: OpenJob, connections: Connections, now_ns: int, saved_ns: int) -> HeaderView:
    """The header of a job; times stop when the job has ended."""
    kept = job.engine.job
    end = kept.ended_ns or kept.signed_ns or now_ns
    return HeaderView(
        link=_link(job, connections),
        elapsed_s=max(0, end - kept.created_ns) / _NS,
        soak_s=max(0, end - kept.soak_from_ns) / _NS,
        soak_of_s=job.soak_s,
        saved=clock_text(saved_ns) if saved_ns else "",
    )


def connection_of(job: OpenJob, connections: Connections) -> str:
    """The name of the first saved connection of a job."""
    urls = {link.params.url() for link in job.engine.field.links}
    return next((one.name for one in connections.saved() if one.url in urls), "")


def _link(job: OpenJob, connections: Connections) -> tuple[str, str]:
    """The worst of a job's links: its state, and words for it."""
    translate = QCoreApplication.translate
    urls = {link.params.url() for link in job.engine.field.links}
    asset = job.engine.job.asset
    found = [
        status
        for status in connections.status()
        if status.saved.url in urls and any(a.number == asset for a in status.saved.assets)
    ]
    if not found:
        return "closed", translate("Commission", "no link")
    worst = next((s for s in found if s.link.state is not LinkState.CONNECTED), found[0])
    if worst.link.state is LinkState.CONNECTED:
        words = translate("Commission", "{0} good, errors: {1}")
        return "connected", words.format(worst.saved.name, worst.link.errors)
    words = translate("Commission", "{0} not connected")
    return worst.link.state.value, words.format(worst.saved.name)
