"""Personal data stop a run before anything is written, and what is said of them tells no value."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualityedu.cli import main
from qualityedu.errors import IntakeError
from qualityedu.intake import check, read_schools
from qualityedu.intake.personal_data import detect, is_identity_number, is_mobile_number
from qualityedu.intake.sheet import Sheet

# The two printed in the annex of GB 11643-1999, which belong to nobody.
IN_THE_STANDARD = ["11010519491231002X", "440524188001010014"]
HEAD = ["区县代码", "学校标识码", "学校名称", "学段", "学年", "在校生数"]


def _made_up(number: int = 0) -> str:
    """An identity number of an imaginary county with the right last character."""
    first = f"33019920100{number % 9 + 1}15{number % 1000:03d}"
    weights = [2**place % 11 for place in range(17, 0, -1)]
    return first + "10X98765432"[sum(w * int(d) for w, d in zip(weights, first, strict=True)) % 11]


def _sheet(values: list[object], heading: str = "备注") -> Sheet:
    return Sheet("表", [[*HEAD, heading], *[_row(place, value) for place, value in enumerate(values)]], "zh")


def _row(place: int, value: object) -> list[object]:
    return ["999901", f"99990100{place:02d}", f"示例第{place + 1}小学", "小学", "2023", 300 + place, value]


class TestNumbers:
    @pytest.mark.parametrize("number", IN_THE_STANDARD[:1])
    def test_the_example_of_the_standard(self, number: str) -> None:
        assert is_identity_number(number)
        assert is_identity_number(number.lower())

    def test_a_day_of_birth_before_1900_is_nobody_alive(self) -> None:
        """The second example of the standard: its last character is right, its bearer born in 1880."""
        assert not is_identity_number(IN_THE_STANDARD[1])

    @given(st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
    @settings(max_examples=100, deadline=None)
    def test_one_wrong_digit_or_two_exchanged_are_noticed(self, number: int, place: int, more: int) -> None:
        """What a check digit is for (ISO 7064, MOD 11-2)."""
        right = _made_up(number)
        assert is_identity_number(right)
        if right[place] != "X":
            wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
            assert not is_identity_number(wrong)
        for one, (a, b) in enumerate(pairwise(right)):
            if a != b and "X" not in (a, b):
                assert not is_identity_number(right[:one] + b + a + right[one + 2 :])

    @pytest.mark.parametrize("text", ["13812345678", "+8613812345678", "+86 19912345678", "86-15012345678"])
    def test_mobile_numbers(self, text: str) -> None:
        assert is_mobile_number(text)

    @pytest.mark.parametrize("text", ["12812345678", "1381234567", "138123456789", "23812345678", "0571-88881234"])
    def test_what_is_no_mobile_number(self, text: str) -> None:
        assert not is_mobile_number(text)


class TestWhatIsFound:
    @pytest.mark.parametrize(
        "written",
        [
            _made_up(),
            _made_up(4).lower(),
            f" {_made_up(2)}\u3000",
            f"身份证号：{_made_up(3)}，已核",
            f"{_made_up()[:6]} {_made_up()[6:14]} {_made_up()[14:]}",
            f"{_made_up()[:6]}-{_made_up()[6:14]}-{_made_up()[14:]}",
            "".join(chr(ord(each) + 0xFEE0) for each in _made_up()),
            float("330199201001150010"),
        ],
    )
    def test_identity_numbers_as_people_write_them(self, written: object) -> None:
        (found,) = detect(_sheet(["", written, "", written]))
        assert (found.kind, found.position, found.first, found.last, found.count) == ("identity_number", 6, 2, 4, 2)

    @pytest.mark.parametrize(
        "written", ["13812345678", "138 1234 5678", "138-1234-5678", "王老师13812345678", "１３８１２３４５６７８"]
    )
    def test_mobile_numbers_as_people_write_them(self, written: str) -> None:
        (found,) = detect(_sheet([written, "", written]))
        assert (found.kind, found.first, found.last, found.count) == ("mobile_number", 1, 3, 2)

    def test_mobile_numbers_as_numbers(self) -> None:
        assert [each.kind for each in detect(_sheet([13812345678, 15912345671.0]))] == ["mobile_number"]

    def test_in_a_plain_text(self) -> None:
        (found,) = detect(f"no\n{_made_up()} and {_made_up(5)}\n", name="x.log")
        assert (found.kind, found.sheet, found.first, found.count) == ("identity_number", "x.log", 1, 2)
        assert detect("nothing\nhere", name="x.log") == []

    @pytest.mark.parametrize("heading", ["姓名", "学生姓名", "身份证号码", "监护人电话", "Student_ID", "date of birth"])
    def test_headings_of_a_list_of_persons(self, heading: str) -> None:
        kinds = [each.kind for each in detect(_sheet(["", ""], heading))]
        assert kinds == (["person_heading"] if heading != "date of birth" else kinds)
        assert kinds

    def test_a_row_for_each_person(self) -> None:
        names = ["王小明", "李丽", "张伟", "刘洋", "陈静", "杨帆", "黄磊", "赵敏", "吴刚", "周婷", "徐强", "孙悦"]
        rows = [[f"示例{place % 3}班", name, 90 + place] for place, name in enumerate(names)]
        (found,) = detect(Sheet("名册", rows, "zh"))
        assert (found.kind, found.position, found.count) == ("person_rows", 1, 12)


# What an office's table rightly holds and what looks a little like a number of a person.
RIGHTLY = {
    "school codes of ten digits": ["2133010001", "3133010002", "1330100012"],
    "codes of eleven digits by mistake": ["13010600011", "14010600012"],
    "social-credit codes": ["12330106470110021R", "123301064701100213", "91330106MA2AXXXX1T"],
    "landlines": ["0571-88881234", "(0571)88881234", "88881234"],
    "amounts of eleven digits": [13800000000, "13,812,345,678", "13812345678.50", "13812345678元"],
    "one amount alone": [13812345678],
    "a wrong last character": [_made_up()[:-1] + ("0" if _made_up()[-1] != "0" else "1")],
    "no such day": ["330199201013310010", "330199000000000000"],
    "no such province": ["990199201001150015"],
    "long digits": ["3301062010010100101234", "1381234567812"],
    "villages": ["张庄村", "李家镇", "王村", "刘桥", "陈店", "杨湾", "黄山", "赵园", "吴街", "周乡", "徐庄", "孙村"],
}


@pytest.mark.parametrize("values", list(RIGHTLY.values()), ids=list(RIGHTLY))
def test_what_is_rightly_there(values: list[object]) -> None:
    heading = "学校代码" if "13010600011" in values else "备注"
    assert detect(_sheet(values, heading)) == []


def test_the_tables_inside_hold_none() -> None:
    for name in ("demo", "world"):
        assert len(read_schools(name)) > 50


def _workbook(path: Path, secret: object, *, hidden: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "学校"
    sheet.append(HEAD)
    for place in range(4):
        sheet.append(_row(place, None)[:6])
    other = book.create_sheet("备用")
    other.append(["甲", "乙"])
    other.append(["x", secret])
    other.sheet_state = "hidden" if hidden else "visible"
    book.save(path)
    return path


@pytest.mark.parametrize("hidden", [False, True])
def test_every_sheet_is_looked_at_the_hidden_ones_too(hidden: bool, tmp_path: Path) -> None:
    path = _workbook(tmp_path / "t.xlsx", _made_up(7), hidden=hidden)
    (problem,) = check(path, lang="zh").problems
    assert (problem.level, problem.key, problem.where) == ("stop", "personal_identity_number", "备用!B2")


@pytest.mark.parametrize(
    "words",
    [
        ["report", "{table}", "--year", "2023", "--into", "{out}"],
        ["check", "{table}"],
        ["check", "{table}", "--mark"],
        ["check", "{table}", "--json"],
        ["findings", "{table}", "--year", "2023", "--into", "{out}"],
    ],
    ids=lambda words: " ".join(word for word in words if "{" not in word),
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_command_writes_anything_or_tells_the_value(
    words: list[str], lang: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / "held"
    held.mkdir()
    table = _workbook(held / "学校.xlsx", _made_up(7))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(held)
    given = [word.format(table=table, out=tmp_path / "out") for word in words]
    with pytest.raises(SystemExit) as ended:
        main([*given, "--lang", lang])
    assert ended.value.code == 3
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before, "no copy, no log, no marked file"
    said = "".join(capfd.readouterr())
    assert _made_up(7) not in said
    assert _made_up(7)[6:14] not in said
    assert "备用!B2" in said


def test_survey_data_of_research_is_no_table_of_schools() -> None:
    """A row for each pupil sampled goes to `fit` as a data frame with a `Survey`, and to no report."""
    pupils = pd.DataFrame({"CNTSTUID": [1, 2], "CNTSCHID": [10, 10], "W_FSTUWT": [3.1, 2.9], "PV1MATH": [510.0, 480.0]})
    with pytest.raises(IntakeError) as refused:
        read_schools(pupils)
    assert [problem.key for problem in refused.value.problems] == ["personal_data"]
