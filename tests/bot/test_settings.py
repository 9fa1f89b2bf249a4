"""Flags before variables before the file, and slips of the pen are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.answers import Notice
from bot.budget import Caps, Prices
from bot.keys import KEYS, Key
from bot.services import DiscordSettings, EmbeddingSettings, ModelSettings
from bot.settings import Settings, load
from bot.values import Secret
from index.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "words/form_json.md").write_text("Return JSON.\n")
    return tmp_path


def test_the_defaults(folder: Path) -> None:
    assert load({}, {}, folder) == Settings(folder / "seeds", folder / ".footnote", "extractive")


def test_flags_before_variables_before_the_file(folder: Path) -> None:
    (folder / "footnote.toml").write_text('corpus = "file"\nstore = "file"\nmode = "extractive"\n')
    environment = {"FOOTNOTE_CORPUS": "variable", "FOOTNOTE_STORE": "variable"}
    found = load({"corpus": "flag", "store": None}, environment, folder)
    assert found.corpus == folder / "flag"
    assert found.store == folder / "variable"
    assert load({}, {}, folder).corpus == folder / "file"


def test_absolute_paths_and_homes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    found = load({"corpus": "/docs", "store": "~/indexes"}, {}, folder)
    assert found.corpus == Path("/docs")
    assert found.store == Path("/home/someone/indexes")


def test_an_empty_variable_is_not_set(folder: Path) -> None:
    assert load({}, {"FOOTNOTE_CORPUS": ""}, folder).corpus == folder / "seeds"


def test_a_missing_corpus_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load({}, {}, tmp_path)
    for way in ("--corpus", "FOOTNOTE_CORPUS", "footnote.toml"):
        assert way in caught.value.hint


def test_an_unknown_key_is_refused_with_what_was_meant(folder: Path) -> None:
    (folder / "footnote.toml").write_text('corpsu = "x"\n')
    with pytest.raises(UsageError, match="corpsu") as caught:
        load({}, {}, folder)
    assert caught.value.hint == "Did you mean 'corpus'?"


def test_an_unknown_key_like_none_lists_all(folder: Path) -> None:
    (folder / "footnote.toml").write_text("[zzz]\n")
    with pytest.raises(UsageError) as caught:
        load({}, {}, folder)
    assert "corpus" in caught.value.hint


def test_a_misspelt_variable_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="FOOTNOTE_CORPSE") as caught:
        load({}, {"FOOTNOTE_CORPSE": "x"}, folder)
    assert caught.value.hint == "Did you mean FOOTNOTE_CORPUS?"


def test_variables_of_others_are_left_alone(folder: Path) -> None:
    load({}, {"FOOTNOTE_DEBUG": "1", "FOOTNOTE_ZZZ": "1"}, folder)


@pytest.mark.parametrize("content", [b"corpus = ", b"\xff\xfe", b'corpus = ["a"]', b"corpus = 1"])
def test_a_file_that_is_no_settings_is_refused(folder: Path, content: bytes) -> None:
    (folder / "footnote.toml").write_bytes(content)
    with pytest.raises(UsageError, match=r"footnote\.toml"):
        load({}, {}, folder)


def test_a_byte_order_mark_in_the_file_is_no_matter(folder: Path) -> None:
    (folder / "footnote.toml").write_bytes(b'\xef\xbb\xbfcorpus = "docs"\n')
    assert load({}, {}, folder).corpus == folder / "docs"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads what it likes")
def test_a_file_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "footnote.toml").touch(mode=0)
    with pytest.raises(UsageError, match="cannot be read"):
        load({}, {}, folder)


def test_a_folder_in_the_files_place_is_told(folder: Path) -> None:
    (folder / "footnote.toml").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        load({}, {}, folder)


def test_the_mode_follows_from_the_model(folder: Path) -> None:
    assert load({"model": "m", "api_key": "k"}, {}, folder).mode == "generative"
    found = load({}, {"FOOTNOTE_MODEL": "m", "OPENAI_API_KEY": "k"}, folder)
    assert found.model
    assert found.model.name == "m"


def test_the_extractive_mode_needs_no_key_for_a_model_that_is_named(folder: Path) -> None:
    found = load({"model": "m", "mode": "extractive"}, {}, folder)
    assert found == Settings(folder / "seeds", folder / ".footnote", "extractive")


def test_generative_without_a_model_says_how_to_name_one(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load({"mode": "generative"}, {}, folder)
    for way in ("--model", "FOOTNOTE_MODEL", "footnote.toml"):
        assert way in caught.value.hint


def test_an_unknown_mode_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="magic"):
        load({"mode": "magic"}, {}, folder)


EVERY = {
    "corpus": "docs", "store": "indexes", "keep": "3", "mode": "generative", "model": "gpt",
    "base_url": "https://models.example/v1/", "api_key": "sk-1", "temperature": "0.5",
    "max_tokens": "2000", "deadline": "12.5", "retries": "0", "concurrency": "3",
    "passages": "5", "prompts": "words",
    "price_input": "0.15", "price_output": "0.6", "tokens_per_question": "5000",
    "tokens_per_day": "1000000", "dollars_per_question": "0.01", "dollars_per_day": "0",
    "embedder": "openai", "embedding_model": "vec", "embedding_base_url": "http://[::1]:9/v1",
    "embedding_api_key": "sk-2", "embedding_dimensions": "256", "embedding_concurrency": "4",
    "chroma": "http://localhost:8000",
    "discord_token": "MTE4.x.y", "files_url": "https://files.example/docs/",
    "channels": "1180000000000000001, 1180000000000000002", "roles": "3", "cooldown_user": "1.5",
    "cooldown_server": "0", "queue": "7", "workers": "2", "direct_messages": "yes",
    "message_content": "true", "log_questions": "off", "log_level": "debug",
    "metrics_port": "9464",
}  # fmt: skip
DISCORD = {key.name for key in KEYS if key.group == "discord"}


def as_file(values: dict[str, str]) -> str:
    """Lines of TOML, with numbers as numbers."""
    numbers = {key.name for key in KEYS if key.form in ("whole", "number")}
    return "".join(
        f"{key} = {value}\n" if key in numbers else f'{key} = "{value}"\n'
        for key, value in values.items()
    )


@pytest.mark.parametrize("way", ["flags", "variables", "file"])
def test_every_key_can_be_set_every_way(folder: Path, way: str) -> None:
    assert list(EVERY) == [key.name for key in KEYS]
    variables = {f"FOOTNOTE_{key.upper()}": value for key, value in EVERY.items()}
    if way == "file":
        (folder / "footnote.toml").write_text(as_file(EVERY))
    found = load(
        EVERY if way == "flags" else {},
        variables if way == "variables" else {},
        folder,
        discord=True,
    )
    assert found == Settings(
        corpus=folder / "docs",
        store=folder / "indexes",
        mode="generative",
        model=ModelSettings(
            name="gpt",
            base_url="https://models.example/v1",
            api_key=Secret("sk-1"),
            temperature=0.5,
            max_tokens=2000,
            deadline=12.5,
            retries=0,
            concurrency=3,
            passages=5,
            prices=Prices(0.15, 0.6),
            caps=Caps(5000, 1_000_000, 0.01, 0.0),
            prompts=folder / "words",
        ),
        embedding=EmbeddingSettings(
            embedder="openai",
            model="vec",
            base_url="http://[::1]:9/v1",
            api_key=Secret("sk-2"),
            dimensions=256,
            concurrency=4,
            chroma="http://localhost:8000",
        ),
        keep=3,
        discord=DiscordSettings(
            token=Secret("MTE4.x.y"),
            files_url="https://files.example/docs",
            channels=frozenset({1180000000000000001, 1180000000000000002}),
            roles=frozenset({3}),
            cooldown_user=1.5,
            cooldown_server=0.0,
            queue=7,
            workers=2,
            direct_messages=True,
            message_content=True,
            log_questions=False,
            log_level="debug",
            metrics_port=9464,
        ),
    )


def test_the_defaults_of_a_model_and_an_embedder(folder: Path) -> None:
    found = load({"model": "m", "embedder": "minilm"}, {"OPENAI_API_KEY": "k"}, folder)
    assert found.model == ModelSettings(
        "m", None, Secret("k"), 0.0, 1000, 30.0, 2, 4, 8, None, Caps()
    )
    assert found.embedding == EmbeddingSettings("minilm", None, None, None, None, 8, None)


def test_the_defaults_of_the_bot(folder: Path) -> None:
    found = load({}, {}, folder, discord=True)
    assert found.discord == DiscordSettings(
        token=None,
        files_url=None,
        channels=frozenset(),
        roles=frozenset(),
        cooldown_user=3.0,
        cooldown_server=0.0,
        queue=100,
        workers=None,
        direct_messages=False,
        message_content=False,
        log_questions=False,
        log_level="info",
        metrics_port=None,
    )
    assert (found.mode, found.model) == ("extractive", None)


def test_what_is_the_bots_must_be_right_only_there(folder: Path) -> None:
    wrong = {f"FOOTNOTE_{name.upper()}": "bad value" for name in DISCORD}
    (folder / "footnote.toml").write_text('channels = "bad value"\n')
    assert load({}, wrong, folder) == load({}, {}, folder)
    assert load({"model": "m", "api_key": "k"}, wrong, folder).discord is None
    with pytest.raises(UsageError, match="channels"):
        load({}, {}, folder, discord=True)


def test_the_usual_name_of_the_token(folder: Path) -> None:
    (folder / "footnote.toml").write_text('discord_token = "file"\n')

    def found(flags: dict[str, str], **environment: str) -> str | None:
        about = load(flags, environment, folder, discord=True).discord
        assert about
        return about.token

    assert found({}) == "file"
    assert found({}, DISCORD_TOKEN="usual") == "usual"
    both = {"DISCORD_TOKEN": "usual", "FOOTNOTE_DISCORD_TOKEN": "ours"}
    assert found({}, **both) == "ours"
    assert found({"discord_token": "flag"}, **both) == "flag"
    with pytest.raises(UsageError, match="DISCORD_TOKEN is no key"):
        found({}, DISCORD_TOKEN="a b")


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("channels = 5", {5}),
        ("channels = [5, 6, 5]", {5, 6}),
        ('channels = ["5", "6"]', {5, 6}),
        ('channels = "5,6,"', {5, 6}),
        ("channels = 18446744073709551615", {2**64 - 1}),
        ("channels = []", set()),
    ],
)
def test_ids_in_the_file(folder: Path, line: str, ids: set[int]) -> None:
    (folder / "footnote.toml").write_text(line)
    about = load({}, {}, folder, discord=True).discord
    assert about
    assert about.channels == ids


@pytest.mark.parametrize(
    "value",
    ["0", "-5", "1.5", "general", "5;6", "5,,6", ",", "٥", "18446744073709551616", "9" * 5000,
     "5 6", ",".join("5" * 1001)],
)  # fmt: skip
def test_what_is_no_id(folder: Path, value: str) -> None:
    with pytest.raises(UsageError, match="channels") as caught:
        load({"channels": value}, {}, folder, discord=True)
    assert "Copy ID" in caught.value.hint


@pytest.mark.parametrize("line", ["channels = true", "channels = 1.5", "channels = {}",
                                  "channels = [[5]]", "direct_messages = 1",
                                  "direct_messages = 'maybe'"])  # fmt: skip
def test_what_is_neither_ids_nor_a_switch_in_the_file(folder: Path, line: str) -> None:
    (folder / "footnote.toml").write_text(line)
    with pytest.raises(UsageError, match=line.partition(" ")[0]):
        load({}, {}, folder, discord=True)


@pytest.mark.parametrize(
    ("line", "on"),
    [("direct_messages = true", True), ("direct_messages = false", False),
     ('direct_messages = "Yes"', True), ('direct_messages = "0"', False)],
)  # fmt: skip
def test_switches_in_the_file(folder: Path, line: str, on: bool) -> None:
    (folder / "footnote.toml").write_text(line)
    about = load({}, {}, folder, discord=True).discord
    assert about
    assert about.direct_messages is on


def test_keys_are_never_shown(folder: Path) -> None:
    found = load(EVERY, {}, folder, discord=True)
    assert "sk-" not in repr(found)
    assert "MTE4" not in repr(found)
    assert "sk-" not in f"{found}{found.model!r}{found.embedding}"
    assert found.model
    assert found.model.api_key == "sk-1"


@pytest.mark.parametrize(
    "key",
    [key for key in KEYS if key.form not in ("folder", "text")],
    ids=lambda key: key.name,
)
@pytest.mark.parametrize("way", ["flag", "file"])
def test_what_a_key_cannot_be_is_told_with_what_it_can(folder: Path, key: Key, way: str) -> None:
    bad = "bad value"
    given = dict(EVERY)
    if way == "flag":
        given[key.name] = bad
    else:
        del given[key.name]
        (folder / "footnote.toml").write_text(f'{key.name} = "{bad}"\n')
    with pytest.raises(UsageError) as caught:
        load(given, {}, folder, discord=True)
    assert key.name in caught.value.message
    assert caught.value.hint
    assert key.form != "secret" or "bad value" not in caught.value.message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("temperature", "-0.1"), ("temperature", "2.01"), ("temperature", "nan"),
        ("temperature", "inf"), ("temperature", "1_0"), ("temperature", "٣"), ("temperature", ""),
        ("max_tokens", "0"), ("max_tokens", "1.5"), ("max_tokens", "1e3"),
        ("max_tokens", "9" * 5000),
        ("deadline", "0"), ("deadline", "3601"), ("retries", "-1"), ("retries", "11"),
        ("passages", "0"), ("passages", "51"), ("price_input", "-1"),
        ("tokens_per_question", "0"), ("dollars_per_day", "-0.01"), ("embedding_dimensions", "0"),
        ("embedding_concurrency", "257"), ("metrics_port", "0"), ("metrics_port", "65536"),
        ("workers", "0"), ("cooldown_user", "-1"),
    ],
)  # fmt: skip
def test_numbers_keep_to_their_range(folder: Path, key: str, value: str) -> None:
    if not value:
        assert load(EVERY | {key: value}, {}, folder).model
        return
    with pytest.raises(UsageError, match=key) as caught:
        load(EVERY | {key: value}, {}, folder, discord=True)
    assert f"--{key.replace('_', '-')}" in caught.value.hint


@pytest.mark.parametrize("value", ["true", "[1]", "2020-01-01", "nan", "8.5", '"x"'])
def test_what_is_no_number_in_the_file(folder: Path, value: str) -> None:
    (folder / "footnote.toml").write_text(f"passages = {value}\n")
    with pytest.raises(UsageError, match="passages"):
        load({}, {}, folder)


def test_a_number_in_quotation_marks_will_do(folder: Path) -> None:
    (folder / "footnote.toml").write_text('passages = "5"\n')
    found = load({"model": "m", "api_key": "k"}, {}, folder).model
    assert found
    assert found.passages == 5


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434", "ftp://h/v1", "http://", "http:///v1", "http://h:x/v1", "http://h:0",
        "http://h:99999", "http://h/v1?key=1", "http://h/v1#a", "http://u:p@h/v1", "http://u@h/v1",
        "http://h /v1", "http://h\n/v1", "http://[::1/v1", "\udcff", "file:///etc/passwd",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["base_url", "embedding_base_url", "chroma", "files_url"])
def test_what_is_no_address(folder: Path, key: str, address: str) -> None:
    with pytest.raises(UsageError, match=key) as caught:
        load(EVERY | {key: address}, {}, folder, discord=True)
    assert "u:p" not in caught.value.message + caught.value.hint


def test_a_chroma_server_has_no_path(folder: Path) -> None:
    with pytest.raises(UsageError, match="chroma"):
        load(EVERY | {"chroma": "http://localhost:8000/api"}, {}, folder)
    found = load(EVERY | {"chroma": "http://localhost:8000/"}, {}, folder).embedding
    assert found
    assert found.chroma == "http://localhost:8000"


def test_the_usual_names(folder: Path) -> None:
    usual = {"OPENAI_API_KEY": "usual", "OPENAI_BASE_URL": "http://localhost:1/usual"}
    (folder / "footnote.toml").write_text('api_key = "file"\nbase_url = "http://localhost:1/file"')

    def found(**environment: str) -> tuple[str | None, str | None]:
        model = load({"model": "m"}, environment, folder).model
        assert model
        return model.api_key, model.base_url

    assert found() == ("file", "http://localhost:1/file")
    assert found(**usual) == ("usual", "http://localhost:1/usual")
    ours = {"FOOTNOTE_API_KEY": "ours", "FOOTNOTE_BASE_URL": "http://localhost:1/ours"}
    assert found(**usual, **ours) == ("ours", "http://localhost:1/ours")


def test_the_usual_names_must_be_right_only_where_they_are_used(folder: Path) -> None:
    wrong = {"OPENAI_API_KEY": "no key", "OPENAI_BASE_URL": "no address"}
    assert load({}, wrong, folder).mode == "extractive"
    assert load({"mode": "extractive", "model": "m"}, wrong, folder).mode == "extractive"
    with pytest.raises(UsageError, match="OPENAI_"):
        load({"model": "m"}, wrong, folder)


def test_a_model_without_key_and_address_says_what_to_set(folder: Path) -> None:
    with pytest.raises(UsageError, match="key") as caught:
        load({"model": "m"}, {}, folder)
    for way in ("OPENAI_API_KEY", "--base-url", "OPENAI_BASE_URL", "footnote.toml", "extractive"):
        assert way in caught.value.hint
    assert load({"model": "m", "base_url": "http://localhost:1"}, {}, folder).mode == "generative"


def test_one_price_needs_the_other_and_caps_in_dollars_need_both(folder: Path) -> None:
    flags = {"model": "m", "api_key": "k"}
    with pytest.raises(UsageError, match="price_output"):
        load(flags | {"price_input": "1"}, {}, folder)
    with pytest.raises(UsageError, match="dollars"):
        load(flags | {"dollars_per_day": "1"}, {}, folder)
    assert load(flags | {"tokens_per_day": "1"}, {}, folder).model


def test_an_embedder_falls_back_to_the_models_server(folder: Path) -> None:
    flags = {"embedder": "openai", "embedding_model": "v"}
    with pytest.raises(UsageError, match="embedding model v"):
        load(flags, {}, folder)
    with pytest.raises(UsageError, match="needs the name of a model"):
        load({"embedder": "openai"}, {"OPENAI_API_KEY": "k"}, folder)
    for more in ({"base_url": "http://localhost:1"}, {"api_key": "k"}):
        found = load(flags | more, {}, folder)
        assert found.mode == "extractive"
        assert found.embedding
        assert found.embedding.base_url == more.get("base_url")
        assert found.embedding.api_key == more.get("api_key")


def test_no_embedder_is_none(folder: Path) -> None:
    assert load({"embedder": "none", "chroma": "http://localhost:1"}, {}, folder).embedding is None


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("http://localhost:1/v1", True), ("http://127.0.0.2:1", True), ("http://[::1]:1", True),
        ("http://127.0.0.1.evil.example", False), ("http://10.0.0.5:8000", False),
        ("https://models.example", True),
    ],
)  # fmt: skip
def test_a_key_that_travels_in_the_open_is_told(folder: Path, address: str, safe: bool) -> None:
    found = load({"model": "m", "api_key": "sk-1", "base_url": address}, {}, folder)
    assert [notice.kind for notice in found.notices] == ([] if safe else ["insecure"])
    assert all(address in notice.message for notice in found.notices)
    assert "sk-1" not in str(found.notices)
    assert load({"model": "m", "base_url": address}, {}, folder).notices == ()


def test_a_chroma_server_elsewhere_is_told(folder: Path) -> None:
    found = load({"embedder": "minilm", "chroma": "https://chroma.example"}, {}, folder)
    (notice,) = found.notices
    assert isinstance(notice, Notice)
    assert "chroma.example" in notice.message


@pytest.mark.parametrize("key", ["base_url", "embedding_base_url"])
def test_openais_key_goes_to_no_server_that_only_the_file_names(folder: Path, key: str) -> None:
    (folder / "footnote.toml").write_text(
        f'model = "m"\nembedder = "openai"\nembedding_model = "v"\n'
        f'{key} = "https://evil.example/v1"\n'
    )
    with pytest.raises(UsageError, match=r"evil\.example") as caught:
        load({}, {"OPENAI_API_KEY": "sk-1"}, folder)
    assert "FOOTNOTE_API_KEY" in caught.value.hint
    load({}, {"FOOTNOTE_API_KEY": "sk-1"}, folder)
    load({}, {"OPENAI_API_KEY": "sk-1", f"FOOTNOTE_{key.upper()}": "https://meant.example"}, folder)


def test_openais_key_may_go_to_this_machine(folder: Path) -> None:
    (folder / "footnote.toml").write_text('model = "m"\nbase_url = "http://localhost:4000"\n')
    found = load({}, {"OPENAI_API_KEY": "sk-1"}, folder).model
    assert found
    assert found.api_key == "sk-1"


@pytest.mark.parametrize("key", ["model", "api_key", "embedding_model", "base_url"])
@pytest.mark.parametrize("value", ["a\x1b[2J", "a\udcff", "a\nb", " "])
def test_what_nobody_can_see_is_refused(folder: Path, key: str, value: str) -> None:
    with pytest.raises(UsageError, match=key) as caught:
        load(EVERY | {key: value}, {}, folder)
    assert caught.value.message.isprintable()


def test_a_file_of_its_own_comes_before_all_others(folder: Path) -> None:
    (folder / "footnote.toml").write_text('corpus = "file"\n')
    (folder / "a.toml").write_text(
        'corpus = "over"\nmodel = "m"\nbase_url = "http://localhost:1/over"\n'
    )
    environment = {"FOOTNOTE_CORPUS": "variable", "OPENAI_BASE_URL": "http://localhost:1/usual"}
    found = load({"corpus": "flag", "model": "x"}, environment, folder, over=folder / "a.toml")
    assert found.corpus == folder / "over"
    assert found.model is not None
    assert (found.model.name, found.model.base_url) == ("m", "http://localhost:1/over")
    with pytest.raises(UsageError, match=r"no file of settings .*b\.toml"):
        load({}, {}, folder, over=folder / "b.toml")


def test_openais_own_key_goes_nowhere_that_such_a_file_alone_names(folder: Path) -> None:
    (folder / "a.toml").write_text('model = "m"\nbase_url = "https://elsewhere.example/v1"\n')
    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        load({}, {"OPENAI_API_KEY": "sk-1"}, folder, over=folder / "a.toml")


def test_a_recorded_model_needs_no_key(folder: Path) -> None:
    with pytest.raises(UsageError, match="needs a key"):
        load({"model": "m"}, {}, folder)
    found = load({"model": "m"}, {}, folder, recorded=True)
    assert found.mode == "generative"
    assert found.model
    assert (found.model.name, found.model.base_url, found.model.api_key) == ("m", None, None)


def test_prompts_that_cannot_be_used_are_refused_at_once(folder: Path) -> None:
    given = {"model": "m", "api_key": "k", "prompts": "words"}
    (folder / "words/anwser.md").write_text("?")
    with pytest.raises(UsageError, match=r"anwser\.md") as caught:
        load(given, {}, folder)
    assert caught.value.hint == "Did you mean answer.md?"
    assert load({**given, "mode": "extractive"}, {}, folder).model is None
