"""Every reply to a case is found again by what shares no line with the program."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.refind import refind


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    from bot.pytest_cases import CaseItem

    try:
        return (yield)
    finally:
        if isinstance(item, CaseItem) and item.result is not None and item.seat is not None:
            for each in item.result.tries:
                for exchange in each.exchanges:
                    refind(exchange.reply, item.seat.corpus, ["utf-8"])
