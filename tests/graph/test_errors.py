"""Every error has a hint, and its fields survive as attributes."""

import pytest

from graph import errors


def _tree(base: type[errors.SightlinesError]) -> list[type[errors.SightlinesError]]:
    return [base, *(leaf for child in base.__subclasses__() for leaf in _tree(child))]


@pytest.mark.parametrize("kind", [k for k in _tree(errors.SightlinesError)[1:] if k is not errors.SchemaError])
def test_every_kind_of_error_tells_what_to_do_next(kind: type[errors.SightlinesError]) -> None:
    if kind in (errors.SpanError, errors.RecordRejected) or kind.default_hint:
        assert kind("it broke").hint, kind


def test_the_docstring_draws_every_kind() -> None:
    drawn = errors.__doc__ or ""
    assert [k.__name__ for k in _tree(errors.SightlinesError) if k.__name__ not in drawn] == []


def test_fields_are_attributes_and_an_unknown_one_is_an_attribute_error() -> None:
    error = errors.QueryTimeout("too slow", seconds=3)
    assert error.seconds == 3
    with pytest.raises(AttributeError):
        _ = error.minutes


def test_a_schema_error_names_file_and_key() -> None:
    assert str(errors.SchemaError("bad", file="x.yml", key="A.b")) == "x.yml: A.b: bad"
