"""Every definition and every standard in both languages, as pieces of a page. Nothing is typed twice."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from qualityedu.columns import COLUMNS
from qualityedu.datasets import YUAN
from qualityedu.findings.composites import exam_composites
from qualityedu.frameworks import Framework, coverage, frameworks
from qualityedu.indicators import Indicator, catalogue, sources
from qualityedu.standards import Regulation, regulations, thresholds
from qualityedu.tables.fragment import Cell, Fragment, html_table, joined, paragraph
from qualityedu.tables.legal import decimals_in, decreed_line, legal_history, value_in_words
from qualityedu.tables.values import stage_label, title_of
from qualityedu.text import LANGUAGES, number, say

__all__ = ["by_date", "codebook_pieces", "framework_table"]

_TAGS = {"zh": "zh-CN", "en": "en"}


def codebook_pieces(lang: str) -> list[Fragment]:
    """The page: how to find something, two indexes, every indicator, every regulation, frameworks and composites."""
    dimensions = list(dict.fromkeys(each.dimension for each in catalogue().values()))
    return [
        _heading(lang),
        _index(dimensions, lang),
        *[piece for name in dimensions for piece in _dimension(name, lang)],
        _titled("codebook.regulations", "regulations", lang),
        *[_regulation(each, lang) for each in by_date()],
        _titled("codebook.frameworks", "frameworks", lang),
        *[_framework(each, lang) for each in frameworks().values()],
        _titled("codebook.composites", "composites", lang),
        _composites(lang),
    ]


def framework_table(framework: Framework, lang: str) -> Fragment:
    """A framework's dimensions and keys with the indicators that speak for each, and where none does."""
    found = coverage(framework)
    levels = found["level"].ne("").any()
    titles = {(each.level, each.id): each for each in framework.dimensions}
    rows = []
    for row in found.itertuples():
        each = titles[row.level, row.dimension]
        names: list[Cell] = [
            each.title[lang],
            each.keys[row.key - 1].title[lang],
            _links(row.indicators, lang) if row.indicators else say("framework.silent", lang),
        ]
        rows.append([say(f"framework.level.{row.level}", lang), *names] if levels else names)
    words = {"keys": len(found), "silent": int(found["silent"].sum()), "spoken": int((~found["silent"]).sum())}
    columns = [*(["level"] if levels else []), "dimension", "key", "indicators"]
    headings = [say(f"column.framework.{name}", lang) for name in columns]
    return html_table(say("framework.caption", lang, title=framework.title[lang], **words), headings, rows)


def _heading(lang: str) -> Fragment:
    title = say("codebook.title", lang)
    words = {"indicators": len(catalogue()), "regulations": len(regulations()),
             "standards": sum(len(each) for each in thresholds().values())}  # fmt: skip
    lead, find = say("codebook.lead", lang, **words), say("codebook.find", lang)
    html = Markup('<header>\n<h1>{}</h1>\n<p class="under">{}</p>\n</header>\n<p>{}</p>').format(title, lead, find)
    return Fragment(str(html), f"{title}\n{lead}\n{find}")


def _index(dimensions: Sequence[str], lang: str) -> Fragment:
    by_dimension = [
        [
            Markup('<a href="#dimension-{}">{}</a>').format(name, say(f"dimension.{name}", lang)),
            _links([each.id for each in catalogue().values() if each.dimension == name], lang),
        ]
        for name in dimensions
    ]
    alphabetical = [
        [Markup('<a href="#{}">{}</a>').format(each.id, each.id), each.title["zh"], each.title["en"]]
        for each in sorted(catalogue().values(), key=lambda each: each.id)
    ]
    both = [say(f"codebook.language.{language}", lang) for language in LANGUAGES]
    places = Markup(" · ").join(
        Markup('<a href="#{}">{}</a>').format(place, say(f"codebook.{place}", lang))
        for place in ("regulations", "frameworks", "composites")
    )
    return joined(
        Fragment(str(Markup("<p>{}</p>").format(places)), ""),
        html_table(
            say("codebook.by_dimension", lang),
            [say("codebook.dimension", lang), say("column.indicator", lang)],
            by_dimension,
        ),
        html_table(say("codebook.by_name", lang), [say("codebook.id", lang), *both], alphabetical),
    )


def _dimension(name: str, lang: str) -> list[Fragment]:
    head = _titled(f"dimension.{name}", f"dimension-{name}", lang)
    return [head, *[_indicator(each, lang) for each in catalogue().values() if each.dimension == name]]


def _titled(key: str, anchor: str, lang: str) -> Fragment:
    title = say(key, lang)
    return Fragment(str(Markup('<h2 id="{}">{}</h2>').format(anchor, title)), title)


def _indicator(each: Indicator, lang: str) -> Fragment:
    title = Markup('<h3 id="{}">{} · {}</h3>').format(each.id, _in("zh", each.title), _in("en", each.title))
    both = [say(f"codebook.language.{language}", lang) for language in LANGUAGES]
    rows = [[say(f"codebook.{key}", lang), *cells] for key, cells in _facts(each).items() if any(cells)]
    return joined(
        Fragment(str(title), f"{each.title['zh']} · {each.title['en']}"),
        html_table(each.id, [say("codebook.fact", lang), *both], rows),
        _example(each, lang),
        _origin(each, lang),
    )


def _facts(each: Indicator) -> dict[str, list[Cell]]:
    texts = {
        "unit": {lang: each.unit_in(lang, YUAN) for lang in LANGUAGES},
        "why": each.why,
        "how": {lang: each.describe(lang) for lang in LANGUAGES},
        "caveat": each.caveat,
        "misreading": each.misreading,
        "doubt": each.doubt,
        **{key: {lang: words[lang] for lang in LANGUAGES} for key, words in _words(each).items()},
    }
    facts: dict[str, list[Cell]] = {key: [_in(lang, text) for lang in LANGUAGES] for key, text in texts.items()}
    history = legal_history(each)
    facts["standards"] = [_lines([decreed_line(one, lang) for one in history], lang) for lang in LANGUAGES]
    return facts


def _origin(each: Indicator, lang: str) -> Fragment:
    """What is the same in every language: the counterpart, where it was read, and the day of the last review."""
    counterpart = say("codebook.counterpart_of", lang, name=each.counterpart) if each.counterpart else ""
    reviewed = say("codebook.reviewed", lang, day=each.reviewed)
    lines = [line for line in (counterpart, *(_source(name) for name in each.sources), reviewed) if line]
    return Fragment(str(_lines(lines, lang)), "\n".join(lines))


def _words(each: Indicator) -> dict[str, dict[str, str]]:
    """The facts that are words of a list, in each language."""
    found: dict[str, dict[str, str]] = {}
    for lang in LANGUAGES:
        mark = say("report.list_mark", lang)
        one = {
            "leaning": say(f"leaning.{each.leaning}", lang),
            "better": say(f"codebook.better.{each.better}", lang),
            "stages": mark.join(stage_label(stage, lang) for stage in each.stages),
            "levels": mark.join(say(f"codebook.level.{level}", lang) for level in each.levels),
            "release": say(f"release.{each.release}", lang),
            "confidence": say(f"codebook.confidence.{each.confidence}", lang),
        }
        for key, text in one.items():
            found.setdefault(key, {})[lang] = text
    return found


def _example(each: Indicator, lang: str) -> Fragment:
    frame = each.example.frame()
    headings = [
        COLUMNS[name].heading(lang) if name in COLUMNS else title_of(name, lang) if name in catalogue() else name
        for name in map(str, frame.columns)
    ]
    rows = [[_plain(value, lang) for value in row] for row in frame.itertuples(index=False)]
    value = number(each.example.region, lang, each.decimals + 2)
    return html_table(say("codebook.example", lang, value=value), headings, rows)


def _plain(value: object, lang: str) -> str:
    return (
        "—"
        if value != value
        else number(float(value), lang, decimals_in(float(value)))
        if isinstance(value, int | float)
        else str(value)
    )


def _regulation(each: Regulation, lang: str) -> Fragment:
    title = Markup('<h3 id="regulation-{}">{} · {}</h3>').format(each.id, _in("zh", each.title), _in("en", each.title))
    under = say(
        "codebook.regulation", lang, number=each.number or "—", issuer=each.issuer or "—", effective=each.effective,
        seen=each.seen, place=each.place or "—", read_in=", ".join(each.read_in) or "—",
    )  # fmt: skip
    rows = [
        [
            Markup('<a href="#{}">{}</a>').format(one.indicator, title_of(one.indicator, lang)),
            stage_label(one.stage, lang),
            say(f"subject.{one.subject}", lang),
            say("codebook.limit", lang, rule=say(f"rule.{one.rule}", lang), value=value_in_words(one, lang)),
            one.clause,
            one.quote or "—",
        ]
        for several in thresholds().values()
        for one in several
        if one.regulation.id == each.id
    ]
    names = ("indicator", "stage", "subject", "limit", "clause", "quote")
    headings = [say(f"codebook.column.{name}", lang) for name in names]
    table = html_table(say("codebook.decreed", lang, count=len(rows)), headings, rows) if rows else Fragment("", "")
    head = Fragment(str(title + Markup("\n<p>{}</p>").format(under)), f"{each.title[lang]}\n{under}")
    return joined(head, table) if rows else head


def _framework(each: Framework, lang: str) -> Fragment:
    note = say("codebook.framework", lang, number=each.number or "—", issued=each.issued, note=each.note[lang])
    title = Markup('<h3 id="framework-{}">{} · {}</h3>').format(each.id, _in("zh", each.title), _in("en", each.title))
    head = Fragment(str(title + Markup("\n<p>{}</p>").format(note)), f"{each.title[lang]}\n{note}")
    return joined(head, framework_table(each, lang))


def _composites(lang: str) -> Fragment:
    lead = say("codebook.composites.lead", lang)
    rows = [
        [
            each.title[lang],
            say(f"codebook.composite.{each.kind}", lang),
            each.note[lang],
            each.roster.get(lang, "—"),
            ", ".join(f"{name} {line:g}" for name, line in each.lines.items()) or "—",
        ]
        for each in exam_composites().values()
    ]
    headings = [say(f"codebook.composite.column.{name}", lang) for name in ("title", "kind", "note", "roster", "lines")]
    table = html_table(say("codebook.composites", lang), headings, rows)
    return joined(paragraph(lead), table)


def _links(names: list[str] | tuple[str, ...], lang: str) -> Markup:
    links = [Markup('<a href="#{}">{}</a>').format(name, title_of(name, lang)) for name in names]
    return Markup(say("report.list_mark", lang)).join(links)


def _in(lang: str, texts: dict[str, str]) -> Markup:
    text = texts.get(lang, "")
    return Markup('<span lang="{}">{}</span>').format(_TAGS[lang], text) if text else Markup("")


def _lines(lines: list[str], lang: str) -> Markup:
    if not lines:
        return Markup("")
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup('<ul lang="{}">{}</ul>').format(_TAGS[lang], items)


def _source(name: str) -> str:
    known = sources().get(name, {})
    return f"{name}: {known.get('title', name)} ({known.get('where', '—')})"


def by_date() -> list[Regulation]:
    """Every regulation, the oldest first."""
    return sorted(regulations().values(), key=lambda each: (each.effective, each.id))
