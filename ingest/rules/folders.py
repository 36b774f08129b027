"""Where the rules of a language are: English in this package, every other language in a subfolder of its own."""

from pathlib import Path

from graph.errors import SchemaError

FOLDER = Path(__file__).resolve().parent
FIRST = "en"  # the language that the rules began with


def rules_folder(language: str) -> Path:
    """Return the folder of frames, cues and words of a language. Raises SchemaError when there is none."""
    folder = FOLDER if language == FIRST else FOLDER / language
    if not language.isalpha() or not folder.is_dir():
        raise SchemaError("there are no rules for this language", file="ingest/rules", key=language)
    return folder
