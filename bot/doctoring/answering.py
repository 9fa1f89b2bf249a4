"""Whether what answers does answer: the embedder and the model are asked for a word."""

from __future__ import annotations

from time import monotonic

from bot.finding import Finding, well

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.settings import Settings

_SAY = "Answer with the word: ready"
_MODEL_SECONDS = 30.0
_MOST_TOKENS = 64


def of_embedder(settings: Settings) -> list[Finding]:
    """The embedder that is set, if any, gives a vector."""
    from bot.wiring import embedder_of

    options = embedder_of(settings)
    if options is None:
        return []
    from index.dense.embedders import make

    begun = monotonic()
    embedder = make(options)
    try:
        length = len(embedder.query(_SAY))
    finally:
        embedder.close()
    took = monotonic() - begun
    return [well("embedder", f"{options.kind} gave a vector of {length} in {took:.1f} s.")]


def of_model(settings: Settings) -> list[Finding]:
    """The model that is set answers; what that costs is counted as of a question."""
    model = settings.model
    if model is None:
        return [well("model", "None is needed: answers are the documents' own sentences.")]
    from bot.budget import Budget
    from bot.chat.client import Ask, Chat
    from bot.failures import ModelError

    chat = Chat(
        model.name,
        base_url=model.base_url,
        api_key=model.api_key,
        temperature=model.temperature,
        retries=0,
        memory=settings.store / "servers.json",
    )
    budget = Budget(settings.store / "spent.sqlite", prices=model.prices, caps=model.caps)
    ask = Ask(lambda _: [{"role": "user", "content": _SAY}], max_tokens=_MOST_TOKENS)
    begun = monotonic()
    try:
        chat.complete(ask, begun + min(model.deadline, _MODEL_SECONDS), budget.meter(model.name))
    except ModelError as error:
        if error.kind != "cut":  # more than it may say here is an answer, too
            raise
    finally:
        chat.close()
        budget.close()
    return [well("model", f"{model.name} answered in {monotonic() - begun:.1f} s.")]
