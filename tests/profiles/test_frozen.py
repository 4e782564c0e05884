"""A value that stands still for longer than its profile allows becomes uncertain, and says so."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.codecs.rows import RowPacker
from app.core.quality import Quality
from app.core.rows import RowBatch, RowLayout, ValueKind, samples
from app.profiles.frozen import frozen_watch
from app.profiles.grades import check_file
from tests.profiles.making import HEAD, POINT, point, profile, write

S = 1_000_000_000
AFTER_S = 3600


def made(**kinds):
    points = (
        point("pressure", frozen_after_s=AFTER_S),
        point("level", kind=ValueKind.INT),
        point("state", kind=ValueKind.TEXT),
    )
    layout = RowLayout.make("d", "g", {each.id: each.kind for each in points} | kinds)
    return layout, frozen_watch(profile(*points), layout)


LAYOUT, _ = made()
PACKER = RowPacker(LAYOUT)


def row(at_s, value, quality=Quality.GOOD):
    qualities = bytes([quality, Quality.GOOD, Quality.GOOD])
    return PACKER.pack(at_s * S, at_s * S, [value, 7, 0], qualities)


def qualities(watch, *rows):
    """What became of the pressure, row by row, handed over in one batch."""
    marked = watch.mark(RowBatch(layout=LAYOUT, data=b"".join(rows), texts=("on",)))
    found = samples(marked)
    assert all(s.quality == Quality.GOOD for s in found if s.key.point != "pressure")
    return [s.quality for s in found if s.key.point == "pressure"]


def test_what_stands_still_for_its_time_is_uncertain_until_it_moves() -> None:
    _, watch = made()
    still = qualities(watch, *(row(at, 1013.2) for at in range(0, 4000, 5)))
    assert set(still[:720]) == {Quality.GOOD}
    assert set(still[720:]) == {Quality.UNCERTAIN_FROZEN}
    assert qualities(watch, row(4000, 1013.3), row(4005, 1013.3)) == [Quality.GOOD] * 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=300, max_size=300), st.integers(0, 250))
def test_one_change_is_enough_and_stillness_is_told_a_tenth_late_at_most(steps, moved) -> None:
    _, watch = made()
    now, changed, still = 0, 0, []
    for number, step in enumerate(steps):
        now += step
        if number <= moved:
            changed = now
        value = 1.0 if number > moved else float(number)
        (quality,) = qualities(watch, row(now, value))
        if quality == Quality.UNCERTAIN_FROZEN:
            assert now - changed >= AFTER_S
        if now - changed >= AFTER_S * 1.101 + 2 * 40:
            still.append(quality)
    assert set(still) <= {Quality.UNCERTAIN_FROZEN}


def test_an_outage_or_a_hole_begins_anew() -> None:
    for middle in (
        [row(3000, float("nan"), Quality.BAD_COMMS), row(3005, 1.0)],
        [row(3896, 1.0)],
    ):
        _, watch = made()
        before = [row(at, 1.0) for at in range(0, 2996, 5)]
        after = [row(at, 1.0) for at in range(3900, 6400, 5)]
        found = qualities(watch, *before, *middle, *after)
        assert Quality.UNCERTAIN_FROZEN not in found


def test_rows_without_the_value_say_nothing_about_it() -> None:
    _, watch = made()
    rows = [row(at, 1.0, Quality.ABSENT if at % 10 else Quality.GOOD) for at in range(0, 4000, 5)]
    found = qualities(watch, *rows)
    assert found[-1] == Quality.UNCERTAIN_FROZEN


def test_time_set_back_begins_anew_and_never_blinds() -> None:
    _, watch = made()
    qualities(watch, row(100_000, 1.0), row(100_005, 2.0))
    found = qualities(watch, *(row(at, 1.0) for at in range(0, 4000, 5)))
    assert found[-1] == Quality.UNCERTAIN_FROZEN


def test_a_profile_without_it_is_not_watched() -> None:
    layout = RowLayout.make("d", "g", {"p": ValueKind.FLOAT})
    assert frozen_watch(profile(point("p")), layout) is None


def test_too_few_readings_to_tell_are_a_mistake_in_the_profile(tmp_path) -> None:
    text = HEAD + POINT + "every_s = 60\nfrozen_after_s = 300\n"
    report = check_file(write(tmp_path, text))
    assert any("at least 8 readings" in str(finding.seen) for finding in report.findings)
