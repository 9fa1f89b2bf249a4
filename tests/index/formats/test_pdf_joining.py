"""Lines are joined where they are running text, and stay apart where they may be something else."""

from __future__ import annotations

import pytest

from index.formats.pdf_joining import Joining


def joined(*lines: str, known: str = "", width: float = 0) -> str:
    return Joining([*lines, known]).joined(lines, width)


def test_a_sentence_goes_on_in_a_line_that_begins_with_a_capital() -> None:
    lines = "The house on the northern quay was built by", "Ingrid Solberg in 1887."
    assert joined(*lines) == " ".join(lines)


def test_a_paragraph_that_the_next_page_ends_goes_on() -> None:
    lines = (
        "The house on the northern quay was built by", "the Solbergs of Bergen, who came here in",
        "the spring of 1887 and left it again when the",
    )  # fmt: skip
    assert joined(*lines) == " ".join(lines)


@pytest.mark.parametrize(
    ("lines", "between"),
    [
        (("부산항의 물동량은 지난해 같은 기간보다 크게", "늘었다. 항만공사가 밝혔다."), " "),
        (
            (
                "물동량은 크게 늘었다. 항만공사는 올해에도 이 추세가",
                "이어질 것으로 보고 있으며 내년",
            ),
            " ",
        ),
        (("上海港去年的集装箱吞吐量比前一年增长了百分之五，", "创下新高。"), ""),
        (("横浜港の貨物は昨年の同じ時期に比べて大きく減って", "いる。"), ""),
        (("上海港去年的集装箱吞吐量比前一年增长了百分之", "5，创下新高。"), " "),
    ],
)
def test_scripts_without_spaces_have_none_between_lines(
    lines: tuple[str, str], between: str
) -> None:
    assert joined(*lines) == between.join(lines)


@pytest.mark.parametrize(
    ("lines", "between"),
    [
        (("공사는 2019년 3월 1일부터 2020년 11월 30일, 2021년", "2월 15일에 끝났다."), " "),
        (("工程自2019年3月1日起至2020年11月30日止，又自2021年", "2月15日起。"), " "),
        (("工事は2019年3月1日から2020年11月30日、及び2021年2月", "15日に行う。"), " "),
    ],
)
def test_a_sentence_of_many_dates_is_no_table(lines: tuple[str, str], between: str) -> None:
    assert joined(*lines) == between.join(lines)


@pytest.mark.parametrize(
    ("last", "first", "known", "said"),
    [
        ("manip-", "ulate", "to manipulate it", "manipulate"),
        ("manip-", "ulate", "manipulating", "manip-ulate"),
        ("re-", "sign", "to resign or to re-sign", "re-sign"),
        ("Anglo-", "Saxon", "", "Anglo-Saxon"),
        ("1998-", "2004", "", "1998-2004"),
        ("two-", "and", "", "two- and"),
        ("it -", "they", "", "it - they"),
        ("manip\u00ad", "ulate", "", "manipulate"),
    ],
)
def test_a_hyphen_goes_only_where_the_document_knows_the_word(
    last: str, first: str, known: str, said: str
) -> None:
    start = "All of them were asked in the hall whether"
    lines = f"{start} {last}", f"{first} was said."
    assert joined(*lines, known=known) == f"{start} {said} was said."


@pytest.mark.parametrize("others", [["they perform-", "ed it"], ["as is well-", "perform here"]])
def test_half_a_word_proves_none(others: list[str]) -> None:
    lines = "They were asked in the hall to per-", "form it."
    assert Joining([*lines, *others]).joined(lines, 0).endswith("per-form it.")


@pytest.mark.parametrize(
    "lines",
    [
        (
            "years 1998 1999 2000 2001 2002 2003 2004", "tons 24 25 27 29 31 33 35 36 38 41 43 47",
            "ships 3 3 4 5 6 6 7 9 11 12 14 15 17 19",
        ),
        ("pears 24kg 25kg 27kg 29kg 31kg 33kg 35kg", "plums 24kg 25kg 27kg 29kg 31kg 33kg 35kg"),
        (
            "Tide tables of the harbour of Busan",
            "Maps of the harbour, and its quays",
            "Ships that call here, and their names",
        ),
        (
            "The harbour sleeps", "Its lamps are lit along the quay tonight.", "And nobody",
            "keeps watch.",
        ),
        ("The lamps are lit tonight", "And nobody keeps a watch."),
        ("Busan Port Authority", "12 Harbour Road", "Busan."),
        ("A short heading", "The house on the northern quay was built by it."),
    ],
    ids=["figures", "units", "rows", "verse", "narrow", "address", "heading"],
)  # fmt: skip
def test_what_is_no_running_text_keeps_its_lines(lines: tuple[str, ...]) -> None:
    assert joined(*lines) == "\n".join(lines)


def test_a_paragraph_on_a_wider_page_is_not_known_to_go_on() -> None:
    lines = "The house on the northern quay was built by", "Ingrid Solberg in 1887."
    assert joined(*lines, width=90) == "\n".join(lines)
