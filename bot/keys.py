"""What can be set, each key once: its flag, its variable, its line of footnote.toml, its help."""

from __future__ import annotations

from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # How a value is read: "secret" is never shown, "server" is the address of a server alone,
    # "ids" are numbers with commas between them.
    Form = Literal[
        "folder",
        "text",
        "choice",
        "address",
        "server",
        "secret",
        "whole",
        "number",
        "switch",
        "ids",
    ]
    Group = Literal["documents", "model", "spending", "dense retrieval", "discord"]

FILE = "footnote.toml"
PREFIX = "FOOTNOTE_"
_BILLION = 1_000_000_000


@record
class Key:
    """A setting. `name` is its key in footnote.toml; numbers lie between `least` and `most`."""

    name: str
    group: Group
    form: Form
    placeholder: str
    help: str
    default: float | None = None
    least: float = 0
    most: float = _BILLION
    choices: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


KEYS = (
    Key("corpus", "documents", "folder", "DIR", "the folder of documents"),
    Key("store", "documents", "folder", "DIR",
        "the folder of indexes; each corpus has a place in it"),
    Key("keep", "documents", "whole", "N",
        "how many generations of an index stay on the disk, the one that answers and those "
        "before it (2)", default=2, least=1, most=1000),
    Key("mode", "model", "choice", "MODE",
        "extractive: in the documents' own sentences; generative: in a model's (the default "
        "where one is named)", choices=("extractive", "generative")),
    Key("model", "model", "text", "NAME", "the model of the generative mode"),
    Key("base_url", "model", "address", "URL",
        "the address of any OpenAI-compatible server, such as http://localhost:11434/v1; "
        "OpenAI's own by default"),
    Key("api_key", "model", "secret", "KEY",
        "its key; other users of the machine can see a flag, so better a variable"),
    Key("temperature", "model", "number", "T", "how freely it writes, from 0 to 2 (0)",
        default=0.0, most=2),
    Key("max_tokens", "model", "whole", "N", "the longest that it may write, a call (1000)",
        default=1000, least=1),
    Key("deadline", "model", "number", "SECONDS",
        "the longest that a question may wait for it (30); then the documents' own sentences "
        "are the answer", default=30.0, least=0.1, most=3600),
    Key("retries", "model", "whole", "N", "how often a call that failed is made again (2)",
        default=2, most=10),
    Key("concurrency", "model", "whole", "N",
        "how many questions of a batch it is asked at once (4)", default=4, least=1, most=64),
    Key("passages", "model", "whole", "N", "how many passages it is given to read (8)",
        default=8, least=1, most=50),
    Key("prompts", "model", "folder", "DIR",
        "a folder of *.md files that stand in for the program's own prompts of the same names"),
    Key("price_input", "spending", "number", "USD", "what a million tokens that it reads cost",
        most=100_000),
    Key("price_output", "spending", "number", "USD", "what a million tokens that it writes cost",
        most=100_000),
    Key("tokens_per_question", "spending", "whole", "N", "the most tokens that a question may take",
        least=1),
    Key("tokens_per_day", "spending", "whole", "N",
        "the most that all questions of a day (UTC) may take", least=1, most=1000 * _BILLION),
    Key("dollars_per_question", "spending", "number", "USD",
        "the most that a question may cost; needs the prices", most=1_000_000),
    Key("dollars_per_day", "spending", "number", "USD",
        "the most that all questions of a day (UTC) may cost", most=1_000_000),
    Key("embedder", "dense retrieval", "choice", "NAME",
        "also search by meaning, with vectors of: openai, any OpenAI-compatible server; minilm, a "
        "small model for English on this machine; hashed, for tests (none)",
        choices=("none", "openai", "minilm", "hashed")),
    Key("embedding_model", "dense retrieval", "text", "NAME", "the model that makes the vectors"),
    Key("embedding_base_url", "dense retrieval", "address", "URL",
        "the address of its server; base_url by default"),
    Key("embedding_api_key", "dense retrieval", "secret", "KEY", "its key; api_key by default"),
    Key("embedding_dimensions", "dense retrieval", "whole", "N",
        "the length of a vector, where the model can shorten it", least=1, most=65_536),
    Key("embedding_concurrency", "dense retrieval", "whole", "N",
        "how many requests are on their way at once (8)", default=8, least=1, most=256),
    Key("chroma", "dense retrieval", "server", "URL",
        "a Chroma server to keep the vectors in, http://host:port; by default they lie in the "
        "store"),
    Key("discord_token", "discord", "secret", "TOKEN",
        "the bot's token; other users of the machine can see a flag, so better DISCORD_TOKEN"),
    Key("files_url", "discord", "address", "URL",
        "where readers find the documents: sources are then links to this address and the file's "
        "path behind it"),
    Key("channels", "discord", "ids", "IDS",
        "the channels that it answers in, with commas between them; by default all that it can "
        "see"),
    Key("roles", "discord", "ids", "IDS", "the roles that may ask; by default everyone"),
    Key("cooldown_user", "discord", "number", "SECONDS",
        "how long a person waits after a question before the next (3)", default=3.0, most=86_400),
    Key("cooldown_server", "discord", "number", "SECONDS",
        "how long all of a server wait after a question (0)", default=0.0, most=86_400),
    Key("queue", "discord", "whole", "N",
        "how many questions may wait; the next are asked to come back (100)",
        default=100, most=10_000),
    Key("workers", "discord", "whole", "N",
        "how many are answered at once (8; with a model, for which each waits, 32)",
        least=1, most=256),
    Key("direct_messages", "discord", "switch", "yes|no", "answer private messages, too (no)",
        default=False),
    Key("message_content", "discord", "switch", "yes|no",
        "read a thread's messages, so that follow-ups need no mention; must be allowed in "
        "Discord's portal: Bot, Message Content Intent (no)", default=False),
    Key("log_questions", "discord", "switch", "yes|no",
        "write what was asked into the log (no)", default=False),
    Key("log_level", "discord", "choice", "LEVEL", "debug, info, warning or error (info)",
        choices=("debug", "info", "warning", "error")),
    Key("metrics_port", "discord", "whole", "PORT",
        "serve /healthz and /metrics on this port of 127.0.0.1; otherwise they are not served",
        least=1, most=65_535),
)  # fmt: skip
