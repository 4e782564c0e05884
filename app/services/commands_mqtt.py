"""A command over a link that tells: one message, its acknowledgement, then what the device tells.

The message is ``{"id", "point", "value", "expires"}`` on the device's command topic, never
retained; ``expires`` is UTC milliseconds, so that the device itself refuses what comes late. The
acknowledgement is ``{"id", "ok", "error"}`` on the ``ack`` topic beside it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from app.core.commissioning import Frame
from app.core.errors import DeviceRefused, LinkDown, LinkError, LinkTimeout
from app.core.links import Message
from app.core.profiles import Point
from app.core.quality import Quality, is_good
from app.core.rows import PointKey, Sample, samples
from app.links.base import StreamedLink
from app.profiles.messages import mappers
from app.services.commands_frames import Frames
from app.services.commands_plan import Plan, is_up
from app.services.commands_wire import Answer, Reading, Sent
from app.services.live import LiveBuffers
from app.settings import Texts, limit


class MqttWire:
    """Implements Wire for messages.

    Before the write it looks at what is live, after it only at what came since.
    """

    speaks = True

    def __init__(
        self,
        link: StreamedLink,
        plan: Plan,
        live: LiveBuffers,
        *,
        texts: Texts,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.frames = Frames()
        self._link = link
        self._plan = plan
        self._live = live
        self._texts = texts
        self._now_ns = now_ns
        device = plan.attached.device.key
        self._mappers = {mapper.topic: mapper for mapper in mappers(plan.profile, device)}
        self._ack_topic = plan.topic.rpartition("/")[0] + "/ack"
        self._readings: dict[str, Reading] = {}
        self._written = False
        self._id = ""
        self._ack: asyncio.Future[dict[str, Any]] | None = None
        self._stop = link.on_messages(self._take)

    async def look(self, point: Point) -> Reading:
        """What the device told of the point last."""
        reading = self._readings.get(point.id)
        if reading is not None:
            return reading
        if self._written:
            return Reading(problem=self._texts.get("commands.nothing_told"), silent=True)
        sample = self._live.latest(PointKey(device=self._plan.device, point=point.id))
        if sample is None or not is_good(sample.quality):
            return Reading(problem=self._texts.get("commands.nothing_told"))
        return Reading(value=sample.value)

    async def write(self, command: str, expires_ns: int, still: Callable[[], bool]) -> Answer:
        """Publish the command and wait a little for its acknowledgement."""
        order = {
            "id": command,
            "point": self._plan.point.id,
            "value": self._plan.sent,
            "expires": expires_ns // 1_000_000,
        }
        payload = json.dumps(order, ensure_ascii=False, separators=(",", ":")).encode()
        self._id, self._ack = command, asyncio.get_running_loop().create_future()
        if not still() or not is_up(self._link):
            key = "commands.offline" if still() else "commands.expired"
            words = self._texts.get(key, link=self._link.name)
            return Answer(sent=Sent.NOT_SENT, detail=words)
        self._readings.clear()
        self._written = True
        ack_s = limit("commands", "ack_s")
        try:
            await self._link.publish(self._plan.topic, payload, deadline_s=ack_s)
        except DeviceRefused as error:
            self._keep(self._plan.topic, payload, b"")
            return Answer(sent=Sent.REJECTED, detail=str(error))
        except (LinkDown, LinkTimeout) as error:
            self._keep(self._plan.topic, payload, b"")
            return Answer(sent=Sent.SILENT, detail=str(error))
        except LinkError as error:
            return Answer(sent=Sent.NOT_SENT, detail=str(error))
        return await self._acknowledged(payload, ack_s)

    async def _acknowledged(self, payload: bytes, ack_s: float) -> Answer:
        if self._ack is None:
            return Answer(sent=Sent.NOT_SENT)
        done, _ = await asyncio.wait({self._ack}, timeout=ack_s)
        if not done:
            self._keep(self._plan.topic, payload, b"")
            words = self._texts.get("commands.no_ack", seconds=f"{ack_s:g}")
            return Answer(sent=Sent.SILENT, detail=words)
        answer = self._ack.result()
        self._keep(self._plan.topic, payload, json.dumps(answer, ensure_ascii=False).encode())
        if answer.get("ok") is True:
            return Answer(sent=Sent.ACCEPTED)
        reason = str(answer.get("error", ""))[:200] or "-"
        words = self._texts.get("commands.device_said_no", reason=reason)
        return Answer(sent=Sent.REJECTED, detail=words)

    def close(self) -> None:
        """Listen no more."""
        self._stop()

    def _take(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if message.topic == self._ack_topic:
                self._take_ack(message.payload)
            elif (mapper := self._mappers.get(message.topic)) and not message.retained:
                mapped = mapper.map([(message.payload, message.received_ns)])
                for sample in (s for batch in mapped.batches for s in samples(batch)):
                    self._readings[sample.key.point] = self._reading(sample)
                if self._written:
                    self._keep(message.topic, b"", message.payload)

    def _reading(self, sample: Sample) -> Reading:
        # A device whose clock is wrong still tells the truth about its lamp.
        if is_good(sample.quality) or sample.quality == Quality.UNCERTAIN_TIME:
            return Reading(value=sample.value)
        quality = Quality(sample.quality).name.lower()
        return Reading(problem=self._texts.get("commands.bad_quality", quality=quality))

    def _take_ack(self, payload: bytes) -> None:
        try:
            answer = json.loads(payload)
        except ValueError:
            return
        ours = isinstance(answer, dict) and answer.get("id") == self._id
        if ours and self._ack is not None and not self._ack.done():
            self._ack.set_result(answer)

    def _keep(self, topic: str, request: bytes, response: bytes) -> None:
        self.frames.add(
            Frame(
                kind="mqtt",
                time_ns=self._now_ns(),
                device=self._plan.device,
                note=topic,
                request=request.hex(" "),
                response=response.hex(" "),
            )
        )
