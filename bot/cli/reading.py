"""Files that a command names, as documents."""

from pathlib import Path

from claims.ingest import MAX_FILE_BYTES, Document, DocumentError, read_document


def read_file(file: str) -> Document:
    """Read a document from the path as typed.

    Raises
    ------
    DocumentError
        It can't be opened, or holds nothing that can be read.
    """
    try:
        with Path(file).open("rb") as source:
            return read_document(source.read(MAX_FILE_BYTES + 1), file)
    except OSError as error:
        why = error.strerror or "it can't be opened"
        raise DocumentError(f"{file} can't be read: {why.lower()}. Give the path of a document.") from None
