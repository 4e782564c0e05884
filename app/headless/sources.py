"""What a command line names: a link's URL, a profile by id or file, a unit, a device's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.assets import Device
from app.core.errors import UserFacing
from app.core.profiles import DeviceProfile
from app.links.base import Link, PolledLink, ReplayedLink
from app.links.mqtt_params import MqttParams
from app.links.registry import build_link, parse_url
from app.links.secrets import MemorySecrets, Secrets
from app.profiles.library import Library
from app.profiles.loader import load_profile
from app.services.acquisition import AttachedDevice
from app.settings import RESOURCES, Texts
from app.wording import worded


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """A source as it is given: without a device's name it is taken from the unit or the topics.

    ``purpose`` tells links of one URL apart, so that a broker sees a client of its own for each.
    A ``passing`` one leaves no session at the broker that gathers messages for it.
    """

    url: str
    profile: str
    unit: int | None = None
    device: str = ""
    password: str = ""
    purpose: str = ""
    passing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A closed link with the devices on it, and the profile of those that announce themselves.

    ``url`` is the address as it was given, in full.
    """

    url: str
    link: Link
    devices: tuple[AttachedDevice, ...]
    discover: DeviceProfile | None
    profile: DeviceProfile


def build_source(options: SourceOptions, library: Library, texts: Texts) -> Source:
    """Check everything that can be checked before a packet leaves.

    Raises:
        UserFacing: the URL has a mistake, the profile is not known, or does not fit the link.
        ProfileError: the profile's file has a mistake.
    """
    params = parse_url(options.url, texts)
    profile = find_profile(options.profile, library)
    opened = params
    if options.passing and isinstance(params, MqttParams):
        opened = replace(params, session_s=0)
    name = f"{options.url} {options.purpose}".strip()
    link = build_link(name, opened, secrets=_secrets(name, options.password), texts=texts)
    replayed = isinstance(link, ReplayedLink)
    polled = isinstance(link, PolledLink)
    fits = (profile.modbus is not None and (polled or replayed)) or (
        profile.mqtt is not None and not polled
    )
    if not fits:
        raise worded(
            UserFacing, texts, "services.source.unfit", profile=profile.id, url=params.url()
        )
    devices: tuple[AttachedDevice, ...] = ()
    if options.device or polled or replayed:
        unit = options.unit if options.unit is not None else _unit(profile)
        key = options.device or f"unit{unit}"
        device = Device(key=key, profile=profile.id, link=link.name, unit=unit)
        devices = (AttachedDevice(device=device, profile=profile, streamed=bool(options.device)),)
    discover = profile if not polled and not options.device else None
    return Source(url=params.url(), link=link, devices=devices, discover=discover, profile=profile)


def build_sources(options: Sequence[SourceOptions], texts: Texts) -> list[Source]:
    """All sources of a command, with the shipped profiles and those named by their file."""
    library = Library((RESOURCES,))
    return [build_source(one, library, texts) for one in options]


def find_profile(name: str, library: Library) -> DeviceProfile:
    """A profile by its file, where the name is one, else by its id."""
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        profile = load_profile(path)
        library.add(profile)
        return profile
    return library.profile(name)


def _unit(profile: DeviceProfile) -> int:
    return profile.modbus.unit if profile.modbus else 1


def _secrets(link: str, password: str) -> Secrets:
    return MemorySecrets({(link, "password"): password} if password else {})
