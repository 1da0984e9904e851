"""The public palmarès as files: a page for each edition and language, the signed JSON, and an index for programs.

Belongs here: what is shown of which release, and under which address. What was known before the signature is the
release's own `palmares.json`, copied byte for byte; signatures, corrections and revocations stand in `index.json` and
on the pages. Neither opens any other table, so the name of a candidate that was not elected cannot slip in. How a page
looks is in `palmares_page.py`.

index.html                  the languages
index.json                  every edition: its releases, who signed, what was revoked, where its files are
<lang>/<edition>.html       an edition's page; <lang>/index.html is the newest edition's
<lang>/feed.xml             what was published, corrected, revoked (Atom)
cards/<edition>/            a picture of each laureate to be shared, in each language
editions/<edition>/palmares.json    as signed; none where the signature was revoked
palmares.json               that of the newest edition
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.dossier import edition_facts
from orchestration.publication.cards import FOLDER as CARDS
from orchestration.publication.cards import share_cards
from orchestration.publication.palmares_page import Held, Page, choice_page, edition_page, feed
from orchestration.publication.revocations import Revocation, Revoked
from orchestration.release import PALMARES_JSON, TITLE_HISTORY, Cell, Release, palmares_json
from orchestration.rulebook import parse_rulebook
from orchestration.settings import RULEBOOK_FILE
from orchestration.storage import canonical_json, sha256_bytes
from orchestration.words import LANGUAGES

INDEX_FORMAT = "palmares-index/1"
PUBLIC = ("index.html", "index.json", *LANGUAGES, "editions", CARDS, PALMARES_JSON)
"""Names of all that the palmarès is made of, files and folders."""


@dataclass(frozen=True)
class Edition:
    """The newest release of an edition, as the public sees it. `signed`: the dossier bears the file's fingerprint."""

    release: Release
    earlier: Sequence[Release]
    data: bytes
    signed: bool
    revoked: Mapping[int, Revocation]

    @property
    def name(self) -> str:
        """The edition's id."""
        return self.release.record.edition

    @property
    def revocation(self) -> Revocation | None:
        """The revocation of the release that is shown, if it was revoked."""
        return self.revoked.get(self.release.record.number)


def palmares_files(
    every: Sequence[Release], revoked: Revoked, titles: Iterable[Sequence[Cell]], address: str | None = None
) -> dict[str, bytes]:
    """All files of the palmarès by path. `every`: all releases in the order of the chain; `titles`: rows of
    title_history, of what stands; `address`: where they will be served, if it is known."""
    editions = sorted(_editions(every, revoked), key=lambda edition: edition.name, reverse=True)
    before = _titles(titles)
    pages = {edition.name: _page(edition, before) for edition in editions}
    listed = [_listed(edition, before) for edition in editions]
    names = list(pages)
    files = {
        "index.html": choice_page(pages[names[0]]),
        "index.json": canonical_json({"format": INDEX_FORMAT, "editions": listed}) + b"\n",
    }
    for lang in LANGUAGES:
        for name, page in pages.items():
            files[f"{lang}/{name}.html"] = edition_page(page, lang, names, address)
        files[f"{lang}/index.html"] = files[f"{lang}/{names[0]}.html"]
        files[f"{lang}/feed.xml"] = feed(list(pages.values()), lang)
    files |= share_cards(list(pages.values()))
    files |= {_place(edition): edition.data for edition in editions if edition.revocation is None}
    if editions[0].revocation is None:
        files[PALMARES_JSON] = editions[0].data
    return files


def public_page(every: Sequence[Release], revoked: Revoked, titles: Iterable[Sequence[Cell]], edition: str) -> Page:
    """What the public is told of one edition, all languages; `every`, `revoked`, `titles` as in `palmares_files`."""
    (newest,) = (published for published in _editions(every, revoked) if published.name == edition)
    return _page(newest, _titles(titles))


def _editions(every: Sequence[Release], revoked: Revoked) -> list[Edition]:
    by_edition: dict[str, list[Release]] = defaultdict(list)
    for release in every:
        by_edition[release.record.edition].append(release)
    return [
        Edition(
            release=releases[-1],
            earlier=releases[:-1],
            data=_data(releases[-1]),
            signed=PALMARES_JSON in releases[-1].manifest,
            revoked={number: revocation for (edition, number), revocation in revoked.items() if edition == name},
        )
        for name, releases in by_edition.items()
    ]


def _data(release: Release) -> bytes:
    """palmares.json of a release; made now for one that was published before there was such a file."""
    if PALMARES_JSON in release.manifest:
        return release.bytes_of(PALMARES_JSON)
    record = release.record
    rulebook = parse_rulebook(release.bytes_of(RULEBOOK_FILE), str(release.folder))
    results = record.digests.results_sha256
    return palmares_json(
        edition_facts(rulebook, demonstration=record.demonstration, results_sha256=results), release.rows
    )


def _titles(titles: Iterable[Sequence[Cell]]) -> dict[str, list[Held]]:
    """Titles by company, in the order of their editions."""
    held: dict[str, list[Held]] = defaultdict(list)
    for row in titles:
        title = dict(zip(TITLE_HISTORY.names, row, strict=True))
        source = str(title["source"])
        held[str(title["company_id"])].append(
            Held(
                str(title["edition"]),
                str(title["category_id"]),
                str(title["category"]),
                source.endswith("(demonstration)"),
            )
        )
    return {company: sorted(own, key=lambda title: (title.edition, title.category)) for company, own in held.items()}


def _held_before(palmares: Mapping[str, Any], titles: Mapping[str, Sequence[Held]]) -> dict[str, list[Held]]:
    """Titles that the laureates of an edition held in earlier ones. Those of a demonstration count in a demonstration
    alone."""
    companies = {row["company_id"] for category in palmares["categories"] for row in category["laureates"]}
    held = {
        company: [
            title
            for title in titles.get(company, ())
            if title.edition < palmares["edition"] and (palmares["demonstration"] or not title.demonstration)
        ]
        for company in sorted(companies)
    }
    return {company: own for company, own in held.items() if own}


def _page(edition: Edition, titles: Mapping[str, Sequence[Held]]) -> Page:
    palmares, record = json.loads(edition.data), edition.release.record
    (row,) = edition.release.rows("dim_edition")
    if edition.revocation is not None:
        palmares = palmares | {"categories": [], "contests": {}}
    return Page(
        palmares=palmares,
        held=_held_before(palmares, titles),
        number=record.number,
        corrects=record.corrects.number if record.corrects else None,
        signed_by=str(row["signed_by"]),
        signed_at=str(row["signed_at"]),
        published_at=record.published_at,
        revoked=edition.revocation,
        palmares_sha256=sha256_bytes(edition.data) if edition.signed else None,
        place=_place(edition),
    )


def _place(edition: Edition) -> str:
    return f"editions/{edition.name}/{PALMARES_JSON}"


def _listed(edition: Edition, titles: Mapping[str, Sequence[Held]]) -> dict[str, Any]:
    """An edition in the index: what was known only after the signature, and what may change after it."""
    standing = edition.revocation is None
    palmares = json.loads(edition.data)
    return {
        "edition": edition.name,
        "title": palmares["title"],
        "demonstration": edition.release.record.demonstration,
        "release": edition.release.record.number,
        "releases": [_release(release, edition) for release in (*edition.earlier, edition.release)],
        "palmares": _place(edition) if standing else None,
        "pages": {lang: f"{lang}/{edition.name}.html" for lang in LANGUAGES},
        "titles_before": {
            company: [{"edition": title.edition, "category": title.category} for title in held]
            for company, held in (_held_before(palmares, titles) if standing else {}).items()
        },
    }


def _release(release: Release, edition: Edition) -> dict[str, Any]:
    record, (row,) = release.record, release.rows("dim_edition")
    revocation = edition.revoked.get(record.number)
    return {
        "number": record.number,
        "corrects": record.corrects.number if record.corrects else None,
        "replaced": release is not edition.release,
        "revoked": vars(revocation) if revocation else None,
        "signed_by": row["signed_by"],
        "signed_at": row["signed_at"],
        "published_at": record.published_at,
        "results_sha256": record.digests.results_sha256,
        "dossier_sha256": record.digests.dossier_sha256,
        "palmares_sha256": release.manifest.get(PALMARES_JSON),
    }
