"""The TLS context of an MQTT link: 1.2 or later, the peer always verified."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

from app.links.mqtt_failures import Unusable
from app.links.mqtt_params import MqttParams, MqttsParams


async def tls_context(params: MqttParams, key_password: str) -> ssl.SSLContext | None:
    """The context for these parameters, None for a plain link.

    Raises:
        Unusable: a certificate or key file is missing or wrong.
    """
    if not isinstance(params, MqttsParams):
        return None
    if not params.ca:  # the system's hundred authorities take longer than a turn of the loop may
        return await asyncio.to_thread(_context, params, key_password)
    return _context(params, key_password)


def _context(params: MqttsParams, key_password: str) -> ssl.SSLContext:
    for kind, file in (
        ("ca_file", params.ca),
        ("cert_file", params.cert),
        ("key_file", params.key),
    ):
        if file and not Path(file).is_file():
            raise Unusable(f"{kind}_missing", file, "")
    try:
        context = ssl.create_default_context(cafile=params.ca or None)
    except (ssl.SSLError, OSError) as error:
        raise Unusable("ca_file", params.ca, _reason(error)) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if params.cert:
        try:
            # Without a password function OpenSSL would ask on the terminal and block.
            context.load_cert_chain(params.cert, params.key or None, lambda: key_password)
        except (ssl.SSLError, OSError, ValueError) as error:
            raise Unusable("cert_file", params.cert, _reason(error)) from error
    return context


def _reason(error: Exception) -> str:
    return getattr(error, "reason", "") or getattr(error, "strerror", "") or str(error)
