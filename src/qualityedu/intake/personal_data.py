"""Personal data in a table: found by value and by shape, and refused before anything is written.

Only totals of schools are read here. A sheet with identity numbers, mobile numbers, headings of a list of persons or
one row for each person stops the reading. What is found is told by place and number; the value never leaves.

De-identified survey data of research (a row for each pupil sampled, as PISA publishes them) has its own way in: a data
frame given to `fit` with a `Survey`. It does not pass through a workbook or a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qualityedu.intake.sheet import Sheet, Unreadable

__all__ = ["Kind", "PersonalData", "detect", "is_identity_number", "is_mobile_number", "refuse_personal_data"]

Kind = Literal["identity_number", "mobile_number", "person_heading", "person_rows"]


@dataclass(frozen=True)
class PersonalData:
    """Personal data of one kind in one column: how many cells, from which row to which (from 0); never a value.

    `position` is the column from 0. In a plain text rows are lines and the column is 0.
    """

    kind: Kind
    sheet: str
    position: int
    first: int
    last: int
    count: int


# The first two digits of an identity number: provinces, and Taiwan, Hong Kong and Macao (GB/T 2260, GB 11643-1999).
_PROVINCES = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71}
_PROVINCES |= {81, 82, 83}
# GB 11643-1999 (ISO 7064, MOD 11-2): the weight of each of the first seventeen digits, and the last character.
_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECK = "10X98765432"
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.,])(?:\+?86[- ]?)?(1[3-9][0-9]{9})(?![0-9A-Za-z.,]|\s*[元人册台万亿㎡平])")
_DIGITS = str.maketrans("０１２３４５６７８９Ｘｘ－", "0123456789XX-")
_BROKEN_UP = re.compile(r"[+0-9Xx][0-9Xx\s\u00a0\u3000-]{10,28}")
_GAPS = re.compile(r"[\s\u00a0\u3000-]+")
_EIGHTEEN_DIGITS = 10**17
_FIRST_BIRTH = 1900

_SEARCHED_ROWS = 15
_PERSONAL_HEADINGS = {
    "姓名", "学生姓名", "教师姓名", "学号", "全国学籍号", "班主任姓名", "studentname", "pupilname", "teachername",
    "idnumber", "nationalid", "dateofbirth", "studentid", "pupilid", "cntstuid",
}  # fmt: skip
_PERSONAL_WORDS = re.compile(
    r"身份证|学籍号|手机号|监护人|家长姓名|出生日期|出生年月|student id|pupil id|mobile number"
)
# A column of codes may hold eleven digits that begin as a mobile number does: Hebei is 13, Shanxi 14.
_CODES = re.compile(r"代码|编码|标识码|code", re.IGNORECASE)

# The hundred commonest family names, four persons of five (Ministry of Public Security, report on names 2020).
_FAMILY = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
    "韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_PLACE_ENDINGS = "村镇乡庄区县市校小中学街园店湾山河桥队场部组班师级科"
_LEAST_ROWS, _NAMED, _APART, _ROWS_FOR_EACH = 10, 0.7, 0.7, 3
_LOOKED_AT = 400


def is_identity_number(text: str) -> bool:
    """Whether a text is an identity number of GB 11643-1999: a province, a day of birth and the right last character.

    Of the fifteen digits that were in use before 1999 nothing can be checked; they are not looked for.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", text) or not _of_a_person(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text[:17], strict=True))
    return _CHECK[total % 11] == text[17].upper()


def is_mobile_number(text: str) -> bool:
    """Whether a text is a mobile number of the mainland: eleven digits from 13 to 19, with or without +86."""
    return _MOBILE.fullmatch(text) is not None


def detect(source: Sheet | str, *, name: str = "") -> list[PersonalData]:
    """Personal data in a sheet or a plain text, by column; empty where there is none.

    `name` is that of the text. In a plain text only numbers are looked for, line by line.
    """
    if isinstance(source, str):
        lines = [[line] for line in source.splitlines()]
        return [each for each in _numbers(Sheet(name, lines, "zh", grid=False)) if each.count]
    return [*_headings(source), *_numbers(source), *_person_rows(source)]


def refuse_personal_data(sheets: Iterable[Sheet]) -> None:
    """Raises Unreadable where a sheet holds personal data: nothing of the file is used, copied or written."""
    for sheet in sheets:
        found = detect(sheet)
        if found:
            raise _refusal(sheet, found)


def _refusal(sheet: Sheet, found: list[PersonalData]) -> Unreadable:
    kind = next((each.kind for each in found if each.kind != "person_heading"), "person_heading")
    its = [each for each in found if each.kind == kind]
    if kind == "person_heading":
        heading = _text(sheet.cell(its[0].first, its[0].position))
        return Unreadable("personal_data", sheet.where(its[0].first, its[0].position, heading), seen=heading)
    column = str(its[0].position + 1)
    where = sheet.where(its[0].first, its[0].position, column)
    last = sheet.where(its[0].last, its[0].position, column)
    return Unreadable(f"personal_{kind}", where, last=last, count=its[0].count)


def _headings(sheet: Sheet) -> Iterator[PersonalData]:
    for row, cells in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        for position, raw in enumerate(cells):
            text = _text(raw)
            if text and len(text) <= 20 and _is_personal_heading(text):
                yield PersonalData("person_heading", sheet.name, position, row, row, 1)


def _is_personal_heading(text: str) -> bool:
    spaced = " ".join(text.casefold().replace("_", " ").split())
    return spaced.replace(" ", "") in _PERSONAL_HEADINGS or _PERSONAL_WORDS.search(spaced) is not None


def _numbers(sheet: Sheet) -> list[PersonalData]:
    """Identity and mobile numbers by column."""
    places: dict[tuple[Kind, int], list[tuple[int, int]]] = {}
    sure: set[tuple[Kind, int]] = set()
    for row, cells in enumerate(sheet.rows):
        for position, raw in enumerate(cells):
            kind, count, certain = _numbers_in(raw)
            if kind is not None:
                places.setdefault((kind, position), []).append((row, count))
                if certain:
                    sure.add((kind, position))
    return [
        PersonalData(kind, sheet.name, position, rows[0][0], rows[-1][0], sum(count for _, count in rows))
        for (kind, position), rows in sorted(places.items(), key=lambda each: (each[0][1], each[0][0]))
        if kind == "identity_number" or not _headed_as_code(sheet, position)
        # One amount of eleven digits is an amount; two that end in no noughts under one heading are not.
        if (kind, position) in sure or len(rows) > 1
    ]


def _numbers_in(raw: object) -> tuple[Kind | None, int, bool]:
    """The kind of number in a cell, how many, and whether one cell is enough to be sure."""
    if isinstance(raw, str):
        return _in_text(raw) if len(raw) >= 11 else (None, 0, False)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not raw >= 13 * 10**9 or raw != int(raw):
        return None, 0, False
    digits = str(int(raw))
    if len(digits) == 18:
        # A spreadsheet keeps fifteen digits of a number: province and day of birth are still there, the end is not.
        exact = isinstance(raw, int) and is_identity_number(digits)
        rounded = isinstance(raw, float) and int(raw) >= _EIGHTEEN_DIGITS and _of_a_person(digits)
        return ("identity_number", 1, True) if exact or rounded else (None, 0, False)
    mobile = is_mobile_number(digits) and not digits.endswith("000")
    return ("mobile_number", 1, False) if mobile else (None, 0, False)


def _in_text(text: str) -> tuple[Kind | None, int, bool]:
    if not text.isascii():
        text = text.translate(_DIGITS)
    bare = text.strip()
    if _BROKEN_UP.fullmatch(bare):
        text = _GAPS.sub("", bare)
    identities = sum(is_identity_number(each) for each in _IDENTITY.findall(text))
    if identities:
        return "identity_number", identities, True
    mobiles = _MOBILE.findall(text)
    # A text that is a number alone may be an amount, which is round.
    round_amount = len(mobiles) == 1 and text.strip() == mobiles[0] and mobiles[0].endswith("000")
    return ("mobile_number", len(mobiles), True) if mobiles and not round_amount else (None, 0, False)


def _of_a_person(digits: str) -> bool:
    if int(digits[:2]) not in _PROVINCES:
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return born.year >= _FIRST_BIRTH and born <= date.today()


def _headed_as_code(sheet: Sheet, position: int) -> bool:
    return any(_CODES.search(_text(sheet.cell(row, position))) for row in range(min(_SEARCHED_ROWS, len(sheet.rows))))


def _person_rows(sheet: Sheet) -> Iterator[PersonalData]:
    """A column of persons' names, several to each value of some other column, such as a school or a class."""
    rows = [row for row, cells in enumerate(sheet.rows[:_LOOKED_AT]) if any(_text(cell) for cell in cells)]
    if len(rows) < _LEAST_ROWS:
        return
    width = max(len(sheet.rows[row]) for row in rows)
    columns = [[_text(sheet.cell(row, position)) for row in rows] for position in range(width)]
    for position, column in enumerate(columns):
        named = [row for row, text in zip(rows, column, strict=True) if _is_name(text)]
        filled = [text for text in column if text]
        if len(named) < max(_LEAST_ROWS, _NAMED * len(filled)) or len(set(filled)) < _APART * len(filled):
            continue
        others = [other for place, other in enumerate(columns) if place != position]
        if any(_several_to_each(other, len(named)) for other in others):
            yield PersonalData("person_rows", sheet.name, position, named[0], named[-1], len(named))


def _several_to_each(column: list[str], rows: int) -> bool:
    """Whether a column holds few words again and again, and no numbers: what the persons are of."""
    words = [text for text in column if text and not text.replace(".", "").isdigit()]
    return len(words) >= 0.8 * rows and len(set(words)) * _ROWS_FOR_EACH <= len(words)


def _is_name(text: str) -> bool:
    return text[:1] in _FAMILY and _NAME.fullmatch(text) is not None and text[-1] not in _PLACE_ENDINGS


def _text(raw: object) -> str:
    return raw.strip() if isinstance(raw, str) else "" if raw is None else str(raw)
