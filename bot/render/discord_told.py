"""What is told of wishes that are not met and of things that are done, in the reader's language."""

from __future__ import annotations

from bot.redaction import struck
from bot.render.discord_words import WORDS, voice
from index.errors import FootnoteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Notice

# By kind: English, Korean, Chinese as in China and as in Taiwan, Japanese. `{}` is a place for a
# figure; what stands below the first line says what to do. English is missing where an error has
# said it already.
TOLD: dict[str, tuple[str, str, str, str, str]] = {
    # Of questions that are not taken.
    "busy": (
        "",
        "앞에 질문이 {}개 있어 지금은 더 받을 수 없습니다.\n1분쯤 뒤에 다시 물어 주세요.",
        "前面还有 {} 个问题，暂时无法再接收。\n请过一分钟再问。",
        "前面還有 {} 個問題，暫時無法再接收。\n請過一分鐘再問。",
        "先に {} 件の質問があり、今はこれ以上お受けできません。\n"
        "1分ほどしてからもう一度お尋ねください。",
    ),
    "crowded": (
        "",
        "지금은 할 일이 너무 많습니다.\n1분쯤 뒤에 다시 해 주세요.",
        "现在太忙了。\n请过一分钟再试。",
        "現在太忙了。\n請過一分鐘再試。",
        "ただ今たいへん混み合っています。\n1分ほどしてからもう一度お試しください。",
    ),
    "cooldown": (
        "",
        "질문은 하나씩 부탁드립니다. {}초 뒤에 다음 질문을 하실 수 있습니다.",
        "请一个一个地问：{} 秒后可以问下一个问题。",
        "請一個一個地問：{} 秒後可以問下一個問題。",
        "質問は一つずつお願いします。次の質問は {} 秒後にどうぞ。",
    ),
    "cooldown_server": (
        "",
        "이 서버에서 방금 질문이 있었습니다. {}초 뒤에 다음 질문을 하실 수 있습니다.",
        "这个服务器刚刚提过问题：{} 秒后可以问下一个。",
        "這個伺服器剛剛提過問題：{} 秒後可以問下一個。",
        "このサーバーでは質問があったばかりです。次の質問は {} 秒後にどうぞ。",
    ),
    "closing": (
        "",
        "곧 다시 시작합니다.\n1~2분 뒤에 다시 물어 주세요.",
        "我马上要重新启动。\n请过一两分钟再问。",
        "我馬上要重新啟動。\n請過一兩分鐘再問。",
        "まもなく再起動します。\n1、2分してからもう一度お尋ねください。",
    ),
    "too_long": (
        "",
        "질문이 {}자입니다. {}자까지 물으실 수 있습니다.\n"
        "한 번에 하나씩, 한두 문장으로 물어 주세요.",
        "这个问题有 {} 个字符，最多可以问 {} 个字符。\n请一次问一件事，用一两句话。",
        "這個問題有 {} 個字元，最多可以問 {} 個字元。\n請一次問一件事，用一兩句話。",
        "ご質問は {} 文字です。{} 文字までお尋ねいただけます。\n"
        "一度に一つのことを、一、二文でお尋ねください。",
    ),
    "no_words": (
        "",
        "질문에 낱말이 없습니다.\n알고 싶은 것을 문장으로 물어 주세요.",
        "问题里没有文字。\n请说说您想知道什么。",
        "問題裡沒有文字。\n請說說您想知道什麼。",
        "質問に言葉がありません。\nお知りになりたいことを文でお尋ねください。",
    ),
    "servers_only": (
        "",
        "저는 서버에서만 답합니다.\n서버의 채널에서 물어 주세요.",
        "我只在服务器里回答。\n请在您服务器的频道里问我。",
        "我只在伺服器裡回答。\n請在您伺服器的頻道裡問我。",
        "回答できるのはサーバーの中だけです。\nサーバーのチャンネルでお尋ねください。",
    ),
    "not_here": (
        "",
        "이 채널에서는 답하지 않습니다.\n여기에서 물어 주세요:",
        "我不在这个频道回答。\n请到这里问我：",
        "我不在這個頻道回答。\n請到這裡問我：",
        "このチャンネルではお答えしていません。\nこちらでお尋ねください：",
    ),
    "no_role": (
        "",
        "정해진 역할이 있는 분만 질문하실 수 있습니다.\n역할은 이 서버의 관리자에게 부탁해 주세요.",
        "只有拥有特定身份组的成员可以提问。\n可以请这个服务器的管理员给您一个。",
        "只有擁有特定身分組的成員可以提問。\n可以請這個伺服器的管理員給您一個。",
        "質問できるのは、決められたロールのある方だけです。\nロールについては、このサーバーの"
        "モデレーターにお尋ねください。",
    ),
    "no_text": (
        "",
        "이 메시지에는 글이 없습니다.\n글이 있는 메시지에 써 보세요.",
        "这条消息里没有文字。\n请在有文字的消息上试试。",
        "這則訊息裡沒有文字。\n請在有文字的訊息上試試。",
        "このメッセージには文章がありません。\n文章のあるメッセージでお試しください。",
    ),
    "not_kept": (
        "",
        "의견을 저장하지 못했습니다.\n저를 운영하는 분께 알려 주세요. 까닭은 로그에 있습니다.",
        "您的意见没能保存。\n请告诉运行我的人：原因在日志里。",
        "您的意見沒能保存。\n請告訴運行我的人：原因在日誌裡。",
        "ご意見を保存できませんでした。\n私を動かしている人にお知らせください。原因はログにあります。",
    ),
    "forgotten": (
        "",
        "이 답은 너무 오래되었거나 제가 다시 시작해서 더는 알지 못합니다.\n"
        "다시 물어보시면 새 답의 버튼을 쓰실 수 있습니다.",
        "我已经不记得这个回答了：时间太久，或者我重新启动过。\n"
        "请再问一次，新回答下方的按钮就能用。",
        "我已經不記得這個回答了：時間太久，或者我重新啟動過。\n"
        "請再問一次，新回答下方的按鈕就能用。",
        "この答えは古くなったか、再起動したため、もう手元にありません。\n"
        "もう一度お尋ねいただければ、新しい答えのボタンをお使いになれます。",
    ),
    "may_not_thread": (
        "",
        "여기에서 스레드를 만들 권한이 없으십니다.\n권한이 있는 분께 부탁해 주세요.",
        "您不能在这里创建子区。\n可以请有权限的人来创建。",
        "您不能在這裡建立討論串。\n可以請有權限的人來建立。",
        "ここでスレッドを作成する権限をお持ちではありません。\n権限のある方にお願いしてください。",
    ),
    "cannot_thread": (
        "",
        "저는 여기에서 스레드를 만들 수 없습니다.\n관리자가 저에게 ‘공개 스레드 만들기’ 권한을 "
        "주실 수 있습니다.",
        "我不能在这里创建子区。\n管理员可以给我“创建公开子区”的权限。",
        "我不能在這裡建立討論串。\n管理員可以給我「建立公開討論串」的權限。",
        "私はここでスレッドを作成できません。\nモデレーターは、私に「公開スレッドの作成」の権限を"
        "付けられます。",
    ),
    "too_much_feedback": (
        "",
        "의견이 너무 많아 디스코드 파일 하나에 담을 수 없습니다.\n"
        "봇을 운영하는 분이 feedback.jsonl에서 "
        "보실 수 있습니다.",
        "内容太多，放不进 Discord 的一个文件。\n运行我的人可以在 feedback.jsonl 里找到。",
        "內容太多，放不進 Discord 的一個檔案。\n執行我的人可以在 feedback.jsonl 裡找到。",
        "多すぎて Discord の一つのファイルに収まりません。\nボットを運営する方は feedback.jsonl で"
        "ご覧になれます。",
    ),
    "reading": (
        "",
        "문서를 읽고 있습니다.\n1분쯤 뒤에 다시 물어 주세요.",
        "正在读取文档。\n请过一分钟再问。",
        "正在讀取文件。\n請過一分鐘再問。",
        "文書を読み込んでいます。\n1分ほどしてからもう一度お尋ねください。",
    ),
    "reading_on": (
        "",
        "문서를 읽고 있습니다({} / {}).\n1분쯤 뒤에 다시 물어 주세요.",
        "正在读取文档（{} / {}）。\n请过一分钟再问。",
        "正在讀取文件（{} / {}）。\n請過一分鐘再問。",
        "文書を読み込んでいます（{} / {}）。\n1分ほどしてからもう一度お尋ねください。",
    ),
    "unreadable": (
        "The documents cannot be searched yet.\nA moderator sees with /status what is wrong.",
        "아직 문서를 찾아볼 수 없습니다.\n관리자는 /status로 무엇이 문제인지 볼 수 있습니다.",
        "文档暂时还不能查阅。\n管理员可以用 /status 查看原因。",
        "文件暫時還不能查閱。\n管理員可以用 /status 查看原因。",
        "まだ文書を調べられません。\nモデレーターは /status で原因を確認できます。",
    ),
    "bug": (
        "",
        "제 쪽에서 문제가 생겼습니다. 사용하신 분의 잘못이 아닙니다.\n"
        "다시 생기면 봇을 운영하는 분께 이 번호를 알려 주세요: {}",
        "出了点问题，这不是您的错。\n如果再次发生，请把这个编号告诉运行我的人：{}",
        "出了點問題，這不是您的錯。\n如果再次發生，請把這個編號告訴執行我的人：{}",
        "こちらで問題が起きました。あなたのせいではありません。\n"
        "また起きたときは、ボットを運営する方にこの番号をお伝えください：{}",
    ),
    # Of what is done.
    "noted": (
        "Thank you! It is noted.",
        "고맙습니다! 기록해 두었습니다.",
        "谢谢！已经记下。",
        "謝謝！已經記下。",
        "ありがとうございます！記録しました。",
    ),
    "mention": (
        "To ask on here, mention me or reply to me: I may not read other messages.",
        "여기에서 이어서 물으시려면 저를 멘션하거나 제 글에 답장해 주세요. 다른 메시지는 읽을 수 "
        "없습니다.",
        "要在这里接着问，请提及我或回复我：我不能读取其他消息。",
        "要在這裡接著問，請提及我或回覆我：我不能讀取其他訊息。",
        "続けて質問するには、私をメンションするか私に返信してください。"
        "ほかのメッセージは読めません。",
    ),
    "ask_on": (
        "Ask on here.",
        "여기에서 이어서 물어 주세요.",
        "请在这里接着问。",
        "請在這裡接著問。",
        "続きはここでお尋ねください。",
    ),
    "ask_on_in": (
        "Ask on here: {}",
        "여기에서 이어서 물어 주세요: {}",
        "请在这里接着问：{}",
        "請在這裡接著問：{}",
        "続きはこちらでお尋ねください：{}",
    ),
    "thread_is_there": (
        "There is a thread already: {}",
        "스레드가 이미 있습니다: {}",
        "已经有子区了：{}",
        "已經有討論串了：{}",
        "スレッドがすでにあります：{}",
    ),
    "being_read": (
        "Reading the documents…",
        "문서를 읽고 있습니다…",
        "正在读取文档…",
        "正在讀取文件…",
        "文書を読み込んでいます…",
    ),
    "being_read_on": (
        "Reading the documents… {} of {}",
        "문서를 읽고 있습니다… {} / {}",
        "正在读取文档… {} / {}",
        "正在讀取文件… {} / {}",
        "文書を読み込んでいます… {} / {}",
    ),
    "up_to_date": (
        "I know the documents as they are now.",
        "문서를 지금 그대로 알고 있습니다.",
        "我所知道的文档已是最新。",
        "我所知道的文件已是最新。",
        "文書は最新の状態です。",
    ),
    "read": (
        "Done in {} s: {}. {} passages can be found.",
        "{}초 만에 마쳤습니다: {}. 구절 {}개를 찾을 수 있습니다.",
        "用时 {} 秒，已完成：{}。可查到 {} 个段落。",
        "用時 {} 秒，已完成：{}。可查到 {} 個段落。",
        "{} 秒で終わりました：{}。{} 箇所を調べられます。",
    ),
    "added": ("{} added", "추가 {}", "新增 {}", "新增 {}", "追加 {}"),
    "changed": ("{} changed", "변경 {}", "更改 {}", "變更 {}", "変更 {}"),
    "removed": ("{} removed", "삭제 {}", "删除 {}", "刪除 {}", "削除 {}"),
    "renamed": ("{} renamed", "이름 바뀜 {}", "改名 {}", "改名 {}", "名前変更 {}"),
    "unchanged": ("{} unchanged", "그대로 {}", "未变 {}", "未變 {}", "変更なし {}"),
    "left_out": ("{} left out", "제외 {}", "略过 {}", "略過 {}", "除外 {}"),
    "none": ("nothing to read", "읽을 것 없음", "没有可读的文档", "沒有可讀的文件", "対象なし"),
    "no_feedback": (
        "Nobody has said anything of an answer yet.",
        "아직 답에 대한 의견이 없습니다.",
        "还没有人评价过回答。",
        "還沒有人評價過回答。",
        "答えへのご意見はまだありません。",
    ),
    "feedback": (
        "What readers said, as drafts: look through them before they become tests.",
        "독자의 의견을 초안으로 담았습니다. 테스트로 쓰기 전에 살펴봐 주세요.",
        "这是由读者评价整理的草稿：用作测试之前请先看一遍。",
        "這是由讀者評價整理的草稿：用作測試之前請先看一遍。",
        "読者のご意見を下書きにしました。テストにする前に目を通してください。",
    ),
    # Of answers; what only whoever runs the bot can mend stands in the log.
    "fallback": (
        "The model could not be used just now: I looked in the documents' own sentences alone.",
        "지금은 모델을 쓸 수 없어 문서의 문장에서만 찾았습니다.",
        "模型暂时不可用：只在文档自己的句子中查找。",
        "模型暫時不可用：只在文件自己的句子中查找。",
        "今はモデルを使えないため、文書の文だけから探しました。",
    ),
    "incomplete": (
        "The model stopped in the middle: what it had written by then is verified and shown.",
        "모델이 도중에 멈췄습니다. 그때까지 쓴 것 가운데 확인된 내용입니다.",
        "模型中途停止了：这里是此前写出并经核实的内容。",
        "模型中途停止了：這裡是此前寫出並經核實的內容。",
        "モデルが途中で止まりました。それまでに書かれ、確かめられた内容です。",
    ),
    "truncated": (
        "The model wrote too much: only its first sentences were read.",
        "모델이 너무 길게 써서 앞부분만 읽었습니다.",
        "模型写得太长：只读取了开头的句子。",
        "模型寫得太長：只讀取了開頭的句子。",
        "モデルの文章が長すぎたため、初めの部分だけを読みました。",
    ),
    "old_generation": (
        "The documents could not be read anew: this is how they were before.",
        "문서를 새로 읽지 못했습니다. 이전에 읽은 내용으로 답했습니다.",
        "未能重新读取文档：这里依据的是之前的内容。",
        "未能重新讀取文件：這裡依據的是之前的內容。",
        "文書を読み直せなかったため、以前の内容でお答えしています。",
    ),
    "dense": (
        "It was searched by words alone; search by meaning does not work just now.",
        "지금은 의미로 찾을 수 없어 낱말로만 찾았습니다.",
        "按语义查找暂时不可用：只按词语查找。",
        "按語意查找暫時不可用：只按詞語查找。",
        "今は意味による検索ができないため、言葉だけで調べました。",
    ),
    "file_changed": (
        "A document changed after I read it: only what still stands in it is quoted.",
        "읽은 뒤에 바뀐 문서가 있습니다. 지금도 있는 말만 인용했습니다.",
        "有文档在我读取之后改动过：只引用其中仍有的文字。",
        "有文件在我讀取之後改動過：只引用其中仍有的文字。",
        "読み込んだ後に変わった文書があります。今もある言葉だけを引用しています。",
    ),
    "file_renamed": (
        "A document has another name now: it is cited by that.",
        "이름이 바뀐 문서가 있습니다. 지금의 이름으로 인용했습니다.",
        "有文档已经改名：按现在的名称引用。",
        "有文件已經改名：按現在的名稱引用。",
        "名前が変わった文書があります。今の名前で引用しています。",
    ),
    "file_missing": (
        "A document can no longer be read: nothing is quoted from it.",
        "더는 읽을 수 없는 문서가 있습니다. 그 문서는 인용하지 않았습니다.",
        "有文档已无法读取：没有引用它。",
        "有文件已無法讀取：沒有引用它。",
        "読めなくなった文書があります。そこからは引用していません。",
    ),
    "hidden_characters": (
        "A quote holds characters that readers of the document do not see: they are marked.",
        "인용문에 문서를 읽는 사람에게는 보이지 않는 문자가 있어 표시했습니다.",
        "引文里有读者看不见的字符，已经标出。",
        "引文裡有讀者看不見的字元，已經標出。",
        "引用に、文書の読者には見えない文字が含まれるため、印を付けました。",
    ),
    "boilerplate": (
        "Some of it stands outside the articles: in a list of headlines, a menu or a caption.",
        "일부는 기사 본문이 아니라 제목 목록, 메뉴, 사진 설명에 있는 말입니다.",
        "其中有些文字不在正文里，而在标题列表、菜单或图片说明中。",
        "其中有些文字不在正文裡，而在標題列表、選單或圖片說明中。",
        "一部は本文の外、見出しの一覧やメニュー、写真の説明にある言葉です。",
    ),
}

_LANGUAGES = tuple(WORDS)
_FOR_WHOEVER_RUNS_IT = frozenset({"insecure"})


def told(kind: str, language: str | None, *figures: object) -> str:
    """What is told of `kind`, with its figures; "" where that is not known."""
    said = TOLD.get(kind, ("",) * len(_LANGUAGES))[_LANGUAGES.index(voice(language))]
    shown = (f"{each:,}" if isinstance(each, int) else str(each) for each in figures)
    return said.format(*shown)


def of_wrong(error: FootnoteError, language: str | None) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    said, _, hint = told(error.phrase, language, *error.figures).partition("\n")
    return (said, hint) if said else (struck(error.message), struck(error.hint))


def of_notice(notice: Notice, language: str | None) -> str:
    """What a notice tells readers; "" where it is for whoever runs the bot alone."""
    if notice.kind in _FOR_WHOEVER_RUNS_IT:
        return ""
    return told(notice.kind, language) or struck(notice.message)
