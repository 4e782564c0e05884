"""What ended an MQTT connection, as an id, words and whether trying again soon can help."""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass

from app.core.errors import LinkDown, LinkError, LinkTimeout, RemoteProtocolError
from app.links.mqtt_params import MqttParams
from app.links.mqtt_wire import V5, Malformed, NotMqtt
from app.settings import Texts
from app.wording import worded


class Refused(Exception):
    """The broker answered CONNECT or SUBSCRIBE with a refusal code."""

    def __init__(self, what: str, code: int, version: int, reason: str = "") -> None:
        self.what = what
        self.code = code
        self.version = version
        self.reason = reason
        super().__init__(f"{what} refused with code {code}")


class Ended(Exception):
    """A connection that was up has ended; ``kind`` is the last part of its text key."""

    def __init__(self, kind: str, reason: str = "") -> None:
        self.kind = kind
        self.reason = reason
        super().__init__(kind)


class Unusable(Exception):
    """A file that the parameters name cannot be used; ``kind`` as for Ended."""

    def __init__(self, kind: str, file: str, reason: str) -> None:
        self.kind = kind
        self.file = file
        self.reason = reason
        super().__init__(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One reason; ``fatal`` where only a change by somebody can help."""

    id: str
    error: LinkError
    fatal: bool = False


# 3.1.1, section 3.2.2.3 and 5.0, section 3.2.2.2; the rest is "refused" with its number.
_CONNACK_311 = {1: "version", 2: "client_id", 3: "unavailable", 4: "password", 5: "not_allowed"}
_CONNACK_5 = {
    1: "version",
    129: "malformed",
    130: "malformed",
    132: "version",
    133: "client_id",
    134: "password",
    135: "not_allowed",
    136: "unavailable",
    137: "unavailable",
    138: "banned",
    140: "password",
    159: "unavailable",
}
_FATAL_CONNACK = {"version", "client_id", "password", "not_allowed", "banned"}
# X509_V_ERR_*, openssl/x509_vfy.h
_CERTIFICATE = {
    9: "tls_not_yet_valid",
    10: "tls_expired",
    18: "tls_self_signed",
    19: "tls_unknown_ca",
    20: "tls_unknown_ca",
    21: "tls_unknown_ca",
    23: "tls_revoked",
    62: "tls_host",
    64: "tls_host",
}
_TLS = {
    "WRONG_VERSION_NUMBER": "not_tls",
    "UNKNOWN_PROTOCOL": "not_tls",
    "HTTP_REQUEST": "not_tls",
    "PACKET_LENGTH_TOO_LONG": "not_tls",
    "RECORD_LAYER_FAILURE": "not_tls",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "tls_client_wanted",
    "TLSV1_ALERT_UNKNOWN_CA": "tls_client_refused",
    "SSLV3_ALERT_BAD_CERTIFICATE": "tls_client_refused",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "tls_client_refused",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "tls_client_refused",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "tls_handshake",
    "TLSV1_ALERT_PROTOCOL_VERSION": "tls_version",
    "UNSUPPORTED_PROTOCOL": "tls_version",
}
_UNREACHABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN}
EXPECTED = (OSError, TimeoutError, NotMqtt, Malformed, Refused, Ended, Unusable)
"""Everything that connecting and serving may end with; anything else is our own fault."""


def failure(error: BaseException, params: MqttParams, client: str, texts: Texts) -> Failure:
    """Name what happened, in words."""
    kind, fatal, values = _kind(error, params)
    raised: type[LinkError] = LinkDown
    if isinstance(error, TimeoutError) or kind in ("timeout", "mute", "no_pong"):
        raised = LinkTimeout
    elif kind in ("not_mqtt", "http", "is_tls", "malformed"):
        raised = RemoteProtocolError
    words = worded(
        raised,
        texts,
        f"links.mqtt.{kind}",
        **{
            "host": params.host,
            "port": params.port,
            "user": params.user,
            "client": client,
            "filter": params.filter,
            "url": params.url(),
            **values,
        },
    )
    return Failure(id=f"mqtt.{kind}", error=words, fatal=fatal)


def _kind(error: BaseException, params: MqttParams) -> tuple[str, bool, dict[str, object]]:
    """The last part of the text key, whether it is fatal, and values for the text."""
    if isinstance(error, Refused):
        return _refusal(error, params)
    if isinstance(error, Ended):
        return error.kind, False, {"reason": error.reason}
    if isinstance(error, Unusable):
        return error.kind, True, {"file": error.file, "reason": error.reason}
    if isinstance(error, NotMqtt):
        return _not_mqtt(error.sample)
    if isinstance(error, Malformed):
        return "malformed", False, {"reason": str(error)}
    if isinstance(error, ssl.SSLError):
        kind = tls_kind(error)
        return kind, kind != "tls_other", {"reason": error.reason or str(error)}
    if isinstance(error, socket.gaierror):
        return "dns", False, {}
    return network_kind(error), False, {"reason": str(error)}


def network_kind(error: BaseException) -> str:
    """The last part of the text key for an error of the socket."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return "unreachable"
    return "lost"


def tls_kind(error: ssl.SSLError) -> str:
    """The last part of the text key for an error of TLS."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(error.verify_code, "tls_other")
    return _TLS.get(error.reason or "", "tls_other")


def _refusal(error: Refused, params: MqttParams) -> tuple[str, bool, dict[str, object]]:
    values: dict[str, object] = {"code": error.code, "reason": error.reason}
    if error.what == "subscribe":
        return "subscribe_refused", True, values
    kind = (_CONNACK_5 if error.version == V5 else _CONNACK_311).get(error.code, "refused_code")
    if kind in ("password", "not_allowed") and not params.user:
        kind = "login_wanted"
    return kind, kind in _FATAL_CONNACK or kind == "login_wanted", values


def _not_mqtt(sample: bytes) -> tuple[str, bool, dict[str, object]]:
    line = sample.split(b"\r\n")[0][:60].decode("ascii", "replace")
    if sample.startswith(b"HTTP/"):
        return "http", False, {"sample": line}
    if sample[:2] == b"\x15\x03":  # a TLS alert record, RFC 8446 section 5.1
        return "is_tls", False, {}
    printable = sample[:60].isascii() and line.isprintable()
    return "not_mqtt", False, {"sample": f'"{line}"' if printable else sample[:16].hex(" ")}
