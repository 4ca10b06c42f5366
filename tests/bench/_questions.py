"""Documents and questions for the relevance benchmark: texts of Korean law, and questions made from them by rule.

The texts are the corpora `kobill` and `constitution` of konlpy 0.6. konlpy is under the GPL, so neither it nor its
texts are part of the product or of the development packages; only this benchmark reads them, where they are:

    pip download --no-deps konlpy==0.6.0 && unzip konlpy-*.whl 'konlpy/data/corpus/*' -d FOLDER

The rules know nothing of any analyser: they cut words at spaces and take particles away by a list of endings.
"""

from __future__ import annotations

import importlib.util
import random
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

CHUNK_LETTERS = 300
PARTICLES = (
    *(
        "으로부터",
        "에서는",
        "으로써",
        "으로서",
        "에게는",
        "에서",
        "으로",
        "에게",
        "까지",
        "부터",
        "에는",
        "이나",
        "라도",
    ),
    *("은", "는", "이", "가", "을", "를", "의", "에", "와", "과", "로", "도", "만"),
)
OTHERS = ("을", "에 대한", "의", "에서는", "까지")
_WORD = re.compile(r"[가-힣]{3,}")


@dataclass(frozen=True)
class Question:
    """What somebody types, the rule it was made by, and the number of the document it was made from."""

    text: str
    rule: str
    document: int


def corpus_folder(given: Path | None) -> Path:
    """The folder `konlpy/data/corpus`, of an installed konlpy or below `given`. Raises SystemExit with the way."""
    if given is not None:
        candidates = [given / "konlpy" / "data" / "corpus", given]
    else:
        found = importlib.util.find_spec("konlpy")
        candidates = [Path(found.origin).parent / "data" / "corpus"] if found and found.origin else []
    for folder in candidates:
        if (folder / "kobill").is_dir():
            return folder
    raise SystemExit(
        f"konlpy's corpora are missing. To get them:{(__doc__ or '').partition('they are:')[2]}Then: --corpus FOLDER"
    )


def documents(folder: Path) -> list[str]:
    """Articles of the constitution, and the bills in pieces of about 300 letters that end at a line."""
    law = (folder / "kolaw" / "constitution.txt").read_text(encoding="utf-8")
    found = [article.strip() for article in re.split(r"\n(?=\s*제\d+조)", law)]
    for path in sorted((folder / "kobill").glob("*.txt")):
        found += _pieces(path.read_text(encoding="utf-8"))
    return [text for text in found if len(_WORD.findall(text)) >= 8]


def _pieces(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    pieces, piece = [], ""
    for line in filter(None, lines):
        piece = f"{piece}\n{line}" if piece else line
        if len(piece) >= CHUNK_LETTERS:
            pieces.append(piece)
            piece = ""
    return [*pieces, piece]


def questions(texts: list[str], seed: int = 7) -> list[Question]:
    """Four questions for each document, one by each rule; the same ones at every run."""
    chance = random.Random(seed)
    found = []
    for number, text in enumerate(texts):
        stems = list(dict.fromkeys(stem for word in _WORD.findall(text) if len(stem := stem_of(word)) >= 2))
        if len(stems) < 6:
            continue
        picked = chance.sample(stems, 6)
        found += [
            Question(" ".join(picked[:3]), "keywords", number),
            Question(f"{picked[0]}{chance.choice(OTHERS)} {picked[3]}", "particles", number),
            Question(_neighbours(text, chance), "joined", number),
            Question(f"{_sentence(text, chance)} 관련 내용은 무엇인가요", "sentence", number),
        ]
    return found


def stem_of(word: str) -> str:
    """A word without the particle at its end, by the list above."""
    ending = next((each for each in PARTICLES if word.endswith(each) and len(word) - len(each) >= 2), "")
    return word.removesuffix(ending)


def _neighbours(text: str, chance: random.Random) -> str:
    """Two neighbouring words written together, as people do; the first one without a particle where there is such."""
    words = [word if _WORD.fullmatch(word) else "" for word in text.split()]
    pairs = [(one, other) for one, other in pairwise(words) if one and other]
    bare = [(one, other) for one, other in pairs if one == stem_of(one)]
    one, other = chance.choice(bare or pairs or [(chance.choice([word for word in words if word]), "")])
    return one + (stem_of(other) if other else "")


def _sentence(text: str, chance: random.Random) -> str:
    """Five to eight words in a row."""
    words = text.split()
    start = chance.randrange(max(1, len(words) - 8))
    return " ".join(stem_of(word) for word in words[start : start + chance.randint(5, 8)])
