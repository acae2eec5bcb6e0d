"""Turn what a person typed into a plan that a database or the in-memory ranker can carry out."""

from dataclasses import dataclass

from .tokens import Tokenizer, char_bigrams
from .vocabulary import PLACES

# One place for a compound's own part between its words.
NEAR = 2


@dataclass(frozen=True)
class QueryPlan:
    """What to look for. An empty plan (`not plan`) finds nothing.

    must: exact words that a text of the first rank all contains (AND over the words of `index_terms`).
    any: words that raise a text's rank but are not needed, such as the compound as typed (OR, for ranking only).
    bigrams: pairs of syllables that a text of the second, lower rank all contains (AND over `index_terms().bigrams`).
    phrases: words of one written word (자전거도로): in the first rank each follows the one before within `NEAR` places
        of the token list (parts of compounds stand between); a text that has them scattered is of the second rank.
    fallback_must: words that the second rank needs as well: names of places, and words too short for a bigram,
        so that 고양시 never finds 고양이.
    """

    must: tuple[str, ...]
    any: tuple[str, ...]
    bigrams: tuple[str, ...]
    fallback_must: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.must or self.bigrams)


def query_plan(text: str, tokenizer: Tokenizer) -> QueryPlan:
    """Plan the search for `text`.

    >>> from madang.engines.texts.tokens import default_tokenizer
    >>> query_plan("쓰레기를 분리수거", default_tokenizer()).must
    ('쓰레기', '분리', '수거')
    >>> query_plan("미세먼지", default_tokenizer())
    QueryPlan(must=('미세', '먼지'), any=('미세먼지',), bigrams=('미세', '먼지'), fallback_must=(),
              phrases=(('미세', '먼지'),))
    >>> query_plan("고양시", default_tokenizer())
    QueryPlan(must=('고양시',), any=('고양',), bigrams=(), fallback_must=('고양시',), phrases=())
    """
    tokens = tuple(dict.fromkeys(tokenizer.tokenise(text)))
    atoms_of = getattr(tokenizer, "atoms", lambda token: (token,))
    must = tuple(dict.fromkeys(a for t in tokens for a in atoms_of(t)))
    phrases = (tuple(a for t in tokenizer.tokenise(w) for a in atoms_of(t)) for w in text.split())
    together = tuple(dict.fromkeys(p for p in phrases if len(p) > 1 and set(p) <= set(must) and not set(p) & PLACES))
    extra = dict.fromkeys([*tokens, *(p for t in tokens for p in tokenizer.parts(t))])
    bigrams: list[str] = []
    exact: list[str] = []
    for word in must:
        pairs = _stem_bigrams(word) if word not in PLACES else []
        bigrams += pairs
        exact += [] if pairs else [word]
    if not must:
        bigrams = char_bigrams(text)
    return QueryPlan(
        must, tuple(w for w in extra if w not in must), tuple(dict.fromkeys(bigrams)), tuple(exact), together
    )


def _stem_bigrams(word: str) -> list[str]:
    """Bigrams of a noun, or of a verb's stem as far as conjugation leaves it alone (시끄럽다 → 시끄)."""
    if not word.endswith("다") or len(word) < 3:
        return char_bigrams(word)
    stem = word[:-1]
    return char_bigrams(stem if len(stem) < 3 else stem[:-1])
