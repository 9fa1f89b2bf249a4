"""What an abstention says, in the language of the question."""

from __future__ import annotations

from collections.abc import Mapping

from index.languages import ENGLISH_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Reason

# Characters that one of the two ways of writing Chinese has and the other has not, among the
# commonest of questions and of news.
_SIMPLIFIED = frozenset("们这国谁么时说为会个来对发长问题见关东车开门间现实习经济韩汉语书爱让请")
_TRADITIONAL = frozenset("們這國誰麼時說為會個來對發長問題見關東車開門間現實習經濟韓漢語書愛讓請")

_MESSAGES: dict[str, dict[Reason, str]] = {
    "en": {
        "not_in_corpus": "The documents do not say.",
        "other_language": "The documents are not in the language of the question.",
        "unverified": "An answer was proposed, but the documents do not bear it out.",
        "model_declined": "The model found no answer in the documents.",
        "over_budget": "What may be spent on answers is used up.",
    },
    "ko": {
        "not_in_corpus": "문서에 답이 없습니다.",
        "other_language": "문서가 질문과 다른 언어로 되어 있습니다.",
        "unverified": "답의 후보는 있었지만 문서로 확인되지 않았습니다.",
        "model_declined": "모델이 문서에서 답을 찾지 못했습니다.",
        "over_budget": "답변에 쓸 수 있는 예산을 모두 썼습니다.",
    },
    "zh": {
        "not_in_corpus": "文档中没有答案。",
        "other_language": "文档所用的语言与提问的语言不同。",
        "unverified": "有一个候选答案，但文档不能证实它。",
        "model_declined": "模型在文档中没有找到答案。",
        "over_budget": "可用于回答的预算已经用完。",
    },
    "zh-Hant": {
        "not_in_corpus": "文件中沒有答案。",
        "other_language": "文件所用的語言與提問的語言不同。",
        "unverified": "有一個候選答案，但文件不能證實它。",
        "model_declined": "模型在文件中沒有找到答案。",
        "over_budget": "可用於回答的預算已經用完。",
    },
    "ja": {
        "not_in_corpus": "文書に答えがありません。",
        "other_language": "文書は質問とは別の言語で書かれています。",
        "unverified": "答えの候補はありましたが、文書では裏付けられませんでした。",
        "model_declined": "モデルは文書の中に答えを見つけられませんでした。",
        "over_budget": "回答に使える予算を使い切りました。",
    },
}

_ASK_IN = {
    "en": "Ask in {}.",
    "ko": "{}로 질문해 보세요.",
    "zh": "请用{}提问。",
    "zh-Hant": "請用{}提問。",
    "ja": "{}で質問してください。",
}
_OR = {"en": " or ", "ko": " 또는 ", "zh": "或", "zh-Hant": "或", "ja": "か"}

_NAMES = {
    "ko": {"en": "영어", "ko": "한국어", "zh": "중국어", "ja": "일본어", "fr": "프랑스어",
           "de": "독일어", "es": "스페인어", "ru": "러시아어", "ar": "아랍어"},
    "zh": {"en": "英语", "ko": "韩语", "zh": "中文", "ja": "日语", "fr": "法语",
           "de": "德语", "es": "西班牙语", "ru": "俄语", "ar": "阿拉伯语"},
    "zh-Hant": {"en": "英語", "ko": "韓語", "zh": "中文", "ja": "日語", "fr": "法語",
                "de": "德語", "es": "西班牙語", "ru": "俄語", "ar": "阿拉伯語"},
    "ja": {"en": "英語", "ko": "韓国語", "zh": "中国語", "ja": "日本語", "fr": "フランス語",
           "de": "ドイツ語", "es": "スペイン語", "ru": "ロシア語", "ar": "アラビア語"},
}  # fmt: skip

# A language with less of the corpus than this is not worth asking in.
_LEAST_SHARE = 0.01
_MOST_NAMED = 3


def abstention(reason: Reason, question: str, language: str, languages: Mapping[str, float]) -> str:
    """Why there is no answer; for `other_language` also in what language to ask instead."""
    spoken = voice(question, language)
    message = _MESSAGES[spoken][reason]
    if reason != "other_language":
        return message
    names = _NAMES.get(spoken, ENGLISH_NAMES)
    shares = sorted(languages.items(), key=lambda item: (-item[1], item[0]))
    known = [
        names.get(code) or ENGLISH_NAMES.get(code, code)
        for code, share in shares
        if share >= _LEAST_SHARE and code not in ("und", language)
    ]
    if not known:
        return message
    hint = _ASK_IN[spoken].format(_OR[spoken].join(known[:_MOST_NAMED]))
    return f"{message} {hint}" if spoken in ("en", "ko") else message + hint


def voice(question: str, language: str, otherwise: str = "en") -> str:
    """Which of the five that are spoken here answers `question`, whose language is known.

    `otherwise` where none does, and where the question is Chinese and does not show which.
    """
    if language == "zh":
        traditional = sum(ch in _TRADITIONAL for ch in question)
        simplified = sum(ch in _SIMPLIFIED for ch in question)
        if traditional == simplified and otherwise.startswith("zh"):
            return otherwise
        return "zh-Hant" if traditional > simplified else "zh"
    return language if language in _MESSAGES else otherwise
