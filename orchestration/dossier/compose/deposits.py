"""Who deposited what: by supplier in the body, file by file with every fingerprint in the annex.

Belongs here: the two parts on the register of deposits.
"""

from collections.abc import Iterator
from datetime import datetime

from orchestration.dossier.model import Content, DepositFact
from orchestration.typesetting import (
    Block,
    Cell,
    code,
    digest,
    facts,
    figure,
    heading,
    paragraph,
    picture,
    table,
    text,
    timeline,
)
from orchestration.words import Words, day, hour, moment, number, offset, size


def suppliers(content: Content, words: Words) -> Iterator[Block]:
    """How many files each supplier handed in, when, and the fingerprint that fixes them all."""
    deposits = content.inputs.deposits
    current = sum(d.current for d in deposits)
    yield paragraph(words("custody.intro"))
    count = len(deposits)
    yield paragraph(words("custody.count", count=count, current=current, replaced=count - current))
    yield facts([(words("custody.head"), digest(content.inputs.digests.custody_head))])
    by_supplier: dict[str, list[DepositFact]] = {}
    for deposit in deposits:
        by_supplier.setdefault(deposit.supplier, []).append(deposit)
    yield table(
        words("custody.title"),
        words.named("custody", supplier=3.0, current=1.2, replaced_files=1.2, first=2.0, last=2.0, when=0.0),
        [_supplier(name, deposits, content, words) for name, deposits in by_supplier.items()],
    )


def _supplier(name: str, deposits: list[DepositFact], content: Content, words: Words) -> tuple[Cell, ...]:
    lang, zone = words.lang, content.inputs.rulebook.zone
    times = sorted(datetime.fromisoformat(d.received_at) for d in deposits)
    every = [datetime.fromisoformat(d.received_at) for d in content.inputs.deposits]
    span = (max(every) - min(every)).total_seconds()
    places = [((at - min(every)).total_seconds() / span if span else 0.0) for at in times]
    first, last = (day(at.astimezone(zone).date().isoformat(), lang) for at in (times[0], times[-1]))
    current = sum(d.current for d in deposits)
    alt = words("custody.picture", supplier=name, first=first, last=last)
    return (
        text(words.data(name)),
        figure(number(current, lang)),
        figure(number(len(deposits) - current, lang)),
        text(first),
        text(last),
        picture(timeline(places), alt),
    )


def files(content: Content, words: Words) -> Iterator[Block]:
    """The register, line by line, its zone once; the fingerprints of files and of certificates that may sign."""
    deposits, lang, zone = content.inputs.deposits, words.lang, content.inputs.rulebook.zone
    ahead = sorted({offset(d.received_at, zone) for d in deposits})
    heads = {"received": words("custody.received_zone", zone=ahead[0])} if len(ahead) == 1 else {}
    at = hour if heads else moment
    names = (("number", 0.0), ("file", 4.4), ("supplier", 2.2), ("received", 3.0), ("by", 1.6))
    yield table(
        words("files.title"),
        [(heads.get(name) or words(f"custody.{name}"), width) for name, width in names],
        [
            (
                figure(str(deposit.seq)),
                {**code(deposit.path), "under": _status(deposit, words)},
                text(words.data(deposit.supplier)),
                text(at(deposit.received_at, zone, lang)),
                text(words.data(deposit.received_by)),
            )
            for deposit in deposits
        ],
    )
    yield heading(words("custody.digests"))
    yield table(
        words("custody.digests"),
        words.named("custody", number=0, digest=3),
        [(figure(str(d.seq)), digest(d.sha256)) for d in deposits],
    )
    yield heading(words("files.certificates"))
    yield facts((words.data(s.subject), digest(s.sha256)) for s in content.inputs.signers)


def _status(deposit: DepositFact, words: Words) -> str:
    """The file's size, what it replaces, whether it was replaced."""
    parts = [size(deposit.bytes, words.lang)]
    if deposit.replaces is not None:
        parts.append(words("custody.replaces", number=str(deposit.replaces)))
    if not deposit.current:
        parts.append(words("custody.replaced"))
    return ", ".join(parts)
