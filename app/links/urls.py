"""Link URLs taken apart; not by urllib, because a topic filter may hold ``#``."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from app.settings import Texts
from app.wording import mistake

SECRET_KEYS = ("password", "passwd", "pass", "pwd", "token", "secret", "apikey", "api_key")
"""Query keys that name a secret; a URL that carries one is refused, whatever its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlParts:
    """The parts of a link URL with percent escapes resolved; ``path`` keeps its first slash."""

    scheme: str
    user: str = ""
    host: str = ""
    port: str = ""
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()


def split_url(url: str, texts: Texts | None = None) -> UrlParts:
    """Take a URL apart.

    Raises:
        UserFacing: it is no URL, or it carries a password. The message never repeats a password.
    """
    texts = texts or Texts()
    scheme, separator, rest = url.strip().partition("://")
    if not separator or not scheme:
        shown = "" if "@" in url else url.strip()
        raise mistake(texts, "links.url.no_scheme", value=shown)
    place, _, query_text = rest.partition("?")
    authority, slash, path = place.partition("/")
    login, _, address = authority.rpartition("@")
    user, colon, _ = login.partition(":")
    query = tuple(_pair(part) for part in query_text.split("&") if part)
    if colon or any(key.lower() in SECRET_KEYS for key, _ in query):
        raise mistake(texts, "links.url.password", scheme=scheme.lower())
    host, port = _host_and_port(address, texts)
    return UrlParts(
        scheme=scheme.lower(),
        user=unquote(user),
        host=host,
        port=port,
        path=unquote(slash + path),
        query=query,
    )


def _pair(part: str) -> tuple[str, str]:
    key, _, value = part.partition("=")
    return unquote(key), unquote(value)


def _host_and_port(address: str, texts: Texts) -> tuple[str, str]:
    """Split ``host:port``; an IPv6 address stands in brackets, as in every URL."""
    if address.startswith("["):
        host, bracket, tail = address[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise mistake(texts, "links.url.bad_ipv6", value=address)
        return host, tail[1:]
    if address.count(":") > 1:
        raise mistake(texts, "links.url.bad_ipv6", value=address)
    host, _, port = address.partition(":")
    return unquote(host), port
