"""The MQTT link: one broker, one subscription, connected for ever."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from app.core.callbacks import Callbacks, Unsubscribe
from app.core.errors import DeviceRefused, LinkDown, LinkError, LinkTimeout, LocalProtocolError
from app.core.links import LinkState, LinkStatus, Message
from app.links.base import CaptureSink
from app.links.mqtt_connect import connect
from app.links.mqtt_failures import EXPECTED, Ended, Failure, failure
from app.links.mqtt_params import MqttParams
from app.links.mqtt_session import MqttSession
from app.links.mqtt_wire import V5, V311
from app.links.params import LinkParams
from app.links.reconnect import Backoff, Reconnector
from app.links.secrets import Secrets
from app.links.status import StatusBoard
from app.settings import Texts, limit
from app.tasks import Tasks
from app.wording import worded

E = TypeVar("E", bound=LinkError)


class MqttLink:
    """A streamed link; see ``app.links.base.StreamedLink`` for what each call promises.

    Messages are acknowledged to the broker after every listener has taken their batch.
    A retained message on a command topic is dropped and counted as an error: a command that was
    retained fires again at each reconnect. A publish is never repeated by the link: what was not
    acknowledged before a loss has failed, so nothing fires late.
    """

    def __init__(self, name: str, params: MqttParams, *, secrets: Secrets, texts: Texts) -> None:
        self.name = name
        self.params: LinkParams = params
        self._params = params
        self._secrets = secrets
        self._texts = texts
        self._client = params.client or stable_client(name)
        self._version = V5 if params.version == "5" else V311
        self._command_levels = frozenset(params.commands.split(",")) - {""}
        self._tasks = Tasks(f"mqtt {name}")
        self._backoff = Backoff(limit("mqtt", "retry_first_s"), limit("mqtt", "retry_most_s"))
        self._reconnector = Reconnector(
            f"link {name}", self._attempt, self._wait, backoff=self._backoff, pause=self._pause
        )
        self._session: MqttSession | None = None
        self._sink: CaptureSink | None = None
        self._batches: Callbacks[Sequence[Message]] = Callbacks()
        self._board = StatusBoard()
        self._failure: Failure | None = None
        self._short_lives = 0
        self._heard_at = 0.0

    @property
    def status(self) -> LinkStatus:
        """State and counters now."""
        rtt_s = self._session.rtt_s if self._session else None
        return replace(self._board.status(), rtt_s=rtt_s)

    def on_status(self, listener: Callable[[LinkStatus], None]) -> Unsubscribe:
        """Be told of each change of state."""
        return self._board.subscribe(listener)

    def on_messages(self, listener: Callable[[Sequence[Message]], None]) -> Unsubscribe:
        """Be handed messages, one call a socket read. A listener must not raise."""
        return self._batches.subscribe(listener)

    def record(self, sink: CaptureSink | None) -> None:
        """Send payloads to a capture, each with its topic as note; None stops."""
        self._sink = sink

    async def open(self) -> None:
        """Start to connect and keep connected; returns after the first attempt."""
        if self._session is None:
            await self._reconnector.first()

    async def close(self) -> None:
        """Disconnect and stop; no task and no socket is left."""
        await self._reconnector.stop()
        await self._tasks.cancel()
        self._board.move(LinkState.CLOSED)

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, deadline_s: float = 5.0
    ) -> None:
        """Publish, never retained; returns when the broker has it (QoS 1 and 2).

        Raises:
            LocalProtocolError: no broker may take such a topic.
            LinkDown: not connected, or lost before the broker confirmed it.
            LinkTimeout: the broker did not confirm it before the deadline.
            DeviceRefused: the broker refused it, with its reason code.
        """
        if not topic or set(topic) & set("+#\0") or len(topic.encode()) > 65535:
            raise self._error(LocalProtocolError, "bad_topic", topic)
        session = self._session
        if session is None:
            raise self._error(LinkDown, "publish_offline", topic)
        try:
            async with asyncio.timeout(deadline_s):
                code = await session.publish(topic, payload, qos)
        except TimeoutError:
            raise self._error(LinkTimeout, "publish_timeout", topic, s=deadline_s) from None
        except OverflowError:
            raise self._error(LinkError, "publish_full", topic) from None
        except EXPECTED as error:
            raise self._error(LinkDown, "publish_lost", topic) from error
        if code >= 0x80:
            words = self._error(LinkError, "publish_refused", topic, code=code)
            raise DeviceRefused(words.seen, code=code, cause=words.cause, action=words.action)
        self._board.sent += 1
        if self._sink is not None:
            self._sink.sent(payload, note=topic)

    def _error(self, kind: type[E], key: str, topic: str, **values: object) -> E:
        return worded(kind, self._texts, f"links.mqtt.{key}", topic=topic, **values)

    async def _attempt(self) -> None:
        """Connect and subscribe; raises LinkError with the reason where that fails."""
        self._move(LinkState.CONNECTING)
        try:
            session = await connect(
                self._params,
                client=self._client,
                version=self._version,
                secrets=(self._secrets, self.name),
                on_batch=self._take,
            )
        except EXPECTED as error:
            self._try_other_version(error)
            raise self._named(error) from error
        self._session, self._version = session, session.version
        self._heard_at = asyncio.get_running_loop().time()
        self._move(LinkState.CONNECTED)
        self._tasks.spawn(self._live(session), "session")

    async def _live(self, session: MqttSession) -> None:
        """One connection until its end, which the reconnector is then told."""
        clock = asyncio.get_running_loop().time
        born = clock()
        try:
            reason = await self._serve(session)
        finally:
            self._session = None
            await session.close()
        self._reconnector.lost(self._named(self._judge(reason, clock() - born)))

    def _named(self, reason: BaseException) -> LinkError:
        self._failure = failure(reason, self._params, self._client, self._texts)
        return self._failure.error

    def _known(self, error: LinkError) -> Failure:
        """The failure that an error is the words of; what nobody expected has no other words."""
        if self._failure is not None and self._failure.error is error:
            return self._failure
        return Failure(id="mqtt.lost", error=error)

    def _pause(self, error: LinkError) -> float | None:
        known = self._known(error)
        if known.fatal:
            return limit("mqtt", "failed_retry_s")
        if known.id == "mqtt.taken_over":  # to come back at once would throw the other one out
            return limit("mqtt", "takeover_retry_s")
        return None

    def _wait(self, error: LinkError, delay_s: float) -> None:
        known = self._known(error)
        self._board.failed(error, known.id)
        state = LinkState.FAILED if known.fatal else LinkState.WAITING
        self._board.move(state, error.seen, retry_s=delay_s)

    def _try_other_version(self, error: BaseException) -> None:
        """Some brokers that know 3.1.1 only answer a 5.0 greeting with silence, or hang up."""
        unanswered = isinstance(error, Ended) and error.kind in ("mute", "closed_by_broker")
        if unanswered and self._params.version == "5":
            self._version = V311 if self._version == V5 else V5

    async def _serve(self, session: MqttSession) -> BaseException:
        """Ping, and watch for silence, until the connection is over."""
        clock = asyncio.get_running_loop().time
        silent_s = self._params.silent_s or float("inf")
        tick_s = min(limit("mqtt", "ping_s"), session.keepalive_s / 2, silent_s / 4)
        while True:
            done, _ = await asyncio.wait([session.lost], timeout=tick_s)
            if done:
                return session.lost.result()
            session.ping()
            if clock() - self._heard_at >= silent_s:
                self._move(LinkState.SILENT)

    def _judge(self, reason: BaseException, lived_s: float) -> BaseException:
        """Tell a take-over loop, which 3.1.1 has no word for, from one lost connection."""
        if lived_s >= limit("mqtt", "steady_s"):
            self._short_lives = 0
            self._backoff.reset()
        elif isinstance(reason, Ended) and reason.kind == "closed_by_broker":
            self._short_lives += 1
            if self._short_lives >= limit("mqtt", "takeovers"):
                return Ended("takeover_suspected")
        return reason

    def _take(self, messages: list[Message]) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if self._board.state is LinkState.SILENT:
            self._move(LinkState.CONNECTED)
        if self._sink is not None:
            for message in messages:
                self._sink.received(message.payload, note=message.topic)
        self._board.received += len(messages)
        if any([message.retained for message in messages]):  # noqa: C419  # a list is faster
            kept = [message for message in messages if not self._is_old_command(message)]
            self._board.errors += len(messages) - len(kept)
            messages = kept
        self._batches.fire(messages)

    def _is_old_command(self, message: Message) -> bool:
        if not message.retained or self._command_levels.isdisjoint(message.topic.split("/")):
            return False
        self._board.detail = self._texts.get("links.mqtt.retained_command", topic=message.topic)
        return True

    def _move(self, state: LinkState) -> None:
        detail = self._texts.get(
            f"links.mqtt.detail_{state.value}",
            host=self._params.host,
            port=self._params.port,
            filter=self._params.filter,
            s=self._params.silent_s,
        )
        self._board.move(state, detail)


def stable_client(name: str) -> str:
    """A client id that is the same for this link at each start, and differs between machines.

    Twenty characters, because 3.1.1 lets a broker refuse more than 23.
    """
    digest = hashlib.sha256(f"{socket.gethostname()}\0{name}".encode()).hexdigest()
    return f"wayside-{digest[:12]}"
