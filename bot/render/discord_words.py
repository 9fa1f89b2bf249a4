"""What the bot itself says around answers, in the five languages that it speaks."""

from __future__ import annotations

from bot import messages
from index.languages import language_of
from index.record import record

_LOCALES = {"ko": "ko", "ja": "ja", "zh-CN": "zh", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant"}


@record
class Words:
    """Labels and short sentences; `{}` is a place for a figure."""

    looking: str
    writing: str
    more: str
    nearest: str
    note: str
    in_file: str
    address: str
    supported: str
    contradicted: str
    not_found: str
    nothing: str
    checked: str
    sources: str
    no_sources: str
    of: str
    passage: str
    passages: str
    status: str
    figures: tuple[str, ...]
    greeting: str
    help: tuple[str, ...]


WORDS = {
    "en": Words(
        looking="Looking through the documents…",
        writing="Writing…",
        more="and {} more",
        nearest="Nearest passages",
        note="Note",
        in_file="The whole of it, with all its footnotes, is in {}.",
        address="[address]",
        supported="Supported",
        contradicted="Contradicted",
        not_found="Not found",
        nothing="There is nothing in this message to check.",
        checked="Checked against the documents",
        sources="Documents",
        no_sources="There are no documents yet.",
        of="{}–{} of {}",
        passage="1 passage",
        passages="{} passages",
        status="Status",
        figures=(
            "Index", "Built", "Documents", "Passages", "Mode", "Model", "Cost today", "Answered",
            "Abstained", "Failed", "In hand", "Waiting", "Half of the answers within",
            "99 of 100 within", "Building", "Trouble",
        ),
        greeting=(
            "Hello! I answer questions from a folder of documents, and every sentence carries a "
            "footnote: the file, the lines and the exact words it rests on. What the documents "
            "do not say, I do not say. Try **/ask**, or mention me; **/help** tells the rest."
        ),
        help=(
            "**I answer from a folder of documents.** Every sentence has a footnote with the "
            "file, the lines and the exact words it rests on. What the documents do not say, I "
            "do not say.",
            "**/ask** a question; with `private`, only you see the answer",
            "**Mention me, or reply to me**, and I answer below; in my threads just go on asking",
            "**Apps → Check against the documents**, in the menu of any message: which of its "
            "sentences the documents support",
            "**Quotes**, under an answer: each quote in its surroundings, for you alone",
            "**Good** and **Wrong**, under an answer: what you say is kept, and makes me better",
            "**/sources**: the documents that I know",
        ),
    ),
    "ko": Words(
        looking="문서를 찾아보고 있습니다…",
        writing="쓰는 중…",
        more="외 {}개",
        nearest="가장 가까운 구절",
        note="알림",
        in_file="각주까지 모두 담은 전문은 {}에 있습니다.",
        address="[주소]",
        supported="근거 있음",
        contradicted="문서와 다름",
        not_found="찾지 못함",
        nothing="이 메시지에는 확인할 내용이 없습니다.",
        checked="문서와 대조한 결과",
        sources="문서",
        no_sources="아직 문서가 없습니다.",
        of="{}–{} / {}",
        passage="구절 1개",
        passages="구절 {}개",
        status="상태",
        figures=(
            "색인", "만든 때", "문서", "구절", "방식", "모델", "오늘 쓴 비용", "답함",
            "답하지 못함", "실패", "처리 중", "대기 중", "답의 절반이 걸린 시간",
            "100개 중 99개가 걸린 시간", "색인 만드는 중", "문제",
        ),
        greeting=(
            "안녕하세요! 문서 폴더를 바탕으로 질문에 답하고, 모든 문장에 각주를 답니다. 각주에는 "
            "파일과 행, 근거가 되는 원문 그대로의 말이 있습니다. 문서에 없는 말은 하지 않습니다. "
            "**/ask**를 쓰거나 저를 멘션해 보세요. 자세한 내용은 **/help**에 있습니다."
        ),
        help=(
            "**문서 폴더를 바탕으로 답합니다.** 모든 문장에 파일과 행, 근거가 되는 원문을 각주로 "
            "답니다. 문서에 없는 말은 하지 않습니다.",
            "**/ask** 질문하기. `private`을 켜면 답이 본인에게만 보입니다",
            "**저를 멘션하거나 제 글에 답장**하면 그 아래에 답합니다. 제 스레드에서는 그냥 이어서 "
            "물으세요",
            "메시지 메뉴의 **앱 → Check against the documents**: 그 메시지의 어느 문장이 문서에 "
            "근거가 있는지 알려 드립니다",
            "답 아래의 **인용문**: 앞뒤 글과 함께 본 인용문. 본인에게만 보입니다",
            "답 아래의 **좋아요**와 **틀림**: 남긴 의견은 저장되어 답을 고치는 데 쓰입니다",
            "**/sources**: 제가 아는 문서",
        ),
    ),
    "zh": Words(
        looking="正在查阅文档…",
        writing="正在撰写…",
        more="另有 {} 条",
        nearest="最接近的段落",
        note="提示",
        in_file="完整内容及全部脚注见 {}。",
        address="[网址]",
        supported="有依据",
        contradicted="与文档不符",
        not_found="未找到",
        nothing="这条消息里没有可核对的内容。",
        checked="与文档核对的结果",
        sources="文档",
        no_sources="还没有文档。",
        of="{}–{} / {}",
        passage="1 个段落",
        passages="{} 个段落",
        status="状态",
        figures=(
            "索引", "建立时间", "文档", "段落", "方式", "模型", "今日费用", "已回答", "未作答",
            "失败", "处理中", "等待中", "半数回答用时不超过", "99% 的回答用时不超过",
            "正在建立索引", "问题",
        ),
        greeting=(
            "大家好！我根据一个文件夹里的文档回答问题，每句话都带脚注：文件、行号和所依据的原文。"
            "文档没有说的，我不说。请试试 **/ask**，或者提及我；其余见 **/help**。"
        ),
        help=(
            "**我根据一个文件夹里的文档回答问题。** 每句话都有脚注：文件、行号和所依据的原文。"
            "文档没有说的，我不说。",
            "**/ask** 提问；选 `private` 则只有你能看到回答",
            "**提及我或回复我**，我就在下面回答；在我的子区里接着问即可",
            "消息菜单里的 **APP → Check against the documents**：这条消息的哪些句子有文档依据",
            "回答下方的 **引文**：每条引文及其上下文，只有你能看到",
            "回答下方的 **好** 和 **有误**：你的意见会被保存，用来改进回答",
            "**/sources**：我所知道的文档",
        ),
    ),
    "zh-Hant": Words(
        looking="正在查閱文件…",
        writing="正在撰寫…",
        more="另有 {} 條",
        nearest="最接近的段落",
        note="提示",
        in_file="完整內容及全部註腳見 {}。",
        address="[網址]",
        supported="有依據",
        contradicted="與文件不符",
        not_found="未找到",
        nothing="這則訊息裡沒有可核對的內容。",
        checked="與文件核對的結果",
        sources="文件",
        no_sources="還沒有文件。",
        of="{}–{} / {}",
        passage="1 個段落",
        passages="{} 個段落",
        status="狀態",
        figures=(
            "索引", "建立時間", "文件", "段落", "方式", "模型", "今日費用", "已回答", "未作答",
            "失敗", "處理中", "等待中", "半數回答用時不超過", "99% 的回答用時不超過",
            "正在建立索引", "問題",
        ),
        greeting=(
            "大家好！我根據一個資料夾裡的文件回答問題，每句話都帶註腳：檔案、行號和所依據的原文。"
            "文件沒有說的，我不說。請試試 **/ask**，或者提及我；其餘見 **/help**。"
        ),
        help=(
            "**我根據一個資料夾裡的文件回答問題。** 每句話都有註腳：檔案、行號和所依據的原文。"
            "文件沒有說的，我不說。",
            "**/ask** 提問；選 `private` 則只有你看得到回答",
            "**提及我或回覆我**，我就在下面回答；在我的討論串裡接著問即可",
            "訊息選單裡的 **應用程式 → Check against the documents**：這則訊息的哪些句子有文件依據",
            "回答下方的 **引文**：每條引文及其上下文，只有你看得到",
            "回答下方的 **好** 和 **有誤**：你的意見會被保存，用來改進回答",
            "**/sources**：我所知道的文件",
        ),
    ),
    "ja": Words(
        looking="文書を調べています…",
        writing="書いています…",
        more="ほか{}件",
        nearest="最も近い箇所",
        note="お知らせ",
        in_file="脚注を含む全文は{}にあります。",
        address="[アドレス]",
        supported="裏付けあり",
        contradicted="文書と相違",
        not_found="見つからず",
        nothing="このメッセージには確かめる内容がありません。",
        checked="文書と照らし合わせた結果",
        sources="文書",
        no_sources="まだ文書がありません。",
        of="{}–{} / {}",
        passage="1箇所",
        passages="{}箇所",
        status="状態",
        figures=(
            "索引", "作成", "文書", "箇所", "方式", "モデル", "本日の費用", "回答", "回答なし",
            "失敗", "処理中", "待機中", "半数の回答の所要時間", "100件中99件の所要時間",
            "索引を作成中", "問題",
        ),
        greeting=(
            "こんにちは！フォルダーの文書をもとに質問に答え、どの文にも脚注を付けます。脚注は"
            "ファイルと行、そして根拠となる原文そのままの言葉です。文書にないことは言いません。"
            "**/ask** を使うか、メンションしてください。詳しくは **/help** へ。"
        ),
        help=(
            "**フォルダーの文書をもとに答えます。** どの文にも、ファイルと行、根拠となる原文を"
            "脚注で示します。文書にないことは言いません。",
            "**/ask** 質問する。`private` を選ぶと、答えは本人にだけ見えます",
            "**メンションするか返信する**と、その下に答えます。私のスレッドではそのまま続けて"
            "質問できます",
            "メッセージメニューの **アプリ → Check against the documents**：どの文に文書の裏付けが"
            "あるかを示します",
            "答えの下の **引用**：各引用を前後の文とともに。本人にだけ見えます",
            "答えの下の **良い** と **誤り**：ご意見は保存され、改善に使われます",
            "**/sources**：私が知っている文書",
        ),
    ),
}  # fmt: skip


def voice(language: str | None, question: str = "") -> str:
    """The language to speak to whoever asked `question`: its own, if it shows one that the bot
    speaks, else `language`, which may also be a locale of Discord's.
    """
    spoken = _LOCALES.get(language or "", language or "")
    if spoken not in WORDS:
        spoken = "en"
    return messages.voice(question, language_of(question), spoken) if question else spoken
