"""Feeds and pages, from a server on loopback that only tests may reach."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import IPv4Address
from typing import Any

import pytest
from aiohttp import web

from bot.addresses import Address
from bot.fetching import Reach
from claims.models import Feed, StoredClaim, StoredDocument
from tests.face.world import World, words

LONG = (
    "The gap between US and Chinese models will keep narrowing by {n} points a year because distillation is "
    "cheap. Export controls will cut the shipments of chips by half before 2028. " + "It is so. " * 40
)
SHORT = "The gap will narrow by {n} points."
PAGE = "<html><head><title>Page {n}</title></head><body><article><p>{text}</p></article></body></html>"


class Site:
    """A web site that answers each path as it is told, and counts how often it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        self.asked: list[str] = []
        self.waiting: asyncio.Event | None = None
        self.etag = ""
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request; hold the answer back while somebody wants it."""
        self.asked.append(request.path)
        if self.waiting is not None:
            await self.waiting.wait()
        if request.path not in self.pages:
            return web.Response(status=503)
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            return web.Response(status=304)
        kind, body = self.pages[request.path]
        headers = {"ETag": self.etag} if self.etag else {}
        return web.Response(text=body, content_type=kind, headers=headers)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://pages.example:{self.port}{path}"

    def page(self, path: str, text: str) -> str:
        """Put a page there and return its address."""
        self.pages[path] = ("text/html", PAGE.format(n=path, text=text))
        return self.url(path)

    def feed(self, *entries: tuple[str, str], path: str = "/feed") -> str:
        """Put a feed there, of paths and texts, newest first, and return its address."""
        items = "".join(
            f"<item><title>Entry {link}</title><link>{self.url(link).replace('http:', 'https:')}</link>"
            f"<description>{text}</description></item>"
            for link, text in entries
        )
        rss = f'<rss version="2.0"><channel><title>The feed</title>{items}</channel></rss>'
        self.pages[path] = ("application/rss+xml", rss)
        return self.url(path)


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    """Run a site on a free port, and let the bot reach it and nothing else."""
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    site.port = runner.addresses[0][1]

    async def look_up(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "pages.example" else ["10.0.0.1"]

    def may_connect(address: Address) -> bool:
        return address == IPv4Address("127.0.0.1")

    world.bot.reach = Reach(scheme="http", port=None, may_connect=may_connect, look_up=look_up, seconds=5)
    yield site
    if site.waiting is not None:
        site.waiting.set()
    await world.bot.feeds.finish()
    await runner.cleanup()


async def poll(world: World, *, hours: float = 0) -> None:
    """Let time pass, and wait until what is due has been read."""
    await world.pass_time(hours=hours)
    await world.bot.feeds.finish()


async def watch(world: World, url: str) -> Any:
    """Watch a feed as the moderator."""
    return await world.moderator.slash(world.channel, "claims feeds add", url=url)


async def test_without_the_hosts_leave_nothing_is_fetched(world: World) -> None:
    """Neither a page nor a feed; the sentence says what to do."""
    for command in ("claims add", "claims feeds add"):
        answer = await world.moderator.slash(world.channel, command, url="https://example.org/")
        assert "switched off here" in words(answer)
        assert "FETCH\\_URLS=true" in words(answer)


async def test_a_page_becomes_a_list_of_claims(world: World, site: Site) -> None:
    """With its own title."""
    url = site.page("/a", LONG.format(n=3))
    answer = await world.moderator.slash(world.channel, "claims add", url=url)
    assert "### Page /a" in words(answer)
    (document,) = await world.rows(StoredDocument)
    assert document.url == url


async def test_a_changed_page_keeps_what_still_stands(world: World, site: Site) -> None:
    """Read again from the same address, it says what became of its claims."""
    url = site.page("/a", LONG.format(n=3))
    first = await world.moderator.slash(world.channel, "claims add", url=url)
    await world.moderator.click(first.response.message, custom_id="draft:v1:1")
    site.page("/a", LONG.format(n=4))
    again = await world.moderator.slash(world.channel, "claims add", url=url)
    assert "A new version of Page /a: 1 claim still stands, 1 no longer in it." in words(again)
    review = await world.moderator.slash(world.channel, "claims review")
    page = [words(review)]
    for _ in range(3):
        review = await world.moderator.click(review.response.message, label="Next")
        page.append(words(review))
    assert not any("No longer in its document" in each for each in page)  # the one that is gone was decided


async def test_a_claim_that_is_gone_is_marked_in_the_review(world: World, site: Site) -> None:
    """Last of all, with the reason."""
    url = site.page("/a", LONG.format(n=3))
    await world.moderator.slash(world.channel, "claims add", url=url)
    site.page("/a", LONG.format(n=4))
    await world.moderator.slash(world.channel, "claims add", url=url)
    page = await world.moderator.slash(world.channel, "claims review")
    shown = [words(page)]
    for _ in range(2):
        page = await world.moderator.click(page.response.message, label="Next")
        shown.append(words(page))
    assert ["No longer in its document" in each for each in shown] == [False, False, True]


async def test_a_private_address_is_not_fetched(world: World, site: Site) -> None:
    """Nor is one to which a page leads on: fetching checks each step."""
    answer = await world.moderator.slash(
        world.channel, "claims add", url=f"http://inside.example:{site.port}/a"
    )
    assert "on the public internet" in words(answer)
    assert await world.rows(StoredDocument) == []


async def test_a_feeds_entries_become_documents(world: World, site: Site) -> None:
    """At the next sweep, their claims wait for review."""
    url = site.feed(("/1", LONG.format(n=1)), ("/2", LONG.format(n=2)))
    answer = await watch(world, url)
    assert "**The feed** is watched" in words(answer)
    await poll(world)
    documents = await world.rows(StoredDocument)
    assert [document.title for document in documents] == ["Entry /1", "Entry /2"]
    assert {document.feed_id for document in documents} == {1}
    assert len(await world.rows(StoredClaim)) >= 2


async def test_a_feed_is_read_once_an_hour(world: World, site: Site) -> None:
    """And only what is new in it is stored."""
    await watch(world, site.feed(("/1", LONG.format(n=1))))
    await poll(world)
    site.feed(("/2", LONG.format(n=2)), ("/1", LONG.format(n=1)))
    await poll(world, hours=0.9)
    assert len(await world.rows(StoredDocument)) == 1
    await poll(world, hours=0.2)
    assert len(await world.rows(StoredDocument)) == 2


async def test_an_unchanged_feed_costs_one_request(world: World, site: Site) -> None:
    """Its mark is sent back, and nothing is read."""
    site.etag = '"v1"'
    await watch(world, site.feed(("/1", LONG.format(n=1))))
    await poll(world)
    (feed,) = await world.rows(Feed)
    await poll(world, hours=1)
    (later,) = await world.rows(Feed)
    assert (feed.etag, later.etag, later.failures) == ('"v1"', '"v1"', 0)
    assert later.checked_at > feed.checked_at


async def test_a_page_that_can_not_be_had_leaves_what_the_feed_says(world: World, site: Site) -> None:
    """Only the site's own scheme and port are fetched here: an entry's page on https isn't asked for."""
    site.page("/1", LONG.format(n=1))
    await watch(world, site.feed(("/1", SHORT.format(n=1)), ("/2", LONG.format(n=2))))
    await poll(world)
    documents = await world.rows(StoredDocument)
    assert [SHORT.format(n=1) in document.text for document in documents] == [True, False]
    assert "/1" not in site.asked


async def test_the_page_of_a_short_entry_takes_its_place(world: World, site: Site) -> None:
    """Where it can be had."""
    site.page("/1", LONG.format(n=1))
    url = site.feed(("/1", SHORT.format(n=1)))
    kind, rss = site.pages["/feed"]
    site.pages["/feed"] = (kind, rss.replace("https:", "http:"))
    await watch(world, url)
    await poll(world)
    (document,) = await world.rows(StoredDocument)
    assert (document.title, document.url) == ("Page /1", site.url("/1"))
    await poll(world, hours=1)
    assert site.asked.count("/1") == 1


async def test_a_feed_that_fails_says_why_in_the_list(world: World, site: Site) -> None:
    """It is tried again later; after a week it is given up, and the moderators are told."""
    await world.moderator.slash(world.channel, "settings", notes_channel=world.channel)
    await watch(world, site.feed(("/1", LONG.format(n=1))))
    await poll(world)
    del site.pages["/feed"]
    await poll(world, hours=1)
    said = words(await world.moderator.slash(world.channel, "claims feeds list"))
    assert "**The feed** · ⚠️ pages.example answered with error 503" in said
    for _ in range(9):
        await poll(world, hours=24)
    said = words(await world.moderator.slash(world.channel, "claims feeds list"))
    assert "given up after 7 days" in said
    assert len(world.posts("A feed couldn't be read for 7 days")) == 1


async def test_without_a_channel_for_notes_who_added_it_is_told(world: World, site: Site) -> None:
    """In a direct message."""
    await watch(world, site.feed(("/1", LONG.format(n=1))))
    del site.pages["/feed"]
    for _ in range(10):
        await poll(world, hours=24)
    (note,) = await world.outbox("note")
    assert note.sent_at is not None
    assert note.message_id is not None


async def test_a_slow_feed_holds_nothing_up(world: World, site: Site) -> None:
    """While its server keeps us waiting, the sweep ends and members are answered."""
    await watch(world, site.feed(("/1", LONG.format(n=1))))
    site.waiting = asyncio.Event()
    await world.pass_time(seconds=60)
    card = await world.opened()
    assert "Saved" in words(await world.forecast(world.member, 70, card))
    assert await world.rows(StoredDocument) == []
    site.waiting.set()
    await world.bot.feeds.finish()
    assert len(await world.rows(StoredDocument)) == 1


async def test_a_page_is_no_feed(world: World, site: Site) -> None:
    """Nothing is watched."""
    answer = await watch(world, site.page("/a", LONG.format(n=1)))
    assert "is no RSS or Atom feed" in words(answer)
    assert await world.rows(Feed) == []


async def test_a_feed_is_taken_out(world: World, site: Site) -> None:
    """Chosen from the list; what it brought stays, and nothing more is read."""
    await watch(world, site.feed(("/1", LONG.format(n=1))))
    await poll(world)
    choices = await world.moderator.autocomplete(world.channel, "claims feeds remove", "feed", "the")
    assert [choice["name"] for choice in choices] == ["The feed"]
    answer = await world.moderator.slash(world.channel, "claims feeds remove", feed=choices[0]["value"])
    assert "isn't watched any more" in words(answer)
    asked = len(site.asked)
    await poll(world, hours=2)
    assert len(site.asked) == asked
    assert len(await world.rows(StoredDocument)) == 1
    assert "No feeds are watched" in words(await world.moderator.slash(world.channel, "claims feeds list"))


async def test_feeds_are_for_moderators_of_this_server(world: World, site: Site) -> None:
    """Members see none, next door's moderators neither."""
    await watch(world, site.feed(("/1", LONG.format(n=1))))
    for command, options in (
        ("claims feeds list", {}),
        ("claims feeds add", {"url": site.url("/feed")}),
        ("claims feeds remove", {"feed": "1"}),
    ):
        refused = await world.member.slash(world.channel, command, **options)
        assert "This is for moderators" in words(refused)
    assert await world.member.autocomplete(world.channel, "claims feeds remove", "feed", "") == []
    there = world.neighbour
    assert await there.moderator.autocomplete(there.channel, "claims feeds remove", "feed", "") == []
    answer = await there.moderator.slash(there.channel, "claims feeds remove", feed="1")
    assert "There is no such feed" in words(answer)
    assert "No feeds are watched" in words(await there.moderator.slash(there.channel, "claims feeds list"))


async def test_twenty_feeds_fit_into_one_list(world: World, site: Site) -> None:
    """With names full of signs, and a reason each; the next one is refused."""
    for number in range(20):
        path = f"/feed-{number}-{'*_' * 60}"
        url = site.feed(("/1", LONG.format(n=1)), path=path)
        kind, rss = site.pages[path]
        site.pages[path] = (kind, rss.replace("The feed", "*_`~" * 60))
        await watch(world, url)
    site.pages.clear()
    await poll(world, hours=1)
    said = words(await world.moderator.slash(world.channel, "claims feeds list"))
    assert said.count("⚠️") == 20
    assert "20 feeds are the most" in words(await watch(world, site.feed(("/2", LONG.format(n=2)))))
