"""Procedures: steps and checks as data, read strictly from resources/procedures/*.toml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.commissioning.limits import LimitTable
from app.commissioning.procedure_schema import PROCEDURE, ROLES
from app.core.commissioning import Method
from app.core.errors import ProfileError, UserFacing
from app.profiles.checking import Problem
from app.profiles.loader import parse_file
from app.settings import RESOURCES, Words
from app.wording import did_you_mean, told, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page of a procedure."""

    id: str
    title: str = ""
    title_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntry:
    """One check as the procedure has it; the fields are those of procedure_schema.CHECK."""

    id: str
    step: str
    kind: str
    device: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    title_zh: str = ""
    text: str = ""
    danger: str = ""
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    uses: str = ""
    method: Method = Method.AUTOMATIC
    level: str = "L1"
    required: bool = True
    waivable: bool = True
    waive_by: tuple[str, ...] = ROLES[1:]
    punch: str = "A"
    requirement: str = ""
    as_built: bool = False
    limits: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A commissioning procedure; ``sha256`` is of the file's bytes."""

    id: str
    title: str
    version: int
    source: str
    title_zh: str = ""
    steps: tuple[Step, ...] = ()
    checks: tuple[CheckEntry, ...] = ()
    soak_by: tuple[str, ...] = ROLES[1:]
    sha256: str = ""


def load_procedure(path: Path | str, kinds: Iterable[str], limits: LimitTable) -> Procedure:
    """The procedure in a file.

    Raises:
        ProfileError: the most telling mistake of the file, with its line; or it cannot be read.
    """

    def rules(document: dict[str, Any], file_id: str) -> Iterator[Problem]:
        return _problems(document, file_id, tuple(kinds), limits)

    parsed = parse_file(Path(path), PROCEDURE, rules)
    if parsed.errors:
        raise parsed.errors[0]
    head, document = parsed.document["procedure"], parsed.document
    return Procedure(
        **{
            **head,
            "version": int(head["version"]),
            "soak_by": tuple(head.get("soak_by", ROLES[1:])),
        },
        steps=tuple(Step(**entry) for entry in document["step"]),
        checks=tuple(_check(entry) for entry in document["check"]),
        sha256=parsed.sha256,
    )


class Procedures:
    """The procedures of some folders; a later folder's file replaces an earlier one's."""

    def __init__(
        self,
        kinds: Iterable[str],
        limits: LimitTable,
        folders: Sequence[Path | str] = (RESOURCES,),
    ) -> None:
        self._found: dict[str, Procedure] = {}
        self.problems: list[ProfileError] = []
        kinds = tuple(kinds)
        for folder in folders:
            for path in sorted((Path(folder) / "procedures").glob("*.toml")):
                try:
                    self._found[path.stem] = load_procedure(path, kinds, limits)
                except ProfileError as error:
                    self.problems.append(error)

    def get(self, procedure: str) -> Procedure:
        """The procedure of that id.

        Raises:
            UserFacing: there is none; the message names the nearest one, or its file's mistake.
        """
        if procedure in self._found:
            return self._found[procedure]
        broken = [p for p in self.problems if Path(p.file).stem == procedure]
        if broken:
            raise told(
                UserFacing, "jobs.broken_procedure", name=procedure, mistake=words_of(broken[0])
            )
        known = ", ".join(sorted(self._found))
        raise told(UserFacing, "jobs.no_procedure", name=procedure, known=known)


def _check(entry: dict[str, Any]) -> CheckEntry:
    fields = dict(entry)
    for name in ("needs", "after", "waive_by"):
        if name in fields:
            fields[name] = tuple(fields[name])
    if "method" in fields:
        fields["method"] = Method(fields["method"])
    return CheckEntry(**fields)


def _problems(
    document: dict[str, Any], file_id: str, kinds: Sequence[str], limits: LimitTable
) -> Iterator[Problem]:
    found = document["procedure"]["id"]
    if found != file_id:
        yield Problem(("procedure", "id"), "id", {"found": found, "name": file_id})
    yield from _twice(document, "step")
    yield from _twice(document, "check")
    steps = [entry["id"] for entry in document["step"]]
    checks: list[str] = []
    for place, entry in enumerate(document["check"]):
        path = ("check", place)
        yield from _known(entry["step"], steps, (*path, "step"), "step")
        yield from _known(entry["kind"], kinds, (*path, "kind"), "kind")
        # Only what stands above: a plan without circles needs no search for them.
        for name in ("needs", "after"):
            for at, other in enumerate(entry.get(name, ())):
                yield from _known(other, checks, (*path, name, at), "above")
        if "uses" in entry:
            yield from _known(entry["uses"], checks, (*path, "uses"), "above")
        for name, value in entry.get("limits", {}).items():
            yield from _limit(value, limits, (*path, "limits", name))
        checks.append(entry["id"])


def _limit(value: object, limits: LimitTable, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from _known(value, limits.names(), path, "limit")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(path, "limit")


def _known(
    name: str, known: Iterable[str], path: tuple[str | int, ...], what: str
) -> Iterator[Problem]:
    known = tuple(known)
    if name not in known:
        values = {"what": Words(f"files.what.{what}"), "name": name}
        yield Problem(path, "none_such", {**values, "hint": did_you_mean(name, known)})


def _twice(document: dict[str, Any], kind: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, entry in enumerate(document[kind]):
        if entry["id"] in seen:
            yield Problem((kind, place, "id"), "twice", {"name": entry["id"]})
        seen.add(entry["id"])
