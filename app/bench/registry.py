"""The benchmarks by name. A module has ``run(emit, quick)``; it is imported only when it runs."""

from __future__ import annotations

BENCHES: dict[str, str] = {
    "ingest": "app.bench.ingest",
    "ingest-small": "app.bench.ingest_small",
    "plot": "app.bench.plot",
    "history": "app.bench.history",
    "modbus": "app.bench.modbus",
    "fleet": "app.bench.fleet",
    "startup": "app.bench.startup",
    "latency": "app.bench.latency",
    "memory": "app.bench.memory",
    "commissioning": "app.bench.commissioning",
}
