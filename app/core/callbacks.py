"""Plain fan-out of events: subscribe returns its own unsubscribe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Unsubscribe = Callable[[], None]


class Callbacks(Generic[T]):
    """Listeners of one kind of event, called in order of subscription.

    A listener may subscribe or unsubscribe while it is called; the change counts from the next
    event. An exception of a listener goes to the one who fired: listeners must not raise.
    """

    def __init__(self) -> None:
        self._listeners: dict[int, Callable[[T], None]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._listeners)

    def subscribe(self, listener: Callable[[T], None]) -> Unsubscribe:
        """Call the listener with each later event until the returned function is called."""
        number = self._next
        self._next += 1
        # A new dict each time: fire walks the one it started with.
        self._listeners = {**self._listeners, number: listener}

        def unsubscribe() -> None:
            self._listeners = {n: kept for n, kept in self._listeners.items() if n != number}

        return unsubscribe

    def fire(self, event: T) -> None:
        """Hand one event to every listener."""
        for listener in self._listeners.values():
            listener(event)
