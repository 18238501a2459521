"""The page of a data set's validation: counts, where to look, what became of earlier faults."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.datasets import DataSet
from api.knowledge import Knowledge
from api.pages import rendering
from api.pages.links import Links
from api.pages.rendering import links_of, number, page
from graph.labels import local_name
from graph.shacl import Severity
from graph.shacl.reporting import Count, Report, Result
from graph.shacl.reporting.comparison import compare
from graph.text import Language, Text

SEVERITIES: Mapping[Severity, str] = {
    "violation": "severity_violation",
    "warning": "severity_warning",
    "info": "severity_info",
}
EXAMPLES = 5
"""Results that are shown of each rule."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A line of the trend. Counts are of results, compared with the attempt before."""

    report: Report
    new: int
    still: int
    mended: int
    href: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A line of the counts by shape; `severity` is the key of a text."""

    shape: str
    href: str | None
    property: str
    message: Text
    severity: str
    count: str


@dataclass(frozen=True, slots=True)
class Example:
    """A result, and whether the attempt before had it too."""

    result: Result
    is_new: bool


def validation(
    request: Request,
    known: Knowledge,
    language: Language,
    described: DataSet,
    shown: Report,
    reports: Sequence[Report],
    headers: Mapping[str, str],
) -> HTMLResponse:
    """`reports` are all that are kept, the newest first; `shown` is one of them."""
    path = f"/datasets/{described.name}/validation"
    links = links_of(request, known)
    before = _before(shown, reports)
    return page(
        "validation.html",
        request,
        known,
        language,
        headers=headers,
        dataset=described,
        report=shown,
        rules=[rule(one, known, links, language) for one in shown.counts],
        examples=examples(shown, compare(before, shown).new if before else frozenset()),
        has_before=before is not None,
        attempts=[_attempt(one, shown, reports, links.local(f"{path}?run={one.run}")) for one in reports],
        downloads=[
            (name, f"{path}?run={shown.run}&format={extension}")
            for name, extension in (("Turtle", "ttl"), ("JSON", "json"), ("CSV", "csv"))
        ],
        number=lambda value: number(value, language),
        time=lambda iso: f"{rendering.moment(iso, language)} {iso[11:16]} UTC",
    )


def checked(
    request: Request, known: Knowledge, language: Language, report: Report, headers: Mapping[str, str]
) -> HTMLResponse:
    """What somebody sent, and nobody keeps."""
    return page(
        "validation-sent.html",
        request,
        known,
        language,
        headers=headers,
        report=report,
        rules=[rule(one, known, links_of(request, known), language) for one in report.counts],
        examples=examples(report, frozenset(), most=len(report.results)),
        has_before=False,
        number=lambda value: number(value, language),
        time=lambda iso: f"{rendering.moment(iso, language)} {iso[11:16]} UTC",
    )


def _before(report: Report, reports: Sequence[Report]) -> Report | None:
    earlier = [one for one in reports if one.checked < report.checked]
    return earlier[0] if earlier else None


def _attempt(report: Report, shown: Report, reports: Sequence[Report], href: str) -> Attempt:
    found = compare(_before(report, reports), report)
    return Attempt(report, len(found.new), len(found.still), len(found.mended), href, report.run == shown.run)


def rule(one: Count, known: Knowledge, links: Links, language: Language) -> RuleCount:
    """A count as it is shown."""
    return RuleCount(
        local_name(one.shape) if one.shape else one.rule,
        links.href(one.shape) if one.shape.startswith(known.iris.base) else None,
        _property(one.path, known, language),
        one.message,
        SEVERITIES[one.severity],
        number(one.count, language),
    )


def _property(path: str | None, known: Knowledge, language: Language) -> str:
    if path is None:
        return "–"
    return path if path.startswith(("<", "^", "(")) else known.vocabulary.name(path).of(language)


def examples(report: Report, new: Iterable[str], *, most: int = EXAMPLES) -> list[Example]:
    """The first results of each rule; `new` are the ids of those that the attempt before did not have."""
    by_rule: dict[tuple[str, str | None, str, str], list[Result]] = defaultdict(list)
    for one in report.results:
        by_rule[one.rule, one.path, one.constraint, one.message.en].append(one)
    fresh = set(new)
    return [Example(one, one.id in fresh) for group in by_rule.values() for one in group[:most]]
