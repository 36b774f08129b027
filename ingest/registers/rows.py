"""One row and a mapping give what the row says. Pure: no file, no ledger.

A row that says nothing the mapping reads is left out, with the reason; a row that does not fit has problems, which are
listed with its number. A value of unclear meaning gives no claim: with three suppliers and two products in one row
nobody knows who made which.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from graph.enums import CueKind, Modality, Polarity
from graph.ids import name_key
from graph.schema import Schema, load_schema
from ingest.registers.mapping import ByCell, ClaimRule, Condition, Dated, End, Mapping, Take
from ingest.registers.names import country_names, entry_named, first_known, is_body, known_entry
from ingest.registers.said import Named, Row, RowResult, Said
from ingest.registers.values import Cell, Part, after_last, edtf, interval, split, trimmed, without_brackets

LONGEST_NAME = 300  # characters
MOST_PARTS = 200  # values of one cell
_LONGEST_QUALIFIER = 200


class _Problem(Exception):
    """The row does not fit; the words say why."""


class RowReader:
    """Reads rows by one mapping."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._schema: Schema = load_schema()
        self._nothing = frozenset(name_key(word) for word in mapping.nothing)

    def read(self, row: Row) -> RowResult:
        """Return what the row says. Never raises for anything that stands in a cell."""
        result = RowResult()
        for skip in self.mapping.skip:
            if _says(row, skip.column, skip.is_):
                result.left_out.append((skip.because, ""))
                return result
        for number, rule in enumerate(self.mapping.claims):
            if not all(_holds(row, c) for c in rule.when) or any(_holds(row, c) for c in rule.unless):
                continue
            try:
                result.said += self._rule(number, rule, row, result)
            except _Problem as problem:
                result.problems.append(str(problem))
        if not (result.said or result.left_out or result.problems):
            result.left_out.append(("says nothing that the mapping reads", ""))
        return result

    def _rule(self, number: int, rule: ClaimRule, row: Row, result: RowResult) -> Iterator[Said]:
        subjects = self._parts(rule.subject, row, result)
        objects = self._parts(rule.object, row, result)
        if not subjects or not objects:
            if rule.required:
                missing = " and ".join(
                    "/".join(end.column)
                    for end, found in ((rule.subject, subjects), (rule.object, objects))
                    if not found
                )
                raise _Problem(f"nothing in {missing}")
            return
        cues: list[tuple[CueKind, str, int, int]] = []
        predicate = self._predicate(rule, row, cues)
        if rule.pairs == "one-sided" and len(subjects) > 1 and len(objects) > 1:
            result.left_out.append(
                ("several on both sides: which belongs to which is not said", f"{len(subjects)} × {len(objects)}")
            )
            return
        polarity = Polarity(self._choice(rule.polarity, row, Polarity, CueKind.POLARITY, cues))
        modality = Modality(self._choice(rule.modality, row, Modality, CueKind.MODALITY, cues))
        happened = self._happened(rule.happened, row, cues, result)
        speaker = self._speaker(rule, row, cues)
        if speaker and rule.speaker_modality and modality is Modality.ASSERTED:
            modality = rule.speaker_modality
        for (left, part_l), (right, part_r) in product(subjects, objects):
            ends = (
                self._named(rule.subject, left, part_l, predicate, "subject", row, result),
                self._named(rule.object, right, part_r, predicate, "object", row, result),
            )
            if ends[0] is None or ends[1] is None:
                continue
            if _same(ends[0], ends[1]):
                result.left_out.append(("both ends are the same", ends[0].name))
                continue
            if not self._schema.allows(predicate, ends[0].type, ends[1].type):
                raise _Problem(f"{predicate} does not go from {ends[0].type} to {ends[1].type}")
            yield Said(
                rule=number,
                predicate=predicate,
                subject=ends[0],
                object=ends[1],
                polarity=polarity,
                modality=modality,
                probability=rule.probability,
                qualifiers=self._qualifiers(rule, predicate, row, ends[0], ends[1], result),
                happened=happened,
                speaker=speaker,
                cues=(*cues, *_heading(rule, ends[0], ends[1])),
            )

    # --- cells ---

    def _cell(self, columns: Iterable[str], row: Row) -> tuple[str, Cell] | None:
        for column in columns:
            cell = row.cells.get(column)
            if cell is not None and (cell.parts or cell.problem):
                if cell.problem:
                    raise _Problem(f"{column}: {cell.problem}")
                return column, cell
        return None

    def _take(self, take: Take, row: Row) -> tuple[str, list[Part]]:
        """The column and the values of a cell after all steps but the translation."""
        found = self._cell(take.column, row)
        if found is None:
            return "", []
        column, cell = found
        parts = list(cell.parts)
        if take.split:
            parts = [piece for part in parts for piece in split(cell.text, part, take.split)]
        if len(parts) > MOST_PARTS:
            raise _Problem(f"{column} holds {len(parts)} values")
        dropped = self._nothing | {name_key(word) for word in take.drop}
        kept = []
        for each in parts:
            part = trimmed(cell.text, each)
            if part is None or name_key(part.name) in dropped:
                continue
            if take.without_brackets:
                part = without_brackets(part)
            if take.after_last:
                part = trimmed(cell.text, after_last(part, take.after_last)) or part
            if name_key(part.name) not in dropped:
                kept.append(part)
        return column, kept

    def _parts(self, end: End, row: Row, result: RowResult) -> list[tuple[str | None, Part]]:
        if end.constant is not None:
            at = self.mapping.about.find(end.constant)
            return [(None, Part(end.constant, at, at + len(end.constant)))]
        column, parts = self._take(end, row)
        found: dict[str, tuple[str | None, Part]] = {}
        for part in parts:
            if len(part.name) > LONGEST_NAME:
                raise _Problem(f"{column} holds {len(part.name)} characters, which is no name")
            if not any(c.isalnum() for c in part.name):
                continue
            name = _translated(end, part.name)
            if name is None:
                result.left_out.append((f"{column} holds a value that the mapping does not translate", part.name))
            elif end.bodies_only and not is_body(name, self.mapping.language):
                result.left_out.append((f"{column} may name a private person, or nobody in particular", part.name))
            else:
                found.setdefault(name_key(name), (column, replace(part, name=name)))
        return list(found.values())

    # --- what the claim is ---

    def _predicate(self, rule: ClaimRule, row: Row, cues: list[tuple[CueKind, str, int, int]]) -> str:
        if isinstance(rule.predicate, str):
            return rule.predicate
        column, parts = self._take(rule.predicate, row)
        if not parts:
            if rule.predicate.otherwise:
                return rule.predicate.otherwise
            raise _Problem(f"nothing in {'/'.join(rule.predicate.column)}")
        name = _translated(rule.predicate, parts[0].name) or ""
        known = self._predicates()
        predicate = known.get(name_key(name).replace("_", " "))
        if predicate is None:
            raise _Problem(
                f"there is no predicate {parts[0].name[:60]!r}; there are {', '.join(self._schema.predicates)}"
            )
        cues.append((CueKind.TRIGGER, column, parts[0].start, parts[0].end))
        return predicate

    def _predicates(self) -> dict[str, str]:
        found = {name_key(p.label): name for name, p in self._schema.predicates.items()}
        return found | {name_key(name).replace("_", " "): name for name in self._schema.predicates}

    def _choice(
        self,
        choice: "str | ByCell",
        row: Row,
        members: type[Polarity] | type[Modality],
        kind: CueKind,
        cues: list[tuple[CueKind, str, int, int]],
    ) -> str:
        default = str(next(iter(members)))
        if isinstance(choice, str):
            return choice
        column, parts = self._take(choice, row)
        if not parts:
            return choice.otherwise or default
        value = (_translated(choice, parts[0].name) or "").casefold()
        if value not in set(members):
            raise _Problem(f"{column} says {parts[0].name[:60]!r}, not one of {', '.join(members)}")
        if value != default:
            cues.append((kind, column, parts[0].start, parts[0].end))
        return value

    def _happened(
        self, dated: Dated | None, row: Row, cues: list[tuple[CueKind, str, int, int]], result: RowResult
    ) -> str | None:
        if dated is None:
            return None
        ends: list[str | None] = []
        for columns in (dated.column, dated.until):
            column, parts = self._take(Take(column=columns), row) if columns else ("", [])
            when = edtf(parts[0].name, dated.order) if parts else None
            if parts and when is None:
                result.problems.append(f"{column} says {parts[0].name[:60]!r}, which is no date; kept without a date")
            elif parts:
                cues.append((CueKind.TIME, column, parts[0].start, parts[0].end))
            ends.append(when)
        if not dated.until:
            return ends[0]
        joined = interval(ends[0], ends[1])
        if joined is None and ends != [None, None]:
            result.problems.append(f"it ends ({ends[1]}) before it begins ({ends[0]}); kept without a date")
        return joined

    def _speaker(self, rule: ClaimRule, row: Row, cues: list[tuple[CueKind, str, int, int]]) -> str | None:
        if rule.speaker is None:
            return None
        column, parts = self._take(rule.speaker, row)
        if not parts or "://" in parts[0].name:  # an address is shown with the row; it is nobody's name
            return None
        cues.append((CueKind.SPEAKER, column, parts[0].start, parts[0].end))
        return parts[0].name[:LONGEST_NAME]

    def _qualifiers(
        self, rule: ClaimRule, predicate: str, row: Row, subject: Named, obj: Named, result: RowResult
    ) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for key, value in rule.qualifiers.items():
            if isinstance(value, str):
                words = {"{subject}": subject.words, "{object}": obj.words}.get(value, value)
            else:
                words = "; ".join(_translated(value, part.name) or "" for part in self._take(value, row)[1])
            words = words.strip("; ")[:_LONGEST_QUALIFIER]
            if words and key not in self._schema.predicates[predicate].qualifiers:
                result.left_out.append((f"{key} is no qualifier of {predicate}", words))
            elif words:
                found[key] = words
        return tuple(sorted(found.items()))

    # --- what an end is ---

    def _named(
        self, end: End, column: str | None, part: Part, predicate: str, side: str, row: Row, result: RowResult
    ) -> Named | None:
        entity_type = self._type(end, part, predicate, side, row, result)
        if entity_type is None:
            return None
        if end.constant is not None:
            entry = entry_named(end.known) if end.known else known_entry(entity_type, part.name)
            words = part.name
        else:
            entry = known_entry(entity_type, part.name)
            words = row.cells[column or ""].text[part.start : part.end]
        kind = (entry.kind if entry else None) or end.kind
        return Named(
            name=part.name,
            type=entity_type,
            column=column,
            start=part.start,
            end=part.end,
            words=words,
            known=entry.id if entry else None,
            kind=kind if entity_type == "Organization" else None,
        )

    def _type(self, end: End, part: Part, predicate: str, side: str, row: Row, result: RowResult) -> str | None:
        if (by := end.types) is not None:
            said = [part.kind] if by.reference and part.kind else []
            if by.column and (found := self._cell((by.column,), row)):
                said = [each.name for each in found[1].parts]
            table = {name_key(key): value for key, value in by.values.items()}
            for each in said:
                if each and (entity_type := table.get(name_key(each))):
                    return entity_type
            if by.otherwise:
                return by.otherwise
            if said and by.reference:
                result.left_out.append((f"the {side} is a {said[0]}, which this mapping does not record", part.name))
                return None
            if said:
                raise _Problem(f"{by.column} says {said[0]!r}, not one of {', '.join(by.values)}")
        if len(end.type) == 1:
            return end.type[0]
        allowed = end.type or tuple(getattr(self._schema.predicates[predicate], side))
        if known := first_known(allowed, part.name):
            return known[0]
        if end.type or len(allowed) == 1:
            return allowed[-1]
        column = f": fill in {by.column}" if by is not None and by.column else ""
        raise _Problem(f"what kind of thing {part.name[:60]!r} is, is not said ({', '.join(allowed)}){column}")


def _translated(take: Take, words: str) -> str | None:
    if take.values == {"iso-3166": "country"}:
        return country_names().get(words.casefold())
    table = take.values
    if words in table:
        return table[words]
    key = name_key(words)
    for said, name in table.items():
        if name_key(said) == key:
            return name
    return None if take.only_values else words


def _says(row: Row, column: str, words: Iterable[str]) -> bool:
    cell = row.cells.get(column)
    text = cell.text if cell else ""
    return not {name_key(text), *map(name_key, text.split(";"))}.isdisjoint(map(name_key, words))


def _holds(row: Row, condition: Condition) -> bool:
    cell = row.cells.get(condition.column)
    text = cell.text if cell else ""
    if condition.given is not None and bool(text) != condition.given:
        return False
    if condition.is_ is not None and not _says(row, condition.column, condition.is_):
        return False
    if condition.above is not None:
        try:
            return float(text.rstrip("% ").replace(",", ".")) > condition.above
        except ValueError:
            return False
    return True


def _same(left: Named, right: Named) -> bool:
    if left.type != right.type:
        return False
    if left.known and left.known == right.known:
        return True
    return name_key(left.name) == name_key(right.name) and left.known == right.known


def _heading(rule: ClaimRule, subject: Named, obj: Named) -> tuple[tuple[CueKind, str, int, int], ...]:
    """The heading of the column is what says so, where no cell does."""
    if not isinstance(rule.predicate, str):
        return ()
    column = obj.column or subject.column
    return ((CueKind.TRIGGER, column, 0, -1),) if column else ()
