"""A newspaper that takes back what it wrote: "an earlier version of this article said that …"."""

import re

from spacy.tokens import Span, Token

from ingest.components.paragraphs import text_of
from ingest.rules import CueTable

_REACH = 400  # characters behind the sentence in which a correction says what is right


def corrected(trigger: Token, speaker: Span, cues: CueTable) -> Token | None:
    """Return the word for the writer's own earlier text, if the speaker is one and the passage corrects it."""
    own = next((token for token in speaker if token.lemma_.lower() in cues.own_texts), None)
    if own is None or trigger.sent.start > speaker.start or speaker.start > trigger.sent.end:
        return None
    text = text_of(trigger.doc)
    sentence = trigger.sent
    around = text[: sentence.start_char] + text[sentence.end_char : sentence.end_char + _REACH]
    words = "|".join(map(re.escape, sorted(cues.corrections, key=len, reverse=True)))
    return own if words and re.search(rf"\b(?:{words})\b", around, re.IGNORECASE) else None
