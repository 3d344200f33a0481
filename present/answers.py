"""Typed answers that both HTTP sides share; null always means "not known", never zero."""

from pydantic import BaseModel, ConfigDict

from domain.finding import Finding, Problem, Severity


class Answer(BaseModel):
    """Base of all answers: immutable, every field always present."""

    model_config = ConfigDict(frozen=True)


class BothLanguages(Answer):
    """A text in both languages."""

    vi: str
    en: str


class FindingAnswer(Answer):
    """One finding of an import."""

    problem: Problem
    severity: Severity
    words: BothLanguages
    route: str | None
    order: int | None
    row: int | None
    column: str | None
    file: str | None


def finding_answer(finding: Finding) -> FindingAnswer:
    """``finding`` as an answer."""
    return FindingAnswer(
        problem=finding.problem,
        severity=finding.severity,
        words=BothLanguages(vi=finding.words.vi, en=finding.words.en),
        route=finding.route or None,
        order=finding.order,
        row=finding.row,
        column=finding.column or None,
        file=finding.file or None,
    )
