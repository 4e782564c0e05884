"""Widgets of a test are gone before the next one starts a thread that could collect them."""

import gc

import pytest


@pytest.fixture(autouse=True)
def widgets_collected():
    yield
    gc.collect()
