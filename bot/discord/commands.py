"""The commands as Discord knows them: in the reader's language, and written only when changed."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

_KINDS = (
    discord.AppCommandType.chat_input,
    discord.AppCommandType.message,
    discord.AppCommandType.user,
)
_MOST_BYTES = 100_000
_MOST_APPLICATIONS = 100
_LOCALES = {
    discord.Locale.korean: 0,
    discord.Locale.chinese: 1,
    discord.Locale.taiwan_chinese: 2,
    discord.Locale.japanese: 3,
}

# By what stands in the code: Korean, Chinese as in China and as in Taiwan, Japanese.
WORDS: dict[str, tuple[str, str, str, str]] = {
    "Ask the documents; every sentence comes with its source": (
        "문서에 질문하세요. 모든 문장에 출처가 붙습니다",
        "向文档提问，每句回答都附有出处",
        "向文件提問，每句回答都附有出處",
        "文書に質問できます。回答の各文に出典が付きます",
    ),
    "What you would like to know": (
        "알고 싶은 것",
        "想知道的事情",
        "想知道的事情",
        "知りたいこと",
    ),
    "Only you see the answer": (
        "나에게만 답변 보이기",
        "回答只有您能看到",
        "回答只有您看得到",
        "回答は自分だけに表示されます",
    ),
    "The documents that answers are made of": (
        "답변의 바탕이 되는 문서 목록",
        "回答所依据的文档",
        "回答所依據的文件",
        "回答のもとになる文書の一覧",
    ),
    "What I can do, and how": (
        "할 수 있는 일과 사용법",
        "我能做什么，以及怎么用",
        "我能做什麼，以及怎麼用",
        "できることと使い方",
    ),
    "How I am: index, mode, cost today, queue, latency": (
        "상태: 색인, 모드, 오늘의 비용, 대기열, 지연 시간",
        "状态：索引、模式、今日费用、排队、延迟",
        "狀態：索引、模式、今日費用、排隊、延遲",
        "状態：索引、モード、今日の費用、待ち行列、応答時間",
    ),
    "Read the documents again, in the background": (
        "백그라운드에서 문서를 다시 읽습니다",
        "在后台重新读取文档",
        "在背景重新讀取文件",
        "文書をバックグラウンドで読み直します",
    ),
    "What readers said of answers": (
        "답변에 대한 독자의 의견",
        "读者对回答的评价",
        "讀者對回答的評價",
        "回答への読者の評価",
    ),
    "What readers said, as drafts of canned question-answer pairs": (
        "독자의 의견을 질문·답변 쌍의 초안으로 내보내기",
        "把读者的评价导出为问答对草稿",
        "把讀者的評價匯出為問答對草稿",
        "読者の評価を質問と回答の組の下書きとして書き出します",
    ),
}

_log = logging.getLogger(__name__)


class Translator(app_commands.Translator):
    """Descriptions in the languages of the documents; names are English everywhere."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - as it is called
    ) -> str | None:
        words = WORDS.get(string.message)
        at = _LOCALES.get(locale)
        return None if words is None or at is None else words[at]


async def payload(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """What a sync would write, in an order of its own."""
    translator = tree.translator
    made = []
    for kind in _KINDS:
        for command in tree.get_commands(type=kind):
            if translator is None:
                made.append(command.to_dict(tree))
            else:
                made.append(await command.get_translated_payload(tree, translator))
    return sorted(made, key=lambda each: (each["type"], each["name"]))


class Synced:
    """Which commands were last written, for each application: a small file in the store."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def sync(self, tree: app_commands.CommandTree[Any], application: int) -> bool:
        """Write the commands if they are not those that were last written; whether it did.

        Where Discord does not take them, the earlier ones stand, and the next start tries again.
        """
        now = _hash(await payload(tree))
        known = self._read()
        if known.get(str(application)) == now:
            return False
        try:
            await tree.sync()
        except (discord.HTTPException, app_commands.CommandSyncFailure) as error:
            _log.error("the commands could not be written", exc_info=error)
            return False
        known.pop(str(application), None)
        self._write({**known, str(application): now})
        return True

    def _read(self) -> dict[str, str]:
        try:
            if self._path.is_symlink() or not self._path.is_file():
                return {}
            with self._path.open("rb") as file:
                known = json.loads(file.read(_MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(known, dict):
            return {}
        return {str(key): value for key, value in known.items() if isinstance(value, str)}

    def _write(self, known: Mapping[str, str]) -> None:
        last = dict(list(known.items())[-_MOST_APPLICATIONS:])
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                aside.unlink()
            with aside.open("x", encoding="utf-8") as file:
                json.dump(last, file)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._path)
        except OSError as error:
            # Then they are written again at the next start: no harm, but not for nothing.
            _log.warning("what commands were written cannot be kept: %s", error)


def _hash(made: list[dict[str, Any]]) -> str:
    text = json.dumps(made, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
