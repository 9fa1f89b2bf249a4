"""What can be set: from flags, then `FOOTNOTE_…` variables, then `footnote.toml`.

Nothing is read when this is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from index.errors import UsageError
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Mode

FILE = "footnote.toml"
_PREFIX = "FOOTNOTE_"
_MODES: tuple[Mode, ...] = ("extractive", "generative")

# What a key of footnote.toml, and in capitals after FOOTNOTE_ a variable, may be.
KEYS = ("corpus", "store", "mode", "model")
# Variables that say how a program runs rather than what it answers; no file can set them.
_SWITCHES = ("debug",)


@record
class Settings:
    """Where the documents and the index are, and how to answer.

    `mode` is what was asked for or what follows from the rest: generative with a model,
    extractive without.
    """

    corpus: Path
    store: Path
    mode: Mode
    model: str | None = None


def load(flags: Mapping[str, str | None], environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings that hold in `folder`, the working folder."""
    layers = (
        {key: value for key, value in flags.items() if value is not None},
        _variables(environment),
        _file(folder / FILE),
    )
    values: dict[str, str] = {}
    for layer in reversed(layers):
        values.update(layer)
    for key, value in values.items():
        if "\0" in value:
            raise UsageError(f"The {key} setting holds a NUL character.", "Take it out.")
    model = values.get("model") or None
    return Settings(
        corpus=_corpus(values.get("corpus"), folder),
        store=folder / Path(values.get("store") or ".footnote").expanduser(),
        mode=_mode(values.get("mode"), model),
        model=model,
    )


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    found = {
        name[len(_PREFIX) :].lower(): value
        for name, value in environment.items()
        if name.startswith(_PREFIX) and value
    }
    values = {}
    for key, value in found.items():
        if key in KEYS:
            values[key] = value
        elif key not in _SWITCHES and (meant := _meant(key, KEYS)):
            # Unlike the file's keys the environment is not ours alone: only what is
            # close to a setting is taken for a slip of the pen.
            raise UsageError(
                f"There is no setting {_PREFIX}{key.upper()}.",
                f"Did you mean {_PREFIX}{meant.upper()}?",
            )
    return values


def _file(path: Path) -> dict[str, str]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Make it readable, or move it away."
        ) from error
    import tomllib  # costs several milliseconds, and most folders have no such file

    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} is not TOML in UTF-8: {error}.", 'A line of it looks like: corpus = "docs"'
        ) from error
    for key, value in table.items():
        if key not in KEYS:
            meant = _meant(key, KEYS)
            raise UsageError(
                f"{path} sets {key!r}, and there is no such setting.",
                f"Did you mean {meant!r}?" if meant else f"There are: {', '.join(KEYS)}.",
            )
        if not isinstance(value, str):
            raise UsageError(
                f"{path}: {key} must be text in quotation marks.", f'For instance: {key} = "…"'
            )
    return {key: value for key, value in table.items() if value}


def _corpus(value: str | None, folder: Path) -> Path:
    if value:
        return folder / Path(value).expanduser()
    seeds = folder / "seeds"
    if seeds.is_dir():
        return seeds
    raise UsageError(
        "No folder of documents is named, and there is no seeds/ here.",
        f'Name one with --corpus DIR, in {_PREFIX}CORPUS, or in {FILE}: corpus = "DIR"',
    )


def _mode(value: str | None, model: str | None) -> Mode:
    if not value:
        return "generative" if model else "extractive"
    for mode in _MODES:
        if value == mode:
            break
    else:
        raise UsageError(f"There is no mode {value!r}.", f"There are: {', '.join(_MODES)}.")
    if value == "generative" and not model:
        raise UsageError(
            "The generative mode needs a model, and none is named.",
            f"Name one with --model NAME, in {_PREFIX}MODEL, or in {FILE}; "
            "the extractive mode needs none.",
        )
    return "generative" if value == "generative" else "extractive"


def _meant(key: str, keys: Iterable[str]) -> str | None:
    import difflib  # only an error needs it

    close = difflib.get_close_matches(key, list(keys), 1)
    return close[0] if close else None
