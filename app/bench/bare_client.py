"""The raw limit of ingest: gmqtt as it comes, msgspec into a typed struct, a counter.

A process of its own: ``python -m app.bench.bare_client PORT COUNT VALUES``; VALUES 0 decodes
nothing. Prints ``ready`` when it is subscribed, then one JSON line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import gmqtt
import msgspec

from app.profiles.library import Library

QUIET_S = 4.0


def message_type(values: int) -> type[msgspec.Struct]:
    """The struct of the flood's message: a time and so many values of the JSON pole's profile."""
    points = [p for p in Library().profile("mqtt-json-pole").points if "r" in p.access]
    fields = [(point.id, float | bool, 0.0) for point in points[:values]]
    inner = msgspec.defstruct("Values", fields)
    return msgspec.defstruct("Message", [("ts", int), ("values", inner)])


async def count(port: int, wanted: int, values: int) -> dict[str, float]:
    """Receive until everything came, or nothing for some seconds."""
    decode = msgspec.json.Decoder(message_type(values)).decode if values else bytes
    client = gmqtt.Client(f"bare-{port}")
    done = asyncio.Event()
    seen = 0
    first = last = 0.0

    def on_message(*given: object) -> int:
        nonlocal seen, first, last
        payload = given[2]
        if isinstance(payload, bytes):
            decode(payload)
        seen += 1
        if seen == 1:
            first = time.perf_counter()
        elif seen >= wanted:
            last = time.perf_counter()
            done.set()
        return 0

    client.on_message = on_message
    await client.connect("127.0.0.1", port, version=gmqtt.constants.MQTTv311)
    client.subscribe("wayside/#", qos=0)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    before = -1
    while not done.is_set() and (seen == 0 or seen != before):
        before = seen
        try:
            async with asyncio.timeout(QUIET_S):
                await done.wait()
        except TimeoutError:
            last = time.perf_counter()
    await client.disconnect()
    return {"messages": seen, "seconds": last - first}


if __name__ == "__main__":
    result = asyncio.run(count(*(int(argument) for argument in sys.argv[1:4])))
    sys.stdout.write(json.dumps(result) + "\n")
