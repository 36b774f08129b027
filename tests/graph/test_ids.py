"""Ids are content hashes: equal content, equal id; different content, different id."""

from hypothesis import given
from hypothesis import strategies as st

from graph.ids import claim_id, content_hash, evidence_id, mention_id, name_key, sentence_id, surface_id

text = st.text(max_size=30)


@given(st.lists(text, max_size=5), st.lists(text, max_size=5))
def test_hashes_are_equal_exactly_when_the_parts_are(left: list[str], right: list[str]) -> None:
    assert (content_hash("x", left) == content_hash("x", right)) == (left == right)


def test_parts_do_not_run_into_each_other() -> None:
    assert content_hash("x", ("ab", "c")) != content_hash("x", ("a", "bc"))


def test_an_id_is_the_same_in_every_run_and_on_every_machine() -> None:
    # A frozen value: changing the scheme orphans every review that people have made.
    assert content_hash("d", ("brief:x", "Text.")) == "d_d5819fcdac20b931acf6"


@given(text)
def test_a_name_key_is_its_own_name_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_spelling_variants_share_a_surface_and_digits_do_not() -> None:
    assert surface_id("Dataset", "MS  Celeb", None) == surface_id("Dataset", "ms celeb", None)
    assert surface_id("Dataset", "MS1MV2", None) != surface_id("Dataset", "MS1MV3", None)
    assert surface_id("Dataset", "Brainwash", None) != surface_id("Organization", "Brainwash", None)
    assert surface_id("Programme", "Janus", "janus-iarpa") != surface_id("Programme", "Janus", None)


def test_a_claim_does_not_depend_on_the_order_of_its_qualifiers() -> None:
    a, b = surface_id("Organization", "A", None), surface_id("Dataset", "B", None)
    one = claim_id("USED", a, b, [("purpose", "train"), ("basis", "stated")])
    assert one == claim_id("USED", a, b, [("basis", "stated"), ("purpose", "train")])
    assert one != claim_id("USED", a, b, [("purpose", "test"), ("basis", "stated")])
    assert one != claim_id("USED", b, a, [("purpose", "train"), ("basis", "stated")])


def test_evidence_outlives_a_new_version_of_its_extractor_but_not_another_trigger() -> None:
    document = "d_1"
    sentence = sentence_id(document, 0, 20)  # type: ignore[arg-type]
    left, right = (mention_id(document, i, i + 3, "Organization") for i in (0, 9))  # type: ignore[arg-type]
    frames = evidence_id(sentence, "ACQUIRED", left, right, "bought", "frames")
    assert frames == evidence_id(sentence, "ACQUIRED", left, right, "bought", "frames")
    assert frames != evidence_id(sentence, "ACQUIRED", left, right, "acquired", "frames")
    assert frames != evidence_id(sentence, "ACQUIRED", left, right, "bought", "pairs")
