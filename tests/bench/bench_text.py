"""What every text passes once: normalising and the guess of its language, beside the plain way to do the same.

    python tests/bench/bench_text.py [--characters N]

`plain` normalises character by character, and counts and guesses over the whole text. The ratio is what is saved; the
tests hold the results of both ways to normalise together.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SENTENCES = {
    "ASCII": "The town of Lindholm has tested cameras in its harbour since March, papers of the council say.\n\n",
    "quotes": "“We never saw a contract,” said Marit Ellingsen, who sits on the town council of Lindholm.\n\n",
    "French": "La commune essaie depuis mars des caméras qui reconnaissent les visages à l'entrée du port.\r\n\r\n",
    "blanks": "Name      Town        Price    \r\n        \r\nOrvanta   Lindholm    400      \r\n",
}


def best(work: Callable[[str], object], text: str, times: int = 5) -> float:
    """Milliseconds of the fastest of some runs."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        work(text)
        spent.append(time.perf_counter() - begin)
    return min(spent) * 1000


def main() -> None:
    """Print the table."""
    from ingest.languages import likeliest, sample
    from tests.ingest.test_text import plainly

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--characters", type=int, default=1_000_000, help="length of each text")
    length = parser.parse_args().characters

    import py3langid

    def guess(text: str) -> object:
        return sum(map(str.isalpha, sample(text))), likeliest(text, ["en", "fr"])

    def guess_whole(text: str) -> object:
        return sum(map(str.isalpha, text)), py3langid.rank(text)

    from ingest.text import normalise

    guess("warm up"), guess_whole("warm up")
    print(f"{length:,} characters; milliseconds, best of five")
    print(f"{'text':8}{'step':12}{'plain':>10}{'now':>10}{'ratio':>8}")
    for name, words in SENTENCES.items():
        text = (words * (length // len(words) + 1))[:length]
        for step, before, now in (("normalise", plainly, normalise), ("language", guess_whole, guess)):
            slow, fast = best(before, text), best(now, text)
            print(f"{name:8}{step:12}{slow:10.1f}{fast:10.1f}{slow / fast:8.1f}")


if __name__ == "__main__":
    main()
