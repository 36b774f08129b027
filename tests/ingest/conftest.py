"""The pipeline, made once a session: it costs a second."""

import pytest
from spacy.language import Language

from graph.settings import Settings
from ingest.pipeline import make_pipeline


@pytest.fixture(scope="session")
def nlp() -> Language:
    return make_pipeline(Settings())
