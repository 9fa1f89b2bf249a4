"""The suite cannot reach the network or a key."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
import warnings

import pytest

from tests.conftest import NetworkBlocked


def test_connections_and_lookups_outside_this_machine_are_stopped() -> None:
    with socket.socket() as stream, pytest.raises(NetworkBlocked):
        stream.connect(("192.0.2.1", 80))
    with socket.socket() as stream, pytest.raises(NetworkBlocked):
        stream.connect_ex(("192.0.2.1", 80))
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, pytest.raises(NetworkBlocked):
        datagrams.sendto(b"x", ("192.0.2.1", 53))
    for host in ("example.org", b"example.org"):
        with pytest.raises(NetworkBlocked):
            socket.getaddrinfo(host, 80)
    with pytest.raises(NetworkBlocked):
        socket.create_connection(("example.org", 80))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = threading.Thread(target=lambda: server.accept()[0].close())
        answer.start()
        with socket.create_connection(("localhost", server.getsockname()[1]), timeout=5):
            pass
        answer.join()


def test_a_process_that_heeds_proxies_is_stopped_too() -> None:
    code = "import urllib.request as u; u.urlopen('http://example.org', timeout=5)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode != 0
    assert "Connection refused" in run.stderr
    assert urllib.request.getproxies()["https"] == "http://127.0.0.1:9"


def test_no_key_or_setting_of_the_shell_is_left() -> None:
    left = [name for name in os.environ if name.startswith(("OPENAI", "DISCORD", "FOOTNOTE"))]
    assert not left


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("said aloud", stacklevel=1)
