import asyncio
import threading
from typing import Any

import pytest
from simcord import InteractionResult

from bot import errors
from bot.documents import handlers
from bot.documents.reading import read
from claims.ingest import MAX_FILE_BYTES, read_document
from claims.models import ClaimDecision, StoredClaim, StoredDocument
from forecasts.models import Phase, Question
from tests.face.world import World, words

TEXT = (
    "The gap between American and Chinese models will close by the end of 2026, analysts expect.\n\n"
    "Export controls raised the price of computing power for Chinese labs, and will do so until 2028.\n"
)
DEFERRED = 5
LATIN = "The café’s naïve résumé of the gap will be proved wrong by the end of 2026, experts expect."


async def add(world: World, data: bytes, name: str = "notes.txt") -> InteractionResult:
    """Attach a file as the moderator."""
    return await world.moderator.slash(world.channel, "claims add", document=(name, data))


async def test_a_text_file_becomes_a_list_of_claims(world: World) -> None:
    """Each claim with its reasons and a button, best first, only to the moderator."""
    answer = await add(world, TEXT.encode())
    assert answer.ephemeral
    assert "### notes" in words(answer)
    assert "2 claims worth debating" in words(answer)
    assert "> The gap between American and Chinese models will close" in words(answer)
    assert words(answer).count("[Draft]") == 2
    assert len(await world.rows(StoredClaim)) == 2


async def test_a_claim_becomes_a_draft_with_its_quote(world: World) -> None:
    """The draft shows the exact sentence and where it stands, and the three buttons."""
    answer = await add(world, TEXT.encode())
    (claim, _) = await world.rows(StoredClaim)
    draft = await world.moderator.click(answer.response.message, custom_id=f"draft:v1:{claim.id}")
    (question,) = await world.rows(Question)
    assert (question.phase, question.quote) == (Phase.DRAFT, claim.text)
    assert claim.text in words(draft)
    assert "-# notes" in words(draft)
    assert "[Approve and open]" in words(draft)


async def test_a_claim_is_drafted_once(world: World) -> None:
    """The second click says where the draft is."""
    answer = await add(world, TEXT.encode())
    button = "draft:v1:1"
    await world.moderator.click(answer.response.message, custom_id=button)
    again = await world.moderator.click(answer.response.message, custom_id=button)
    assert "already a question or a draft" in words(again)
    assert len(await world.rows(Question)) == 1


async def test_pasted_text_is_read_like_a_file(world: World) -> None:
    """Both fields are one text."""
    form = await world.moderator.slash(world.channel, "claims add")
    answer = await world.moderator.submit_modal(
        form, {"name": "Comments, 12 June", "text": TEXT[:100], "more": TEXT[100:]}
    )
    assert "2 claims worth debating" in words(answer)
    (document,) = await world.rows(StoredDocument)
    assert (document.text, document.name) == (TEXT, "Comments, 12 June")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
async def test_common_encodings_are_read(world: World, encoding: str) -> None:
    """UTF-8 and UTF-16 with or without their marks, and Western European text."""
    answer = await add(world, LATIN.encode(encoding))
    assert "café’s naïve résumé" in words(answer)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"%PDF-1.7 and so on", "is a damaged PDF"),
        (b"PK\x03\x04" + b"x" * 100, "is a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "is a PNG image"),
        (b"text\x00with\x00holes" * 9, "binary data"),
        (b"\xff\xfe\x00", "damaged UTF-16"),
        ("Модель отстанет от модели".encode("koi8-r"), "unknown encoding"),
        (b"Reply\n\nShare\n\nOk.", "no sentence worth debating"),
    ],
)
async def test_what_can_not_be_read_is_refused_and_not_stored(
    world: World, data: bytes, sentence: str
) -> None:
    """One sentence says what it is and what to do instead."""
    answer = await add(world, data)
    assert sentence in words(answer).replace("\\", "")
    assert "notes.txt" in words(answer)
    assert await world.rows(StoredDocument) == []


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size says so: 20 MB are never downloaded."""

    async def fetch(url: str) -> bytes:
        raise AssertionError(url)

    monkeypatch.setattr(world.bot.http, "get_from_cdn", fetch)
    answer = await add(world, b"a" * 20_000_000)
    assert "20.0 MB" in words(answer)
    assert f"{MAX_FILE_BYTES // 1_000_000} MB" in words(answer)
    assert await world.rows(StoredDocument) == []


async def test_a_file_from_elsewhere_is_not_fetched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only Discord's own storage is read."""
    monkeypatch.setattr(world.bot, "attachment_hosts", frozenset({"cdn.discordapp.com"}))
    answer = await add(world, TEXT.encode())
    assert "Only files attached in Discord are read" in words(answer)
    assert await world.rows(StoredDocument) == []


async def test_a_file_that_can_not_be_fetched_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord's storage fails: the moderator is told to attach it again, and nobody is alarmed."""
    monkeypatch.setattr(world.env.backend.cdn, "get", lambda _url: None)
    answer = await add(world, TEXT.encode())
    assert "could not be fetched" in words(answer)
    assert await world.rows(StoredDocument) == []


async def test_the_same_document_is_stored_once(world: World) -> None:
    """Whatever its name, and whether attached or pasted, the second time says when it was added."""
    await add(world, TEXT.encode())
    answer = await add(world, TEXT.encode(), "copy.txt")
    assert "already added as notes.txt, on 01 Jan 2026" in words(answer).replace("\\", "")
    form = await world.moderator.slash(world.channel, "claims add")
    pasted = await world.moderator.submit_modal(
        form, {"name": "paste", "text": TEXT.strip() + "\n", "more": ""}
    )
    assert "already added" in words(pasted)
    assert len(await world.rows(StoredDocument)) == 1


async def test_the_same_document_next_door_is_another(world: World) -> None:
    """Servers know nothing of each other."""
    await add(world, TEXT.encode())
    there = world.neighbour
    answer = await there.moderator.slash(there.channel, "claims add", document=("notes.txt", TEXT.encode()))
    assert "2 claims" in words(answer)


async def test_a_document_delivered_twice_is_stored_once(world: World) -> None:
    """The repetition is the same document."""
    await add(world, TEXT.encode())
    await world.deliver_again()
    assert len(await world.rows(StoredDocument)) == 1


async def test_long_claims_of_signs_fit_into_one_message(world: World) -> None:
    """Eight claims of hundreds of signs that escape to two are still one message."""
    sentence = (
        "By the end of {year} the model gap will "
        + "*close* _a_ `bit` ~more~ and " * 12
        + "narrow to {year}."
    )
    answer = await add(world, "\n\n".join(sentence.format(year=2026 + n) for n in range(12)).encode())
    assert "worth debating" in words(answer)


async def test_every_claim_that_is_shown_can_be_drafted(world: World) -> None:
    """However long the sentence, the draft fits the limits of a question."""
    sentence = (
        "Analysts expect that the gap "
        + "between the models of the two countries " * 15
        + "will close by 2027."
    )
    answer = await add(world, sentence.encode())
    await world.moderator.click(answer.response.message, label="Draft")
    assert len(await world.rows(Question)) == 1


async def test_a_page_of_html_is_read(world: World) -> None:
    """Under its own title, without its scripts."""
    page = (
        f"<html><head><title>On gaps</title></head><body><script>gap()</script><p>{LATIN}</p></body></html>"
    )
    answer = await add(world, page.encode(), "saved.html")
    assert "### On gaps" in words(answer)
    assert "café’s naïve résumé" in words(answer)


async def test_a_moderator_is_told_to_wait_while_a_document_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When reading takes longer than a second and a half, Discord is told, and the claims follow."""

    async def slowly(*given: Any) -> Any:
        await asyncio.sleep(0.2)
        return await read(*given)

    monkeypatch.setattr(errors, "DEFER_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(handlers, "read", slowly)
    answer = await add(world, TEXT.encode())
    assert [body["type"] for body in world.requests("POST", "/callback")] == [DEFERRED]
    assert "2 claims worth debating" in words(answer)
    assert answer.ephemeral


async def test_others_are_answered_while_a_document_is_read(world: World) -> None:
    """However long it takes, members forecast meanwhile."""
    card = await world.opened()
    go_on = threading.Event()

    def slow() -> Any:
        go_on.wait()
        return read_document(TEXT.encode(), "notes.txt")

    reading = asyncio.create_task(read(world.bot, slow))
    try:
        assert "Saved" in words(await world.forecast(world.member, 70, card))
        assert not reading.done()
    finally:
        go_on.set()
    assert len((await reading).claims) == 2


async def test_a_file_of_the_same_name_asks_whether_it_is_a_new_version(world: World) -> None:
    """Yes keeps what was decided about the claim that still stands; the other is gone."""
    first = await add(world, TEXT.encode())
    await world.moderator.click(first.response.message, custom_id="draft:v1:1")
    answer = await add(world, TEXT.partition("\n\n")[0].encode() + b"\n\nWages in Spain will rise by May.\n")
    assert "Is this its new version?" in words(answer)
    replaced = await world.moderator.click(answer.response.message, label="Yes, replace it")
    assert "A new version of notes: 1 claim still stands, 1 no longer in it." in words(replaced)
    (claim,) = await world.rows(StoredClaim, id=1)
    (decision,) = await world.rows(ClaimDecision)
    assert (claim.document_id, claim.status, decision.claim_id) == (2, "drafted", 1)
    assert "**notes**" in words(await world.moderator.slash(world.channel, "claims list"))


async def test_a_file_or_an_address(world: World) -> None:
    """Not both at once."""
    answer = await world.moderator.slash(
        world.channel, "claims add", document=("a.txt", TEXT.encode()), url="https://example.org/"
    )
    assert "not both" in words(answer)


async def test_the_twenty_first_document_of_a_day_is_refused_before_it_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says how many a day takes; a day later there is room again."""
    for number in range(20):
        text = f"The gap between the models will close by the end of {2026 + number}, analysts expect."
        await add(world, text.encode(), f"{number}.txt")
    with monkeypatch.context() as patch:
        patch.delattr(handlers, "read_document")
        assert "20 documents in 24 hours" in words(await add(world, TEXT.encode()))
    await world.pass_time(hours=24)
    assert "2 claims" in words(await add(world, TEXT.encode()))
