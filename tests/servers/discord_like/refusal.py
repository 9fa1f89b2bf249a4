"""What Discord says when it refuses: a status, its own code, and for forms a tree of errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JSON = dict[str, Any]


class Refusal(Exception):
    """One request refused."""

    def __init__(
        self, status: int, code: int, message: str, errors: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.body: JSON = {"message": message, "code": code}
        if errors:
            self.body["errors"] = dict(errors)


def unauthorized() -> Refusal:
    return Refusal(401, 0, "401: Unauthorized")


def unknown(what: str) -> Refusal:
    codes = {"Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008, "User": 10013}
    codes |= {"Webhook": 10015, "Interaction": 10062, "Application Command": 10063}
    return Refusal(404, codes[what], f"Unknown {what.lower() if ' ' in what else what}")


def missing_access() -> Refusal:
    return Refusal(403, 50001, "Missing Access")


def missing_permissions() -> Refusal:
    return Refusal(403, 50013, "Missing Permissions")


def acknowledged_already() -> Refusal:
    return Refusal(400, 40060, "Interaction has already been acknowledged.")


def token_over() -> Refusal:
    return Refusal(401, 50027, "Invalid Webhook Token")


def empty_message() -> Refusal:
    return Refusal(400, 50006, "Cannot send an empty message")


def too_large() -> Refusal:
    return Refusal(413, 40005, "Request entity too large")


def not_yours() -> Refusal:
    return Refusal(403, 50005, "Cannot edit a message authored by another user")


class Form:
    """The errors of one form, gathered, and refused all at once as Discord does."""

    def __init__(self) -> None:
        self._tree: JSON = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """Note an error at a `path` of names and numbers, parted by dots."""
        node = self._tree
        for name in path.split("."):
            node = node.setdefault(name, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def end(self) -> None:
        """Refuse, where anything was wrong."""
        if self._tree:
            raise Refusal(400, 50035, "Invalid Form Body", self._tree)
