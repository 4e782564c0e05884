"""From parameters to a connection that is subscribed; nothing is left of one that is not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from functools import partial

from app.core.errors import UserFacing
from app.core.links import Message
from app.links import network
from app.links.mqtt_failures import Ended, Refused, Unusable
from app.links.mqtt_params import MqttParams, MqttsParams
from app.links.mqtt_session import MqttSession
from app.links.mqtt_tls import tls_context
from app.links.mqtt_wire import V5, V311, Wire
from app.links.secrets import Secrets
from app.settings import limit

_DROPPED = (ConnectionError, Ended)
_VERSION_REFUSED = (1, 132)  # 3.1.1 and 5.0: the broker does not know the version asked for

OnBatch = Callable[[list[Message]], None]


async def connect(
    params: MqttParams,
    *,
    client: str,
    version: int,
    secrets: tuple[Secrets, str],
    on_batch: OnBatch,
) -> MqttSession:
    """A subscribed session, for the caller to close; one that refuses 5.0 is asked with 3.1.1.

    ``secrets`` is the store and the name of the link in it.

    Raises:
        Everything in ``mqtt_failures.EXPECTED``.
    """
    login = (params.user, await secret(secrets, "password") if params.user else "")
    try:
        return await _open(params, client, version, secrets, login, on_batch)
    except Refused as refusal:
        if version != V5 or refusal.code not in _VERSION_REFUSED or refusal.what != "connect":
            raise
        return await _open(params, client, V311, secrets, login, on_batch)


async def _open(  # the one place where all of it meets
    params: MqttParams,
    client: str,
    version: int,
    secrets: tuple[Secrets, str],
    login: tuple[str, str],
    on_batch: OnBatch,
) -> MqttSession:
    needs_key = isinstance(params, MqttsParams) and bool(params.key)
    context = await tls_context(params, await secret(secrets, "key_password") if needs_key else "")
    wire = Wire(version, int(limit("mqtt", "max_packet")))
    session: MqttSession | None = None
    try:
        async with asyncio.timeout(limit("mqtt", "connect_s")):
            _, session = await network.connect(
                partial(MqttSession, wire, on_batch), params.host, params.port, context
            )
            hello = wire.connect(
                client, login, keepalive_s=params.keepalive_s, session_s=params.session_s
            )
            answer = await session.connect(hello)
            session.keepalive_s = int(answer.properties.get("server_keep_alive", 0)) or (
                params.keepalive_s
            )
            await session.subscribe(params.filter, params.qos)
    except TimeoutError:
        if session is None:
            raise
        await session.close()
        raise Ended("mute") from None
    except BaseException as error:
        if session is not None:
            await session.close()
        if session is not None and context is not None and isinstance(error, _DROPPED):
            raise await _tls_alert(params, context) or error from None
        raise
    return session


class _Listener(asyncio.Protocol):
    """Says nothing, and keeps why it was cut off."""

    def __init__(self) -> None:
        self.lost: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()

    def connection_lost(self, exc: Exception | None) -> None:
        """Keep the reason."""
        self.lost.set_result(exc)


async def _tls_alert(params: MqttParams, context: ssl.SSLContext) -> ssl.SSLError | None:
    """What the broker has against our certificate, where that is why it cut us off.

    With TLS 1.3 it judges the client after the handshake, and its alert is lost in the reset
    that our greeting causes: so connect once more, and only listen.
    """
    try:
        async with asyncio.timeout(limit("mqtt", "alert_s")):
            transport, listener = await network.connect(
                _Listener, params.host, params.port, context
            )
    except ssl.SSLError as error:
        return error
    except (OSError, TimeoutError):
        return None
    await asyncio.wait([listener.lost], timeout=limit("mqtt", "alert_s"))
    transport.abort()
    why = await listener.lost
    return why if isinstance(why, ssl.SSLError) else None


async def secret(secrets: tuple[Secrets, str], field: str) -> str:
    """A secret of a link; raises Unusable where its store cannot be read."""
    store, link = secrets
    try:
        return await store.get(link, field)
    except UserFacing as error:
        raise Unusable("secrets", link, str(error)) from error
