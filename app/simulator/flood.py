"""A flood of telemetry for benchmarks: pre-encoded messages of N poles, as fast as asked.

Runs as a process of its own (``python -m app.simulator.flood --broker 127.0.0.1:1883``) so that
it can outrun the program under test. A round is one message of each pole; rounds are encoded once
and only their time stamps are written anew, so that every message has a source time of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.profiles.library import Library
from app.simulator import mqtt_bytes as mqtt

PROFILE = "mqtt-json-pole"
VARIANTS = 16
"""Rounds with different values that are cycled through."""

STAMP = re.compile(rb'"ts":(\d{13})')
CHUNK_BYTES = 262_144
CONNECT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodOptions:
    """What to send where; ``rate`` in messages a second, 0 for flat out; ``count`` 0: no end."""

    host: str
    port: int
    poles: int = 100
    values: int = 40
    rate: float = 0.0
    seconds: float = 10.0
    count: int = 0
    qos: int = 0
    topic: str = "wayside/{device}/telemetry"
    first: int = 1
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Flooded:
    """What was sent, in which time; ``acknowledged`` counts with QoS 1 only."""

    sent: int
    seconds: float
    acknowledged: int = 0

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.sent / self.seconds if self.seconds > 0 else 0.0


class Round:
    """One message of every pole as the bytes of PUBLISH packets, in pieces of a socket write."""

    def __init__(self, packets: Sequence[bytes], *, qos: int, topic_bytes: int) -> None:
        self.size = len(packets)
        self.data = bytearray(b"".join(packets))
        self.stamps = [match.start(1) for match in STAMP.finditer(self.data)]
        self.mids: list[int] = []
        at = 0
        for packet in packets:
            if qos:
                body = next(index for index in range(1, 6) if not packet[index] & 0x80) + 1
                self.mids.append(at + body + 2 + topic_bytes)
            at += len(packet)

    def stamp(self, unix_ms: int, first_mid: int) -> None:
        """Write the source time, and with QoS 1 the packet ids, of all messages."""
        data, text = self.data, b"%013d" % unix_ms
        for at in self.stamps:
            data[at : at + 13] = text
        for index, at in enumerate(self.mids):
            data[at : at + 2] = ((first_mid + index) % 65_535 + 1).to_bytes(2, "big")


def rounds(options: FloodOptions) -> list[Round]:
    """Every round, encoded: values inside the ranges of the JSON pole's profile, all different."""
    rng = random.Random(options.seed)  # noqa: S311  # test data
    profile = Library().profile(PROFILE)
    points = [point for point in profile.points if "r" in point.access]
    devices = [f"SP-{options.first + index:04d}" for index in range(options.poles)]
    found: list[Round] = []
    for _ in range(VARIANTS):
        packets = []
        for device in devices:
            values: dict[str, float | bool] = {}
            for index in range(options.values):
                if index < len(points):
                    point = points[index]
                    span = point.range
                    values[point.id] = (
                        round(rng.uniform(span.low, min(span.high, 400.0)), 2)
                        if span is not None
                        else False
                    )
                else:
                    values[f"value_{index + 1}"] = round(rng.uniform(0.0, 100.0), 2)
            payload = json.dumps({"ts": 10**12, "values": values}, separators=(",", ":"))
            topic = options.topic.replace("{device}", device)
            packets.append(mqtt.publish(topic, payload.encode(), qos=options.qos, mid=1))
        length = len(options.topic.replace("{device}", devices[0]).encode())
        found.append(Round(packets, qos=options.qos, topic_bytes=length))
    return found


def flood(options: FloodOptions) -> Flooded:
    """Send until the time or the count is over; OSError where the broker cannot be reached."""
    prepared = rounds(options)
    with socket.create_connection((options.host, options.port), CONNECT_S) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(mqtt.connect(f"wayside-flood-{options.first}-{time.time_ns()}", 0))
        answer = line.recv(4)
        if answer[:1] != b"\x20" or answer[3:4] != b"\x00":
            raise ConnectionRefusedError(f"the broker answered {answer.hex()} to CONNECT")
        line.settimeout(None)
        acks = _Acks(line)
        acks.start()
        sent, seconds = _send(line, prepared, options)
        if options.qos:
            acks.wait_for(sent)
        line.sendall(mqtt.GOODBYE)
        line.shutdown(socket.SHUT_WR)
        acks.join(CONNECT_S)
    return Flooded(sent=sent, seconds=seconds, acknowledged=acks.seen)


def _send(line: socket.socket, prepared: list[Round], options: FloodOptions) -> tuple[int, float]:
    """Send rounds at the rate; a round that is late is sent at once, so that the mean holds."""
    sent = turn = stamp = 0
    start = time.perf_counter()
    while True:
        now = time.perf_counter() - start
        if now >= options.seconds or (options.count and sent >= options.count):
            return sent, now
        if options.rate:
            due = sent / options.rate
            if due > now:
                time.sleep(min(due - now, 0.05))
                continue
        batch = prepared[turn % len(prepared)]
        turn += 1
        stamp = max(stamp + 1, time.time_ns() // 1_000_000)
        batch.stamp(stamp, sent)
        line.sendall(batch.data)
        sent += batch.size


class _Acks(threading.Thread):
    """Reads what the broker sends, so that it never blocks; counts the PUBACKs."""

    def __init__(self, line: socket.socket) -> None:
        super().__init__(daemon=True, name="flood acks")
        self._line = line
        self._progress = threading.Condition()
        self.seen = 0
        self._over = False

    def run(self) -> None:
        """Read until the broker closes."""
        reader = mqtt.PacketReader()
        while True:
            try:
                data = self._line.recv(CHUNK_BYTES)
            except OSError:
                data = b""
            with self._progress:
                self.seen += sum(packet.kind == mqtt.PUBACK for packet in reader.feed(data))
                self._over = not data
                self._progress.notify_all()
            if not data:
                return

    def wait_for(self, count: int) -> None:
        """Return when so many messages are acknowledged, or the broker is gone."""
        with self._progress:
            self._progress.wait_for(lambda: self.seen >= count or self._over, CONNECT_S)


def parse(arguments: Sequence[str]) -> FloodOptions:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m app.simulator.flood", description=__doc__)
    parser.add_argument("--broker", default="127.0.0.1:1883", help="host:port")
    parser.add_argument("--poles", type=int, default=100)
    parser.add_argument("--values", type=int, default=40, help="values a message")
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second; 0: flat out")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--count", type=int, default=0, help="messages at most; 0: no limit")
    parser.add_argument("--qos", type=int, choices=(0, 1), default=0)
    parser.add_argument("--topic", default="wayside/{device}/telemetry")
    parser.add_argument("--first", type=int, default=1, help="number of the first pole")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    host, _, port = given.broker.rpartition(":")
    named = {key: value for key, value in vars(given).items() if key != "broker"}
    return FloodOptions(host=host, port=int(port), **named)


def main() -> None:
    """Flood, then print one JSON line with what was sent."""
    done = flood(parse(sys.argv[1:]))
    line = {
        "sent": done.sent,
        "seconds": round(done.seconds, 3),
        "rate": round(done.rate, 1),
        "acknowledged": done.acknowledged,
    }
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
