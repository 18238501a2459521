"""A validation report as one HTML file, to be opened or sent by itself: no service, no scripts."""

from markupsafe import Markup

from api.knowledge import load
from api.negotiation import SPOKEN
from api.pages.links import Links
from api.pages.rendering import HERE, environment, moment, number
from api.pages.texts import texts
from api.pages.validation import RuleCount, examples, rule
from graph.settings import Settings
from graph.shacl.reporting import Report
from graph.text import Language, Text


def validation(report: Report, settings: Settings) -> str:
    """In Vietnamese, then in English."""
    known = load(settings)
    links = Links(known.iris, known.prefixes)
    parts = [
        (
            language,
            Markup(_part(report, language, [rule(one, known, links, language) for one in report.counts])),
        )
        for language in SPOKEN
    ]
    style = (HERE / "static" / "style.css").read_text(encoding="utf-8")
    template = environment().get_template("validation-file.html")
    return template.render(subject=report.subject, style=Markup(f"<style>\n{style}</style>"), parts=parts)


def _part(report: Report, language: Language, rules: list[RuleCount]) -> str:
    def t(key: str, **given: object) -> str:
        text = texts()[key].of(language)
        return text.format(**given) if given else text

    def of(text: Text) -> str:
        return text.of(language)

    return (
        environment()
        .get_template("validation-results.html")
        .render(
            t=t,
            of=of,
            language=language,
            report=report,
            rules=rules,
            examples=examples(report, frozenset(), most=len(report.results)),
            has_before=False,
            number=lambda value: number(value, language),
            time=lambda iso: f"{moment(iso, language)} {iso[11:16]} UTC",
        )
    )
