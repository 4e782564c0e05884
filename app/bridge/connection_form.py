"""The connection form: its fields come from the params of the link type, its mistakes from them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from app.core.errors import UserFacing
from app.links.params import LinkParams, ParamField
from app.links.registry import LINK_TYPES, link_type, parse_url
from app.profiles.library import Library
from app.profiles.units import display
from app.services.connection_file import SavedAsset, SavedConnection, SavedDevice
from app.settings import Texts

NAME, TARGET = "name", "target"
NUMBER, ASSET_TYPE, DEVICE, PROFILE, UNIT = "number", "asset_type", "device", "profile", "unit"
_OWNER = {"password": "user", "key_password": "key"}
KEEP, ASSET, SINGLE, DISCOVER = "keep", "asset", "device", "discover"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One line of the form. ``choices`` are (value, label); ``secret`` hides what is typed."""

    name: str
    label: str
    kind: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    placeholder: str = ""
    help: str = ""
    advanced: bool = False
    required: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What was typed about a connection and set aside; its secrets are not in its repr."""

    saved: SavedConnection | None
    scheme: str
    start: tuple[str, dict[str, str]]
    values: dict[str, str]
    secrets: dict[str, str] = field(repr=False)


class ConnectionForm(QObject):
    """What the user typed about one connection; it knows no widget.

    Signals:
        fields_changed: another set of fields has to be drawn.
        edited: a value changed; ``mistake`` and ``changed`` may answer otherwise now.
    """

    fields_changed = Signal()
    edited = Signal()

    def __init__(self, library: Library, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._texts = texts
        self._saved: SavedConnection | None = None
        self._scheme = LINK_TYPES[0].scheme
        self._values: dict[str, str] = {}
        self._secrets: dict[str, str] = {}
        self._start: tuple[str, dict[str, str]] = ("", {})
        self._drafts: dict[str, _Draft] = {}
        self._begin()

    # What is edited

    @property
    def saved(self) -> SavedConnection | None:
        """The connection that is edited, None for a new one."""
        return self._saved

    @property
    def name(self) -> str:
        """The name as typed."""
        return self._values.get(NAME, "")

    @property
    def scheme(self) -> str:
        """The scheme of the link type chosen."""
        return self._scheme

    @property
    def changed(self) -> bool:
        """Whether anything differs from what was loaded."""
        return bool(self._secrets) or (self._scheme, self._values) != self._start

    def schemes(self) -> list[tuple[str, str]]:
        """Scheme and title of every link type."""
        return [(each.scheme, self._texts.get(each.title)) for each in LINK_TYPES]

    def reset(self) -> None:
        """Begin a new connection, or go on with the one that was begun and not saved."""
        self._set_aside()
        draft = self._drafts.pop("", None)
        if draft is not None:
            self._resume(None, draft)
        else:
            self._begin()

    def load(self, saved: SavedConnection) -> None:
        """Edit a saved connection; changes to it that were not saved are still there.

        A URL that cannot be read leaves its fields empty.
        """
        self._set_aside()
        draft = self._drafts.pop(saved.name, None)
        if draft is not None and draft.saved and draft.saved.url == saved.url:
            self._resume(saved, draft)
        else:
            self._show(saved)

    def keep(self, saved: SavedConnection) -> None:
        """The form was saved as this connection."""
        self._show(saved)

    def drafts(self) -> tuple[str, ...]:
        """Names of the connections, empty for a new one, whose changes wait to be saved."""
        return tuple(self._drafts)

    def _set_aside(self) -> None:
        """Keep what was typed and not saved for when its connection is looked at again."""
        if self.changed:
            name = self._saved.name if self._saved else ""
            self._drafts[name] = _Draft(
                saved=self._saved, scheme=self._scheme, start=self._start,
                values=dict(self._values), secrets=dict(self._secrets),
            )  # fmt: skip

    def _resume(self, saved: SavedConnection | None, draft: _Draft) -> None:
        self._saved, self._scheme, self._start = saved, draft.scheme, draft.start
        self._values, self._secrets = draft.values, draft.secrets
        self.fields_changed.emit()
        self.edited.emit()

    def _begin(self) -> None:
        self._saved = None
        self._take(self._scheme, {TARGET: ASSET, UNIT: "1"})

    def _show(self, saved: SavedConnection) -> None:
        self._saved = saved
        scheme = saved.url.partition("://")[0]
        try:
            values = _texts_of(parse_url(saved.url, self._texts))
        except UserFacing:
            values = {}
        known = {each.scheme for each in LINK_TYPES}
        values |= {NAME: saved.name} | _target_of(saved)
        self._take(scheme if scheme in known else LINK_TYPES[0].scheme, values)

    def _take(self, scheme: str, values: dict[str, str]) -> None:
        self._scheme, self._values, self._secrets = scheme, values, {}
        self._start = (scheme, dict(values))
        self.fields_changed.emit()
        self.edited.emit()

    def revert(self) -> None:
        """Take back what was typed."""
        if self._saved is not None:
            self._show(self._saved)
        else:
            self._begin()

    def set_scheme(self, scheme: str) -> None:
        """Choose another link type; values whose fields it has too are kept."""
        if scheme != self._scheme:
            self._scheme = scheme
            self.fields_changed.emit()
            self.edited.emit()

    def set_value(self, name: str, text: str) -> None:
        """Take what was typed in a field."""
        secrets = link_type(self._scheme).params.secret_fields
        target = self._secrets if name in secrets else self._values
        if target.get(name, "") == text:
            return
        target[name] = text
        if name == TARGET:
            self.fields_changed.emit()
        self.edited.emit()

    # The fields

    def fields(self) -> list[FormField]:
        """The fields of the link, its secrets, and what stands behind it, in order."""
        params = link_type(self._scheme).params
        found: list[FormField] = []
        secrets = list(params.secret_fields)
        for each in params.form():
            found.append(self._link_field(each))
            # A password stands below its user, that of a key below the key.
            found += [self._secret(name) for name in secrets if _OWNER.get(name) == each.name]
        told = {each.name for each in found}
        found += [self._secret(name) for name in secrets if name not in told]
        return [*found, *self._target_fields()]

    def _secret(self, name: str) -> FormField:
        return FormField(
            name=name, label=self._texts.get(f"links.secret.{name}"), kind="text",
            value=self._secrets.get(name, ""), secret=True,
            placeholder=self.tr("unchanged") if self._saved else "",
        )  # fmt: skip

    def _link_field(self, field: ParamField) -> FormField:
        default = "" if field.required else field.write(field.default)
        help_key = f"{field.label}_help"
        help_text = self._texts.get(help_key)
        return FormField(
            name=field.name,
            label=self._texts.get(field.label),
            kind=field.kind,
            value=self._values.get(field.name, default),
            choices=tuple((str(each), str(each)) for each in field.choices),
            unit=display(field.unit, self._texts.language) if field.unit else "",
            placeholder=field.placeholder,
            help="" if help_text == help_key else help_text,
            advanced=field.advanced,
            required=field.required,
        )

    def _target_fields(self) -> list[FormField]:
        target = self._values.get(TARGET, ASSET)
        choices = [
            (ASSET, self.tr("An asset of a type")),
            (SINGLE, self.tr("One device")),
        ]
        if link_type(self._scheme).streamed:
            choices.append((DISCOVER, self.tr("Devices that announce themselves")))
        if self._saved is not None and len(self._saved.assets) + len(self._saved.devices) > 1:
            choices.append((KEEP, self.tr("Several, as they are")))
        fields = [
            FormField(name=TARGET, label=self.tr("Behind it"), kind="choice", value=target,
                      choices=tuple(choices))
        ]  # fmt: skip
        if target == ASSET:
            types = tuple((t.id, self._titled(t.title, t.title_zh))
                          for t in self._library.asset_types())  # fmt: skip
            fields.append(self._field(ASSET_TYPE, self.tr("Asset type"), types))
            fields.append(self._field(NUMBER, self.tr("Asset number"), placeholder="SP-0231"))
        if target == SINGLE:
            fields.append(self._field(DEVICE, self.tr("Device name"), placeholder="meter-1"))
        if target in (SINGLE, DISCOVER):
            fields.append(self._field(PROFILE, self.tr("Profile"), self._profiles()))
        if target == SINGLE and self._scheme.startswith("modbus"):
            fields.append(self._field(UNIT, self.tr("Unit"), kind="integer"))
        return fields

    def _field(
        self,
        name: str,
        label: str,
        choices: tuple[tuple[str, str], ...] = (),
        *,
        kind: str = "text",
        placeholder: str = "",
    ) -> FormField:
        value = self._values.get(name, choices[0][0] if choices else "")
        return FormField(
            name=name, label=label, kind="choice" if choices else kind, value=value,
            choices=choices, placeholder=placeholder, required=True,
        )  # fmt: skip

    def _profiles(self) -> tuple[tuple[str, str], ...]:
        streamed = link_type(self._scheme).streamed
        return tuple(
            (profile.id, self._titled(profile.title, profile.title_zh))
            for profile in self._library.profiles()
            if (profile.mqtt if streamed else profile.modbus) is not None
        )

    def _titled(self, title: str, title_zh: str) -> str:
        return (title_zh or title) if self._texts.language == "zh_CN" else title

    # The result

    def params(self) -> LinkParams:
        """The link's parameters; UserFacing names the field that is wrong."""
        params = link_type(self._scheme).params
        form = params.form()
        names = {field.name for field in form}
        given = {name: text for name, text in self._values.items() if name in names}
        for each in form:
            if each.required:
                self._needed(given, each.name, self._texts.get(each.label))
        return params.from_texts(given, self._texts)

    def mistake(self) -> str:
        """What is wrong with the values now, empty where nothing is."""
        try:
            self.connection()
        except UserFacing as error:
            return str(error)
        return ""

    def secrets(self) -> dict[str, str]:
        """The secrets typed, by field; only those that were typed."""
        return dict(self._secrets)

    def connection(self) -> SavedConnection:
        """The connection as typed.

        Raises:
            UserFacing: something is missing or wrong.
        """
        name = self._values.get(NAME, "").strip()
        if not name:
            raise UserFacing(self.tr("The connection has no name."))
        base = self._saved or SavedConnection(name=name, url="")
        return self._behind(replace(base, name=name, url=self.params().url()))

    def _behind(self, base: SavedConnection) -> SavedConnection:
        values = {field.name: field.value for field in self._target_fields()}
        target = values[TARGET]
        if target == KEEP:
            return base
        bare = replace(base, assets=(), devices=(), discover="")
        if target == DISCOVER:
            return replace(bare, discover=values[PROFILE])
        if target == ASSET:
            number = self._needed(values, NUMBER, self.tr("Asset number"))
            return replace(bare, assets=(SavedAsset(number=number, type=values[ASSET_TYPE]),))
        device = self._needed(values, DEVICE, self.tr("Device name"))
        unit = self._unit(values.get(UNIT, "1"))
        single = SavedDevice(key=device, profile=values[PROFILE], unit=unit)
        return replace(bare, devices=(single,))

    def _needed(self, values: Mapping[str, str], name: str, label: str) -> str:
        text = values.get(name, "").strip()
        if not text:
            raise UserFacing(self.tr("{0} is missing.").format(label))
        return text

    def _unit(self, text: str) -> int:
        if not text.strip().isdecimal() or not 0 <= int(text) <= 255:
            raise UserFacing(self.tr("The unit must be a number from 0 to 255."))
        return int(text)

    def trial(self) -> SavedConnection:
        """The connection for a test, also while its name or what stands behind it is missing.

        Raises:
            UserFacing: something about the link itself is missing or wrong.
        """
        name = self.name.strip() or f"test {uuid.uuid4().hex[:8]}"
        base = replace(
            self._saved or SavedConnection(name=name, url=""), name=name, url=self.params().url()
        )
        try:
            return self._behind(base)
        except UserFacing:
            return base


def _texts_of(params: LinkParams) -> dict[str, str]:
    return {
        field.name: text
        for field in params.form()
        if (text := field.write(getattr(params, field.name))) != ""
    }


def _target_of(saved: SavedConnection) -> dict[str, str]:
    if len(saved.assets) + len(saved.devices) > 1:
        return {TARGET: KEEP}
    if saved.discover:
        return {TARGET: DISCOVER, PROFILE: saved.discover}
    if saved.devices:
        device = saved.devices[0]
        return {TARGET: SINGLE, DEVICE: device.key, PROFILE: device.profile, UNIT: str(device.unit)}
    if saved.assets:
        return {TARGET: ASSET, NUMBER: saved.assets[0].number, ASSET_TYPE: saved.assets[0].type}
    return {TARGET: ASSET}
