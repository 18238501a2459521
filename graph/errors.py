"""Every error a caller can meet, grouped by what the caller does next.

LienthongError
├── ConfigurationError          fix the configuration
│   └── SettingError            a setting has a value that cannot be used
├── DataError                   fix the data
│   ├── SourceError             a source file or table cannot be read as described
│   ├── MappingError            a mapping document is wrong, or names what the source does not have
│   ├── OntologyError           a Turtle file of the ontology, the shapes or a description is wrong
│   ├── AccountError            the counts of a run do not add up
│   ├── ViolationsError         the mapped data does not meet its shapes
│   └── OverlapError            two graphs state the same triple
├── RequestError                fix the request
│   ├── QueryError              a SPARQL query is malformed, or asks for what is not served
│   ├── UnknownNameError        no data set, generation, collection or resource of that name
│   ├── ParameterError          a parameter is unknown, missing or has a value that cannot be used
│   ├── NotAcceptableError      none of the formats asked for can be written
│   ├── UnsupportedMediaError   the request's body is in a format that is not read
│   ├── ContentTooLargeError    the request's body is larger than the service takes
│   ├── UncheckableError        what was sent to be checked cannot be read
│   ├── NotKeptByUpdateError    the data set is made from its agency's files: an update would be undone
│   ├── UpdateRefusedError      what would be published breaks a rule: shapes, one owner, class of access
│   ├── PreconditionFailedError what is to be changed is no longer as the caller has seen it
│   ├── PreconditionMissingError a change must say which state it was made from
│   ├── ConflictError           it exists already, or the same is being done at this moment
│   ├── GenerationGoneError     what a cursor was given out for is kept no longer
│   ├── ResultTooLargeError     the answer is larger than the service sends
│   └── QueryStoppedError       the query was stopped by its caller or the operator
├── AccessError                 ask for access
│   ├── CredentialError         the key or token shown is wrong, has ended, or is not of a kind that is taken
│   ├── CredentialMissingError  whoever wants to write must say who it is
│   ├── WriteNotPermittedError  a graph is to be changed that this caller may not write, be it there or not
│   └── GraphNotPermittedError  a graph is named that this caller may not read, whether it exists or not
└── TryAgainError               try again
    ├── DeadlineExceededError   the query did not finish in its time
    ├── BusyError               all workers are taken and the queue is full
    ├── AllowanceSpentError     this caller has asked for more than its share
    ├── WorkerLostError         the process that evaluated the query ended (out of memory)
    ├── IssuerUnavailableError  the issuer of tokens does not tell its keys
    ├── NoGenerationError       nothing has been published yet
    ├── NotLoadedYetError       the store that alone can answer is still being loaded
    ├── ServerUnreachableError  the SPARQL server that holds the data does not answer
    ├── ServerRefusedError      … refuses this service: the operator has to mend that
    ├── ServerFailedError       … failed, or sent half an answer
    ├── NoSearchIndexError      what is published was made without a search index
    └── WriterBusyError         another process is publishing into the same data folder
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.text import Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong, as closely as is known.

    `line` counts lines of `file` from 1; `row` counts data rows from 1 (a CSV header is not a row);
    `column` names a source column, or counts characters of a query text.
    """

    file: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        parts = [
            self.file,
            f"dòng/line {self.line}" if self.line is not None else None,
            f"bản ghi/row {self.row}" if self.row is not None else None,
            f"cột/column {self.column}" if self.column is not None else None,
            f"giá trị/value {self.value!r}" if self.value is not None else None,
        ]
        return " · ".join(part for part in parts if part)


class LienthongError(Exception):
    """An error with a sentence for the caller, a hint that says what would have worked, and its place."""

    def __init__(self, message: Text, *, hint: Text | None = None, place: Place | None = None) -> None:
        super().__init__(message, hint, place)
        self.message = message
        self.hint = hint
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, self.hint, self.place))

    def __str__(self) -> str:
        return " — ".join(str(part) for part in (self.message, self.place, self.hint) if part)


def _rebuild(
    kind: type[LienthongError], message: Text, hint: Text | None, place: Place | None
) -> LienthongError:
    return kind(message, hint=hint, place=place)


class ConfigurationError(LienthongError):
    """Fix the configuration."""


class SettingError(ConfigurationError):
    """A setting has a value that cannot be used."""


class DataError(LienthongError):
    """Fix the data."""


class SourceError(DataError):
    """A source file or table cannot be read as described."""


class MappingError(DataError):
    """A mapping document is wrong, or names what its source does not have."""


class OntologyError(DataError):
    """A Turtle file of the ontology, the shapes or a data set's description is wrong."""


class ViolationsError(DataError):
    """The mapped data does not meet its shapes."""


class AccountError(DataError):
    """The counts of a run do not add up, so that nothing is published."""


class OverlapError(DataError):
    """Two graphs state the same triple; each fact is declared once, by its owner."""


class RequestError(LienthongError):
    """Fix the request."""


class QueryError(RequestError):
    """A SPARQL query is malformed, or asks for what this service does not offer."""


class UnknownNameError(RequestError):
    """Nothing of that kind has that name."""


class ParameterError(RequestError):
    """A parameter is unknown, missing, or has a value that cannot be used."""


class NotAcceptableError(RequestError):
    """None of the formats asked for can be written (RFC 9110 §15.5.7)."""


class UnsupportedMediaError(RequestError):
    """The request's body is in a format that is not read (RFC 9110 §15.5.16)."""


class ContentTooLargeError(RequestError):
    """The request's body is larger than the service takes (RFC 9110 §15.5.14)."""


class UncheckableError(RequestError):
    """What was sent to be checked cannot be read as what it is said to be."""


class NotKeptByUpdateError(RequestError):
    """The data set is made from the files of its agency, and the next run would undo an update."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason for a refusal: `field` is a JSON key or a predicate's IRI, `value` what is wrong there."""

    field: str
    message: Text
    value: str | None = None


class UpdateRefusedError(RequestError):
    """What would be published breaks a rule: the shapes, one owner of each fact, classes of access.

    `faults` are those of what the caller wrote.
    """

    def __init__(
        self,
        message: Text,
        *,
        hint: Text | None = None,
        place: Place | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(message, hint=hint, place=place)
        self.faults = tuple(faults)


class PreconditionFailedError(RequestError):
    """What is to be changed is no longer as the caller has seen it (RFC 9110 §15.5.13)."""


class PreconditionMissingError(RequestError):
    """A change must say which state it was made from (RFC 6585 §3)."""


class ConflictError(RequestError):
    """What is to be made exists already, or the same is being done at this moment (RFC 9110 §15.5.10)."""


class GenerationGoneError(RequestError):
    """The generation that a cursor walks through is kept no longer (RFC 9110 §15.5.11)."""


class ResultTooLargeError(RequestError):
    """The answer is larger than the service sends."""


class QueryStoppedError(RequestError):
    """The query was stopped by its id before it was answered."""


class AccessError(LienthongError):
    """Ask for access."""


class CredentialError(AccessError):
    """The key or token shown is wrong, has ended, or is not of a kind that is taken (RFC 9110 §15.5.2)."""


class CredentialMissingError(AccessError):
    """Whoever wants to write must say who it is (RFC 9110 §15.5.2)."""


class WriteNotPermittedError(AccessError):
    """A graph is to be changed that this caller may not write; the same words whether it exists or not."""


class GraphNotPermittedError(AccessError):
    """A graph is named that this caller may not read; the same words whether it exists or not."""


class TryAgainError(LienthongError):
    """Try again."""


class DeadlineExceededError(TryAgainError):
    """The query did not finish in its time."""


class BusyError(TryAgainError):
    """All workers are taken and the queue is full."""


class AllowanceSpentError(TryAgainError):
    """This caller has asked for more than its share (RFC 6585 §4). `retry_after`: seconds, where known."""

    def __init__(
        self,
        message: Text,
        *,
        hint: Text | None = None,
        place: Place | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint, place=place)
        self.retry_after = retry_after


class WorkerLostError(TryAgainError):
    """The process that evaluated the query ended before it answered."""


class IssuerUnavailableError(TryAgainError):
    """The issuer of tokens does not tell its keys, so that no token can be verified."""


class NoGenerationError(TryAgainError):
    """Nothing has been published yet."""


class NotLoadedYetError(TryAgainError):
    """The generation serves from its columns while its store is being loaded, and they do not answer this."""


class ServerUnreachableError(TryAgainError):
    """The SPARQL server that holds the data cannot be spoken to, or has no time."""


class ServerRefusedError(TryAgainError):
    """The SPARQL server that holds the data does not serve this service: the operator has to mend that."""


class ServerFailedError(TryAgainError):
    """The SPARQL server that holds the data failed, or what it sent is not a whole answer."""


class NoSearchIndexError(TryAgainError):
    """The generation was made by an earlier release, which made no index to search in."""


class WriterBusyError(TryAgainError):
    """Another process is publishing into the same data folder."""


def unknown_name(kind: Text, name: str, known: list[str]) -> UnknownNameError:
    """The error for `name` when only `known` names exist; the hint offers the nearest, else all."""
    near = difflib.get_close_matches(name, known, n=3) or sorted(known)
    offer = ", ".join(near[:20]) or "–"
    return UnknownNameError(
        Text(f"Không có {kind.vi} nào tên «{name}».", f"There is no {kind.en} named “{name}”."),
        hint=Text(f"Có: {offer}", f"Known: {offer}"),
    )
