"""Packed rows come back bit for bit, whatever they hold, and sensor data gets small."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.codecs.rows import row_dtype
from app.core.rows import RowLayout, ValueKind
from app.services.live_pack import pack, unpack

LAYOUT = RowLayout.make(
    "d",
    "g",
    {"a": ValueKind.FLOAT, "b": ValueKind.FLOAT, "n": ValueKind.INT, "t": ValueKind.TEXT},
)
SIZE = row_dtype(LAYOUT).itemsize


@given(st.integers(1, 40).flatmap(lambda n: st.binary(min_size=n * SIZE, max_size=n * SIZE)))
def test_any_bits_come_back(data: bytes) -> None:
    rows = np.frombuffer(data, row_dtype(LAYOUT))
    assert unpack(LAYOUT, pack(LAYOUT, rows), len(rows)).tobytes() == data


@given(
    st.lists(
        st.one_of(
            st.integers(-(10**6), 10**6).map(lambda n: n / 10),
            st.integers(-(10**6), 10**6).map(lambda n: n * 0.01),
            st.floats(width=32),
            st.sampled_from([0.0, -0.0, float("nan"), float("inf"), 1e300]),
        ),
        min_size=1,
        max_size=50,
    )
)
def test_any_floats_come_back(values: list[float]) -> None:
    rows = np.zeros(len(values), row_dtype(LAYOUT))
    rows["f"][:, 0] = values
    rows["f"][:, 1] = np.round(np.arange(len(values)) * 0.1, 1)
    assert unpack(LAYOUT, pack(LAYOUT, rows), len(rows)).tobytes() == rows.tobytes()


def test_sensor_data_gets_five_times_smaller() -> None:
    layout = RowLayout.make("d", "g", {f"p{i}": ValueKind.FLOAT for i in range(40)})
    rng = np.random.default_rng(1)
    rows = np.zeros(64, row_dtype(layout))
    rows["f"] = np.cumsum(rng.integers(-3, 4, (64, 40)), axis=0) / 10
    rows["source"] = 1_790_000_000 * 10**9 + np.arange(64) * 5 * 10**9
    rows["received"] = rows["source"] + rng.integers(10**6, 9 * 10**7, 64)
    assert len(pack(layout, rows)) * 5 < rows.nbytes
