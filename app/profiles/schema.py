"""What a profile file and an asset type file may hold: every table, key, type and bound."""

from __future__ import annotations

from app.profiles.shapes import Field, Shape, Table, integer, number, table, tables, text

ID = r"^[a-z0-9][a-z0-9-]*$"
NAME = r"^[a-z][a-z0-9_]*$"

FUNCTIONS = (
    "lighting",
    "environment",
    "video",
    "info_screen",
    "broadcast",
    "emergency_call",
    "wireless",
    "traffic_sensing",
    "power",
    "tilt",
    "door",
    "gateway",
    "sign",
    "parking",
    "manhole",
    "signal_control",
    "ev_charging",
)
KINDS = ("pole", "sign", "meter", "parking_bay", "manhole", "cabinet", "signal_controller")
TYPES = (
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float32",
    "float64",
    "bcd16",
    "bcd32",
    "bool",
    "string",
)
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)

_TITLE = text("what a person reads, English", required=True, not_empty=True)
_TITLE_ZH = text("what a person reads, Chinese", not_empty=True)
_FUNCTION = text("the function it serves", required=True, choices=FUNCTIONS)
_SOURCE = text("where the facts come from: document, edition, section", required=True)
_SCALE = number("value = raw * scale + offset")
_OFFSET = number("value = raw * scale + offset")
_LABELS = Field(
    shape=Shape.MAP,
    about="the name of each value of an enumeration",
    pattern=r"^(0|-?[1-9][0-9]*)$",
    item=text("the name", not_empty=True),
)

ADDRESS = Table(
    about="where the point lies in a Modbus device; addresses count from 0 as on the wire",
    fields={
        "table": text(
            "which of the four tables",
            required=True,
            choices=("coil", "discrete", "holding", "input"),
        ),
        "address": integer("first register or bit", required=True, minimum=0, maximum=65535),
        "type": text("how the raw value is coded; bool in a bit table", choices=TYPES),
        "word_order": text("A the most significant byte", choices=("ABCD", "CDAB", "BADC", "DCBA")),
        "scale": _SCALE,
        "offset": _OFFSET,
        "bit": integer("lowest bit of a bit field", minimum=0, maximum=63),
        "bits": integer("width of a bit field", minimum=1, maximum=63),
        "length": integer("registers of a string", minimum=1, maximum=125),
    },
)
PATH = Table(
    about="where the point lies in a message",
    fields={
        "path": text("dotted path inside the values", required=True, not_empty=True),
        "topic": text("topic of the point, where it is not the profile's own"),
        "scale": _SCALE,
        "offset": _OFFSET,
    },
)
RANGE = Table(
    about="plausible values; outside them the quality is bad, never clipped",
    fields={"low": number("lowest", required=True), "high": number("highest", required=True)},
)
POINT = Table(
    about="one measured or commanded quantity",
    fields={
        "id": text("name, unique in the file", required=True, pattern=NAME),
        "title": _TITLE,
        "title_zh": _TITLE_ZH,
        "unit": text("UCUM code, one of resources/units.toml"),
        "access": text("read, write, or both", choices=("r", "w", "rw")),
        "kind": text("type kept from the wire on", choices=("float", "int", "bool", "text")),
        "modbus": table(ADDRESS),
        "mqtt": table(PATH),
        "lwm2m": text("object/instance/resource", pattern=r"^[0-9]+/[0-9]+/[0-9]+$"),
        "talq": text("Function.attribute", pattern=r"^[A-Za-z0-9]+\.[A-Za-z0-9-]+$"),
        "range": table(RANGE),
        "every_s": number("seconds between two readings", minimum=0.05, maximum=86400),
        "decimals": integer("digits shown after the point", minimum=0, maximum=9),
        "role": text("one of a pair", choices=("setpoint", "feedback")),
        "labels": _LABELS,
        "labels_zh": _LABELS,
        "missing": Field(
            shape=Shape.LIST,
            about="raw values that mean: no reading",
            item=integer("raw value"),
        ),
        "slew_per_min": number("fastest plausible change a minute", above=0),
        "frozen_after_s": number("seconds without any change that are suspicious", above=0),
        "plot": Field(shape=Shape.BOOL, about="drawn when the device is opened"),
    },
)
ALARM = Table(
    about="one alarm, with what ISA-18.2 asks to be written down",
    fields={
        "id": text("name, unique in the file", required=True, pattern=NAME),
        "title": text("what a person reads, English", not_empty=True),
        "title_zh": _TITLE_ZH,
        "point": text("point that is watched", required=True),
        "when": text(
            "condition", required=True, choices=("above", "below", "equals", "not_equals")
        ),
        "value": number("limit of the condition", required=True),
        "for_s": number("seconds it must hold", minimum=0),
        "priority": integer("1 urgent to 4 low", minimum=1, maximum=4),
        "cause": text("why it happens"),
        "consequence": text("what happens when nobody acts"),
        "action": text("what to do"),
        "cause_zh": text("why it happens, Chinese"),
        "consequence_zh": text("what happens when nobody acts, Chinese"),
        "action_zh": text("what to do, Chinese"),
    },
)
COMMAND = Table(
    about="one command: what is written, where it is read back, the effect that proves it",
    fields={
        "id": text("name, unique in the file", required=True, pattern=NAME),
        "title": text("what a person reads, English", not_empty=True),
        "title_zh": _TITLE_ZH,
        "point": text("point that is written", required=True),
        "feedback": text("point that reads it back"),
        "tolerance": number("largest difference that still counts as reached", minimum=0),
        "deadline_s": number("seconds until it must be reached", above=0),
        "effect": table(Table(about="the effect in the physical world", open=True)),
        "risk": integer("class of confirmation, 0 none to 3", minimum=0, maximum=3),
    },
)
CHECK = Table(
    about="one commissioning check; the keys beyond these belong to its kind",
    fields={
        "id": text("name, unique in the file", required=True, pattern=NAME),
        "kind": text("kind of check", required=True, pattern=NAME),
    },
    open=True,
)
MODBUS = Table(
    about="how the model is read over Modbus",
    fields={
        "unit": integer("address as delivered", minimum=1, maximum=247),
        "max_block": integer("most registers in one read", minimum=1, maximum=125),
        "max_gap": integer("unused registers a read may span", minimum=0, maximum=124),
        "gap_ms": number("pause between two requests", minimum=0, maximum=10000),
        "baud": integer("serial speed as delivered", choices=BAUDS),
        "parity": text("serial parity as delivered", choices=("N", "E", "O")),
    },
)
MQTT = Table(
    about="how the model speaks MQTT",
    fields={
        "topic": text("topic with {device} where the device's name stands", not_empty=True),
        "time_path": text("dotted path of the source time"),
        "time_unit": text("unit of the source time", choices=("ms", "s", "iso")),
        "values_path": text("dotted path of the values"),
        "command_topic": text("topic that takes commands"),
    },
)
PROFILE = Table(
    about="a device model",
    fields={
        "profile": table(
            Table(
                about="the model itself",
                fields={
                    "id": text("name of the file", required=True, pattern=ID),
                    "title": _TITLE,
                    "title_zh": _TITLE_ZH,
                    "function": _FUNCTION,
                    "maker": text("maker"),
                    "source": _SOURCE,
                },
            ),
            required=True,
        ),
        "modbus": table(MODBUS),
        "mqtt": table(MQTT),
        "constants": Field(
            shape=Shape.MAP,
            about="nameplate values that checks and effects refer to",
            pattern=NAME,
            item=number("value"),
        ),
        "point": tables(POINT, required=True, not_empty=True),
        "alarm": tables(ALARM),
        "command": tables(COMMAND),
        "check": tables(CHECK),
    },
)
SLOT = Table(
    about="one device of the asset",
    fields={
        "id": text("name, unique in the asset", required=True, pattern=NAME),
        "profile": text("profile of the device", required=True, pattern=ID),
        "title": _TITLE,
        "title_zh": _TITLE_ZH,
        "unit": integer("Modbus unit", minimum=0, maximum=255),
        "function": text("the function it serves", choices=FUNCTIONS),
        "settings": Field(
            shape=Shape.MAP,
            about="values that writable points of it shall have",
            pattern=NAME,
            item=number("value"),
        ),
        "nameplate": Field(
            shape=Shape.MAP,
            about="what the device ordered says of itself, by point",
            pattern=NAME,
            item=number("value"),
        ),
        "supply": text("point of the meter that measures its supply, as slot/point"),
    },
)
ASSET_TYPE = Table(
    about="a type of asset",
    fields={
        "asset_type": table(
            Table(
                about="the type itself",
                fields={
                    "id": text("name of the file", required=True, pattern=ID),
                    "title": _TITLE,
                    "title_zh": _TITLE_ZH,
                    "kind": text("what stands on the street", required=True, choices=KINDS),
                    "functions": Field(
                        shape=Shape.LIST,
                        about="functions the asset has",
                        required=True,
                        not_empty=True,
                        item=text("function", choices=FUNCTIONS),
                    ),
                    "procedure": text("commissioning procedure"),
                    "message_profile": text("profile of the whole asset in one message"),
                    "source": _SOURCE,
                },
            ),
            required=True,
        ),
        "device": tables(SLOT, required=True, not_empty=True),
    },
)
