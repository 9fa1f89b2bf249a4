"""Which encoding a page's bytes are in: what it declares, unless its bytes say otherwise."""

from __future__ import annotations

import re

from index.encodings import Decoded
from index.formats.composing import decoded

_BEGINNING = 4096
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})
    |^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE | re.VERBOSE,
)
# What pages call encodings, and what browsers read them as (https://encoding.spec.whatwg.org).
_CALLED = {
    "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 uhc cp949 windows-949",
    "gb18030": "gb18030 gbk gb2312 gb_2312-80 x-gbk chinese cp936 windows-936 euc-cn",
    "big5hkscs": "big5 big5-hkscs big5hkscs cn-big5 x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j ms932 cp932",
    "euc_jp": "euc-jp x-euc-jp eucjp",
    "iso2022_jp": "iso-2022-jp",
    "koi8_r": "koi8-r koi8 koi8_r",
    "koi8_u": "koi8-u koi8-ru",
    "cp874": "tis-620 windows-874 iso-8859-11",
    "mac_roman": "macintosh x-mac-roman mac",
    "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 l1 us-ascii ascii windows-1252 cp1252",
    "cp1254": "iso-8859-9 latin5 windows-1254",
}  # fmt: skip
_NAMES = {called: name for name, those in _CALLED.items() for called in those.split()}
_NUMBERED = re.compile(r"(?:(iso-?8859)-?(\d{1,2})|(?:windows-|cp|x-cp)(125\d|866))")
_ESCAPING = frozenset({"iso2022_jp"})  # all its bytes are ASCII


def decoded_page(data: bytes, encoding: str | None) -> Decoded:
    """The text of a page; Refused where it is none.

    Bytes that are valid UTF-8 prove themselves; what else is declared is believed unless it
    makes nonsense of the bytes.
    """
    declared = None if encoding else declared_in(data)
    if declared is None or data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decoded(data, encoding)
    if declared not in _ESCAPING:
        try:
            return Decoded(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            pass
    read = decoded(data, declared)
    if read.replaced > 2 + sum(map(len, re.findall(rb"[\x80-\xff]+", data))) / 50:
        return decoded(data, None)
    return read


def declared_in(data: bytes) -> str | None:
    """Our name for the encoding that a page declares, None if it does not or we have none."""
    found = _DECLARED.search(data, 0, _BEGINNING)
    if not found:
        return None
    called = (found[1] or found[2]).decode("ascii", "replace").lower()
    if called in _NAMES:
        return _NAMES[called]
    numbered = _NUMBERED.fullmatch(called)
    if not numbered:
        return None
    if numbered[3]:
        return f"cp{numbered[3]}"
    return (
        f"iso8859_{numbered[2]}" if numbered[2] in "2 3 4 5 6 7 8 10 13 14 15 16".split() else None
    )
