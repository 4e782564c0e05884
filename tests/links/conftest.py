"""Peers for the tests of links."""

import itertools
import subprocess

import pytest

from tests.fakes.certificates import Authority
from tests.fakes.mosquitto import Mosquitto


@pytest.fixture
def brokers(tmp_path):
    """Makes brokers, and stops them in the end."""
    made = []

    def make(*lines, **options):
        made.append(Mosquitto(tmp_path, *lines, **options))
        return made[-1]

    yield make
    for broker in made:
        broker.stop()


@pytest.fixture
def broker(brokers):
    """A broker that lets everybody in."""
    return brokers().start()


@pytest.fixture
def guarded(brokers, tmp_path):
    """A broker that lets in the user li with the password right."""
    file = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(file), "li", "right"], check=True)
    return brokers(f"password_file {file}", anonymous=False).start()


@pytest.fixture
def authority(tmp_path):
    """An authority of its own."""
    return Authority(tmp_path, "authority")


@pytest.fixture
def tls_broker(brokers, authority):
    """Starts a broker with a certificate: ``tls_broker(days=.., address=..)``."""

    number = itertools.count()

    def start(*lines, **options):
        pair = authority.sign(f"broker{next(number)}", **options)
        files = (f"cafile {authority.pair.cert}", f"certfile {pair.cert}", f"keyfile {pair.key}")
        return brokers(*files, *lines).start()

    return start
