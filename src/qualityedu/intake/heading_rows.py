"""Which rows of a sheet are its headings: found by what they say, never by where they stand."""

from __future__ import annotations

import re
from dataclasses import replace

from qualityedu.columns import COLUMNS, KEYS, UNITS
from qualityedu.intake.cells import written
from qualityedu.intake.headings import SEARCHED_ROWS, Heading, Layout, row_layout, unit_line
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.vocabulary import Vocabulary, folded

__all__ = ["heading_words", "layout_of", "repeats_headings"]

_NUMBERING = re.compile(r"[(（]?(?:[甲乙丙丁戊己庚辛]|[0-9]{1,3})[)）]?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WITHOUT_UNIT = ("code", "text", "choice", "year")
_FEWEST_NUMBERED = 4
_WHOLE = ("合计", "小计", "计", "总计", "总数", "total", "all")


def layout_of(sheet: Sheet, vocabulary: Vocabulary) -> Layout | None:
    """The headings: the row among the first fifteen that names most columns, at least two, and what belongs to it.

    None where there is no such row.
    """
    searched = range(min(1 if sheet.headed else SEARCHED_ROWS, len(sheet.rows)))
    layouts = [row_layout(sheet, row, vocabulary) for row in searched]
    best = max(layouts, key=lambda layout: len(layout.columns), default=None)
    if best is None or len(best.columns) < 2:
        return None
    found = _with_translations(best, layouts, sheet.lang)
    if not sheet.headed:
        found = _beside_its_rival(sheet, found, _rival(best, found, layouts))
        found = _with_row_of_units(sheet, vocabulary, found)
        whole = _with_rows_that_belong(sheet, vocabulary, found, layouts)
        found = whole if len(whole.columns) >= 2 else found
        found = replace(found, last=found.last + _is_numbering(sheet, found))
    return replace(found, unit_line=unit_line(sheet, found.row))


def heading_words(sheet: Sheet, row: int) -> list[str]:
    """The words of each cell of a row, on one line."""
    return [" ".join(written(raw).split()) for raw in sheet.rows[row]]


def repeats_headings(sheet: Sheet, layout: Layout, row: int) -> bool:
    """Whether a row among the data says the headings once more, as when sheets were pasted below each other."""
    needed = max(2, len(layout.headings) // 2 + 1)
    # Most cells of a row of data are numbers, and no heading is.
    words = [(raw, text) for place, text in layout.folded if isinstance(raw := sheet.cell(row, place), str) and raw]
    return len(words) >= needed and sum(folded(raw) == text for raw, text in words) >= needed


def _with_translations(best: Layout, layouts: list[Layout], lang: str) -> Layout:
    """The rows next to the best one that say the same in another language, as our template has them, taken as one."""
    group = [best]
    for step in (-1, 1):
        row = best.row + step
        while 0 <= row < len(layouts) and _says_the_same(best, layouts[row]):
            group.append(layouts[row])
            row += step
    if len(group) == 1:
        return best
    group.sort(key=lambda layout: layout.row)
    words = next((each for each in group if _is_in(each, lang)), group[0])
    headings: dict[int, Heading] = {}
    for layout in [words, *group]:
        for heading in layout.headings:
            known = headings.setdefault(heading.position, heading)
            if not known.named.unit and heading.named.unit:
                headings[heading.position] = replace(known, named=heading.named)
    texts = dict(words.unknown) | {each.position: each.text for each in words.headings}
    named = tuple(replace(each, text=texts.get(place, each.text)) for place, each in sorted(headings.items()))
    unknown = tuple(pair for pair in words.unknown if pair[0] not in headings)
    return Layout(words.row, named, unknown, last=group[-1].row)


def _says_the_same(best: Layout, other: Layout) -> bool:
    mine = {each.position: {column.name for column in each.named.columns} for each in best.headings}
    yours = {each.position: {column.name for column in each.named.columns} for each in other.headings}
    both = mine.keys() & yours.keys()
    return len(both) * 2 >= len(mine) and all(mine[place] == yours[place] for place in both)


def _is_in(layout: Layout, lang: str) -> bool:
    texts = [each.text for each in layout.headings]
    chinese = sum(bool(_CHINESE.search(text)) for text in texts) * 2 > len(texts)
    return chinese if lang == "zh" else not chinese and sum(text in COLUMNS for text in texts) * 2 <= len(texts)


def _rival(best: Layout, found: Layout, layouts: list[Layout]) -> int | None:
    """Another row that names at least half as many columns, in other words."""
    said = {(each.position, folded(each.text)) for each in best.headings}
    for layout in layouts:
        inside = found.row <= layout.row <= found.last or layout.row == best.row
        repeated = sum((each.position, folded(each.text)) in said for each in layout.headings)
        enough = len(layout.columns) >= 2 and len(layout.columns) * 2 > len(best.columns)
        if not inside and enough and repeated * 2 <= len(layout.headings):
            return layout.row
    return None


def _beside_its_rival(sheet: Sheet, found: Layout, rival: int | None) -> Layout:
    """The layout with its rival, which is no row of data where nothing stands between the two."""
    if rival is None:
        return found
    between = range(found.last + 1, rival)
    near = rival > found.last and not any(any(heading_words(sheet, row)) for row in between)
    return replace(found, rival=rival, last=rival if near else found.last)


def _with_row_of_units(sheet: Sheet, vocabulary: Vocabulary, layout: Layout) -> Layout:
    """A row below the headings that gives the unit of each column: read as if it stood in brackets behind them."""
    row = layout.last + 1
    if row >= len(sheet.rows):
        return layout
    known = {folded(name) for group in UNITS.values() for name in group} | {"—", "-", "/"}
    words = {place: text for place, text in enumerate(heading_words(sheet, row)) if text}
    labels = {place for place, text in words.items() if folded(text) in ("单位", "计量单位", "unit", "units")}
    units = {place: text.strip("()（）") for place, text in words.items() if place not in labels}
    if len(units) < 2 or any(folded(text) not in known for text in units.values()):
        return layout
    headings = tuple(_in_unit(each, units.get(each.position, ""), vocabulary) for each in layout.headings)
    return replace(layout, headings=headings, last=row)


def _in_unit(heading: Heading, unit: str, vocabulary: Vocabulary) -> Heading:
    column = heading.named.columns[0]
    if not unit or unit in "—-/" or heading.named.unit or column.kind in _WITHOUT_UNIT:
        return heading
    return replace(heading, named=replace(heading.named, unit=unit, factor=vocabulary.factor(column, unit)))


def _is_numbering(sheet: Sheet, layout: Layout) -> bool:
    """Whether the row below only numbers the columns, 甲 乙 1 2 3, as official forms do."""
    row = layout.last + 1
    if row >= len(sheet.rows):
        return False
    words = [text for text in heading_words(sheet, row) if text]
    if len(words) < _FEWEST_NUMBERED or not all(map(_NUMBERING.fullmatch, words)):
        return False
    digits = [int(number) for text in words if (number := text.strip("()（）")).isdigit()]
    return len(digits) >= 2 and digits == list(range(digits[0], digits[0] + len(digits))) and digits[0] <= 2


def _with_rows_that_belong(sheet: Sheet, vocabulary: Vocabulary, layout: Layout, layouts: list[Layout]) -> Layout:
    """Headings that go on in the row above or below; what they say together is read, and complained of."""
    above, below = layout.row - 1, layout.last + 1
    first = above if above >= 0 and _goes_on_above(sheet, layout, above, layouts) else layout.row
    last = layout.last
    while _goes_on_below(sheet, layout, last + 1, below):
        last += 1
    if (first, last) == (layout.row, layout.last):
        return layout
    headings, unknown = [], []
    for place, (upper, lower) in sorted(_joined(sheet, first, last).items()):
        whole = not lower or folded(lower) in _WHOLE
        for text in (lower, upper + lower, *([upper] if whole else [])):
            if named := vocabulary.meaning(text) if text else None:
                headings.append(Heading(place, text, named))
                break
        else:
            unknown.append((place, upper + lower))
    return replace(
        layout, row=first, headings=tuple(headings), unknown=tuple(unknown), last=last, split=(first, last), rival=None
    )


def _goes_on_above(sheet: Sheet, layout: Layout, row: int, layouts: list[Layout]) -> bool:
    """Whether the row above names columns where this one is blank, or bands stand above most of the headings."""
    filled = {place for place, text in enumerate(heading_words(sheet, layout.row)) if text}
    if any(each.position not in filled for each in layouts[row].headings):
        return True
    words = heading_words(sheet, row)
    spans = [
        each
        for each in sheet.marks.merged
        if each.top <= row <= each.bottom < layout.row
        and each.right > each.left
        and each.left < len(words)
        # A subtitle such as 填报单位：某某 is no band.
        and not re.search(r"[:：0-9]", words[each.left])
    ]
    covered = {place for each in spans for place in range(each.left, each.right + 1)} & filled
    return len(spans) >= 2 and len(covered) * 2 >= len(filled)


def _goes_on_below(sheet: Sheet, layout: Layout, row: int, below: int) -> bool:
    """Whether a row says more of the headings: words without figures, and nothing that tells one unit from another."""
    if row >= len(sheet.rows) or row > below + 1:
        return False
    words = {place: text for place, text in enumerate(heading_words(sheet, row)) if text}
    keys = {each.position for each in layout.headings if each.named.columns[0].name in KEYS}
    if not words or not keys or keys & words.keys() or any(any(map(str.isdigit, text)) for text in words.values()):
        return False
    joined = any(
        each.left == each.right and each.top <= layout.last and row <= each.bottom for each in sheet.marks.merged
    )
    numeric = {each.position for each in layout.headings if each.named.columns[0].kind not in _WITHOUT_UNIT}
    blank = set(words) - {each.position for each in layout.headings}
    short = all(len(text) <= 12 and not re.search(r"[:：]", text) for text in words.values())
    return joined or (short and bool(numeric & words.keys() or blank) and len(words) >= 2)


def _joined(sheet: Sheet, first: int, last: int) -> dict[int, tuple[str, str]]:
    """For each column what the upper rows say, carried along cells that are merged across, and the lowest words."""
    found: dict[int, tuple[str, str]] = {}
    for row in range(first, last + 1):
        for place, text in _carried(sheet, row).items():
            upper, lower = found.get(place, ("", ""))
            found[place] = (upper + lower, text)
    return found


def _carried(sheet: Sheet, row: int) -> dict[int, str]:
    words = {place: text for place, text in enumerate(heading_words(sheet, row)) if text}
    for each in sheet.marks.merged:
        if each.top == row and each.left in words:
            words |= dict.fromkeys(range(each.left, each.right + 1), words[each.left])
    return words
