"""The profiles and asset types of some folders, the good ones usable, the bad ones reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from app.core.assets import AssetType
from app.core.errors import ProfileError, UserFacing
from app.core.profiles import DeviceProfile
from app.profiles.loader import load_asset_type, load_profile
from app.profiles.mistakes import file_mistake
from app.settings import RESOURCES
from app.wording import nearest, told

T = TypeVar("T")


class Library:
    """Reads ``<folder>/profiles/*.toml`` and ``<folder>/asset_types/*.toml`` of each folder.

    A later folder's file replaces an earlier one's of the same id, so a site may mend a shipped
    profile. One bad file loses no other: it is in ``problems``.
    """

    def __init__(self, folders: Iterable[Path | str] = (RESOURCES,)) -> None:
        self._profiles: dict[str, DeviceProfile] = {}
        self._asset_types: dict[str, AssetType] = {}
        self.problems: list[ProfileError] = []
        for folder in folders:
            self._read(Path(folder))
        self._check_slots()

    def _read(self, folder: Path) -> None:
        for path in sorted((folder / "profiles").glob("*.toml")):
            try:
                self._profiles[path.stem] = load_profile(path)
            except ProfileError as error:
                self.problems.append(error)
        for path in sorted((folder / "asset_types").glob("*.toml")):
            try:
                self._asset_types[path.stem] = load_asset_type(path)
            except ProfileError as error:
                self.problems.append(error)

    def _check_slots(self) -> None:
        for asset_type in self._asset_types.values():
            for position, slot in enumerate(asset_type.devices):
                if slot.profile not in self._profiles:
                    self.problems.append(
                        file_mistake(
                            "no_usable_profile",
                            {"name": slot.profile},
                            file=f"{asset_type.id}.toml",
                            table=f"device[{position + 1}]",
                            key="profile",
                        )
                    )

    def profile(self, profile_id: str) -> DeviceProfile:
        """The profile of that id.

        Raises:
            UserFacing: there is none; the message names the nearest one.
        """
        return _one(self._profiles, profile_id, "profiles.no_profile")

    def profiles(self) -> tuple[DeviceProfile, ...]:
        """Every usable profile, by id."""
        return tuple(self._profiles[name] for name in sorted(self._profiles))

    def asset_type(self, type_id: str) -> AssetType:
        """The asset type of that id.

        Raises:
            UserFacing: there is none; the message names the nearest one.
        """
        return _one(self._asset_types, type_id, "profiles.no_asset_type")

    def asset_types(self) -> tuple[AssetType, ...]:
        """Every usable asset type, by id."""
        return tuple(self._asset_types[name] for name in sorted(self._asset_types))

    def add(self, profile: DeviceProfile) -> None:
        """Takes in a profile that was loaded from a file elsewhere."""
        self._profiles[profile.id] = profile


def _one(found: Mapping[str, T], name: str, key: str) -> T:
    if name in found:
        return found[name]
    near, known = nearest(name, found), ", ".join(sorted(found)) or "-"
    raise told(UserFacing, f"{key}.{'near' if near else 'far'}", name=name, near=near, known=known)
