"""Secrets: kept, given back, and found nowhere else."""

import asyncio
import logging
import stat

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError

from app.core.errors import UserFacing
from app.links.secrets import MemorySecrets, NoSecrets
from app.links.secrets_file import FileSecrets
from app.links.secrets_keyring import KeyringSecrets, usable_keyring
from app.links.secrets_open import open_secrets
from app.settings import Texts

PLANTED = [f"s3cret-{number}-übung" for number in range(20)]


class SomeKeyring(KeyringBackend):
    """A keyring in memory that can be locked."""

    priority = 1

    def __init__(self):
        self.entries, self.locked = {}, False

    def get_password(self, service, username):
        if self.locked:
            raise PasswordSetError("locked")
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        if self.locked:
            raise PasswordSetError("locked")
        self.entries[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.entries:
            raise PasswordDeleteError("none")
        del self.entries[service, username]


def answers(*texts):
    """A passphrase prompt that is asked so often and no more."""
    left = list(texts)

    async def ask():
        return left.pop(0)

    return ask


@pytest.fixture(params=["keyring", "file", "memory"])
def secrets(request, tmp_path):
    if request.param == "keyring":
        return KeyringSecrets(SomeKeyring(), Texts())
    if request.param == "file":
        return FileSecrets(tmp_path / "deep" / "secrets.json", answers("pass"), Texts())
    return MemorySecrets()


async def test_a_secret_comes_back_by_link_and_field(secrets):
    assert await secrets.get("north", "password") == ""
    await secrets.set("north", "password", "a")
    await secrets.set("north", "key_password", "b")
    await secrets.set("south", "password", "c")
    assert await secrets.get("north", "password") == "a"
    assert await secrets.get("north", "key_password") == "b"
    await secrets.set("north", "password", "")
    assert await secrets.get("north", "password") == ""
    await secrets.forget("north")
    assert await secrets.get("north", "key_password") == ""
    assert await secrets.get("south", "password") == "c"


async def test_secrets_of_many_tasks_do_not_overwrite_each_other(secrets):
    await asyncio.gather(*(secrets.set("link", str(n), text) for n, text in enumerate(PLANTED)))
    found = [await secrets.get("link", str(n)) for n in range(len(PLANTED))]
    assert found == PLANTED


async def test_planted_secrets_are_nowhere_but_in_their_store(secrets, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    for number, text in enumerate(PLANTED):
        await secrets.set(f"link{number}", "password", text)
    seen = [repr(secrets), str(secrets), caplog.text]
    seen += [file.read_text("latin-1") for file in tmp_path.rglob("*") if file.is_file()]
    for text in PLANTED:
        assert not [one for one in seen if text in one or text.encode().decode("latin-1") in one]


async def test_the_file_opens_with_its_passphrase_only_and_is_for_its_owner_only(tmp_path):
    file = tmp_path / "secrets.json"
    await FileSecrets(file, answers("right"), Texts()).set("a", "password", "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert await FileSecrets(file, answers("right"), Texts()).get("a", "password") == "x"
    with pytest.raises(UserFacing, match="does not open"):
        await FileSecrets(file, answers("wrong", "wrong"), Texts()).get("a", "password")
    with pytest.raises(UserFacing, match="no passphrase"):
        await FileSecrets(file, answers(""), Texts()).get("a", "password")


async def test_a_person_may_try_again_and_a_file_may_not(tmp_path):
    file = tmp_path / "secrets.json"
    await FileSecrets(file, answers("right"), Texts()).set("a", "password", "x")
    again = FileSecrets(file, answers("wrong", "also wrong", "right"), Texts())
    assert await again.get("a", "password") == "x"
    with pytest.raises(UserFacing, match="does not open"):
        await FileSecrets(file, answers("same", "same", "right"), Texts()).get("a", "password")


async def test_every_damaged_file_is_told_and_kept(tmp_path):
    file = tmp_path / "secrets.json"
    await FileSecrets(file, answers("p"), Texts()).set("a", "password", "x")
    whole = file.read_bytes()
    damaged = [b"", b"{}", b"[]", b"\xff\xfe", *(whole[:cut] for cut in range(1, len(whole), 40))]
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for content in [*damaged, bytes(flipped)]:
        file.write_bytes(content)
        with pytest.raises(UserFacing, match=r"secrets\.json"):
            await FileSecrets(file, answers("p"), Texts()).set("a", "password", "y")
        assert file.read_bytes() == content


async def test_a_locked_keyring_is_told_without_the_secret():
    keyring = SomeKeyring()
    secrets = KeyringSecrets(keyring, Texts())
    keyring.locked = True
    for call in (secrets.get("a", "password"), secrets.set("a", "password", "hunter2")):
        with pytest.raises(UserFacing, match="keyring") as error:
            await call
        assert "hunter2" not in str(error.value)


async def test_without_a_keyring_the_encrypted_file_is_taken(tmp_path, monkeypatch):
    assert usable_keyring() is None
    secrets = open_secrets(tmp_path, texts=Texts(), ask=answers("p"))
    assert secrets.kind == "file"
    await secrets.set("a", "password", "x")
    (tmp_path / "phrase").write_text("p\n")
    monkeypatch.setenv("WAYSIDE_PASSPHRASE_FILE", str(tmp_path / "phrase"))
    assert await open_secrets(tmp_path, texts=Texts()).get("a", "password") == "x"
    monkeypatch.delenv("WAYSIDE_PASSPHRASE_FILE")
    with pytest.raises(UserFacing, match="WAYSIDE_PASSPHRASE_FILE"):
        await open_secrets(tmp_path, texts=Texts()).get("a", "password")


async def test_no_secrets_keeps_nothing():
    secrets = NoSecrets()
    await secrets.set("a", "password", "x")
    assert await secrets.get("a", "password") == ""
    await secrets.forget("a")
