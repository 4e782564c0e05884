"""How a procedure file is declared; the strict check and the published JSON Schema come from it."""

from __future__ import annotations

from app.profiles.schema import FUNCTIONS, ID, NAME
from app.profiles.shapes import Field, Shape, Table, integer, table, tables, text

LEVELS = ("L1", "L2", "L3")
METHODS = ("A", "M", "V", "F")
PUNCH = ("A", "B", "C")
ROLES = ("installer", "lead", "customer_witness")

_NAMES = text("id of a check", pattern=NAME)
_TITLE = text("what a person calls it, where no text of its key does")
_TITLE_ZH = text("the same in Chinese")

STEP = Table(
    about="one page of the procedure",
    fields={
        "id": text("name, unique in the procedure", required=True, pattern=NAME),
        "title": _TITLE,
        "title_zh": _TITLE_ZH,
    },
)
SELECTOR = Table(
    about="the devices a check is made of, once for each; without it, once for the asset",
    fields={
        "slot": text("one device by its name in the asset type", pattern=NAME),
        "function": text("every device of this function", choices=FUNCTIONS),
        "all": Field(shape=Shape.BOOL, about="every device"),
        "with": text("only devices whose profile has this point", pattern=NAME),
        "settings": Field(shape=Shape.BOOL, about="only devices that the asset type sets up"),
        "nameplate": Field(shape=Shape.BOOL, about="only devices whose nameplate is ordered"),
    },
)
CHECK = Table(
    about="one check",
    fields={
        "id": text("name, unique in the procedure", required=True, pattern=NAME),
        "step": text("the step it belongs to", required=True, pattern=NAME),
        "kind": text("kind of check; what it takes in options is its own", required=True),
        "device": table(SELECTOR),
        "title": _TITLE,
        "title_zh": _TITLE_ZH,
        "text": text("key of its texts; the id where it is left out", pattern=NAME),
        "danger": text("key of the line that says what happens in the street", pattern=NAME),
        "needs": Field(shape=Shape.LIST, about="checks that must have passed before", item=_NAMES),
        "after": Field(shape=Shape.LIST, about="checks that must be over before", item=_NAMES),
        "uses": text("check whose evidence this one judges too", pattern=NAME),
        "method": text("automatic, measured, visual, functional", choices=METHODS),
        "level": text("local, gateway, platform", choices=LEVELS),
        "required": Field(shape=Shape.BOOL, about="whether its step waits for it; true"),
        "waivable": Field(shape=Shape.BOOL, about="whether anybody may waive it; true"),
        "waive_by": Field(
            shape=Shape.LIST,
            about="roles that may waive it",
            not_empty=True,
            item=text("role", choices=ROLES),
        ),
        "punch": text("class of the open item when it fails", choices=PUNCH),
        "as_built": Field(
            shape=Shape.BOOL, about="whether its measured value belongs to the asset from now on"
        ),
        "requirement": text("id in the owner's specification"),
        "limits": Field(
            shape=Shape.TABLE,
            about="limits by the name they have in the kind: a name of limits/commissioning.toml",
            table=Table(about="name in limits/commissioning.toml, or a number", open=True),
        ),
        "options": Field(
            shape=Shape.TABLE, about="what the kind takes", table=Table(about="by kind", open=True)
        ),
    },
)
PROCEDURE = Table(
    about="a commissioning procedure",
    fields={
        "procedure": table(
            Table(
                about="the procedure itself",
                fields={
                    "id": text("name of the file", required=True, pattern=ID),
                    "title": text("what a person calls it", required=True, not_empty=True),
                    "title_zh": _TITLE_ZH,
                    "version": integer("rises with each change", required=True, minimum=1),
                    "source": text("where it comes from", required=True, not_empty=True),
                    "soak_by": Field(
                        shape=Shape.LIST,
                        about="roles that may let a job be signed before its soak is over",
                        not_empty=True,
                        item=text("role", choices=ROLES),
                    ),
                },
            ),
            required=True,
        ),
        "step": tables(STEP, required=True, not_empty=True),
        "check": tables(CHECK, required=True, not_empty=True),
    },
)
