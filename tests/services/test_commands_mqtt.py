"""Commands over MQTT: one message with its expiry, the acknowledgement, then what is told."""

import asyncio
import json

from app.core.commands import CommandState
from tests.services.commanding import POLE, SIGN, broker, engine_on, field_of, send

S = CommandState


def payloads(command):
    """What was published and what answered it."""
    frames = [frame for frame in command.frames if frame.request]
    return [
        (frame.note, json.loads(bytes.fromhex(frame.request)), bytes.fromhex(frame.response))
        for frame in frames
    ]


async def test_a_lamp_and_a_sign_are_commanded_by_message(tmp_path) -> None:
    async with field_of(mqtt=True) as field, engine_on(tmp_path, broker(field)) as engine:
        lamp = await send(engine, POLE, "dim_lamp1", 30)
        assert lamp.state is S.CONFIRMED, lamp
        assert "Lamp 1 power" in lamp.effect
        ((topic, order, answer),) = payloads(lamp)
        assert topic == "wayside/SP-0001/command"
        assert order == {
            "id": lamp.id,
            "point": "lamp1_dim_command",
            "value": 30,
            "expires": lamp.expires_ns // 10**6,
        }
        assert json.loads(answer)["ok"] is True
        assert field.done == [("SP-0001/lamp1", "dim_command", 30)]
        sign = await send(engine, SIGN, "brightness", 45)
        assert (sign.state, sign.measured) == (S.CONFIRMED, 45.0)
        assert "only a person can see it" in sign.effect
        assert len(field.done) == 2


async def test_a_refusal_a_missing_effect_and_silence_by_message(tmp_path) -> None:
    faults = ("refuses_command@SP-0001/lamp1", "lamp_open@SP-0001/lamp2")
    async with (
        field_of(*faults, mqtt=True, poles=2) as field,
        engine_on(tmp_path, broker(field)) as engine,
    ):
        refused = await send(engine, POLE, "dim_lamp1", 30)
        assert refused.state is S.REJECTED
        assert "lamp1_dim_command" in refused.detail
        field.simulator.world.assets["SP-0002"].mute = True
        dark, away = await asyncio.gather(
            send(engine, POLE, "dim_lamp2", 100), send(engine, "SP-0002", "dim_lamp1", 100)
        )
        assert dark.state is S.FAILED
        assert "Lamp 2 power 4" in dark.detail
        assert away.state is S.UNKNOWN
        assert away.sent_ns
        assert "has not told" in away.detail
        assert [key for key, _, _ in field.done] == ["SP-0001/lamp2"]
