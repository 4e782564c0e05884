"""Who works at this computer is asked of the system, which may not know."""

import getpass

import pytest

from app.settings import account


@pytest.mark.parametrize("error", [ImportError, OSError, KeyError])
def test_an_account_without_a_name_is_an_operator(monkeypatch, error):
    """Windows without USERNAME has no module pwd; a container may have a user without an entry."""

    def unknown() -> str:
        raise error("pwd")

    assert account()
    monkeypatch.setattr(getpass, "getuser", unknown)
    assert account() == "operator"
