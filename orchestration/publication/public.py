"""One published edition as the public may know it, for the rooms that show it elsewhere than on the page.

Belongs here: that nothing is shown but a release that was verified, that stands, and that the public page shows too.
"""

from pathlib import Path

from orchestration.errors import Refused
from orchestration.publication.history import SEED, title_rows
from orchestration.publication.palmares_page import Page
from orchestration.publication.place import LOCK
from orchestration.publication.revocations import still_standing
from orchestration.publication.say import say
from orchestration.publication.warehouse import is_shown
from orchestration.release import Release, newest, read_chain, release_dir, releases_of
from orchestration.settings import Settings, check_edition_id
from orchestration.storage import locked


def public_page(settings: Settings, edition: str, seed: Path = SEED) -> tuple[Page, Release]:
    """What the public is told of an edition, and the release that this is read from.

    Raises Refused, with reasons, where it is not published, its publication was cut short, a release is not what was
    signed, or the bailiff revoked.
    """
    # The makers of pages and the verifier: whoever asks publication for something else does without.
    from orchestration.publication.palmares import public_page as page_of
    from orchestration.publication.proof import proven

    check_edition_id(edition)
    if not releases_of(read_chain(settings.releases), edition):
        raise Refused([say("public.unpublished", edition=edition)])
    with locked(settings.lock_file(LOCK)):
        chain = read_chain(settings.releases)
        if not is_shown(settings):
            raise Refused([say("public.cut_short", edition=edition)])
        revoked = proven(settings, chain)
        shown = {line.edition: Release(release_dir(settings.releases, line)) for line in newest(chain)}
        own = shown[edition]
        if revocation := revoked.get((edition, own.record.number)):
            name, day = f"{edition}/{own.record.number}", revocation.at[:10]
            raise Refused([say("public.revoked", release=name, by=revocation.by, day=day, reason=revocation.reason)])
        standing = still_standing(shown.values(), revoked)
        return page_of([own], revoked, title_rows(standing, list(shown.values()), seed), edition), own
