"""A check that moves what somebody is trying out by hand puts back what was there before that."""

import asyncio
from dataclasses import replace

import pytest

from app.commissioning import rig as rigs
from app.commissioning.rig import CheckRig, Hands
from app.core.commands import Command, CommandState
from app.core.rows import PointKey
from tests.fakes.jobs import no_fade, open_site
from tests.fakes.waiting import until
from tests.services.commanding import LAMP, send

S = CommandState
DIM = PointKey(device=LAMP, point="dim_command")
pytestmark = pytest.mark.timeout(60)


async def test_a_check_takes_a_trial_over_with_its_original_value(tmp_path):
    site = await open_site(tmp_path, poles=1, signs=0, seed=7)
    no_fade(site)
    try:
        job = await site.job("SP-0001", lambda check: check.base == "acknowledged")
        lamp = site.simulator.world.assets["SP-0001"].body.lamp_players["lamp1"]
        before = lamp.dim_command
        await send(site.engine, LAMP, "dim", 35, trial_s=3600.0)
        assert site.engine.trials.of(DIM) is not None
        await job.start(watch=False)
        await until(lambda: "acknowledged/lamp1" in job.job.outputs, 20)
        assert job.job.outputs["acknowledged/lamp1"][0]["value"] == before
        await until(lambda: site.engine.trials.of(DIM) is None)
        await job.cancel("acknowledged/lamp1")
        await until(lambda: lamp.dim_command == before)
        entries = await site.engine.audit.records.audit()
        assert "trial_handed_over" in [entry.action for entry in entries]
    finally:
        await site.close()


async def test_what_waits_for_its_turn_is_not_held_against_the_device(tmp_path, monkeypatch):
    """A look at a command of the last run, or somebody's command, may have the device for long."""
    monkeypatch.setattr(rigs, "_TAKEN_S", 0.05)
    site = await open_site(tmp_path, poles=1, signs=0, seed=7)
    turns, asked = [], asyncio.Queue()

    class Sender:
        """A command service whose turn is taken until it is told otherwise."""

        def on_change(self, listener):
            turns.append(listener)
            return lambda: turns.remove(listener)

        async def send(self, request):
            asked.put_nowait(request)
            return await asyncio.get_running_loop().create_future()

    try:
        job = await site.job("SP-0001", lambda check: check.id == "right_head/lamp1")
        field = job.field
        field.around = replace(field.around, sender=Sender())
        hands = Hands(ask=None, moved=None, back_up=None, who="Li Wei", limits=None)
        rig = CheckRig(field, job.job.check("right_head/lamp1"), hands, last_try=True)
        starting = asyncio.ensure_future(rig.start("lamp1", "identify", 5))
        request = await asked.get()
        command = Command(id="1", request=request, risk=1, created_ns=0, expires_ns=0)
        turns[0](command)
        before = replace(command, id="0", request=replace(request, id="0"))
        turns[0](replace(before, state=S.UNKNOWN))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(starting), 0.5)
        turns[0](replace(command, state=S.SENT))
        await starting
        await rig.close()
    finally:
        await site.close()
