"""Lists of persons that are made up: identity numbers of an imaginary county, their last character reckoned."""

from __future__ import annotations

from pathlib import Path

HEAD = "区县代码,学校标识码,学校名称,学段,学年,在校生数"
WEIGHTS = [2**place % 11 for place in range(17, 0, -1)]
FAMILY, GIVEN = "王李张刘陈杨黄赵吴周徐孙", "明华丽强"


def _identity(number: int) -> str:
    first = f"330199201001{number % 28 + 1:02d}{number:03d}"
    return first + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True)) % 11]


def _school(number: int) -> str:
    return f"999901,99990100{number:02d},示例第{number}小学,小学,2023,{300 + number}"


def identity_numbers(folder: Path) -> Path:
    """Two identity numbers in a column that nobody asked for."""
    rows = [f"{_school(n)},{_identity(n) if n < 3 else ''}" for n in range(1, 5)]
    return _written(folder / "identity_numbers.csv", [f"{HEAD},备注", *rows])


def mobile_numbers(folder: Path) -> Path:
    """The mobile numbers of headmasters."""
    rows = [f"{_school(n)},1380000{n:04d}" for n in range(1, 4)]
    return _written(folder / "mobile_numbers.csv", [f"{HEAD},联系方式", *rows])


def one_row_per_person(folder: Path) -> Path:
    """Names without a heading that says so, twelve to a school."""
    rows = [
        f"999901,9999010001,示例第{place % 2 + 1}小学,小学,2023,1,{family}{GIVEN[place % 4]}"
        for place, family in enumerate(FAMILY)
    ]
    return _written(folder / "one_row_per_person.csv", [f"{HEAD},填报", *rows])


def a_list_of_pupils(folder: Path) -> Path:
    """A heading that only a list of pupils has."""
    rows = [f"{_school(n)},佚名" for n in range(1, 3)]
    return _written(folder / "a_list_of_pupils.csv", [f"{HEAD},学生姓名", *rows])


def _written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
