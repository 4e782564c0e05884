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
        self._listeners: tuple[Callable[[T], None], ...] = ()

    def __len__(self) -> int:
        return len(self._listeners)

    def subscribe(self, listener: Callable[[T], None]) -> Unsubscribe:
        """Call the listener with each later event until the returned function is called."""
        self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            kept = list(self._listeners)
            if listener in kept:
                kept.remove(listener)
                self._listeners = tuple(kept)

        return unsubscribe

    def fire(self, event: T) -> None:
        """Hand one event to every listener."""
        for listener in self._listeners:
            listener(event)
