"""Standing problems stand once and go by themselves."""

from app.services.clock_watch import STANDS_S, ClockWatch
from app.services.problems import Problem, Problems, Severity


def down(detail: str = "") -> Problem:
    return Problem(id="link:a", severity=Severity.WARNING, title="a is down", detail=detail)


def test_a_problem_keeps_its_beginning_and_goes_when_it_is_over() -> None:
    times = iter(range(100, 200))
    problems = Problems(lambda: next(times))
    told = []
    problems.on_change(told.append)
    problems.report(down())
    problems.report(down())
    assert len(told) == 1
    problems.report(down("refused"))
    assert [p.since_ns for p in problems.standing()] == [100]
    assert problems.standing()[0].detail == "refused"
    problems.clear("link:a")
    problems.clear("link:a")
    assert told[-1] == ()
    assert len(told) == 3


def test_problems_of_one_source_are_cleared_together() -> None:
    problems = Problems()
    for name in ("device:a:1", "device:a:2", "device:b:1"):
        problems.report(Problem(id=name, severity=Severity.NOTE, title=name))
    problems.clear_all("device:a:")
    assert [problem.id for problem in problems.standing()] == ["device:b:1"]


def test_a_clock_that_jumps_is_a_problem_for_an_hour() -> None:
    problems = Problems()
    watch = ClockWatch(problems)
    watch.look(1000.0, 10.0)
    problems.clear("clock")
    watch.look(1005.0, 15.0)
    assert problems.standing() == ()
    watch.look(1610.0, 20.0)
    assert "+600.0" in str(problems.standing()[0].detail)
    watch.look(1615.0, 25.0)
    assert problems.standing()
    watch.look(1620.0 + STANDS_S, 30.0 + STANDS_S)
    assert problems.standing() == ()
