"""Text in a document that speaks to a language model rather than to a reader.

The patterns are few and each needs more than one sign, for a report about chatbots is a report;
an instruction that they miss can still only be shown in its own words.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, normalize

from index.sentences import sentences

_BEFORE = 2_000  # characters of the same paragraph in which an instruction may have begun
_AFTER = 500  # characters in which the sentence ends

# All are matched in lower case, on one line, with plain punctuation.
_TOLD = r"(?:instruction|prompt|direction|directive|command|guideline|rule)s?"
_ENGLISH = (
    r"(?:ignore|disregard|forget|override|bypass|overlook) (?:about )?(?:\w+ ){0,3}?(?:previous|"
    r"prior|above|earlier|preceding|foregoing|initial|original|system|former)(?: and \w+)? "
    r"(?:instruction|prompt)s?\b",
    # Residents may be told to ignore earlier rules; who is spoken to is not told about.
    r'(?:^|[.:;!?,"] |please |must |should |now |and )(?:ignore|disregard|forget|override|bypass|'
    r"overlook) (?:\w+ ){0,3}?(?:previous|prior|above|earlier|preceding|foregoing|initial|"
    rf"original|system|former)(?: and \w+)? {_TOLD}",
    r'(?:^|[.:;!?,"] |please |must |should |now |and )(?:ignore|disregard|forget) (?:all |any |'
    r"the |everything )*(?:text |content |context )?(?:above|preceding)\b",
    rf"(?:ignore|disregard|forget) (?:all |any |the |your |my )*{_TOLD} (?:above|before|you "
    r"(?:were|have|got)|given)",
    r"(?:ignore|disregard|forget) (?:all|everything|anything)(?: that)?(?: (?:was|is))?(?: "
    r"(?:written|said|stated))? (?:above|before this|you (?:were|have been|'ve been) told)",
    r"(?:do not|don't|never) (?:follow|obey) (?:\w+ ){0,2}?(?:previous|prior|above|earlier|"
    rf"original|system) {_TOLD}",
    rf"(?:here are|these are) (?:your|the) new {_TOLD}",
    rf"new {_TOLD} for (?:the |any )?(?:ai|llm|assistant|model)\b",
    r'(?:^|[.:;!?"] )your new (?:instruction|task|role|goal|objective)s? (?:is|are)\b',
    r"you are (?:now )?(?:an? |the )?(?:\w+ ){0,2}?(?:ai|large language|language|llm) "
    r"(?:assistant|model|chatbot|bot|agent)",
    r"you are (?:now )?(?:an? )?(?:helpful|unrestricted|unfiltered|jailbroken) (?:assistant|"
    r"ai|model|chatbot)",
    r"you are (?:now )?(?:chatgpt|gpt-?\d|claude\b|dan\b|in (?:dan|developer|jailbreak|god) "
    r"mode)",
    r"(?:if|since|because|as) you(?: are|'re) an? (?:\w+ )?(?:ai|llm|language model|chatbot|"
    r"artificial intelligence)\b",
    r'(?:^|[.:;!?"] )(?:act|behave|respond|answer) as (?:if you (?:are|were) )?(?:an? )'
    r"?(?:\w+ )?(?:ai|llm|language model|chatbot|dan)\b",
    r"(?:reveal|print|repeat|output|show|leak|display|disclose|ignore|override|forget) "
    r"(?:me |us )?(?:all )?(?:of )?(?:your|this|the) (?:entire |full |hidden |secret )"
    r"?(?:system|initial|hidden|secret) (?:prompt|message|instructions)",
    r"\byour system prompt",
    r"^system prompt ?:",
    r'(?:^|[.:;!?,"] |please |you must |you should |always |now |instead )(?:respond|reply|'
    r"answer|output)(?: to (?:the|this|every|all|any) (?:user|question|query|prompt)s?)? "
    r"(?:only|exclusively|solely|just) (?:with|in|using|by|the words?)\b",
    r'(?:^|[.:;!?"] |please |you must |you should |instead,? |and )(?:tell|inform|convince|'
    r"persuade) the (?:user|human)s? (?:that|to)\b",
    r"(?:in|of|to) your (?:next )?(?:answer|response|reply|output|summary),? (?:always |you "
    r"must |please |do not |never )?(?:say|include|write|mention|state|add|claim|insert|"
    r"recommend|suggest|tease|append)\b",
    r'(?:^|[.:;!?"] )(?:please )?(?:add|anagram|append|augment|begin|combine|convert|end|'
    r"enhance|finish|format|give|group|include|insert|integrate|introduce|jumble|limit|make|"
    r"misspell|mention|modify|phrase|preface|provide|rearrange|remove|render|replace|"
    r"scramble|sign|start|substitute|translate|use|write) (?:\S*[^\s.:;!?] ){0,14}?your (?:answer|"
    r"response|reply|output)\b",
    r"(?:attention|notice|note|message|instructions?|important)[ :,-]+(?:to |for )?(?:all |"
    r"any |the )*(?:ai|llms?|language models?|chatbots?|ai assistants?)(?: (?:assistants?|"
    r"models?|agents?|systems?|readers?))? ?[:,.!]",
    r'(?:^|[.:;!?"] )(?:dear |hey |hello )?(?:ai|llm|chatgpt|language model)(?: '
    r"(?:assistant|model|agent)s?)?[,:] (?:please|you must|ignore|do not|always|when|if you)"
    r"\b",
    r"when (?:you (?:are )?)?(?:asked|answer(?:ing)?|summari[sz](?:e|ing)) (?:\S+ )"
    r"{0,8}?you (?:must|should|will) (?:always |only |not )?(?:say|answer|respond|reply|"
    r"state|claim)\b",
    r"from now on,? (?:you (?:must|will|should|are to) )?(?:only |always )?(?:respond|reply|"
    r"answer|output|pretend|act as)\b",
    r"pretend (?:to be|(?:that )?you(?:'re| are)) an? (?:\w+ )?(?:ai|llm|language model|"
    r"chatbot|assistant|dan)\b",
    r"(?:do not|don't|never) (?:mention|reveal|disclose|tell) (?:\w+ ){0,3}?(?:these|this|"
    r"your|the system) (?:instruction|prompt|rule)s?",
)
# The marks by which chats are written out for a model.
_ROLES = (
    r"<\|[a-z_]{2,24}\|>",
    r"\[/?inst\]",
    r"<</?sys>>",
    r"</?(?:start|end)_of_turn>",
    r"<start_of_turn>",
    r"</?(?:system|assistant|user_query|system_prompt|instructions?)>",
    r"(?:^|\s)\#{2,4} ?(?:system|instructions?|assistant|response|human|user)(?: (?:prompt|"
    r"message))? ?:",
    r"(?:^|\s)(?:system|assistant) ?: (?:you|ignore|disregard|forget|please|sure|of course|"
    r"from now|the user|new|important|the (?:correct|right|true) answer)\b",
)
_KOREAN = (
    r"(?:이전|앞|위|기존|지금까지|그동안|상기|원래|시스템)(?:의|에|에서)? ?(?:모든|주어진|"
    r"내린|받은|나온|말한)? ?(?:지시|명령|지침|프롬프트|규칙)(?:사항|문|들)?(?:을|를|은|는)"
    r"? ?(?:모두|전부|다|완전히)? ?(?:무시|잊|따르지)(?:하고 [^.]{0,80}?(?:답|대답|응답|"
    r"출력|말|작성|알려)|하십시오|하세요|하시오|하라|해라|해 ?주|해(?:[.!,]|$)|어라|으세요|"
    r"으십시오|어 ?주|고 [^.]{0,80}?(?:답|대답|응답|출력|말)|\ ?마)",
    r"(?:당신|너|넌|그대)(?:은|는)? ?(?:이제|지금)?(?:부터)? ?[^.]{0,12}?(?:ai|인공지능|"
    r"언어 ?모델|챗봇)(?: ?(?:어시스턴트|비서|모델|도우미|챗봇))? ?(?:입니다|이다|이야|야|"
    r"로서|이며)",
    r"(?:시스템|이전|위의?) ?프롬프트(?:를|을|는)? ?(?:무시|공개|출력|보여|알려|따르지|말해)",
    r"(?:으로|로)만 (?:답|대답|응답|답변|출력)(?:하십시오|하세요|하시오|하라|해라|해 "
    r"?주세요|해 ?주십시오)",
    r"사용자에게 [^.]{0,60}?(?:말하|알리|전하|답하|대답하|말해 ?주|알려 ?주)(?:십시오|세요|"
    r"시오|라(?:[.!]|$))",
    r"(?:ai|인공지능|언어 ?모델|챗봇)(?:에게|에 대한) ?(?:지시|명령|알림|주의|안내)(?:사항)"
    r"? ?:",
)
_CHINESE = (
    r"(?:请|請|必须|必須|务必|現在|现在|你[应應]|立即|[.!?:;,] ?|^)(?:你)?(?:忽略|忽视|忽視|"
    r"无视|無視|忘记|忘記|忘掉|不要理[会會])(?:掉)?(?:你)?(?:之前|以前|先前|上述|上面|以上|"
    r"前面|此前|所有|一切|全部|系统|系統|任何)[^.!?,]{0,8}?(?:指令|指示|提示|提示词|提示詞|"
    r"命令|规则|規則|要求|说明|說明|内容|內容)",
    r"(?:忽略|忘记|忘記|忘掉)(?:之前|先前|上述|上面|以上|前面|此前|所有|系统|系統)"
    r"[^.!?,]{0,8}?(?:指令|提示词|提示詞|系统提示|系統提示)",
    r"(?:从现在开始|從現在開始|现在|現在)?,?你(?:现在|現在)?(?:是|将扮演|將扮演)"
    r"(?:一[个個名位款])?[^.!?,]{0,8}?(?:ai|人工智能|人工智慧|智能|语言|語言)(?:助手|助理|"
    r"模型|聊天机器人|聊天機器人)",
    r"(?:输出|輸出|泄露|洩露|显示|顯示|重复|重複|告诉我|告訴我|透露|公开)(?:你的|你|出|全部|"
    r"完整的?|以上)*(?:系统|系統)提示",
    r"(?:请|請|必须|必須|务必|務必|你[应應]|你要|你只)(?:只|仅|僅)?(?:能|需|需要|可以|该|該)"
    r"?(?:只|仅|僅)(?:能|需|需要|可以)?(?:用|以|使用)?[^.!?,]{0,12}?(?:回答|回复|回覆|输出|"
    r"輸出|答复)",
    r"(?:请|請|必须|必須|务必|務必)(?:直接)?(?:告诉|告訴|告知)(?:用户|用戶|使用者)",
    r"(?:致|给|給)(?:所有)?(?:ai|人工智能|大?语言模型|大?語言模型)(?:助手|模型)?的?(?:指令|"
    r"提示|说明|說明|注意)",
)
_JAPANESE = (
    r"(?:これまで|それまで|以前|前|上|上記|先ほど|今まで|以上|元|システム)の(?:すべて|全て|"
    r"あらゆる)?の?(?:指示|命令|プロンプト|ルール|指令)(?:を|は)?(?:すべて|全て|全部)"
    r"?(?:無視|忘れ|破棄)(?:して(?:ください|下さい|,|、|[^.]{0,60}?(?:答え|回答|出力))|しろ|"
    r"せよ|しなさい|し,|てください|て下さい|ろ|なさい)",
    r"(?:あなた|君|お前)は(?:今から|これから|今|現在)?,?[^.]{0,10}?(?:ai|人工知能|"
    r"言語モデル|チャットボット)(?:アシスタント|モデル|助手)?(?:です|だ(?:[.!]|$)|として)",
    r"システムプロンプトを?(?:表示|出力|無視|公開|教え|開示)",
    r"(?:だけ|のみ)(?:を|で)?(?:回答|返答|出力|返信|答え)(?:して|し)?(?:てください|て下さい|"
    r"ください|下さい|なさい|せよ|ろ(?:[.!]|$))",
    r"(?:ユーザー?|利用者)に(?:は)?[^.]{0,40}?(?:伝え|答え|言っ|知らせ|教え)(?:てください|"
    r"て下さい|なさい|ろ(?:[.!]|$))",
    r"(?:ai|言語モデル|チャットボット)(?:アシスタント)?(?:へ|向け)の?(?:指示|命令|注意)",
)

_LINE_ENDS = re.compile(r"[\r\n]")
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "。": ".", "、": ","})


@cache
def _gap() -> re.Pattern[str]:
    return re.compile(r"(?>\r\n?|\n)[^\S\r\n]*(?>\r\n?|\n)")


# Each table with words of which every text that it fits has one: to look for those is quick.
_TABLES = (
    (
        _ENGLISH,
        "you|instruction|prompt|direct|command|guideline|rule|above|preceding|respond|reply|answer|"
        "output|user|human|pretend|chatbot|llm|gpt|language| ai",
    ),
    (_ROLES, "inst]|<|##|system|assistant"),
    (_KOREAN, "무시|잊|따르지|프롬프트|ai|인공지능|모델|챗봇|만|사용자"),
    (
        _CHINESE,
        "忽|无视|無視|忘|理|助|模型|机器人|機器人|提示|回|输出|輸出|答|用户|用戶|使用者",
    ),
    (_JAPANESE, "無視|忘れ|破棄|ai|人工|モデル|チャット|プロンプト|だけ|のみ|ユーザ|利用者"),
)


@cache
def _compiled(table: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(table))


def instructs(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` stands in a sentence that gives instructions to a language model,
    or after one in the same paragraph."""
    window = max(0, start - _BEFORE)
    around = text[window : end + _AFTER]
    first, last = 0, len(around)
    for gap in _gap().finditer(around):
        if gap.end() <= start - window:
            first = gap.end()
        elif gap.start() >= end - window:
            last = gap.start()
            break
    paragraph = _LINE_ENDS.sub(" ", around[first:last])
    stop = end - window - first
    stop = next((until for _, until in sentences(paragraph) if until >= stop), stop)
    return speaks_to_models(paragraph[:stop])


def speaks_to_models(text: str) -> bool:
    """Whether anything in `text` is an instruction to a language model."""
    plain = normalize("NFKC", text).translate(_MARKS).lower()
    if not plain.isprintable():
        plain = "".join(ch for ch in plain if ch.isspace() or category(ch) not in ("Cf", "Cc"))
    plain = " ".join(plain.split())
    padded = f" {plain}"
    for table, words in _TABLES:
        if any(word in padded for word in words.split("|")) and _compiled(table).search(plain):
            return True
    return False
