"""What is wrong with Chroma or its address is told, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.dense.search import DenseWriter
from index.errors import StoreError, UsageError
from tests.servers.chroma import free_port


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://x", "http://", "http://x:99999"])
def test_what_is_no_address_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        DenseWriter(tmp_path, "passages", address)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(StoreError) as caught:
        DenseWriter(tmp_path, "passages", address)
    assert address in caught.value.message
    assert "chroma run" in caught.value.hint
