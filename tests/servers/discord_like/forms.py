"""The limits on what is sent, as Discord documents them, written down here a second time.

They stand here apart from the renderer's, so that one of the two can be wrong and be found out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers.discord_like.refusal import JSON, Form, empty_message, too_large

FILES_SIZE = 10 * 1024 * 1024
_NAME = re.compile(r"^[-_'\w]{1,32}$")
_LOCALES = frozenset(
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg"
    " ru uk hi th zh-CN ja zh-TW ko".split()
)


def units(text: str) -> int:
    """How long a text is: code points or UTF-16 units, whichever are more.

    Discord does not say which it counts; what holds to this length is within either.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def message(
    body: Mapping[str, Any], files: Mapping[str, bytes], *, before: Mapping[str, Any] | None = None
) -> None:
    """Refuse a message over a limit, or with nothing in it; `before` is one that is edited."""
    form = Form()
    _text(form, body, "content", 2000)
    embeds = body.get("embeds") or ()
    _few(form, embeds, "embeds", 10)
    for n, embed in enumerate(embeds):
        _embed(form, embed, f"embeds.{n}")
    if sum(map(_size, embeds)) > 6000:
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    _components(form, body.get("components") or (), modal=False)
    attachments = body.get("attachments") or ()
    _few(form, attachments, "attachments", 10)
    for n, each in enumerate(attachments):
        _text(form, each, "description", 1024, f"attachments.{n}.")
        if f"files[{each['id']}]" not in files and before is None:
            form.wrong(f"attachments.{n}.id", "ATTACHMENT_NOT_FOUND", "Attachment not found")
    if units(str(body.get("nonce") or "")) > 25:
        form.wrong("nonce", "NONCE_TYPE_TOO_LONG", "Nonce can have a maximum of 25 characters.")
    _mentions(form, body.get("allowed_mentions"))
    form.end()
    if sum(map(len, files.values())) > FILES_SIZE:
        raise too_large()
    after = {**(before or {}), **body}
    if not any(after.get(key) for key in ("content", "embeds", "attachments", "components")):
        raise empty_message()
    if before is None and not (body.get("content") or "").strip() and not (embeds or files):
        raise empty_message()


def modal(body: Mapping[str, Any]) -> None:
    form = Form()
    _text(form, body, "title", 45, required=True)
    _text(form, body, "custom_id", 100, required=True)
    rows = body.get("components") or ()
    if not 1 <= len(rows) <= 5:
        form.wrong("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    _components(form, rows, modal=True)
    form.end()


def thread(body: Mapping[str, Any]) -> None:
    form = Form()
    _text(form, body, "name", 100, required=True)
    if body.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        form.wrong("auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of (…).")
    form.end()


def commands(body: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a list of commands of which one breaks a rule."""
    form = Form()
    seen = set()
    for n, each in enumerate(body):
        kind = each.get("type", 1)
        if (kind, each["name"]) in seen:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            form.wrong(f"{n}", code, "Application command names must be unique")
        seen.add((kind, each["name"]))
        _command(form, each, f"{n}.", slash=kind == 1)
    for kind, most in ((1, 100), (2, 5), (3, 5)):
        if sum(each.get("type", 1) == kind for each in body) > most:
            form.wrong("_", "APPLICATION_COMMAND_TOO_MANY", f"Maximum of {most} reached")
    form.end()


def _command(form: Form, each: Mapping[str, Any], at: str, *, slash: bool) -> None:
    name = each["name"]
    if slash and (not _NAME.match(name) or name != name.lower()):
        form.wrong(f"{at}name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    _text(form, each, "name", 32, at, required=True)
    for key, value in (each.get("name_localizations") or {}).items():
        if key not in _LOCALES or (slash and (not _NAME.match(value) or value != value.lower())):
            code = "APPLICATION_COMMAND_INVALID_NAME"
            form.wrong(f"{at}name_localizations.{key}", code, "Command name is invalid")
    if slash:
        _text(form, each, "description", 100, at, required=True)
        for key in each.get("description_localizations") or {}:
            here = f"{at}description_localizations."
            _text(form, each["description_localizations"], key, 100, here, required=True)
            if key not in _LOCALES:
                form.wrong(f"{here}{key}", "BASE_TYPE_CHOICES", "Value must be one of (…).")
    elif each.get("description"):
        code = "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_NOT_ALLOWED"
        form.wrong(f"{at}description", code, "Context menu commands cannot have description")
    options = each.get("options") or ()
    _few(form, options, f"{at}options", 25)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
        form.wrong(f"{at}options", code, "Required options must be placed before the others")
    for n, option in enumerate(options):
        _command(form, option, f"{at}options.{n}.", slash=True)
        _few(form, option.get("choices") or (), f"{at}options.{n}.choices", 25)
        if not 1 <= option.get("max_length", 1) <= 6000:
            here = f"{at}options.{n}.max_length"
            form.wrong(here, "NUMBER_TYPE_MAX", "int value should be less than or equal to 6000.")


def _embed(form: Form, embed: Mapping[str, Any], at: str) -> None:
    _text(form, embed, "title", 256, f"{at}.")
    _text(form, embed, "description", 4096, f"{at}.")
    _text(form, embed.get("footer") or {}, "text", 2048, f"{at}.footer.")
    _text(form, embed.get("author") or {}, "name", 256, f"{at}.author.")
    fields = embed.get("fields") or ()
    _few(form, fields, f"{at}.fields", 25)
    for n, field in enumerate(fields):
        _text(form, field, "name", 256, f"{at}.fields.{n}.", required=True)
        _text(form, field, "value", 1024, f"{at}.fields.{n}.", required=True)
    for key in ("url", "thumbnail", "image"):
        value = embed.get(key)
        address = value.get("url") if isinstance(value, dict) else value
        if address and not re.match(r"(https?|attachment)://", address):
            message = "Not a well formed URL."
            form.wrong(f"{at}.{key}", "URL_TYPE_INVALID_URL", message)


def _size(embed: Mapping[str, Any]) -> int:
    """What counts towards the 6,000."""
    said = [embed.get("title"), embed.get("description")]
    said += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or ():
        said += [field.get("name"), field.get("value")]
    return sum(units(text) for text in said if text)


def _components(form: Form, rows: Sequence[Mapping[str, Any]], *, modal: bool) -> None:
    _few(form, rows, "components", 5)
    seen: set[str] = set()
    for n, row in enumerate(rows):
        inner = row.get("components") or ([row["component"]] if "component" in row else [])
        if row.get("type") not in ((1, 10, 18) if modal else (1,)):
            message = 'Value of field "type" must be one of (1,).'
            form.wrong(f"components.{n}.type", "UNION_TYPE_CHOICES", message)
        if row.get("type") != 10 and not 1 <= len(inner) <= 5:
            here = f"components.{n}.components"
            form.wrong(here, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        _text(form, row, "label", 45, f"components.{n}.")
        for m, each in enumerate(inner):
            _component(form, each, f"components.{n}.components.{m}.", seen)


def _component(form: Form, each: Mapping[str, Any], at: str, seen: set[str]) -> None:
    _text(form, each, "custom_id", 100, at)
    _text(form, each, "label", 45 if each["type"] == 4 else 80, at)
    _text(form, each, "placeholder", 100 if each["type"] == 4 else 150, at)
    _text(form, each, "value", 4000, at)
    _text(form, each, "url", 512, at)
    _few(form, each.get("options") or (), f"{at}options", 25)
    if not 1 <= each.get("max_length", 1) <= 4000:
        message = "int value should be less than or equal to 4000."
        form.wrong(f"{at}max_length", "NUMBER_TYPE_MAX", message)
    name = each.get("custom_id")
    if name in seen:
        message = "Component custom id cannot be duplicated"
        form.wrong(f"{at}custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    if name:
        seen.add(name)
    if each["type"] == 2 and bool(name) == (each.get("style") == 5):
        message = "A custom id and url cannot both be specified"
        form.wrong(f"{at}custom_id", "COMPONENT_INVALID_STYLE", message)


def _mentions(form: Form, allowed: Mapping[str, Any] | None) -> None:
    for kind in ("users", "roles"):
        if allowed and kind in (allowed.get("parse") or ()) and allowed.get(kind):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.wrong("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _text(
    form: Form, of: Mapping[str, Any], key: str, most: int, at: str = "", *, required: bool = False
) -> None:
    value = of.get(key)
    if value is None or value == "":
        if required:
            form.wrong(f"{at}{key}", "BASE_TYPE_REQUIRED", "This field is required")
    elif not isinstance(value, str):
        form.wrong(f"{at}{key}", "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    elif units(value) > most:
        message = f"Must be {most} or fewer in length."
        form.wrong(f"{at}{key}", "BASE_TYPE_MAX_LENGTH", message)


def _few(form: Form, values: Sequence[Any], at: str, most: int) -> None:
    if len(values) > most:
        message = f"Must be {most} or fewer in length."
        form.wrong(at, "BASE_TYPE_BAD_LENGTH", message)


def pings(body: JSON, replied: str | None, *, interaction: bool) -> list[str]:
    """Whom a message would alert: ids, `everyone`, `&role`; what `allowed_mentions` is there for.

    Without it Discord alerts all that are named; of an interaction's reply, only users.
    """
    allowed = body.get("allowed_mentions")
    if allowed is None:
        parse = ["users"] if interaction else ["users", "roles", "everyone"]
        allowed = {"parse": parse, "replied_user": True}
    content = body.get("content") or ""
    parse = list(allowed.get("parse") or ())
    users = re.findall(r"<@!?(\d+)>", content)
    roles = re.findall(r"<@&(\d+)>", content)
    told = [u for u in users if "users" in parse or u in (allowed.get("users") or ())]
    told += [f"&{r}" for r in roles if "roles" in parse or r in (allowed.get("roles") or ())]
    if "everyone" in parse and re.search(r"@(everyone|here)\b", content):
        told.append("everyone")
    if replied and allowed.get("replied_user"):
        told.append(replied)
    return told
