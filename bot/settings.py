"""What is set: by flags, then `FOOTNOTE_…` variables, then `footnote.toml`.

Nothing is read when this is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.keys import FILE, KEYS, PREFIX
from index.errors import UsageError
from index.record import record, replaced
from index.store import KEEP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from bot.answers import Mode, Notice
    from bot.services import DiscordSettings, EmbeddingSettings, ModelSettings
    from bot.values import Value

_NAMES = tuple(key.name for key in KEYS)
_NUMBERS = {key.name for key in KEYS if key.form in ("whole", "number")}
_SWITCHES = {key.name for key in KEYS if key.form == "switch"}
_IDS = {key.name for key in KEYS if key.form == "ids"}
_DISCORD = {key.name for key in KEYS if key.group == "discord"}
_PLACES = {"corpus", "store"}
# Variables that say how a program runs rather than what it answers; no file can set them.
_ASIDE = ("debug",)
_MOST_BYTES = 1_000_000  # of the file
# The names that other programs know, too.
_USUAL = {"api_key": "OPENAI_API_KEY", "base_url": "OPENAI_BASE_URL"}
_TOKEN = "DISCORD_TOKEN"


@record
class Settings:
    """Where the documents and the index are, and how to search and answer.

    `mode` is what was asked for or what follows from the rest: generative with a model,
    extractive without; `model` is there in the generative mode alone, `discord` for the bot
    alone. `notices` say what is unsafe. `keep` generations of an index stay.
    """

    corpus: Path
    store: Path
    mode: Mode
    model: ModelSettings | None = None
    embedding: EmbeddingSettings | None = None
    notices: tuple[Notice, ...] = ()
    discord: DiscordSettings | None = None
    keep: int = KEEP

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys and the token that are set, which nobody should read."""
        services = (self.model, self.embedding)
        keys = [each.api_key for each in services if each is not None]
        keys.append(self.discord.token if self.discord is not None else None)
        return tuple(key for key in keys if key)


@record
class Given:
    """The text that a key was given, and where; `usual` is a variable that others know, too."""

    text: str
    where: Literal["flag", "variable", "usual", "file", "over"]


def load(
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    folder: Path,
    *,
    discord: bool = False,
    over: Path | None = None,
    recorded: bool = False,
    bare: bool = False,
) -> Settings:
    """The settings that hold in `folder`, the working folder; with `discord`, the bot's too.

    `over` is a file like footnote.toml whose settings come before all others. Of a model whose
    answers are `recorded` no key is needed. Where the settings are `bare`, only the
    folders of documents and indexes count.
    """
    given = {
        **_file(folder / FILE),
        **_variables(environment),
        **{key: Given(text, "flag") for key, text in flags.items() if text is not None},
        **({} if over is None else _over(over)),
    }
    for key, each in given.items():
        if "\0" in each.text:
            raise UsageError(f"The {key} setting holds a NUL character.", "Take it out.")
    given = {key: each for key, each in given.items() if each.text}  # an empty flag unsets
    if bare:
        given = {key: each for key, each in given.items() if key in _PLACES}
    if not discord:  # what only the bot needs must be right only there
        given = {key: each for key, each in given.items() if key not in _DISCORD}
    corpus = _corpus(given["corpus"].text if "corpus" in given else None, folder)
    store = _folder(given["store"].text if "store" in given else ".footnote", folder)
    if "prompts" in given:
        prompts = given["prompts"]
        given["prompts"] = replaced(prompts, text=str(_folder(prompts.text, folder)))
    if discord:
        return replaced(
            _with_services(corpus, store, given, environment), discord=_bot(given, environment)
        )
    if given.keys() <= _PLACES:  # what reads the others is then not needed
        return Settings(corpus, store, "extractive")
    return _with_services(corpus, store, given, environment, recorded=recorded)


def _with_services(
    corpus: Path,
    store: Path,
    given: dict[str, Given],
    environment: Mapping[str, str],
    *,
    recorded: bool = False,
) -> Settings:
    from bot.values import read

    values = {
        key.name: read(key, given[key.name].text)
        for key in KEYS
        if key.name in given and key.group != "discord"
    }
    mode = _mode(values)
    keep = int(str(values.get("keep", KEEP)))
    embeds = values.get("embedder", "none") != "none"
    if mode == "extractive" and not embeds:
        return Settings(corpus, store, mode, keep=keep)
    from bot.services import careful, embedding_of, model_of

    # Variables that are not ours alone must be right only where they are of use.
    usual = None
    for key in KEYS:
        text = environment.get(_USUAL.get(key.name, ""))
        if text and _is_usual(key.name, given):
            given[key.name] = Given(text, "usual")
            values[key.name] = read(key, text, _USUAL[key.name])
            usual = values["api_key"] if key.name == "api_key" else usual
    model = model_of(values, recorded=recorded) if mode == "generative" else None
    embedding = embedding_of(values) if embeds else None
    from_file = frozenset(
        str(values[name])
        for name in ("base_url", "embedding_base_url")
        if name in given and given[name].where in ("file", "over")
    )
    notices = careful(model, embedding, from_file, usual)
    return Settings(corpus, store, mode, model, embedding, notices, keep=keep)


def _bot(given: Mapping[str, Given], environment: Mapping[str, str]) -> DiscordSettings:
    from bot.services import discord_of
    from bot.values import read

    values = {}
    for key in KEYS:
        if key.name == "discord_token" and _is_usual(key.name, given) and environment.get(_TOKEN):
            values[key.name] = read(key, environment[_TOKEN], _TOKEN)
        elif key.name in given and key.group == "discord":
            values[key.name] = read(key, given[key.name].text)
    return discord_of(values)


def _is_usual(name: str, given: Mapping[str, Given]) -> bool:
    """Whether a variable that others know, too, says it: before the file, and after all else."""
    return name not in given or given[name].where == "file"


def _variables(environment: Mapping[str, str]) -> dict[str, Given]:
    found = {
        name[len(PREFIX) :].lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    given = {}
    for key, value in found.items():
        if key in _NAMES:
            given[key] = Given(value, "variable")
        elif key not in _ASIDE and (meant := _meant(key)):
            # Unlike the file's keys the environment is not ours alone: only what is
            # close to a setting is taken for a slip of the pen.
            raise UsageError(
                f"There is no setting {PREFIX}{key.upper()}.",
                f"Did you mean {PREFIX}{meant.upper()}?",
            )
    return given


def _file(path: Path) -> dict[str, Given]:
    try:
        if not path.is_file() and path.exists():
            raise UsageError(f"{path} cannot be read: it is no file.", "Move it away.")
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Make it readable, or move it away."
        ) from error
    if len(data) == _MOST_BYTES:
        raise UsageError(f"{path} is too long for a file of settings.", "Move it away.")
    import tomllib  # costs several milliseconds, and most folders have no such file

    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not TOML in UTF-8: {error}.", 'A line of it looks like: corpus = "docs"'
        ) from error
    for key, value in table.items():
        if key not in _NAMES:
            meant = _meant(key)
            raise UsageError(
                f"{path} sets {key!r}, and there is no such setting.",
                f"Did you mean {meant!r}?" if meant else f"There are: {', '.join(_NAMES)}.",
            )
        if key in _NUMBERS:
            if isinstance(value, bool) or not isinstance(value, (str, int, float)):
                raise UsageError(f"{path}: {key} must be a number.", f"For instance: {key} = 1")
        elif key in _SWITCHES and isinstance(value, bool):
            table[key] = "yes" if value else "no"
        elif key in _IDS and (type(value) is int or isinstance(value, list)):
            ids = value if isinstance(value, list) else [value]
            table[key] = ",".join(map(str, ids))
        elif not isinstance(value, str):
            raise UsageError(
                f"{path}: {key} must be text in quotation marks.", f'For instance: {key} = "…"'
            )
    return {key: Given(str(value), "file") for key, value in table.items() if value != ""}


def _over(path: Path) -> dict[str, Given]:
    if not path.exists():
        raise UsageError(f"There is no file of settings {path}.", f"It is written as {FILE} is.")
    return {key: Given(each.text, "over") for key, each in _file(path).items()}


def variables(environment: Mapping[str, str]) -> list[str]:
    """The names of the variables that set something."""
    known = {*(key.variable for key in KEYS), *_USUAL.values(), _TOKEN}
    return sorted(name for name in known if environment.get(name))


def here() -> Path:
    """The working folder; the root where it has been deleted, for absolute paths still lead."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def _corpus(value: str | None, folder: Path) -> Path:
    if value:
        return _folder(value, folder)
    seeds = folder / "seeds"
    if seeds.is_dir():
        return seeds
    raise UsageError(
        "No folder of documents is named, and there is no seeds/ here.",
        f'Name one with --corpus DIR, in {PREFIX}CORPUS, or in {FILE}: corpus = "DIR"',
    )


def _folder(named: str, folder: Path) -> Path:
    try:
        return folder / Path(named).expanduser()
    except RuntimeError:
        raise UsageError(
            f"Whose home {named!r} begins with is not known.", "Write the whole path."
        ) from None


def _mode(values: Mapping[str, Value]) -> Mode:
    if values.get("mode") == "generative" and "model" not in values:
        raise UsageError(
            "The generative mode needs a model, and none is named.",
            f"Name one with --model NAME, in {PREFIX}MODEL, or in {FILE}; "
            "the extractive mode needs none.",
        )
    if values.get("mode") == "extractive" or "model" not in values:
        return "extractive"
    return "generative"


def _meant(key: str) -> str | None:
    from bot.values import closest

    return closest(key, _NAMES)
