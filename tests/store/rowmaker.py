"""Rows for the store's tests."""

import numpy as np

from app.codecs.rows import RowPacker, row_dtype
from app.core.rows import PointKey, RowBatch, RowLayout, ValueKind

SECOND = 1_000_000_000
T0 = 1_750_000_000 * SECOND
POWER = PointKey(device="lamp", point="power")
LAMP = RowLayout.make("lamp", "1s", {"power": ValueKind.FLOAT})
MIXED = RowLayout.make(
    "pole",
    "all",
    {
        "power": ValueKind.FLOAT,
        "count": ValueKind.INT,
        "door": ValueKind.BOOL,
        "text": ValueKind.TEXT,
    },
)


def batch(layout, rows, texts=()):
    """Rows of (source, received, values, quality) as a batch."""
    packer = RowPacker(layout)
    data = b"".join(packer.pack(s, r, v, None if q is None else bytes(q)) for s, r, v, q in rows)
    return RowBatch(layout=layout, data=data, texts=tuple(texts))


def sensor_batch(layout, source, received, values, quality=None):
    """Many rows of FLOAT columns at once: values has a column a point."""
    rows = np.zeros(len(source), row_dtype(layout))
    rows["source"], rows["received"], rows["f"] = source, received, values
    if quality is not None:
        rows["quality"] = quality
    return RowBatch(layout=layout, data=rows.tobytes())


def sensor(count, start=T0, step=SECOND, seed=1, columns=1):
    """Times with ms jitter and values with two decimals, as a real sensor gives them."""
    rng = np.random.default_rng(seed)
    ms = 1_000_000
    source = start + np.arange(count) * step + np.rint(rng.normal(0, 3, count)).astype(int) * ms
    received = source + np.rint(rng.exponential(20, count)).astype(int) * ms
    curve = (
        120 + 20 * np.sin(np.arange(count)[:, None] / 4000) + rng.normal(0, 0.3, (count, columns))
    )
    return source, received, np.round(curve, 2)
