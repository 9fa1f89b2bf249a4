"""Files become Documents, and what cannot is passed over with a reason that can be printed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import date as Date
from pathlib import Path

import pytest

from index.errors import CorpusError, DocumentError
from index.formats import process
from index.formats.extracted import Extracted, Refused
from index.load import load, notes
from index.reading import Unloadable, read
from index.scan import Scan, scan
from index.schema import Piece, Places


def names(scanned: Scan) -> list[str]:
    return [status.file for status in scanned.files]


def reasons(scanned: Scan) -> dict[str, str]:
    return {skip.file: skip.reason for skip in scanned.skipped}


def refusal(corpus: Path, file: str, limit: int = 1 << 20) -> Unloadable:
    with pytest.raises(Unloadable) as caught:
        load(corpus, file, limit=limit)
    return caught.value


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("A plain text.\n")
    return folder


def test_a_scan_lists_files_by_path_with_their_stats(corpus: Path) -> None:
    (corpus / "b").mkdir()
    (corpus / "b" / "한국어 文書.MD").write_text("x")
    (corpus / "a.b.md").write_text("x")
    (corpus / ".hidden.txt").write_text("x")
    (corpus / "~$a.b.docx").write_text("who has a.b.docx open")
    (corpus / ".git").mkdir()
    (corpus / ".git" / "x.txt").write_text("x")
    scanned = scan(corpus)
    assert names(scanned) == ["a.b.md", "a.txt", "b/한국어 文書.MD"]
    assert scanned.skipped == ()
    status = os.stat(corpus / "a.txt")
    assert scanned.files[1] == (
        "a.txt",
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
    )


def test_what_is_passed_over_is_said(corpus: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (corpus / "picture.png").write_bytes(b"x")
    (corpus / "big.txt").write_bytes(b"x" * 2000)
    (corpus / "out.txt").symlink_to(outside)
    (corpus / "folder").symlink_to(tmp_path / "elsewhere")
    (corpus / "gone.txt").symlink_to(corpus / "nowhere.txt")
    (corpus / "within.txt").symlink_to("a.txt")
    os.mkfifo(corpus / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(corpus / "s.txt"))
        scanned = scan(corpus, limit=1000)
    assert names(scanned) == ["a.txt", "within.txt"]
    assert reasons(scanned) == {
        "big.txt": "too_large",
        "folder": "link",
        "gone.txt": "unreadable",
        "out.txt": "link",
        "picture.png": "unsupported",
        "pipe.txt": "not_a_file",
        "s.txt": "not_a_file",
    }
    assert all(skip.message.startswith(skip.file) for skip in scanned.skipped)


@pytest.mark.parametrize("file", ["pipe.txt", "out.txt", "../outside.txt", "big.txt", "gone.txt"])
def test_load_refuses_what_a_scan_refuses(corpus: Path, tmp_path: Path, file: str) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    (corpus / "out.txt").symlink_to(tmp_path / "outside.txt")
    (corpus / "big.txt").write_bytes(b"x" * 2000)
    os.mkfifo(corpus / "pipe.txt")
    expected = {"pipe.txt": "not_a_file", "big.txt": "too_large", "gone.txt": "unreadable"}
    assert refusal(corpus, file, limit=1000).reason == expected.get(file, "link")


def test_a_file_under_a_linked_folder_is_refused(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.txt").write_text("secret")
    (corpus / "sub").symlink_to(tmp_path / "elsewhere")
    assert refusal(corpus, "sub/x.txt").reason == "link"


def test_a_file_that_is_exchanged_for_a_link_is_not_followed(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    opened = os.open

    def exchange(path: str, flags: int) -> int:
        os.unlink(corpus / "a.txt")
        os.symlink(tmp_path / "outside.txt", corpus / "a.txt")
        return opened(path, flags)

    monkeypatch.setattr(os, "open", exchange)
    assert refusal(corpus, "a.txt").reason == "unreadable"


def test_a_file_that_is_exchanged_for_another_is_not_read(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    opened = os.open

    def exchange(path: str, flags: int) -> int:
        os.replace(tmp_path / "outside.txt", path)
        return opened(path, flags)

    monkeypatch.setattr(os, "open", exchange)
    assert refusal(corpus, "a.txt").reason == "unreadable"


def test_names_that_cannot_be_shown_are_passed_over(corpus: Path) -> None:
    for name in (b"new\nline.txt", b"\x1b[31mred.txt", b"\xff.txt", "turn\u202etxt.txt".encode()):
        with open(os.path.join(os.fsencode(corpus), name), "wb") as stream:
            stream.write(b"x")
    scanned = scan(corpus)
    assert names(scanned) == ["a.txt"]
    assert set(reasons(scanned).values()) == {"bad_name"}
    assert len(scanned.skipped) == 4
    for skip in scanned.skipped:
        assert skip.message.encode().decode().isprintable()
    assert refusal(corpus, "nul\0.txt").reason == "bad_name"


def test_unreadable_files_and_folders_are_said(corpus: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (corpus / "locked").mkdir(mode=0)
    (corpus / "secret.txt").write_text("x")
    (corpus / "secret.txt").chmod(0)
    assert reasons(scan(corpus)) == {"locked": "unreadable"}
    assert refusal(corpus, "secret.txt").reason == "unreadable"
    (corpus / "locked").chmod(0o700)


def test_errors_of_reading_are_documents_errors(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", fail)
    error = refusal(corpus, "a.txt")
    assert isinstance(error, DocumentError)
    assert error.reason == "unreadable"
    assert "Permission denied" in error.skipped.message
    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(CorpusError, match="Permission denied"):
        scan(corpus)


@pytest.mark.parametrize("kind", ["missing", "a file", "empty", "of no use", "nul"])
def test_a_corpus_that_cannot_be_one_says_what_to_do(tmp_path: Path, kind: str) -> None:
    corpus = tmp_path / ("c\0" if kind == "nul" else "c")
    if kind == "a file":
        corpus.write_text("x")
    elif kind not in ("missing", "nul"):
        corpus.mkdir()
        if kind == "of no use":
            (corpus / "a.exe").write_text("x")
    with pytest.raises(CorpusError) as caught:
        scan(corpus)
    assert caught.value.hint
    if kind == "of no use":
        assert ".txt, .md" in caught.value.hint


def test_text_is_what_stands_in_the_file(corpus: Path) -> None:
    data = "\ufeffone\r\ntwo\rthree\u2028four\n".encode()
    (corpus / "a.txt").write_bytes(data)
    document = load(corpus, "a.txt")
    assert document.text.encode() == data
    assert (document.file, document.encoding, document.body) == ("a.txt", "utf-8", 1)
    assert read(corpus, "a.txt") == data


def test_a_known_encoding_is_used_again(corpus: Path) -> None:
    (corpus / "a.txt").write_bytes("서울".encode("cp949"))
    assert load(corpus, "a.txt", "cp949").text == "서울"
    assert load(corpus, "a.txt", "latin-1").text == "¼\xad¿ï"
    with pytest.raises(Unloadable):
        load(corpus, "a.txt", "no-such-encoding")


def test_wrong_bytes_are_noted(corpus: Path) -> None:
    (corpus / "a.txt").write_bytes("Zürich, Genève und Überlingen ".encode() * 9 + b"\xff")
    document = load(corpus, "a.txt")
    assert document.replaced == 1
    (note,) = notes(document)
    assert "1 byte sequence" in note
    assert "U+FFFD" in note


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes(100), "binary"),
        ("Река вышла из берегов до утра. ".encode("koi8-r") * 3, "undecodable"),
    ],
)
def test_what_is_not_text_is_refused(corpus: Path, data: bytes, reason: str) -> None:
    (corpus / "a.txt").write_bytes(data)
    assert refusal(corpus, "a.txt").reason == reason


def test_a_format_that_is_not_supported_is_refused(corpus: Path) -> None:
    (corpus / "a.xyz").write_text("x")
    error = refusal(corpus, "a.xyz")
    assert error.reason == "unsupported"
    assert ".md" in error.hint


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("fence", ["---", "...", "---  "])
def test_front_matter_gives_title_date_and_source(
    corpus: Path, end: str, mark: str, fence: str
) -> None:
    head = [
        "---",
        "title: 'A  title: 제목'",
        "date: 2023-11-26",
        "source: https://x.y/z",
        fence,
        "",
    ]
    text = mark + end.join(head) + "The body." + end
    (corpus / "a.txt").write_bytes(text.encode())
    document = load(corpus, "a.txt")
    assert document.text == text
    assert text[document.body :] == "The body." + end
    assert document.title == "A title: 제목"
    assert document.date == Date(2023, 11, 26)
    assert document.source == "https://x.y/z"
    assert notes(document) == ()


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2023-11-26", Date(2023, 11, 26)),
        ("2023-11-26T01:02:03Z", Date(2023, 11, 26)),
        ("'2023년 11월 26일'", Date(2023, 11, 26)),
        ("November 26, 2023", Date(2023, 11, 26)),
        ("soon", None),
        ("2023", None),
        ("[1, 2]", None),
        ("", None),
    ],
)
def test_dates_of_front_matter(corpus: Path, value: str, date: Date | None) -> None:
    (corpus / "a.md").write_text(f"---\ndate: {value}\ntitle: [no, title]\n---\nx\n")
    document = load(corpus, "a.md")
    assert (document.date, document.title) == (date, None)


@pytest.mark.parametrize(
    "head",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "title: [unclosed\n",
        "a: " + "[" * 5000 + "]" * 5000 + "\n",
        "a: " + "[" * 30 + "]" * 30 + "\n",
        "date: 2023-02-31\n",
        "date: !!timestamp soon\n",
        "date: !!int ''\n",
        "? [a]: b\n: x\n",
        "title: !!python/object/apply:os.system [ls]\n",
        "title: a\n" + "b: " + "x" * 70_000 + "\n",
        "{" * 3000 + "\n",
    ],
    ids=[
        "bomb",
        "invalid",
        "deep",
        "deeper than any",
        "no day",
        "no time",
        "no number",
        "odd key",
        "python",
        "long",
        "braces",
    ],
)
def test_front_matter_that_is_refused_is_text_and_noted(corpus: Path, head: str) -> None:
    (corpus / "a.md").write_text(f"---\n{head}---\nThe body.\n")
    document = load(corpus, "a.md")
    assert (document.body, document.title, document.date) == (0, None, None)
    (note,) = notes(document)
    assert note.startswith("a.md: its front matter is read as text")


@pytest.mark.parametrize(
    "text",
    ["---\nA paragraph between rules.\n---\nAnother.\n", "---\n", "---", "----\na: b\n----\n",
     "--- a: b\n---\n", "text\n---\na: b\n---\n", "---\nNo rule follows: none.\n"],
)  # fmt: skip
def test_rules_across_the_page_are_no_front_matter(corpus: Path, text: str) -> None:
    (corpus / "a.md").write_text(text)
    document = load(corpus, "a.md")
    assert document.body == 0
    assert notes(document) == ()


def test_reading_needs_no_heavy_import(corpus: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index import load, scan;"
        f"c = Path({str(corpus)!r}); scan.scan(c); load.load(c, 'a.txt');"
        "print(*sorted(m for m in ('yaml', 'hashlib', 'charset_normalizer', 'shutil', 'tempfile',"
        " 'logging', 'subprocess', 'urllib.request', 'asyncio') if m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == ""


def test_each_new_name_of_a_text_is_read_as_one(corpus: Path) -> None:
    for suffix in ("markdown", "rst", "text", "org", "adoc", "LOG"):
        (corpus / f"b.{suffix}").write_text("---\ntitle: T\n---\nBody.\n")
        found = load(corpus, f"b.{suffix}")
        assert (found.title, found.extractor, found.places) == ("T", None, None)


def test_another_format_is_read_by_the_process_beside(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = Places("row", (0,), (1,), (2,))
    text = "---\ntitle: [no YAML\n---\n"
    made = Extracted(
        text, "utf-8", 0, "T", None, "s", 1, (Piece(0, 3),), places, ("a cell",), "rows 1"
    )
    asked = []

    def extracted(*given: object) -> Extracted:
        asked.append(given)
        return made

    monkeypatch.setattr(process, "extracted", extracted)
    (corpus / "b.CSV").write_text("a,b")
    found = load(corpus, "b.CSV", "cp949")
    assert asked == [("rows", "b.CSV", b"a,b", "cp949")]
    assert [getattr(found, name) for name in Extracted.__annotations__] == [
        getattr(made, name) for name in Extracted.__annotations__
    ]
    assert notes(found) == (
        "b.CSV: 1 byte sequences are not utf-8; each stands as U+FFFD.",
    )  # no word of front matter


def test_what_a_format_refuses_is_passed_over(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Extracted:
        raise Refused("encrypted", "it is encrypted", "Remove its password.")

    monkeypatch.setattr(process, "extracted", refuse)
    (corpus / "b.pdf").write_bytes(b"%PDF")
    skipped = refusal(corpus, "b.pdf").skipped
    assert (skipped.reason, skipped.message) == (
        "encrypted",
        "b.pdf: it is encrypted. Remove its password.",
    )
