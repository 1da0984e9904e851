"""docs/troubleshooting.md has every message of the program: a new section of words or a new error is looked at."""

from tests.lint.troubleshooting import PAGE, PLAIN, TROUBLE, catalogues, in_code, page


def test_the_page_is_what_the_catalogues_and_the_code_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tests.lint.troubleshooting"


def test_every_section_of_words_is_trouble_or_plain_and_known() -> None:
    known = {(room, section) for room, found in catalogues().items() for section in found}
    trouble = {(room, section) for room, found in TROUBLE.items() for section in found}
    assert trouble <= known
    left = {(room, section) for room, section in known - trouble if room not in PLAIN or PLAIN[room] is not None}
    assert left == {(room, section) for room, found in PLAIN.items() for section in found or ()}


def test_messages_in_the_code_are_those_of_the_recount() -> None:
    found = {message.text: module for module, message in in_code()}
    assert found["rulebook.yml: not deposited"] == "orchestration/recount/run.py"
    assert {module.split("/")[1] for module in found.values()} == {"recount"}


def test_a_message_stands_with_its_remedy() -> None:
    message = "another `palmares ui` already serves this state folder"
    assert f"| {message} | use that one, or stop it (Ctrl-C) and start again |" in page().splitlines()


def test_findings_of_the_rulebook_stand_with_what_is_right() -> None:
    shown = page()
    assert "| … is not a whole number | the message ends with what is right |" in shown
    assert "| the weights add up to … | weights that add up to 10000 basis points |" in shown
