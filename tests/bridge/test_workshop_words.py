"""What a job refuses is said in the language of the window."""

from __future__ import annotations

import pytest

from app.bridge.workshop import Workshop
from app.core.errors import UserFacing
from app.services.engine import EngineOptions, start_engine
from app.settings import LANGUAGES, Texts


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_of_the_job_engine_speaks_the_language_of_the_window(tmp_path, language):
    engine = await start_engine(EngineOptions(data=tmp_path))
    texts = Texts(language)
    try:
        with pytest.raises(UserFacing) as refusal:
            await Workshop(engine, texts=texts).resume("SP-0")
        assert str(refusal.value) == texts.get("commissioning.engine.no_job", job="SP-0")
    finally:
        await engine.close()
