"""Link parameters: one frozen dataclass a link type, to and from its URL, and its form.

A field is declared once, with ``param``; the URL, the connection form, the checks and the docs
table come from that declaration. A secret is never a field: a type names its secrets in
``secret_fields``, and app.links.secrets keeps their values.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from urllib.parse import quote

from app.links.syntax import is_host, is_topic_filter
from app.links.urls import UrlParts
from app.settings import Texts
from app.wording import mistake, nearest

Value = str | int | float | bool
MISSING = dataclasses.MISSING
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_INTEGERS = ("integer", "port")
_KEPT = "/#+:,$@\\~"
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_WINDOWS_PATH = re.compile(r"/(COM\d+|[A-Za-z]:)", re.IGNORECASE)


def param(  # noqa: PLR0913  # one keyword an aspect of a field
    *,
    label: str,
    kind: str = "text",
    default: object = MISSING,
    part: str = "query",
    choices: tuple[Value, ...] = (),
    minimum: float | None = None,
    maximum: float | None = None,
    unit: str = "",
    placeholder: str = "",
    advanced: bool = False,
) -> Any:  # noqa: ANN401  # as dataclasses.field: the field's own type
    """Declare one field of a params dataclass.

    Args:
        label: text key of its label, such as ``links.field.host``; ``<label>_help`` may exist.
        kind: text, host, port, integer, number, choice, flag, file, serial_port or topic.
        default: the value when the URL says nothing; without one the field is required.
        part: where it stands in the URL: host, port, path or query (under its own name).
        choices: the values allowed for kind choice, all of one type.
        minimum: least number allowed.
        maximum: greatest number allowed.
        unit: UCUM code shown beside the field.
        placeholder: an example shown in the empty field.
        advanced: shown only when the form is unfolded.
    """
    metadata = {
        "label": label,
        "kind": kind,
        "part": part,
        "choices": choices,
        "minimum": minimum,
        "maximum": maximum,
        "unit": unit,
        "placeholder": placeholder,
        "advanced": advanced,
    }
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamField:
    """One declared field as a form, a parser or a docs table wants it; see ``param``."""

    name: str
    label: str
    kind: str
    default: object
    part: str
    choices: tuple[Value, ...]
    minimum: float | None
    maximum: float | None
    unit: str
    placeholder: str
    advanced: bool

    @property
    def required(self) -> bool:
        """True where the field has no default."""
        return self.default is MISSING

    def parse(self, text: str, texts: Texts) -> Value:
        """The value that a text means; UserFacing names the field and what it may be."""
        if self.kind == "choice":
            return self._choice(text, texts)
        if self.kind == "flag":
            if text.lower() not in _TRUE + _FALSE:
                raise mistake(texts, "links.url.bad_flag", name=self.name, value=text)
            return text.lower() in _TRUE
        if self.kind in _INTEGERS or self.kind == "number":
            return self._number(text, texts)
        if self.required and not text:
            raise mistake(texts, f"links.url.missing_{self.part}", name=self.name)
        if self.kind == "host" and not is_host(text):
            raise mistake(texts, "links.url.bad_host", value=text)
        if self.kind == "topic" and not is_topic_filter(text):
            raise mistake(texts, "links.url.bad_filter", value=text)
        return text

    def from_path(self, path: str) -> str:
        """The field's text in a URL path: a topic without its slash, a Windows name likewise."""
        bare = self.kind == "topic" or _WINDOWS_PATH.match(path)
        return path[1:] if bare else path

    def write(self, value: object) -> str:
        """The text of a value; ``parse`` gives the value back."""
        if self.kind == "flag":
            return "1" if value else "0"
        return str(value)

    def _choice(self, text: str, texts: Texts) -> Value:
        by_text = {str(choice).lower(): choice for choice in self.choices}
        if text.lower() not in by_text:
            allowed = ", ".join(str(choice) for choice in self.choices)
            raise mistake(
                texts, "links.url.bad_choice", name=self.name, value=text, allowed=allowed
            )
        return by_text[text.lower()]

    def _number(self, text: str, texts: Texts) -> float | int:
        whole = self.kind in _INTEGERS
        if not (_WHOLE if whole else _NUMBER).fullmatch(text):
            key = "links.url.bad_integer" if whole else "links.url.bad_number"
            raise mistake(texts, key, name=self.name, value=text)
        value = int(text) if whole else float(text)
        low, high = self.bounds
        if not (low <= value <= high):
            raise mistake(
                texts,
                "links.url.out_of_range",
                name=self.name,
                value=text,
                low=f"{low:g}",
                high=f"{high:g}",
            )
        return value

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest number allowed, infinite where open."""
        low, high = (1, 65535) if self.kind == "port" else (float("-inf"), float("inf"))
        return (
            low if self.minimum is None else self.minimum,
            high if self.maximum is None else self.maximum,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkParams:
    """What every link's parameters have. A secret is never a field: see app.links.secrets.

    ``scheme`` is the URL scheme; ``secret_fields`` are the names of the secrets that the link
    asks app.links.secrets for, each with a label at the text key ``links.secret.<name>``.
    """

    scheme: ClassVar[str] = ""
    secret_fields: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def form(cls) -> tuple[ParamField, ...]:
        """The declared fields in order."""
        return tuple(
            ParamField(name=field.name, default=field.default, **field.metadata)
            for field in dataclasses.fields(cls)
            if "label" in field.metadata
        )

    @classmethod
    def from_texts(cls, given: Mapping[str, str], texts: Texts | None = None) -> Self:
        """Parameters from texts by field name, as a form or a URL gives them.

        Raises:
            UserFacing: a value is wrong, or a required one is absent.
        """
        texts = texts or Texts()
        values = {}
        for field in cls.form():
            text = given.get(field.name)
            if text is None and field.required:
                raise mistake(texts, f"links.url.missing_{field.part}", name=field.name)
            if text is not None and (text or field.required or field.default == ""):
                values[field.name] = field.parse(text, texts)
        return cls(**values)

    @classmethod
    def from_parts(cls, parts: UrlParts, texts: Texts | None = None) -> Self:
        """Parameters from a split URL.

        Raises:
            UserFacing: something in it is wrong; names what and the nearest right thing.
        """
        texts = texts or Texts()
        fields = {field.part: field for field in cls.form() if field.part != "query"}
        query = {field.name for field in cls.form() if field.part == "query"}
        given: dict[str, str] = {}
        for part in ("host", "port", "path"):
            text = getattr(parts, part)
            if text and part in fields:
                given[fields[part].name] = fields[part].from_path(text) if part == "path" else text
            elif text and text != "/":
                raise mistake(texts, f"links.url.no_{part}", value=text, scheme=cls.scheme)
        for key, value in ((("user", parts.user),) if parts.user else ()) + parts.query:
            if key not in query:
                raise _unknown_key(key, query, cls.scheme, texts)
            if key in given:
                raise mistake(texts, "links.url.twice", name=key)
            given[key] = value
        return cls.from_texts(given, texts)

    def url(self) -> str:
        """The URL that ``parse_url`` turns back into these parameters; never holds a secret."""
        found: dict[str, str] = {}
        query: list[str] = []
        kinds = {field.kind for field in self.form()}
        for field in self.form():
            value = getattr(self, field.name)
            if field.part != "query":
                found[field.part] = field.write(value)
            elif value != field.default:
                query.append(f"{field.name}={quote(field.write(value), safe=_KEPT)}")
        host = found.get("host", "")
        authority = f"[{host}]" if ":" in host else quote(host, safe="")
        authority += f":{found['port']}" if "port" in found else ""
        path = quote(found.get("path", ""), safe=_KEPT)
        if path and ("topic" in kinds or not path.startswith("/")):
            path = f"/{path}"
        return f"{self.scheme}://{authority}{path}" + ("?" + "&".join(query) if query else "")

    def __str__(self) -> str:
        return self.url()


def _unknown_key(key: str, known: set[str], scheme: str, texts: Texts) -> Exception:
    near = nearest(key, known)
    return mistake(
        texts,
        "links.url.unknown_key_near" if near else "links.url.unknown_key",
        name=key,
        scheme=scheme,
        near=near,
        known=", ".join(sorted(known)),
    )
