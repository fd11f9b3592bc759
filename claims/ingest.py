"""First step: bytes or pasted text become a Document, or a sentence that says why not."""

import codecs
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from forecasts.errors import ForecastError

MAX_BYTES = 1_000_000

_BINARY = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "an office file",
}
_HOW = "Paste the text, or save it as plain text (.txt, UTF-8) and try again."
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_FIRST_FOREIGN, _MAX_FOREIGN_SHARE = 0x80, 0.1


class DocumentError(ForecastError):
    """A document can't be read; ``str()`` says why and what to do instead."""


@dataclass(frozen=True)
class Document:
    """A text in which claims are looked for.

    Attributes
    ----------
    name
        As given: a path, the name of an attachment.
    text
        Every code point of the source: newlines untranslated and the byte order mark of a UTF-8 file kept,
        so that offsets hold for ``path.read_text(encoding="utf-8", newline="")`` too.
    sha256
        Of the text in UTF-8, in hexadecimal: a paste and a file with the same text are the same document.
    title
        What a moderator sees: the file's name without folder and extension.
    """

    name: str
    text: str
    sha256: str
    title: str


def read_document(data: bytes, name: str) -> Document:
    """Read a text file: UTF-8, UTF-16 with a byte order mark, or Windows-1252.

    Raises
    ------
    DocumentError
        It is empty, larger than `MAX_BYTES`, no text, or in an encoding that can't be told for sure.

    Examples
    --------
    >>> read_document(b"The gap narrowed.", "notes/model-gap.txt").title
    'model gap'
    """
    _check_size(len(data), name)
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise DocumentError(f"{name} is {kind}, not plain text. {_HOW}")
    return document_from_text(_decoded(data, name), name)


def document_from_text(text: str, name: str) -> Document:
    """Make a document of text that is already decoded, a paste for example.

    Half a surrogate pair, which no encoding can store, becomes U+FFFD.

    Raises
    ------
    DocumentError
        It is empty, larger than `MAX_BYTES` in UTF-8, or no text.
    """
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    encoded = text.encode()
    _check_size(len(encoded), name)
    if not text.replace("\ufeff", "").strip():
        raise DocumentError(f"{name} is empty. Give a document with at least one sentence.")
    if "\x00" in text or len(_CONTROL.findall(text)) > len(text) / 100:
        raise DocumentError(f"{name} holds binary data, not text. {_HOW}")
    title = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip() or name
    return Document(name=name, text=text, sha256=sha256(encoded).hexdigest(), title=title)


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_000_000} MB"
        raise DocumentError(
            f"{name} is larger than {limit}, the most a document may have. Split it into parts."
        )


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise DocumentError(f"{name} is damaged UTF-16. Save it as UTF-8 and try again.") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _as_windows_1252(data)
        if text is None:
            where = f"byte {error.start} is not UTF-8"
            raise DocumentError(
                f"{name} is in an unknown encoding ({where}). Save it as UTF-8 and try again."
            ) from None
        return text


def _as_windows_1252(data: bytes) -> str | None:
    """Read Western European text; None where it would be a guess (damaged UTF-8, another alphabet)."""
    foreign = sum(byte >= _FIRST_FOREIGN for byte in data)
    if foreign > _MAX_FOREIGN_SHARE * len(data) or _UTF8.search(data):
        return None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return None
