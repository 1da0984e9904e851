"""What every release carries so that a stranger can verify it: VERIFY.txt and verify.html.

Belongs here: filling the two shipped texts for one release. Their words stand in `web/`.
"""

from pathlib import Path

from orchestration.release.record import ReleaseRecord

WEB = Path(__file__).parent / "web"
DEMONSTRATION = """
  DÉMONSTRATION : signée avec une clé d’essai, sans valeur.
  A demonstration, signed with a throw-away key: it means nothing.
  عرض تجريبي موقّع بمفتاح تجريبي، لا قيمة له.
"""


def verification_files(record: ReleaseRecord) -> dict[str, bytes]:
    """VERIFY.txt and verify.html of a release. The page is the same in all releases: it knows none by heart."""
    signed = list(dict.fromkeys(signature.file for signature in record.signatures))
    guide = (WEB / "VERIFY.txt").read_text(encoding="utf-8")
    for name, value in (
        ("EDITION", record.edition),
        ("NUMBER", str(record.number)),
        ("RESULTS", record.digests.results_sha256),
        ("CUSTODY", record.digests.custody_head),
        ("SIGNED", signed[-1]),
        ("SIGNATURES", "\n".join(map(_by_hand, signed))),
        ("DEMONSTRATION", DEMONSTRATION if record.demonstration else ""),
    ):
        guide = guide.replace(f"@{name}@", value)
    return {"VERIFY.txt": guide.encode(), "verify.html": verify_page()}


def _by_hand(file: str) -> str:
    """The two commands that look at a signed file."""
    return f"       pdfsig -nocert {file}\n       cmp -n $(wc -c < dossier.pdf) dossier.pdf {file}"


def verify_page() -> bytes:
    """The page that verifies a release in a browser: one file, the verifier put inside it."""
    page = (WEB / "page.html").read_text(encoding="utf-8")
    verifier = (WEB / "verifier.js").read_text(encoding="utf-8")
    return page.replace("/*@VERIFIER@*/", verifier).encode()
