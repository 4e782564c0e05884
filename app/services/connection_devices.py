"""Which devices a saved connection reaches, by its assets' types and its single devices."""

from __future__ import annotations

from app.core.assets import AssetType, Device
from app.core.errors import WaysideError
from app.core.profiles import DeviceProfile
from app.profiles.library import Library
from app.services.acquisition import AttachedDevice
from app.services.connection_file import SavedConnection

Missing = tuple[str, str]


def resolve(
    library: Library, saved: SavedConnection
) -> tuple[tuple[AttachedDevice, ...], list[Missing]]:
    """The devices whose profiles are known, and (device, profile or type) of those that are not.

    An asset is its devices where it is polled, and one device named by its number, with the
    type's message profile, where its gateway tells about all of them in one message.
    """
    found: list[AttachedDevice] = []
    missing: list[Missing] = []
    for asset in saved.assets:
        asset_type = _asset_type(library, asset.type)
        if asset_type is None:
            missing.append((asset.number, asset.type))
            continue
        for device, messages in _asset_devices(saved.name, asset.number, asset_type):
            profile = _profile(library, device.profile)
            if profile is None:
                missing.append((device.key, device.profile))
                continue
            found.append(
                AttachedDevice(
                    device=device, profile=profile, polled=not messages, streamed=messages
                )
            )
    for single in saved.devices:
        profile = _profile(library, single.profile)
        if profile is None:
            missing.append((single.key, single.profile))
            continue
        device = Device(key=single.key, profile=single.profile, link=saved.name, unit=single.unit)
        found.append(AttachedDevice(device=device, profile=profile))
    return tuple(found), missing


def _asset_devices(link: str, number: str, asset_type: AssetType) -> list[tuple[Device, bool]]:
    devices = [
        (
            Device(
                key=f"{number}/{slot.id}",
                profile=slot.profile,
                link=link,
                unit=slot.unit,
                asset=number,
                title=slot.title,
                title_zh=slot.title_zh,
            ),
            False,
        )
        for slot in asset_type.devices
    ]
    if asset_type.message_profile:
        whole = Device(key=number, profile=asset_type.message_profile, link=link, asset=number)
        devices.append((whole, True))
    return devices


def _profile(library: Library, profile_id: str) -> DeviceProfile | None:
    try:
        return library.profile(profile_id)
    except (KeyError, WaysideError):
        return None


def _asset_type(library: Library, type_id: str) -> AssetType | None:
    try:
        return library.asset_type(type_id)
    except (KeyError, WaysideError):
        return None
