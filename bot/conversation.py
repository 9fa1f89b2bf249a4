"""What was said before a question, and whether the question leans on it.

Whether it does is told by words alone: a wrong guess costs one call to a model, or leaves a
"he" that means nothing; it must cost nothing for a question that stands alone.
"""

from __future__ import annotations

import re

from bot.answers import Answer, Reply
from bot.questions import understand
from index.record import record

MOST_TURNS = 6
MOST_CHARACTERS = 4_000


@record
class Turn:
    """A question and what was answered to it."""

    question: str
    answer: str


class Conversation:
    """The last turns of a conversation, as many as may be told to a model."""

    def __init__(self) -> None:
        self._turns: tuple[Turn, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Oldest first."""
        return self._turns

    def add(self, question: str, answer: str) -> None:
        """Another turn; the oldest go where there are too many, or too long ones."""
        question = _cut(question, MOST_CHARACTERS // 4)
        answer = _cut(answer, MOST_CHARACTERS - len(question))
        turns = [*self._turns, Turn(question, answer)][-MOST_TURNS:]
        while sum(len(each.question) + len(each.answer) for each in turns) > MOST_CHARACTERS:
            del turns[0]
        self._turns = tuple(turns)

    def clear(self) -> None:
        """Forget what was said."""
        self._turns = ()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def said(reply: Reply) -> str:
    """What a reply says, as a conversation remembers it."""
    if isinstance(reply, Answer):
        return " ".join(claim.text for claim in reply.claims)
    return reply.message


def needs_context(question: str) -> bool:
    """Whether `question` is likely to be understood only after what was said before it."""
    asked = understand(question)
    text = " ".join(asked.text.split()).strip(_AROUND)
    leans = _BY_LANGUAGE.get(asked.language, _latin)
    return leans(text)


_AROUND = " ?？!！.。…\"'“”"


# English: a pronoun before which nothing stands that it could mean, a question that begins as
# if in the middle, or one with hardly a word that says what it is about.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_BEGINS = re.compile(
    r"(?:and|but|or|so|also|then|ok(?:ay)?|what about|how about|what of|why not|what else|"
    r"who else|where else|when else|how else|how come|which ones?|any (?:other|more)|anything else|"
    r"anyone else|another|what other|the (?:other|same|first one|second one|last one)|"
    r"tell me more|more|go on|really|are you sure|since when|until when|how so|what if|"
    r"for (?:how long|what|whom|which)|by (?:how much|whom)|in (?:which|what) (?:year|city|country)"
    r"$)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|he|him|his|she|her|hers|these|those|such|"
    r"this(?! (?:week|month|year|century|season|summer|winter|spring|autumn)))\b|"
    r"\b(?:there|then|that|one|ones|else|instead|too|so|again|afterwards|before|after)$|"
    r"\b(?:is|was|does|did|has|do|about|after|before|like|of|than|for|from|by|to|with|in|at|since)"
    r" that\b(?! \w+(?:ed|s)\b)|^that\b|\bthe (?:same|former|latter|other|next)\b|"
    r"\bthat (?:one|time)\b|\b(?:explain|describe|clarify) that\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:it|they|them|their|he|him|his|she|her)\b", re.IGNORECASE)
_EMPTY = frozenset(
    "a an the of in on at to for from by with about into as and or but not no do does did done is "
    "are was were be been being am has have had having will would can could should may might must "
    "shall who whom whose what when where why how which much many long far often old big there "
    "it its they them their he him his she her hers this that these those then so else than if "
    "happen happened happens occur occurred said say says did mean means go come came take took "
    "exactly one ones more most other others another any some all each same such also too again i "
    "you we us me my your our please tell give know think kind sort thing things year day time "
    "date place people person name number reason called get got make made".split()
)


def _latin(text: str) -> bool:
    words = _WORD.findall(text)
    if _BEGINS.match(text):
        return True
    content = [word for word in words if word.lower() not in _EMPTY]
    if not content:
        return True
    named = any(_names(word) for word in words[1:])
    # One word tells what a question is about only where it is a name.
    alone = len(content) == 1 and not named and not _names(content[0])
    if alone and len(words) <= _FEW and not _DEFINED.match(text):
        return True
    if not named and len(words) <= _SHORT and _PERSON.search(text):
        return True
    return any(_dangles(text[: match.start()]) for match in _PRONOUN.finditer(text))


_DEFINED = re.compile(r"what (?:is|are|was|were|does) (?!the\b)", re.IGNORECASE)
_FEW = 6  # words
_SHORT = 9


def _names(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit()


def _dangles(before: str) -> bool:
    """Whether nothing in `before` can be what a pronoun after it means."""
    words = _WORD.findall(before)
    content = [word for word in words if word.lower() not in _EMPTY]
    return len(content) <= 1 and not any(_names(word) for word in words[1:])


# In the three other languages the same, by where such words stand; what is not said at all, as a
# subject often is, is told by how little is said.
_KO_BEGINS = re.compile(
    r"(?:그럼|그러면|다음\s|그렇다면|그리고|그런데|근데|그래서|하지만|또|또한|다른|그\s|그[는가를의들때곳게건것후럼]|"
    r"그녀|그들|거기|그쪽|그중|이\s|이[것게건]는?|이게|이건|이때|이곳|저것|저건|저기|"
    r"여기|당시|왜\s*그|그렇게|어째서\s*그|더\s|누가\s*더)"
)
_KO_WITHIN = re.compile(r"(?:^|\s)(?:그것|그게|그걸|그들|그녀|거기|그곳|그때|그분|그 사람)")
_KO_ASKS = re.compile(
    r"^(?:언제|어디|누구|누가|무엇|뭐|뭘|무슨|어떤|어느|왜|어떻게|얼마|몇|며칠|어째서|어땠|정확히)"
)
_KO_VERB = re.compile(
    r"(?:나요|가요|니까|까요?|어요|아요|해요|데요|지요?|죠|냐|는가|은가|던가|인가|나|니|어|아|해|대|지|예요|에요|야|요)$"
)

_KO_DID = re.compile(r"[은는]\s(?:어떻게 (?:했|하)|어땠)")


def _korean(text: str) -> bool:
    if _KO_BEGINS.match(text):
        return True
    words = text.split()
    place = _KO_WITHIN.search(text)
    if place and len(text[: place.start()].split()) <= 1:
        return True
    if len(words) == 1:
        return bool(re.search(r"(?:은|는|은요|는요|도|도요|에서는|에는|왜|요)$", text)) or bool(
            _KO_ASKS.match(text)
        )
    if len(words) == 3 and _KO_DID.search(text):
        return True
    rest = [word for word in words if not _KO_ASKS.match(word)]
    if len(rest) == len(words) or len(rest) > 2:
        return False
    return all(_KO_VERB.search(word) for word in rest)


_ZH_BEGINS = re.compile(
    r"(?:那|然后|然後|还有|還有|而且|但是|但|所以|另外|另一|其他|其它|其[^实實他它]|它|他|她|牠|这|這|此|该|該|当时|當時|"
    r"后来|後來|之后|之後|接着|接著|再|也)"
)
_ZH_LEADING = re.compile(
    r"^(?:请问|請問|为什么|為什麼|为何|為何|什么时候|什麼時候|什么|什麼|何时|何時|如何|怎么|怎麼|怎样|怎樣|谁|誰|"
    r"哪里|哪裡|哪些|哪个|哪個|哪一|多少|几|幾|是|在|对|對|和|跟|从|從|关于|關於|有|由|把|被|除了|到)+"
)
_ZH_POINTS = re.compile(
    r"(?:它|他|她|牠)们?|(?:它|他|她)們|那[里裡儿兒时時个個些]|这[里儿个些次]|這[裡兒個些次]|此[事处處后後]|其中"
)
_ZH_EMPTY = re.compile(
    r"什么时候|什麼時候|为什么|為什麼|什么|什麼|多少|多久|多长|多長|怎么样|怎麼樣|怎么|怎麼|怎样|怎樣|如何|哪里|哪裡|"
    r"哪些|哪个|哪個|哪年|哪|谁|誰|何时|何時|为何|為何|几|幾|吗|嗎|呢|了|的|有|在|被|年|月|人|会|會|要|是不是|真的|结果|"
    r"結果|原因|发生|發生|\W"
)

_ZH_SHORT = 10


def _chinese(text: str) -> bool:
    if _ZH_BEGINS.match(text):
        return True
    if text.endswith("呢") and len(text) <= 12:
        return True
    if len(text) <= _ZH_SHORT and _ZH_POINTS.search(text):
        return True
    leading = _ZH_LEADING.match(text)
    if leading and _ZH_POINTS.match(text, leading.end()):
        return True
    rest = _ZH_EMPTY.sub("", text)
    return rest == "是" or (len(rest) <= 2 and "是" not in rest)


_JA_BEGINS = re.compile(
    r"(?:それ|そこ|その|そう|そんな|あれ|あの|あそこ|これ|この|ここ|彼女|彼|では|じゃ|でも|だが|しかし|また|そして|"
    r"次[にはの]|他に|ほかに|他の|ほかの|もう一|もっと|当時|同じ|同氏|同社|前者|後者|両者|ちなみに|あと)"
)
_JA_LEADING = re.compile(
    r"^(?:いつ|なぜ|どうして|どこで|誰が|だれが|何が|何で|どのように|どう|なんで|いくつ)[、はもにでが]*"
)
_JA_POINTS = re.compile(r"(?:それ|そこ|その|これ|この|ここ|あれ|あの|彼女|彼)")
_JA_ASKS = re.compile(
    r"いつ|なぜ|どうして|どこ|誰|だれ|何[人個回度]が?|何|なに|なん|どのように|どんな|どう|いくつ|いくら|どれ|理由|結果|場所|目的|原因"
)
_JA_SUBJECT = re.compile(r"[^\W\d_][はがをのにで]")


def _japanese(text: str) -> bool:
    if _JA_BEGINS.match(text):
        return True
    leading = _JA_LEADING.match(text)
    if leading and _JA_POINTS.match(text, leading.end()):
        return True
    if re.fullmatch(r"[^のがをに]{1,6}(?:は|では|には|も)(?:どう(?:です|でした)?か?)?", text):
        return True
    rest = _JA_ASKS.sub("", text)
    if rest == text or len(rest) > 14:
        return False
    return not re.search(r"[\u4e00-\u9fff\u30a0-\u30ff\w](?:は|が|を|の|に|で|と)", rest[:-3])


_BY_LANGUAGE = {"ko": _korean, "zh": _chinese, "ja": _japanese}
