"""Callbacks: subscribe returns unsubscribe, changes count from the next event."""

from app.core.callbacks import Callbacks


def test_events_reach_every_listener_in_order():
    seen = []
    callbacks = Callbacks()
    callbacks.subscribe(lambda event: seen.append(("a", event)))
    callbacks.subscribe(lambda event: seen.append(("b", event)))
    callbacks.fire(1)
    assert seen == [("a", 1), ("b", 1)]


def test_unsubscribe_takes_one_and_may_be_called_twice():
    seen = []
    callbacks = Callbacks()
    first = callbacks.subscribe(seen.append)
    callbacks.subscribe(seen.append)
    first()
    first()
    callbacks.fire(1)
    assert seen == [1]
    assert len(callbacks) == 1


def test_a_listener_may_leave_while_it_is_called():
    seen = []
    callbacks = Callbacks()

    def once(event):
        seen.append(event)
        leave()

    leave = callbacks.subscribe(once)
    callbacks.subscribe(seen.append)
    callbacks.fire(1)
    callbacks.fire(2)
    assert seen == [1, 1, 2]
