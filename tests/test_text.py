"""The sentences: the same in both languages, all used, none missing, and numbers as people write them."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import qualityedu
from conftest import ROOT
from qualityedu.errors import IntakeError, Problem, RequestError
from qualityedu.indicators import catalogue as indicator_catalogue
from qualityedu.text import LANGUAGES, blanks, catalogue, default_language, number, say

PACKAGE = Path(qualityedu.__file__).parent
# Whose first argument is the key of a sentence, and what is put before it.
SPEAKERS = {
    "say": "",
    "Problem": "problem.",
    "Refusal": "refusal.",
    "RequestError": "refusal.",
    "ToolMissing": "refusal.",
}
PROGRAMMERS_WORDS = [
    r"NaN", r"None(?! of)", r"dtype", r"traceback", r"column index", r"DataFrame", r"invalid", r"null", r"exception",
    r"parse[drs]?", r"无效", r"非法", r"报错", r"空值",
]  # fmt: skip


@dataclass
class Spoken:
    """What a source text names: whole keys, keys with holes, and every other text with or without holes."""

    keys: set[str] = field(default_factory=set)
    holed_keys: set[str] = field(default_factory=set)
    literals: set[str] = field(default_factory=set)
    holed_literals: set[str] = field(default_factory=set)

    def add(self, other: Spoken) -> None:
        """Take over all that another source names."""
        self.keys |= other.keys
        self.holed_keys |= other.holed_keys
        self.literals |= other.literals
        self.holed_literals |= other.holed_literals

    def uses(self, key: str) -> bool:
        """Whether a key is spoken: whole, or through holes each of which some text of the source fills."""
        if key in self.keys | self.literals:
            return True
        holed = [*self.holed_keys, r"problem\.(.+)", r"refusal\.(.+)"]
        return any(self._fills(match) for each in holed if (match := re.fullmatch(each, key)))

    def _fills(self, match: re.Match[str]) -> bool:
        return all(
            group in self.literals
            or any(
                set(inner.groups()) <= self.literals
                for each in self.holed_literals
                if (inner := re.fullmatch(each, group))
            )
            for group in match.groups()
        )


def _scan(source: str) -> Spoken:
    spoken = Spoken()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            spoken.literals.add(node.value)
        elif isinstance(node, ast.JoinedStr) and re.search("[a-z]{3}", holed := _holed(node)):
            spoken.holed_literals.add(holed)
        elif isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SPEAKERS:
                _add_key(spoken, node.args[0], SPEAKERS[name])
    return spoken


def _add_key(spoken: Spoken, key: ast.expr, before: str) -> None:
    if isinstance(key, ast.IfExp):
        _add_key(spoken, key.body, before)
        _add_key(spoken, key.orelse, before)
    elif isinstance(key, ast.Constant) and isinstance(key.value, str):
        spoken.keys.add(before + key.value)
    elif isinstance(key, ast.JoinedStr):
        spoken.holed_keys.add(re.escape(before) + _holed(key))


def _holed(text: ast.JoinedStr) -> str:
    """An f-string as a pattern, each blank a group."""
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"([\w.]+)" for part in text.values
    )


def _scan_package() -> Spoken:
    """What the modules, templates, lists and notebooks speak, and the ids of the indicators."""
    spoken = Spoken(literals=set(indicator_catalogue()))
    for path in sorted(PACKAGE.rglob("*.py")):
        spoken.add(_scan(path.read_text(encoding="utf-8")))
    for path in sorted(p for p in PACKAGE.rglob("*") if p.suffix in (".html", ".j2", ".toml", ".xml", ".tpl")):
        text = path.read_text(encoding="utf-8")
        spoken.keys |= set(re.findall(r"""\bsay\(\s*["']([\w.]+)["']\s*[,)]""", text))
        spoken.literals |= set(re.findall(r"""["']([\w.]+)["']""", text))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        spoken.literals |= {path.stem, *re.findall(r"""["']([\w.]+)["']""", code)}
    spoken.literals |= {each.lower() for each in spoken.literals}  # HC1 is spoken of as errors_hc1
    return spoken


SPOKEN = _scan_package()


def _raw(lang: str) -> str:
    return (PACKAGE / "text" / f"{lang}.po").read_text(encoding="utf-8")


def test_both_languages_hold_the_same_keys() -> None:
    assert sorted(catalogue("zh")) == sorted(catalogue("en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_key_is_given_twice(lang: str) -> None:
    twice = [key for key, count in Counter(re.findall(r'^msgid "(.+)"$', _raw(lang), re.M)).items() if count > 1]
    assert twice == []


def test_both_languages_leave_the_same_blanks() -> None:
    differing = {
        key: (sorted(blanks(sentence)), sorted(blanks(catalogue("en")[key])))
        for key, sentence in catalogue("zh").items()
        if key in catalogue("en") and blanks(sentence) != blanks(catalogue("en")[key])
    }
    assert differing == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_blanks_have_names(lang: str) -> None:
    assert [key for key, sentence in catalogue(lang).items() if any(name.isdigit() for name in blanks(sentence))] == []
    assert [key for key, sentence in catalogue(lang).items() if "{}" in sentence] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_empty(lang: str) -> None:
    assert [key for key, sentence in catalogue(lang).items() if not sentence.strip()] == []


def test_every_key_that_is_spoken_has_a_sentence() -> None:
    assert sorted(SPOKEN.keys - set(catalogue("zh"))) == []


def test_every_key_with_a_blank_has_sentences() -> None:
    silent = [each for each in sorted(SPOKEN.holed_keys) if not any(re.fullmatch(each, key) for key in catalogue("zh"))]
    assert silent == []


def test_no_sentence_is_left_over() -> None:
    assert [key for key in sorted(catalogue("zh")) if not SPOKEN.uses(key)] == []


def test_the_scan_sees_what_it_should() -> None:
    spoken = _scan(
        "say('a.b', lang)\n"
        "text.say('c' if x else 'd', lang)\n"
        "say(f'status.{status}', lang)\n"
        "say(f'section.{part}.lead', lang)\n"
        "Remark(f'dropped_{why}')\n"
        "say(f'model.{key}', lang)\n"
        "raise RequestError('gone', name=1)\n"
        "Problem('torn', 'B4')\n"
        "shade('met', 'aims', 'blank')"
    )
    assert spoken.keys == {"a.b", "c", "d", "refusal.gone", "problem.torn"}
    used = ["status.met", "section.aims.lead", "model.dropped_blank", "model.met", "refusal.gone", "problem.torn"]
    unused = ["status.unmet", "section.years.lead", "model.dropped_whole", "aims.met", "refusal.other"]
    assert [key for key in [*used, *unused] if spoken.uses(key)] == used


@pytest.mark.parametrize("lang", LANGUAGES)
def test_complaints_hold_no_words_of_programmers(lang: str) -> None:
    complaints = {k: s for k, s in catalogue(lang).items() if k.startswith(("problem.", "refusal."))}
    found = {
        key: word
        for key, sentence in complaints.items()
        for word in PROGRAMMERS_WORDS
        if re.search(rf"(?<![A-Za-z])(?:{word})(?![A-Za-z])", _without_blanks(sentence), 0 if word[0] == "N" else re.I)
    }
    assert complaints
    assert found == {}


def _without_blanks(sentence: str) -> str:
    """The sentence without its blanks, whose names nobody sees."""
    return re.sub(r"\{\w*[^}]*\}", "", sentence)


def test_chinese_sentences_are_punctuated_as_chinese() -> None:
    narrow = [key for key, sentence in catalogue("zh").items() if re.search(r"[一-鿿][,;:?!]", sentence)]
    assert narrow == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_refusals_are_whole_sentences(lang: str) -> None:
    ends = ("。", "：", "？") if lang == "zh" else (".", ":", "?")
    open_ended = [
        key
        for key, sentence in catalogue(lang).items()
        if key.startswith(("problem.", "refusal.")) and not sentence.rstrip("”“\"')） ").endswith(ends)
    ]
    assert open_ended == []


def test_say_fills_blanks() -> None:
    assert "chools.xlsx”" in say("refusal.no_such_file", "en", path="Schools.xlsx", inside="world, demo")


def test_say_refuses_an_unknown_key() -> None:
    with pytest.raises(KeyError, match=r"text/zh\.po has no sentence for 'refusal\.nobody_wrote_this'"):
        say("refusal.nobody_wrote_this", "zh")


def test_say_refuses_an_unfilled_blank() -> None:
    with pytest.raises(KeyError, match="inside"):
        say("refusal.no_such_file", "zh", path="x.xlsx")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (2.675, 2, "2.68"),  # stored below 2.675; a person who sees 2.675 rounds it up
        (2.665, 2, "2.67"),
        (0.125, 2, "0.13"),
        (0.135, 2, "0.14"),
        (1.005, 2, "1.01"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (-0.125, 2, "-0.13"),
        (-0.001, 2, "0.00"),  # no minus sign before nothing
        (0.0, 2, "0.00"),
        (1234567.891, 1, "1,234,567.9"),
        (15000, 0, "15,000"),
        (0.515257, 6, "0.515257"),
    ],
)
def test_number_rounds_half_up(value: float, decimals: int, written: str, lang: str) -> None:
    assert number(value, lang, decimals) == written


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("value", [None, float("nan")])
def test_a_missing_number_is_a_dash(value: float | None, lang: str) -> None:
    assert number(value, lang) == "—"


@pytest.mark.parametrize(
    ("asked", "lang"), [("en", "en"), ("en_GB.UTF-8", "en"), ("ZH", "zh"), ("fr", "zh"), ("", "zh")]
)
def test_the_language_of_the_session(asked: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUALITYEDU_LANG", asked)
    assert default_language() == lang


def test_a_refusal_speaks_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = RequestError("no_such_file", path="a.xlsx", inside="world, demo")
    assert refusal.sentence("zh") == "找不到“a.xlsx”。请核对文件名，或使用软件自带的数据集：world, demo。"
    monkeypatch.setenv("QUALITYEDU_LANG", "en")
    assert str(refusal).startswith("There is no file “a.xlsx”.")
    assert refusal.exit_code == 2


def test_an_intake_error_lists_all_its_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = {"refusal.intake": "{count} in {name}:", "problem.torn": "torn by {who}"}
    monkeypatch.setattr("qualityedu.text.catalogue", lambda lang: sentences)
    error = IntakeError([Problem("torn", "Sheet1!B4", {"who": "x"}), Problem("torn", "", {"who": "y"})], name="t.csv")
    assert error.sentence("zh").splitlines() == ["2 in t.csv:", "Sheet1!B4  torn by x", "torn by y"]
    assert error.exit_code == 3
