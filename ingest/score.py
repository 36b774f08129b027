"""How good extraction is: predictions measured against gold passages.

Both are lists of plain rows, one a passage, paired by `id`; offsets are characters of the passage's text, end
exclusive. A gold row has `text`, `genre`, `entities` (`id`, `type`, `names`), `mentions` (`start`, `end`, `entities`,
`nominal`) and `claims` (`predicate`, `subject` and `object` as entity ids, `polarity`, `modality`, and perhaps `by`,
`when`). A predicted row is what `ingest.passages.predict` yields.

A predicted claim is right when predicate, polarity and both entities are; the order of the ends of a symmetric
predicate is free, and repeats within a passage count once. Modality, speaker and time are measured on right claims.
Precision is right/predicted, recall right/gold, F1 their harmonic mean; a ratio without a denominator is 0.
"""

import json
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph.enums import Modality, Polarity
from graph.errors import SourceError
from ingest.matching import Key, Row, claim_key, entities_at

ROUNDS = 400  # of the bootstrap
SEED = 0
BINS = 10  # of the calibration error, by probability
EXCERPT = 400  # characters of a passage shown with its errors

_GROUPS = {"asserted": "fact", "inferred": "fact", "reported": "attributed", "alleged": "attributed"}
_NEEDED = {"mentions": {"start", "end", "entities", "nominal"}, "entities": {"id", "type", "names"}}


class Rates(NamedTuple):
    """Precision, recall and F1, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass(slots=True)
class Tally:
    """Counts from which rates follow."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, right: int, predicted: int, gold: int) -> None:
        """Count on."""
        self.right += right
        self.predicted += predicted
        self.gold += gold

    def rates(self) -> Rates:
        """Return precision, recall and F1."""
        p, r = _ratio(self.right, self.predicted), _ratio(self.right, self.gold)
        return Rates(p, r, _ratio(2 * p * r, p + r))


@dataclass(slots=True)
class Passage:
    """One gold passage beside its prediction."""

    row: Row
    gold: dict[Key, list[Row]] = field(default_factory=dict)
    right: dict[Key, Row] = field(default_factory=dict)
    wrong: dict[tuple[Any, ...], Row] = field(default_factory=dict)
    calibration: list[tuple[float, bool]] = field(default_factory=list)  # (probability, was it right)
    typed: tuple[int, int, int] = (0, 0, 0)  # mentions by span and type: right, predicted, gold
    spans: tuple[int, int, int] = (0, 0, 0)  # mentions by span

    def counts(self) -> tuple[int, int, int]:
        """Return how many claims are right, predicted and in gold."""
        return len(self.right), len(self.right) + len(self.wrong), len(self.gold)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures by name (counts are int, ratios float), tables and errors as lines, notes on what was left out."""

    figures: Mapping[str, int | float]
    table: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the report for people: a figure a line, then the table, then the errors."""
        figures = [
            f"{name:20} {value:.3f}" if isinstance(value, float) else f"{name:20} {value}"
            for name, value in self.figures.items()
        ]
        return [*figures, *self.table, *self.errors]

    def json(self) -> str:
        """Return the figures as one line of JSON; table and errors follow it as text where they were asked for."""
        return "\n".join([json.dumps(self.figures), *self.table, *self.errors])


def score(
    gold_rows: Iterable[Row],
    predicted_rows: Iterable[Row],
    *,
    by: str | None = None,
    min_probability: float = 0.0,
    errors: int = 0,
) -> Report:
    """Measure predictions; `by` is None, "predicate" or "genre", `errors` how many passages with errors to show.

    Of two rows with one id the later counts. A gold passage without a prediction, or with one that can't be read,
    counts as empty and is noted. Raises SourceError for a gold row that can't be read.
    """
    notes: list[str] = []
    gold = _by_id(gold_rows, "gold", notes)
    predicted = _by_id(predicted_rows, "predicted", notes)
    if missing := len(gold.keys() - predicted.keys()):
        notes.append(f"{missing} of {len(gold)} gold passages have no prediction: counted as empty")
    if extra := len(predicted.keys() - gold.keys()):
        notes.append(f"{extra} predictions belong to no gold passage: left out")
    passages = []
    for ident, row in gold.items():
        try:
            passage = Passage(row)
            _read_gold(passage)
        except (LookupError, TypeError, ValueError, AttributeError) as exc:
            raise _bad_gold(f"passage {ident!r}", exc) from exc
        passages.append(_compare(passage, predicted.get(ident, {}), min_probability, notes))
    return Report(
        figures=_figures(passages),
        table=tuple(_table(passages, by)),
        errors=tuple(_errors(passages, errors)),
        notes=tuple(notes),
    )


def _by_id(rows: Iterable[Row], what: str, notes: list[str]) -> dict[Any, Row]:
    found: dict[Any, Row] = {}
    repeated = 0
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping) or not isinstance(row.get("id"), str | int):
            if what == "gold":
                raise _bad_gold(f"row {number}", "it must be an object with an id")
            notes.append(f"{what} row {number} is no object with an id: left out")
            continue
        repeated += row["id"] in found
        found[row["id"]] = row
    if repeated:
        notes.append(f"{repeated} {what} rows repeat an id: the last of each counts")
    return found


def _bad_gold(where: str, why: object) -> SourceError:
    reason = f"{type(why).__name__}: {why}" if isinstance(why, Exception) else why
    return SourceError(f"gold {where} can't be read: {reason}", hint="Mend the gold file.", source=where)


# --- one passage ---------------------------------------------------------------------------------------------------


def _read_gold(passage: Passage) -> None:
    """Sort the gold claims by key, and fail here, not later, where the row lacks something."""
    row = passage.row
    for claim in row["claims"]:
        if _group(claim["modality"]) is None:
            raise ValueError(f"{claim['modality']!r} is no modality")
        key = claim_key(claim["predicate"], claim["subject"], claim["object"], claim["polarity"])
        passage.gold.setdefault(key, []).append(claim)
    for part, names in _NEEDED.items():
        for each in row[part]:
            if lacking := names - each.keys():
                raise KeyError(f"{part}: {', '.join(sorted(lacking))}")
    if not isinstance(row["text"], str) or not isinstance(row["genre"], str):
        raise TypeError("text and genre must be strings")


def _compare(passage: Passage, predicted: Row, floor: float, notes: list[str]) -> Passage:
    fresh = Passage(passage.row, passage.gold)
    try:
        _compare_mentions(fresh, predicted.get("mentions", []))
        _compare_claims(fresh, predicted.get("claims", []), floor)
    except (LookupError, TypeError, ValueError, AttributeError) as exc:
        reason = f"{type(exc).__name__}: {exc}"
        notes.append(f"the prediction for {passage.row['id']!r} can't be read ({reason}): counted as empty")
        fresh = Passage(passage.row, passage.gold)
        _compare_mentions(fresh, ())
    return fresh


def _compare_mentions(passage: Passage, predicted: Sequence[Row]) -> None:
    types: dict[Any, set[str]] = {}
    for entity in passage.row["entities"]:
        types.setdefault(entity["id"], set()).add(entity["type"])
    gold = {
        (mention["start"], mention["end"], label)
        for mention in passage.row["mentions"]
        if not mention["nominal"]
        for entity in mention["entities"]
        for label in types.get(entity, ())
    }
    found = {(mention["start"], mention["end"], mention["type"]) for mention in predicted}
    passage.typed = len(gold & found), len(found), len(gold)
    gold_spans, found_spans = {each[:2] for each in gold}, {each[:2] for each in found}
    passage.spans = len(gold_spans & found_spans), len(found_spans), len(gold_spans)


def _compare_claims(passage: Passage, predicted: Sequence[Row], floor: float) -> None:
    for claim in sorted(predicted, key=_probability, reverse=True):
        probability = _probability(claim)
        ends = entities_at(passage.row, claim["subject"]), entities_at(passage.row, claim["object"])
        polarity = claim.get("polarity", Polarity.AFFIRMED)
        keys = {claim_key(claim["predicate"], subject, obj, polarity) for subject in ends[0] for obj in ends[1]}
        hits = keys & passage.gold.keys()
        passage.calibration.append((probability, bool(hits)))
        if probability < floor:
            continue
        if hits:
            passage.right.setdefault(min(hits), claim)
        else:
            # An argument that is no entity of the passage has only its place.
            place = (claim["predicate"], *claim["subject"], *claim["object"])
            passage.wrong.setdefault(min(keys) if keys else place, claim)


def _probability(claim: Row) -> float:
    if not isinstance(claim["predicate"], str):
        raise TypeError("a predicate must be a string")
    value: float = claim.get("probability", 1.0)
    if not math.isfinite(value):
        raise ValueError(f"a probability can't be {value}")
    return value


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _figures(passages: Sequence[Passage]) -> dict[str, int | float]:
    claims = _tally(passage.counts() for passage in passages).rates()
    low, high = _interval([passage.counts() for passage in passages])
    mentions = _tally(passage.typed for passage in passages).rates()
    return {
        "passages": len(passages),
        "gold claims": sum(len(passage.gold) for passage in passages),
        "claim P": claims.precision,
        "claim R": claims.recall,
        "claim F1": claims.f1,
        "claim F1 low": low,
        "claim F1 high": high,
        "mention P": mentions.precision,
        "mention R": mentions.recall,
        "mention F1": mentions.f1,
        "span F1 (any type)": _tally(passage.spans for passage in passages).rates().f1,
        **_how_said(passages),
        "calibration error": _calibration_error([pair for passage in passages for pair in passage.calibration]),
    }


def _tally(counts: Iterable[tuple[int, int, int]]) -> Tally:
    tally = Tally()
    for each in counts:
        tally.add(*each)
    return tally


def _interval(counts: Sequence[tuple[int, int, int]]) -> tuple[float, float]:
    """Return the 95 % interval of the claim F1: the percentile bootstrap over passages (Efron 1979)."""
    chance = random.Random(SEED)
    values = sorted(_tally(chance.choices(counts, k=len(counts))).rates().f1 for _ in range(ROUNDS))
    return values[int(0.025 * ROUNDS)], values[int(0.975 * ROUNDS)]


def _how_said(passages: Sequence[Passage]) -> dict[str, float]:
    """Return accuracy of modality, exact and in three groups, and F1 of speaker and time, over the right claims."""
    modality = group = total = 0
    speaker, happened = Tally(), Tally()
    for passage in passages:
        for key, claim in passage.right.items():
            gold = passage.gold[key]
            total += 1
            modality += any(claim.get("modality") == each["modality"] for each in gold)
            group += any(_group(claim.get("modality", "")) == _group(each["modality"]) for each in gold)
            given, wanted = _folded(claim.get("speaker") or ""), _all(gold, "by")
            # A speaker is right when one wording holds the other: "Harvey" for "Adam Harvey".
            same = bool(given) and any(given in each or each in given for each in wanted)
            speaker.add(same, bool(given), bool(wanted))
            given, wanted = _folded(claim.get("happened") or ""), _all(gold, "when")
            happened.add(bool(given) and given in wanted, bool(given), bool(wanted))
    return {
        "modality": _ratio(modality, total),
        "modality group": _ratio(group, total),
        "speaker F1": speaker.rates().f1,
        "happened F1": happened.rates().f1,
    }


def _group(modality: object) -> str | None:
    """Return fact, attributed or unreal; None for what is no modality."""
    if not isinstance(modality, str) or modality not in set(Modality):
        return None
    return _GROUPS.get(modality, "unreal")


def _folded(value: object) -> str:
    return str(value).casefold()


def _all(gold: Iterable[Row], name: str) -> set[str]:
    return {_folded(each[name]) for each in gold if name in each}


def _calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error: mean |probability - share right| over ten equal bins, by their size."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in pairs:
        bins.setdefault(min(BINS - 1, int(probability * BINS)), []).append((probability, right))
    gaps = (abs(sum(p for p, _ in pairs) - sum(right for _, right in pairs)) for pairs in bins.values())
    return _ratio(sum(gaps), len(pairs))


# --- tables and errors ---------------------------------------------------------------------------------------------


def _table(passages: Sequence[Passage], by: str | None) -> Iterator[str]:
    if by == "genre":
        for genre in sorted({passage.row["genre"] for passage in passages}):
            yield _table_row(genre, _tally(p.counts() for p in passages if p.row["genre"] == genre))
    elif by == "predicate":
        tallies: dict[str, Tally] = {}
        for passage in passages:
            for key in passage.gold:
                tallies.setdefault(key.predicate, Tally()).add(0, 0, 1)
            for key in passage.right:
                tallies.setdefault(key.predicate, Tally()).add(1, 1, 0)
            for claim in passage.wrong.values():
                tallies.setdefault(claim["predicate"], Tally()).add(0, 1, 0)
        for name, tally in sorted(tallies.items(), key=lambda item: -item[1].gold):
            yield _table_row(name, tally)


def _table_row(name: str, tally: Tally) -> str:
    p, r, f1 = tally.rates()
    return f"{name:20} P {p:.2f} R {r:.2f} F1 {f1:.2f} gold {tally.gold}"


def _errors(passages: Sequence[Passage], most: int) -> Iterator[str]:
    shown = 0
    for passage in passages:
        missed = [key for key in passage.gold if key not in passage.right]
        if shown >= most or not (missed or passage.wrong):
            continue
        shown += 1
        text = passage.row["text"]
        names = {entity["id"]: (entity["names"] or ["?"])[0] for entity in passage.row["entities"]}
        yield f"\n{passage.row['id']}: {text[:EXCERPT]}"
        for key in missed:
            ends = names.get(key.subject, "?"), names.get(key.object, "?")
            yield f"  missed {key.polarity} {ends[0]} {key.predicate} {ends[1]}"
        for claim in passage.wrong.values():
            ends = text[slice(*claim["subject"])], text[slice(*claim["object"])]
            yield f"  false  {claim.get('polarity')} {ends[0]} {claim['predicate']} {ends[1]}"
