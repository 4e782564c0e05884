"""Quality of a sample: one byte, the two high bits say good, uncertain or bad."""

from __future__ import annotations

from enum import IntEnum


class Quality(IntEnum):
    """Quality of one value, stored as one unsigned byte.

    The two high bits are the class (00 good, 01 uncertain, 10 bad, 11 absent) in the manner of
    OPC UA status codes; the low bits say why. ABSENT is not a sample: the row had no value there.
    """

    GOOD = 0x00
    UNCERTAIN = 0x40
    UNCERTAIN_TIME = 0x41
    UNCERTAIN_FROZEN = 0x42
    BAD = 0x80
    BAD_RANGE = 0x81
    BAD_MISSING = 0x82
    BAD_TYPE = 0x83
    BAD_DEVICE = 0x84
    BAD_COMMS = 0x85
    ABSENT = 0xC0


CLASS_MASK = 0xC0


def is_good(quality: int) -> bool:
    """Whether a quality byte is of the good class."""
    return quality & CLASS_MASK == 0


def is_bad(quality: int) -> bool:
    """Whether a quality byte is of the bad class; an absent value is neither good nor bad."""
    return quality & CLASS_MASK == Quality.BAD
