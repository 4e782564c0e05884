"""The question for the passphrase: one at a time, and one refusal for all that wait."""

import asyncio

from app.bridge.passphrase import CHOOSE, OPEN, WRONG, PassphraseAsker
from app.core.errors import UserFacing
from app.links.secrets_file import FileSecrets
from app.settings import Texts


async def asked(asker, question):
    async with asyncio.timeout(10):
        while asker.question != question:  # noqa: ASYNC110  # a plain property
            await asyncio.sleep(0)


async def test_a_new_file_a_wrong_word_and_the_right_one(tmp_path, qapp):
    asker = PassphraseAsker(tmp_path / "secrets.json")
    work = asyncio.ensure_future(
        FileSecrets(asker.file, asker.ask, Texts()).set("a", "password", "x")
    )
    await asked(asker, CHOOSE)
    asker.answer("word")
    await work
    again = PassphraseAsker(asker.file)
    reading = asyncio.ensure_future(
        FileSecrets(asker.file, again.ask, Texts()).get("a", "password")
    )
    await asked(again, OPEN)
    again.answer("other")
    await asked(again, WRONG)
    again.answer("word")
    assert await reading == "x"
    assert again.question == ""


async def test_one_refusal_answers_for_all_that_wait(tmp_path, qapp):
    asker = PassphraseAsker(tmp_path / "secrets.json")
    questions = []
    asker.asked.connect(lambda: questions.append(asker.question))
    secrets = FileSecrets(asker.file, asker.ask, Texts())
    waiting = [secrets.set(name, "password", "x") for name in "abc"]
    gathered = asyncio.gather(*waiting, return_exceptions=True)
    await asked(asker, CHOOSE)
    asker.answer("")
    assert all(isinstance(result, UserFacing) for result in await gathered)
    assert questions == [CHOOSE]
