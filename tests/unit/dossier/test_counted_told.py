"""In no state does the dossier say "1 tests" or "5 اختبارًا": every number stands with the form that it asks for."""

import re

import pytest

from orchestration.dossier.build import build_content
from orchestration.dossier.compose import compose
from tests.fixtures.dossier_reader import told
from tests.fixtures.dossier_states import states

ALONE = r"(?<![\w\u202f.,/+–-])"
NOUNS = (
    "tests|rows|votes|responses|deposits|candidates|files|tables|cases|categories|persons|days|signatures|weights"
    "|verifications|versions|ratings|channel marks|component marks|ranked candidates|values|journeys|copies|sources"
)
FAULTS = {
    "fr": rf"{ALONE}[01] (?!fois|poids|cas\b|parcours|sans|dans|sous|plus|puis)[^\W\d]+s\b",
    "en": rf"{ALONE}1 (?:{NOUNS})\b",
    "ar": rf"{ALONE}(?:(?:[3-9]|10) [^\W\d]+ًا|(?:1[1-9]|[2-9][0-9]) [^\W\d]+ات|1 [^\W\d]+ًا)(?!\w)",
}


@pytest.mark.parametrize("lang", FAULTS)
def test_every_number_stands_with_the_form_that_it_asks_for(lang: str) -> None:
    for state, given in states().items():
        text = told(compose(build_content(given), lang))
        assert re.findall(f".{{0,30}}(?:{FAULTS[lang]}).{{0,20}}", text) == [], state
