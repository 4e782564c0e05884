"""Checks of a broker: TLS, log-in, subscription, and that messages come."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import replace

from app.core.links import FindingVerdict, Message
from app.links import network
from app.links.diagnose_steps import Check, Outcome, Subject, failed, passed, warned
from app.links.mqtt import stable_client
from app.links.mqtt_connect import connect, secret
from app.links.mqtt_failures import EXPECTED, Refused, failure
from app.links.mqtt_params import MqttParams, MqttsParams
from app.links.mqtt_session import MqttSession
from app.links.mqtt_tls import tls_context
from app.links.mqtt_wire import V5, V311
from app.settings import limit

_DAY_S = 86400


async def _tls(subject: Subject[MqttParams]) -> Outcome:
    params = subject.params
    try:
        password = ""
        if isinstance(params, MqttsParams) and params.key:
            password = await secret((subject.secrets, subject.link), "key_password")
        context = await tls_context(params, password)
        transport, _ = await network.connect(asyncio.Protocol, params.host, params.port, context)
    except EXPECTED as error:
        return _failed(subject, error)
    peer = transport.get_extra_info("peercert") or {}
    version = str(transport.get_extra_info("ssl_object").version())
    transport.abort()
    await asyncio.sleep(0)
    until = str(peer.get("notAfter", ""))
    days = int((ssl.cert_time_to_seconds(until) - time.time()) / _DAY_S) if until else 9999
    values: dict[str, object] = {"version": version, "days": days, "host": params.host}
    return warned("soon", **values) if days < limit("mqtt", "expiry_warn_d") else passed(**values)


async def _login(subject: Subject[MqttParams]) -> Outcome:
    """Connect, and subscribe by the way: a refused subscription is the next check's failure."""
    # Only this diagnosis may own the session: not the link's, and nothing of it is kept.
    params = replace(subject.params, session_s=0)
    client = f"{params.client or stable_client(subject.link)[:18]}-check"
    heard: list[Message] = []
    try:
        session = await connect(
            params,
            client=client,
            version=V5 if params.version == "5" else V311,
            secrets=(subject.secrets, subject.link),
            on_batch=heard.extend,
        )
    except EXPECTED as error:
        if not (isinstance(error, Refused) and error.what == "subscribe"):
            return _failed(subject, error)
        subject.found |= {"refused": error, "session": None, "heard": heard}
    else:
        subject.open.push_async_callback(session.close)
        subject.found |= {"session": session, "heard": heard}
    return passed(host=params.host, user=params.user or "-")


async def _subscribed(subject: Subject[MqttParams]) -> Outcome:
    refused = subject.found.get("refused")
    if isinstance(refused, Refused):
        return _failed(subject, refused)
    return passed(filter=subject.params.filter)


async def _messages(subject: Subject[MqttParams]) -> Outcome:
    heard, session = subject.found["heard"], subject.found["session"]
    if not isinstance(heard, list) or not isinstance(session, MqttSession):
        raise TypeError("the checks before this one leave both")
    loop = asyncio.get_running_loop()
    began, wait_s = loop.time(), limit("mqtt", "first_message_s")
    while not heard and loop.time() - began < wait_s and not session.lost.done():
        await asyncio.wait([session.lost], timeout=0.05)
    if session.lost.done():
        return _failed(subject, session.lost.result())
    values: dict[str, object] = {"filter": subject.params.filter, "s": f"{wait_s:g}"}
    if heard:
        first = heard[0]
        return passed(topic=first.topic, bytes=len(first.payload), **values)
    others = await _other_topics(session, heard)
    if others:
        return failed("others", topics=", ".join(others), **values)
    return failed("none", **values)


async def _other_topics(session: MqttSession, heard: list[Message]) -> list[str]:
    """What is to be heard on other topics, where the broker lets us ask."""
    try:
        async with asyncio.timeout(3):
            await session.subscribe("#", 0)
            await asyncio.wait([session.lost], timeout=limit("mqtt", "other_topics_s"))
    except EXPECTED:
        return []
    return sorted({message.topic for message in heard})[:5]


def _failed(subject: Subject[MqttParams], error: BaseException) -> Outcome:
    """A failure in the words that the link itself would use."""
    params = subject.params
    named = failure(error, params, params.client or stable_client(subject.link), subject.texts)
    return Outcome(
        verdict=FindingVerdict.FAIL,
        key=named.id,
        error=named.error,
        values={"host": params.host, "port": params.port},
    )


TLS: Check[MqttParams] = Check(id="tls", deadline_s=15, run=_tls)
BROKER: tuple[Check[MqttParams], ...] = (
    Check(id="login", deadline_s=15, run=_login),
    Check(id="subscription", deadline_s=5, run=_subscribed),
    Check(id="messages", deadline_s=30, run=_messages),
)
