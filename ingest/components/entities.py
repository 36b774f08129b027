"""Tie the mentions of one entity together: short forms that the text defines, surnames, shortened company names."""

import re
from collections.abc import Iterator, Mapping

from graph.ids import name_key

_WORDS = re.compile(r"[^\W_]+")
_SKIPPED = frozenset(
    {"of", "the", "and", "for", "in", "on", "de", "du", "des", "la", "le", "et", "und", "für", "&", "to", "at"}
)
# What a part of a bigger body is called: "Yahoo" is a body of its own beside "Yahoo Labs" when it is named first.
_UNITS = frozenset(
    """ai asia capital cloud europe foundation innovation institute lab laboratories laboratory labs news research
    security services studio studios ventures""".split()  # noqa: SIM905 - a list of words reads best as words
)


def abbreviates(short: str, long: str) -> bool:
    """Return whether `short` is made of letters of `long` in order, each word of `long` that counts giving its first.

    >>> abbreviates("IJOP", "Integrated Joint Operations Platform")
    True
    """
    letters = [char for char in short.casefold() if char.isalnum()]
    words = [word.casefold() for word in _WORDS.findall(long)]
    if not 2 <= len(letters) <= 10 or len(words) < 2:
        return False
    initials = "".join(word[0] for word in words if word not in _SKIPPED)
    if "".join(letters) in {initials, "".join(word[0] for word in words)}:
        return True
    return letters[0] == words[0][0] and len(initials) >= 2 and _in_order(letters, words)


def _in_order(letters: list[str], words: list[str]) -> bool:
    """Return whether the letters can be read off the words, most of them off word beginnings."""
    text, positions, begins = "", [], set()
    for word in words:
        begins.add(len(text))
        text += word
    place = 0
    for letter in letters:
        place = text.find(letter, place)
        if place < 0:
            return False
        positions.append(place)
        place += 1
    return sum(position in begins for position in positions) >= max(2, len(letters) - 2)


def short_forms(name: str, label: str) -> Iterator[str]:
    """Yield how a later sentence may call an entity: surname of a person, first words of an organisation's name."""
    words = name.split()
    if len(words) < 2:
        return
    if label == "Person":
        yield words[-1]
        if len(words) > 2 and words[-2][:1].islower():
            yield " ".join(words[-2:])
    elif label == "Organization":
        for count in range(len(words) - 1, 0, -1):
            if words[count - 1].casefold() not in _SKIPPED:
                yield " ".join(words[:count])


def entity_keys(names: Mapping[str, str], abbreviations: Mapping[str, str]) -> dict[str, str]:
    """Return name key → key of its entity, for names of the document with their types.

    The key of an entity is that of its fullest name. A short form that fits two entities stays an entity of its own,
    and so does a body that is named before a unit which bears its name. `names` is in the order of the text.
    """
    order = {name_key(name): place for place, name in reversed(list(enumerate(names)))}
    fuller: dict[str, set[str]] = {}
    for name, label in names.items():
        for short in short_forms(name, label):
            key = name_key(short)
            unit = name_key(name[len(short) :]).split(" ")[0] in _UNITS
            if not (unit and order.get(key, len(order)) < order[name_key(name)]):
                fuller.setdefault(key, set()).add(name_key(name))
    keys = {name_key(name): name_key(name) for name in names}
    for key in list(keys):
        candidates = fuller.get(key, set()) - {key}
        # "Orvanta Labs" and "Orvanta Labs Inc" both extend "Orvanta": the longest, if it extends the others.
        longest = max(candidates, key=len, default="")
        if candidates and all(longest.startswith(other) or longest.endswith(other) for other in candidates):
            keys[key] = longest
    for short, long in abbreviations.items():
        keys[name_key(short)] = keys.get(name_key(long), name_key(long))
    return keys
