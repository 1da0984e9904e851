"""The signers that a rulebook lists, together."""

from orchestration.signoff import ListedSigners
from tests.fixtures.signing_ground import Holder
from tests.fixtures.throwaway import signer

OFFICE = Holder().pem
THROWAWAY = signer().pem


def test_one_throw_away_certificate_among_them_makes_a_demonstration() -> None:
    assert not ListedSigners({"office.pem": OFFICE}, 1).demonstration
    assert ListedSigners({"office.pem": OFFICE, "throw-away.pem": THROWAWAY}, 1).demonstration


def test_each_is_named_by_the_fingerprint_of_its_certificate() -> None:
    names = ListedSigners({"office.pem": OFFICE, "throw-away.pem": THROWAWAY}, 2).names
    assert len(names) == 2 and any("Maître Essai" in name for name in names.values())
