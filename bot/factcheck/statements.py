"""What a chat message states, sentence by sentence: without its markup, quotes, code and links,
and without what states nothing, such as questions and greetings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.claims.grounds import shown
from index.languages import FUNCTION_WORDS, UNKNOWN, language_of
from index.sentences import sentences
from index.terms import index_terms

MOST_STATEMENTS = 10
_MOST_CHARACTERS = 10_000
_LONGEST = 1_000  # of a sentence; what is longer is a list or a heap of words

# Taken out, with what stands in them.
_OUT = re.compile(
    r"```.*?(?:```|\Z)"  # code
    r"|^[ \t]*>>> .*\Z"  # a quote to the end of the message
    r"|^[ \t]*>[^\n]*$"
    r"|~~.{1,2000}?~~"  # struck out: its author states it no more
    r"|<a?:\w{1,64}:\d{1,24}>|<(?:@[!&]?|\#)\d{1,24}>|<id:\w{1,24}>"  # emoji, mentions, channels
    r"|<t:-?\d{1,20}(?::[a-zA-Z])?>|</[^<>\n]{1,100}:\d{1,24}>|@(?:everyone|here)\b"
    r"|<?\b(?:https?|ftp)://[^\s<>()]{1,2000}>?|\bwww\.[^\s<>()]{1,2000}"
    r"|\bdiscord\.gg/\w+",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_LINKED = re.compile(r"!?\[([^\[\]\n]{1,500})\]\([^()\n]{0,2000}\)")
_LINE_MARK = re.compile(
    r"^[ \t]*(?:\#{1,3}[ \t]+|-\#[ \t]+|[-*+•][ \t]+|\d{1,3}[.)][ \t]+)", re.MULTILINE
)
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)(.{1,500}?)(?<!`)\1(?!`)")
_ABOUT_WORDS = re.compile(r"\*{1,3}|\|\||(?<![^\W_])_{1,2}(?=\S)|(?<=\S)_{1,2}(?![^\W_])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~@<:-])")
_KEPT = "\ue000"  # what was escaped waits here until the markup is gone
_FOOTNOTES = re.compile(
    r"(?<=[^\s\d])[⁰¹²³⁴-⁹]+(?=[\s.,;:!?。，、]|$)|(?<=\S) ?\[\^?\d{1,3}(?:[,;] ?\d{1,3}){0,8}\]"
)
_CLOSERS = " \t\r\n\"'”’)」』】*_~|"
_ASKED = re.compile(
    r"(?:[?？]|(?:까|까요|나요|가요|던가요|는지요|어때요?|뭐야|뭐예요)[.!~]*|[吗嗎呢么][。.!！]*"
    r"|(?:です|ます|でしょう|ました|でした|だろう)か[。.]*)$"
)
_ASKING = re.compile(
    r"(?:(?:who|whom|whose|what|which|why|how|when|where)(?:'s| (?:is|are|was|were|do|does|did|can"
    r"|could|will|would|should|has|have|many|much|about|if)\b)"
    r"|(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have) (?:it|they|he|she|you"
    r"|we|i|there|this|that|the|anyone|someone|somebody)\b)[^.]*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hey|hello|yo|good (?:morning|evening|afternoon|night|day)|greetings|welcome|thanks?"
    r"|thank you|thx|ty|cheers|please|sorry|ok(?:ay)?|lol|lmao|haha\w*|wow|nice|great|cool|bye|see"
    r" you|sure|yes|no|yep|nope|right|agreed|exactly|same|done|congrats|congratulations|well done"
    r"|good job|안녕(?:하세요|하십니까|히 \w+)?|감사(?:합니다|해요|드립니다|드려요)?"
    r"|고마(?:워|워요)|고맙(?:습니다|네요)|죄송(?:합니다|해요)|네|아니[요오]?|좋아요?|수고\w{0,8}|반갑(?:습니다|네요)"
    r"|ㅋ+|ㅎ+"
    r"|你好|您好|大家好|(?:谢谢|謝謝)(?:你|您|大家|分享)?|早上好|晚安|再见|再見|好的|对|不好意思|抱歉|哈+"
    r"|こんにちは|こんばんは|おはよう(?:ございます)?|ありがとう(?:ございま(?:す|した))?|すみません"
    r"|お疲れ(?:様|さま)(?:です|でした)?|はい|いいえ|よろしく(?:お願い(?:します|いたします))?)",
    re.IGNORECASE,
)
_LEAST_WORDS = 2  # or twice as many characters, of scripts that part no words
_UNSPACED = "\u0e00"


def statements(text: str) -> tuple[str, ...]:
    """The first sentences of `text` that state something, as they can be shown."""
    found: list[str] = []
    for sentence in _sentences(plain(text[:_MOST_CHARACTERS])):
        if is_statement(sentence):
            found.append(sentence)
            if len(found) == MOST_STATEMENTS:
                break
    return tuple(found)


def plain(text: str) -> str:
    """A message's own words, without what marks them up."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _OUT.sub(" ", text)
    text = _ESCAPED.sub(lambda match: f"{_KEPT}{ord(match[1]):02x}", text)
    text = _LINKED.sub(r"\1", text)
    text = _CODE.sub(r"\2", text)
    text = _LINE_MARK.sub("", text)
    text = _ABOUT_WORDS.sub("", text)
    text = re.sub(f"{_KEPT}([0-9a-f]{{2}})", lambda match: chr(int(match[1], 16)), text)
    return _FOOTNOTES.sub("", text)


def _sentences(text: str) -> Iterator[str]:
    for start, end in sentences(text):
        if end - start <= _LONGEST:
            yield shown(text[start:end])


def is_statement(sentence: str) -> bool:
    """Whether a sentence states anything that documents could bear out."""
    bare = sentence.strip(_CLOSERS)
    if _ASKED.search(bare) or _ASKING.match(bare):
        return False
    words = bare.rstrip(".!~…。！～ ")
    greeting = _GREETING.match(words)
    if greeting and len(words) - greeting.end() <= 12 and not any(map(str.isdigit, words)):
        rest = words[greeting.end() :]
        if not rest or not rest[0].isalnum():
            return False
    language = language_of(bare)
    small = FUNCTION_WORDS.get("en" if language == UNKNOWN else language, "").split()
    terms = index_terms(bare, language).split(" ")
    spaced = sum(
        len(term) > 1 and term not in small for term in terms if term and term[0] < _UNSPACED
    )
    unspaced = sum(len(term) == 1 for term in terms if term and term[0] >= _UNSPACED)
    return spaced + unspaced / _LEAST_WORDS >= _LEAST_WORDS
