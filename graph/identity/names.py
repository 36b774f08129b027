"""The normal form of a name: two spellings with one form are taken for one entity of their type.

Case, spaces, dashes, quotes and a leading "the" don't count; for organisations the legal form doesn't either. Scripts,
diacritics and digits are kept as they are: MS1MV2 is not MS1MV3, VGGFace not VGGFace2, IJB-B not IJB-C.
"""

import re
from functools import cache, lru_cache
from typing import Any

from graph.ids import name_key

_DASHES = re.compile(r"[\s\-‐-―−_]+")
_QUOTES = re.compile(r"[\"“”„«»]")


@lru_cache(maxsize=100_000)  # legal forms cost 0.1 ms a name, and every resolution asks for all names
def normal_form(entity_type: str, name: str) -> str:
    """Return the normal form of a name of this entity type; never empty for a name with a letter or digit."""
    key = name_key(name)
    if entity_type == "Organization":
        key = _without_legal_form(key)
    form = _DASHES.sub(" ", _QUOTES.sub("", key)).strip(" .,;:")
    return form.removeprefix("the ") or key


def _without_legal_form(key: str) -> str:
    from cleanco.clean import custom_basename

    short = key
    for _ in range(2):  # "X Technology Co., Ltd." has two
        short = custom_basename(short, _terms()).strip(" .,;:") or short
    # A name that is hardly more than its legal form is a name: "SA", "Co".
    return short if len(short) > 1 else key


@cache
def _terms() -> Any:
    from cleanco.clean import prepare_default_terms

    return prepare_default_terms()
