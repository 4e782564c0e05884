"""What a finding says to a person: seen, limit, likely cause, what to do now, and what then."""

from __future__ import annotations

import re
from typing import Any

from app.commissioning.checks.base import Finding
from app.commissioning.planning import PlannedCheck
from app.core.commissioning import Outcome, Verdict
from app.profiles.units import display
from app.settings import Texts

AREA = "commissioning"
LONGEST = 240
"""Characters of a failure text: three lines."""
_NOTHING = "–"
_SENTENCE = re.compile(r"(?<=\.) |(?<=。)")
_PARTS = ("seen", "cause", "do", "else")
_CONCERNED = frozenset({Verdict.FAIL, Verdict.MARGINAL, Verdict.DEFERRED})


def title(check: PlannedCheck, texts: Texts) -> str:
    """What a person calls the check, with its device."""
    own = check.title_zh if texts.language.startswith("zh") else check.title
    texted = (_text(texts, f"check.{key}") for key in (check.base, check.text))
    name = own or check.title or next(filter(None, texted), check.base)
    device = check.device_zh if texts.language.startswith("zh") else check.device
    return texts.get(f"{AREA}.form.titled", name=name, device=device) if device else name


def step_title(step: str, own: str, texts: Texts) -> str:
    """What a person calls a step: its own title, else the text of its id."""
    return own or _text(texts, f"step.{step}") or step


def danger(check: PlannedCheck, texts: Texts) -> str:
    """The line that says what happens in the street, empty where nothing does."""
    if not check.danger:
        return ""
    return texts.get(f"{AREA}.danger.{check.danger}", device=_device(check, texts))


def about_blocker(blocker: PlannedCheck) -> tuple[str, str]:
    """What a blocked check says, in English and in Chinese."""
    english, chinese = (
        texts.get(f"{AREA}.form.blocked", check=title(blocker, texts))
        for texts in (Texts("en"), Texts("zh_CN"))
    )
    return english, chinese


def about_silence(seconds: float) -> tuple[str, str]:
    """What a check says that nobody answered, in English and in Chinese."""
    english, chinese = (
        Texts(language).get(f"{AREA}.form.unanswered", seconds=f"{seconds:.0f}")
        for language in ("en", "zh_CN")
    )
    return english, chinese


def outcome_of(check: PlannedCheck, finding: Finding) -> Outcome:
    """A finding with its words in both languages; frames are added by whoever has them."""
    english, chinese = Texts("en"), Texts("zh_CN")
    concerned = finding.verdict in _CONCERNED
    text = text_zh = action = action_zh = ""
    if concerned:
        text, action = _told(check, finding, english)
        text_zh, action_zh = _told(check, finding, chinese)
    return Outcome(
        verdict=finding.verdict,
        measured=_number(finding),
        unit=finding.unit,
        expected=finding.limit,
        limits=check.bounds(),
        text=text,
        text_zh=text_zh,
        action=action,
        action_zh=action_zh,
        values=dict(finding.series),
    )


def measured(found: Outcome, language: str = "en") -> str:
    """A measured value with its unit as a person reads it."""
    return with_unit(found.measured, found.unit, Texts(language))


def with_unit(text: str, unit: str, texts: Texts) -> str:
    """A value or limit as a person reads it: what is not known has no unit, a switch is on or off.

    ``unit`` is a UCUM code.
    """
    if text in ("", _NOTHING):
        return text
    if not unit and text in ("True", "False"):
        return texts.get(f"report.value.{text.lower()}")
    return f"{text} {display(unit, texts.language)}".rstrip()


def _told(check: PlannedCheck, finding: Finding, texts: Texts) -> tuple[str, str]:
    values = _values(check, finding, texts)
    key = _key(check, finding.code, texts)
    parts = {part: _fill(texts, f"{key}.{part}", values) for part in _PARTS}
    text = texts.get(f"{AREA}.form.failure", **parts)
    if len(text) > LONGEST:
        # Long names of points: what to do if that fails is what can be spared first.
        text = texts.get(f"{AREA}.form.short", **parts)
    if len(text) > LONGEST:
        spare = len(text) - LONGEST + 1
        parts["cause"] = parts["cause"][: max(0, len(parts["cause"]) - spare)] + "…"
        text = texts.get(f"{AREA}.form.short", **parts)
    return text, parts["do"]


def _key(check: PlannedCheck, code: str, texts: Texts) -> str:
    """The most particular text there is: of the check, of its kind, of the code, of any failure."""
    for owner in (check.text, f"kind_{check.kind}", "any"):
        if _text(texts, f"fail.{owner}.{code}.seen"):
            return f"fail.{owner}.{code}"
    return "fail.any.other"


def _fill(texts: Texts, key: str, values: dict[str, Any]) -> str:
    return texts.get(f"{AREA}.{key}", **values)


def _text(texts: Texts, key: str) -> str:
    full = f"{AREA}.{key}"
    found = texts.get(full)
    return "" if found == full else found


def _values(check: PlannedCheck, finding: Finding, texts: Texts) -> dict[str, Any]:
    chinese = texts.language.startswith("zh")
    found = {**finding.values}
    if chinese:
        names = [name.removesuffix("_zh") for name in found if name.endswith("_zh")]
        found |= {name: found[f"{name}_zh"] for name in names}
    found.setdefault("point", "")
    if "link_error" in found:
        found |= _link_words(str(found["link_error"]), texts)
    # The first sentence says what was seen; the rest is in the evidence.
    found["error"] = str(found.get("error", "")).partition(". ")[0][:90]
    return {
        **dict.fromkeys(("points", "seen", "level", "window", "count", "other"), ""),
        "limit": with_unit(finding.limit, finding.unit, texts) or _NOTHING,
        **found,
        "device": _device(check, texts),
        "name": title(check, texts),
        "value": with_unit(_number(finding), finding.unit, texts),
    }


def _link_words(error: str, texts: Texts) -> dict[str, str]:
    """What a link says of itself: seen and cause, and what to do where it says that, too."""
    sentences = [one.strip(" .。") for one in _SENTENCE.split(error)]
    fix = ". ".join(sentences[2:]) or texts.get(f"{AREA}.form.fix_link")
    return {"why": ". ".join(sentences[:2]), "fix": fix}


def _device(check: PlannedCheck, texts: Texts) -> str:
    whole = texts.get(f"{AREA}.form.asset")
    return (check.device_zh if texts.language.startswith("zh") else check.device) or whole


def _number(finding: Finding) -> str:
    value = finding.value
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value
    text = f"{value:.{finding.decimals}f}"
    # What is rounded to nothing has no sign.
    return text.lstrip("-") if float(text) == 0.0 else text
