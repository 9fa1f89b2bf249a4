"""The model, the embedder and the bot that the settings name, and which key goes where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.answers import Notice
from bot.budget import Caps, Prices
from bot.keys import FILE, KEYS
from bot.values import Secret, Value, is_loopback
from index.errors import UsageError
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    Embedder = Literal["openai", "minilm", "hashed"]

_DEFAULTS = {key.name: key.default for key in KEYS}


@record
class ModelSettings:
    """A model to answer with; without `base_url` it is one of OpenAI's."""

    name: str
    base_url: str | None
    api_key: Secret | None
    temperature: float
    max_tokens: int
    deadline: float
    retries: int
    concurrency: int
    passages: int
    prices: Prices | None
    caps: Caps
    prompts: Path | None = None


@record
class EmbeddingSettings:
    """What makes vectors, and the Chroma server that keeps them; without, they lie in the store."""

    embedder: Embedder
    model: str | None
    base_url: str | None
    api_key: Secret | None
    dimensions: int | None
    concurrency: int
    chroma: str | None


@record
class DiscordSettings:
    """How the bot behaves in Discord; without `channels` or `roles` it answers in all, to all."""

    token: Secret | None
    files_url: str | None
    channels: frozenset[int]
    roles: frozenset[int]
    cooldown_user: float
    cooldown_server: float
    queue: int
    workers: int | None
    direct_messages: bool
    message_content: bool
    log_questions: bool
    log_level: str
    metrics_port: int | None


def model_of(values: Mapping[str, Value], *, recorded: bool = False) -> ModelSettings:
    """The model that `values`, read settings by key, name; where its answers are `recorded`, it
    needs neither key nor address."""
    get = _getter(values)
    if not recorded and not values.keys() & {"base_url", "api_key"}:
        raise UsageError(
            f"The model {values['model']} needs a key, or the address of a server that needs none.",
            "Set OPENAI_API_KEY; or name a server: --base-url http://localhost:11434/v1, or "
            f'OPENAI_BASE_URL, or in {FILE}: base_url = "…". '
            "Without either, answer with --mode extractive.",
        )
    prices = None
    if values.keys() & {"price_input", "price_output"}:
        missing = {"price_input", "price_output"} - values.keys()
        if missing:
            raise UsageError(
                f"The setting {missing.pop()} is missing.",
                "What a model costs takes both prices, in dollars a million tokens; "
                "one of them may be 0.",
            )
        prices = Prices(get("price_input"), get("price_output"))
    caps = Caps(*map(get, Caps.__match_args__))
    if prices is None and (caps.dollars_per_question, caps.dollars_per_day) != (None, None):
        raise UsageError(
            "A cap in dollars needs to know what tokens cost.",
            "Set price_input and price_output, in dollars a million tokens.",
        )
    prompts = Path(get("prompts")) if "prompts" in values else None
    if prompts is not None:
        from prompts import check

        check(prompts)
    return ModelSettings(
        name=get("model"),
        base_url=get("base_url"),
        api_key=get("api_key"),
        temperature=get("temperature"),
        max_tokens=get("max_tokens"),
        deadline=get("deadline"),
        retries=get("retries"),
        concurrency=get("concurrency"),
        passages=get("passages"),
        prices=prices,
        caps=caps,
        prompts=prompts,
    )


def embedding_of(values: Mapping[str, Value]) -> EmbeddingSettings:
    """The embedder that `values` name."""
    get = _getter(values)
    embedder = get("embedder")
    model = base_url = api_key = None
    if embedder == "openai":
        model = get("embedding_model")
        base_url = get("embedding_base_url") or get("base_url")
        api_key = get("embedding_api_key") or get("api_key")
        if model is None:
            raise UsageError(
                "The embedder openai needs the name of a model.",
                f"Name it: --embedding-model NAME, or in {FILE}: embedding_model = "
                '"text-embedding-3-small"',
            )
        if base_url is None and api_key is None:
            raise UsageError(
                f"The embedding model {model} needs a key, or the address of a server that needs "
                "none.",
                "Set OPENAI_API_KEY; or name a server: --embedding-base-url "
                "http://localhost:11434/v1",
            )
    return EmbeddingSettings(
        embedder=embedder,
        model=model,
        base_url=base_url,
        api_key=api_key,
        dimensions=get("embedding_dimensions"),
        concurrency=get("embedding_concurrency"),
        chroma=get("chroma"),
    )


def discord_of(values: Mapping[str, Value]) -> DiscordSettings:
    """The bot that `values` describe. That a token is missing is told where one is needed."""
    get = _getter(values)
    return DiscordSettings(
        token=get("discord_token"),
        files_url=get("files_url"),
        channels=frozenset(get("channels") or ()),
        roles=frozenset(get("roles") or ()),
        cooldown_user=get("cooldown_user"),
        cooldown_server=get("cooldown_server"),
        queue=get("queue"),
        workers=get("workers"),
        direct_messages=get("direct_messages"),
        message_content=get("message_content"),
        log_questions=get("log_questions"),
        log_level=get("log_level") or "info",
        metrics_port=get("metrics_port"),
    )


def careful(
    model: ModelSettings | None,
    embedding: EmbeddingSettings | None,
    from_file: frozenset[str],
    usual_key: Value | None,
) -> tuple[Notice, ...]:
    """What is unsafe in where keys and documents go.

    `from_file` are the addresses that only the file names: it may have come with the documents,
    from whoever wrote them, so OpenAI's own key, `usual_key`, is not sent there.
    """
    notices = []
    for server in (model, embedding):
        if server is None or server.base_url is None or server.api_key is None:
            continue
        address = server.base_url
        if is_loopback(address):
            continue
        if server.api_key is usual_key and address in from_file:
            raise UsageError(
                f"{FILE} would have the key in OPENAI_API_KEY sent to {address}.",
                "If that is meant, say so: put the key into FOOTNOTE_API_KEY, or the address into "
                "OPENAI_BASE_URL.",
            )
        if address.startswith("http:"):
            message = f"The key goes to {address} unencrypted: use https where others listen."
            notices.append(Notice("insecure", message))
    if embedding is not None and embedding.chroma and not is_loopback(embedding.chroma):
        message = (
            f"Chroma's server at {embedding.chroma} has known weaknesses that are not mended: "
            "let nobody reach it whom you would not trust with the documents."
        )
        notices.append(Notice("insecure", message))
    return tuple(dict.fromkeys(notices))


def _getter(values: Mapping[str, Value]) -> Any:
    return lambda name: values.get(name, _DEFAULTS[name])
