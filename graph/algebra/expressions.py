"""Expressions over the solutions of a relation → SQL (SPARQL 1.1 §17)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace

from graph.algebra import casts, choice, comparison, moments, numbers, relation, strings
from graph.algebra.context import Context, text
from graph.algebra.plan import Call, Constant, Exists, Expression, Unsupported, Var
from graph.algebra.relation import Kind, Relation, derive, load, read
from graph.algebra.values import (
    NEVER,
    NULL,
    Boolean,
    Integer,
    Iri,
    Term,
    Text,
    Value,
    is_bound,
    lexical,
)
from graph.columns.schema import XSD, XSD_STRING
from graph.columns.typed import INSTANT, NUMBER

LONG = 400
"""Characters of SQL; what is longer is computed once, as a column of its own."""


class Evaluator:
    """Expressions over one relation. `marks`: the columns that say whether an EXISTS holds.

    `loaded()` is the relation with the columns that the SQL of the expressions compiled so far reads.
    """

    def __init__(self, context: Context, over: Relation, marks: Mapping[Exists, str]) -> None:
        self._context = context
        self._relation = over
        self._marks = marks
        self._read: set[str] = set()
        self._layers: list[dict[str, str]] = []

    def loaded(self, *written: str) -> Relation:
        """`written` is SQL that is not of a long expression."""
        reading = " ".join([*written, *(part for layer in self._layers for part in layer.values())])
        mentioned = [one for one in sorted(self._read) if f"{self._context.column(one)}_" in reading]
        relation = load(
            self._context, self._relation, [one for one in mentioned if self._lacks(one, reading)]
        )
        sql = derive(self._context, relation, mentioned, reading).sql
        for layer in self._layers:
            named = ", ".join(f"{part} AS {name}" for name, part in layer.items())
            sql = f"SELECT q.*, {named} FROM ({sql}) q"
        return replace(relation, sql=sql)

    def _lacks(self, name: str, reading: str) -> bool:
        """Whether a part of a term is read that does not stand beside its id."""
        read_of_it = re.findall(rf"\b{self._context.column(name)}_([a-z]+)", reading)
        return not self._relation.columns[name].beside.issuperset(read_of_it)

    def _named(self, value: Value) -> Value:
        """`value` by the names of columns where it is long: what it is part of may read it many times."""
        parts = {
            part.name: sql
            for part in fields(value)
            if isinstance(sql := getattr(value, part.name), str) and len(sql) > LONG
        }
        if not parts:
            return value
        names = {part: self._context.fresh("e") for part in parts}
        self._layers.append({names[part]: parts[part] for part in parts})
        # mypy does not see that these are fields of the value's own class.
        return replace(value, **names)  # type: ignore[arg-type]

    def condition(self, expression: Expression) -> str:
        """SQL: the effective boolean value, NULL for an error."""
        return choice.truth(self.value(expression))

    def value(self, expression: Expression) -> Value:
        match expression:
            case Var(name):
                return self._variable(name)
            case Constant():
                return of_constant(expression)
            case Exists(_, negated):
                mark = self._marks[expression]
                return Boolean(f"(NOT {mark})" if negated else mark)
            case Call(name, arguments):
                return self._named(self._call(name, arguments))

    def _variable(self, name: str) -> Value:
        column = self._relation.columns.get(name)
        if column is None:
            return NEVER
        if column.kind in (Kind.ID, Kind.STRUCT):
            self._read.add(name)
        return read(self._context, name, column)

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> Value:
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, *arguments)
        if name in ("REGEX", "REPLACE"):
            return self._regular(name, arguments)
        values = [self.value(one) for one in arguments]
        simple = _SIMPLE.get(name)
        if simple is not None and name != "COALESCE" and NEVER in values:
            return NEVER
        if simple is not None:
            result = simple(*values)
            return NEVER if result is None else result
        if ":" in name and len(values) == 1:
            return casts.cast(values[0], name)
        raise Unsupported(f"the function {name}")

    def _regular(self, name: str, arguments: tuple[Expression, ...]) -> Value:
        subject, *fixed = arguments
        if not all(isinstance(one, Constant) and one.datatype == XSD_STRING for one in fixed):
            raise Unsupported("a regular expression that is not written in the query")
        constants = [one for one in fixed if isinstance(one, Constant)]
        value = self.value(subject)
        expected = 1 if name == "REGEX" else 2
        flags = constants[expected].value if len(constants) > expected else ""
        if name == "REGEX":
            return strings.matches(value, constants[0], flags)
        return strings.replaced(value, constants[0], constants[1], flags)

    def bound(self, variable: Expression) -> Value:
        if not isinstance(variable, Var):
            raise Unsupported("BOUND of what is no variable")
        column = self._relation.columns.get(variable.name)
        if column is None:
            return Boolean("FALSE")
        return Boolean("TRUE" if column.certain else f"({self._context.column(variable.name)} IS NOT NULL)")

    def both(self, left: Expression, right: Expression) -> Value:
        return Boolean(f"({self.condition(left)} AND {self.condition(right)})")

    def either(self, left: Expression, right: Expression) -> Value:
        return Boolean(f"({self.condition(left)} OR {self.condition(right)})")

    def negation(self, one: Expression) -> Value:
        return Boolean(f"(NOT {self.condition(one)})")

    def conditional(self, condition: Expression, yes: Expression, no: Expression) -> Value:
        return choice.conditional(self.condition(condition), self.value(yes), self.value(no))

    def equal(self, left: Expression, right: Expression) -> Value:
        by_id = self._resources(left, right) or self._resources(right, left)
        return Boolean(by_id or comparison.equal(self.value(left), self.value(right)))

    def unequal(self, left: Expression, right: Expression) -> Value:
        return self.negation(Call("=", (left, right)))

    def member(self, one: Expression, *others: Expression) -> Value:
        """IN: true where one is equal, else an error where one comparison is."""
        if not others:
            # Of an unbound variable even this is an error (§17.2).
            return Boolean(f"CASE WHEN {is_bound(self.value(one))} THEN FALSE END")
        return Boolean("(" + " OR ".join(self.condition(Call("=", (one, other))) for other in others) + ")")

    def no_member(self, one: Expression, *others: Expression) -> Value:
        return self.negation(Call("IN", (one, *others)))

    def same(self, left: Expression, right: Expression) -> Value:
        return Boolean(comparison.same_term(self.value(left), self.value(right)))

    def _resources(self, variable: Expression, constant: Expression) -> str | None:
        """SQL: whether a variable is an IRI of the query, by ids alone: IRIs are equal only to themselves."""
        if not isinstance(variable, Var) or not isinstance(constant, Constant) or constant.datatype:
            return None
        column = self._relation.columns.get(variable.name)
        if column is None or column.kind is not Kind.ID:
            return None
        return f"({self._context.column(variable.name)} = {self._context.id_of(constant)})"


def of_constant(constant: Constant) -> Value:
    lexical_form = text(constant.value)
    if constant.datatype is None:
        return Iri(lexical_form)
    if constant.language is not None:
        return Text(lexical_form, text(constant.language))
    if constant.datatype == XSD_STRING:
        return Text(lexical_form)
    if constant.datatype == f"{XSD}boolean" and constant.value in ("true", "false"):
        return Boolean(constant.value.upper())
    if constant.datatype == f"{XSD}integer" and _is_canonical_integer(constant.value):
        return Integer(f"({constant.value})::HUGEINT")
    number, instant = _number_of(constant), moments.of_constant(constant)
    is_well_typed = not (number.startswith(NULL) and instant.startswith(NULL))
    return Term(
        lexical_form,
        text(constant.datatype),
        f"{NULL}::VARCHAR",
        number,
        instant,
        constant=constant,
        holds=frozenset((moments.kind_of(constant),)) if is_well_typed else None,
    )


def _number_of(constant: Constant) -> str:
    """SQL: the DOUBLE of a constant, as the dictionary has it."""
    if constant.datatype == f"{XSD}boolean":
        return {"1": "1::DOUBLE", "0": "0::DOUBLE"}.get(constant.value, "NULL::DOUBLE")
    found = numbers.of_constant(constant)
    return "NULL::DOUBLE" if found is None else f"({text(constant.value)}::DOUBLE)"


def _is_canonical_integer(lexical_form: str) -> bool:
    return (
        lexical_form.lstrip("-").isdecimal()
        and lexical_form.isascii()
        and str(int(lexical_form)) == lexical_form
    )


def _comparing(operator: str) -> Callable[[Value, Value], Value]:
    return lambda left, right: Boolean(comparison.less(left, right, operator))


def _rounding(function: str) -> Callable[[Value], Value | None]:
    return lambda value: numbers.rounded(value, function)


def _moment(function: str) -> Callable[[Value], Value | None]:
    return lambda value: moments.component(value, function)


def _digest(function: str) -> Callable[[Value], Value]:
    return lambda value: strings.digest(value, function)


def _is_resource(value: Value, *, blank: bool) -> Value:
    match value:
        case Iri(sql):
            return Boolean(f"{'' if blank else 'NOT '}starts_with({sql}, '_:')")
        case Term():
            sign = "" if blank else "NOT "
            resource = f"{value.datatype} IS NULL AND {sign}starts_with({value.value}, '_:')"
            return Boolean(f"CASE WHEN {is_bound(value)} THEN {resource} END")
        case _:
            return Boolean(f"CASE WHEN {is_bound(value)} THEN FALSE END")


def _is_literal(value: Value) -> Value:
    match value:
        case Iri(sql):
            return Boolean(f"CASE WHEN {sql} IS NOT NULL THEN FALSE END")
        case Term():
            return Boolean(f"CASE WHEN {is_bound(value)} THEN {value.datatype} IS NOT NULL END")
        case _:
            return Boolean(f"CASE WHEN {is_bound(value)} THEN TRUE END")


def _is_numeric(value: Value) -> Value:
    found = numbers.number(value)
    number = "FALSE" if found is None else is_bound(found)
    return Boolean(f"CASE WHEN {is_bound(value)} THEN {number} END")


def _iri(value: Value) -> Value:
    """IRI: of an IRI itself; of a text that is an absolute IRI."""
    if isinstance(value, Iri):
        return Iri(f"CASE WHEN NOT starts_with({value.sql}, '_:') THEN {value.sql} END")
    form = strings.plain(value)
    own = f"CASE WHEN {value.datatype} IS NULL THEN {value.value} END" if isinstance(value, Term) else NULL
    if form is None:
        return NEVER
    whole = rf"regexp_full_match({form}, '[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{{}}|^`\\]*')"
    refused = "error('unsupported: IRI of a text that is no absolute IRI')"
    made = f"CASE WHEN {whole} THEN {form} WHEN {form} IS NOT NULL THEN {refused} END"
    return Iri(f"coalesce(CASE WHEN NOT starts_with({own}, '_:') THEN {own} END, {made})")


def _tagged(value: Value, tag: Value) -> Value:
    form, language = strings.plain(value), strings.plain(tag)
    if form is None or language is None:
        return NEVER
    well_formed = f"regexp_full_match({language}, '[a-zA-Z]{{1,8}}(-[a-zA-Z0-9]{{1,8}})*')"
    return Text(f"CASE WHEN {well_formed} THEN {form} END", f"lower({language})")


def _typed(value: Value, datatype: Value) -> Value:
    form = strings.plain(value)
    name = lexical(datatype) if isinstance(datatype, Iri) else None
    if form is None or name is None:
        raise Unsupported("STRDT of such arguments")
    kind = f"CASE WHEN ({form}) IS NOT NULL THEN {name} END"
    packed = f"[struct_pack(value := {form}, datatype := {kind})]"
    number, instant = (
        f"list_transform({packed}, lambda t: {relation.renamed(typed, 't.')})[1]"
        for typed in (NUMBER, INSTANT)
    )
    return Term(form, kind, f"{NULL}::VARCHAR", number, instant)


def _now() -> Value:
    """The same for the whole query (§17.4.5.1), as `now()` is."""
    moment = "strftime(make_timestamp(epoch_us(now())), '%Y-%m-%dT%H:%M:%S.%gZ')"
    return _typed(Text(moment), Iri(text(f"{XSD}dateTime")))


_SPECIAL: dict[str, Callable[..., Value]] = {
    "&&": Evaluator.both,
    "||": Evaluator.either,
    "!": Evaluator.negation,
    "=": Evaluator.equal,
    "!=": Evaluator.unequal,
    "IN": Evaluator.member,
    "NOT IN": Evaluator.no_member,
    "IF": Evaluator.conditional,
    "BOUND": Evaluator.bound,
    "SAMETERM": Evaluator.same,
}

_SIMPLE: dict[str, Callable[..., Value | None]] = {
    **{operator: _comparing(operator) for operator in ("<", "<=", ">", ">=")},
    "+": lambda a, b: numbers.add(a, b, "+"),
    "-": lambda a, b: numbers.add(a, b, "-"),
    "*": numbers.multiply,
    "/": numbers.divide,
    "NEGATE": numbers.negate,
    "PLUS": lambda a: numbers.add(Integer("(0)::HUGEINT"), a, "+"),
    **{name: _rounding(name) for name in ("ABS", "CEIL", "FLOOR", "ROUND")},
    **{
        name: _moment(name)
        for name in ("YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TZ", "TIMEZONE")
    },
    **{name: _digest(name.lower()) for name in ("MD5", "SHA1", "SHA256")},
    "NOW": _now,
    "STRUUID": lambda: Text("uuid()::VARCHAR"),
    "UUID": lambda: Iri("('urn:uuid:' || uuid()::VARCHAR)"),
    "COALESCE": lambda *values: choice.first_bound(values),
    "STR": strings.to_string,
    "LANG": strings.language_of,
    "DATATYPE": strings.datatype_of,
    "LANGMATCHES": strings.language_matches,
    "STRLEN": strings.length,
    "SUBSTR": strings.substring,
    "UCASE": strings.upper,
    "LCASE": strings.lower,
    "STRSTARTS": strings.starts,
    "STRENDS": strings.ends,
    "CONTAINS": strings.contains,
    "STRBEFORE": strings.before,
    "STRAFTER": strings.after,
    "CONCAT": strings.concatenation,
    "ENCODE_FOR_URI": strings.encoded,
    "IRI": _iri,
    "STRLANG": _tagged,
    "STRDT": _typed,
    "ISIRI": lambda value: _is_resource(value, blank=False),
    "ISBLANK": lambda value: _is_resource(value, blank=True),
    "ISLITERAL": _is_literal,
    "ISNUMERIC": _is_numeric,
}
