"""Responses and the population's margins: other answers, other scales, other people.

Belongs here: changes of the files of the survey.
"""

import random

from benchmarks.mutation.kind import Change, Group
from benchmarks.mutation.kinds.pick import a_file, a_row, another, rivals
from benchmarks.mutation.sheets import Edition

GROUP = Group("survey")
kind = GROUP.kind
SCALES = {"satisfaction": (0, 10), "recommendation": (0, 10), "effort": (1, 7)}
TARGETS = "survey/targets.csv"


@kind
def answer_replaced(draw: random.Random, edition: Edition) -> Change:
    """Another answer that the scale allows."""
    path = a_file(draw, edition, "survey")
    sheet, question = edition.edit(path), draw.choice(list(SCALES))
    row = a_row(draw, sheet)
    low, high = SCALES[question]
    old = sheet.get(row, question)
    new = another(draw, [str(value) for value in range(low, high + 1)], old)
    sheet.put(row, question, new)
    return Change(f"{path}:{row + 2} {question} {old} → {new}")


@kind
def answer_digits_transposed(draw: random.Random, edition: Edition) -> Change:
    """10 typed as 01."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    row = a_row(draw, sheet, lambda row: "10" in (sheet.get(row, "satisfaction"), sheet.get(row, "recommendation")))
    question = next(name for name in ("satisfaction", "recommendation") if sheet.get(row, name) == "10")
    sheet.put(row, question, "01")
    return Change(f"{path}:{row + 2} {question} 10 → 01")


@kind
def answer_off_its_scale(draw: random.Random, edition: Edition) -> Change:
    """In per cent, with a decimal, or beyond the end."""
    path = a_file(draw, edition, "survey")
    sheet, question = edition.edit(path), draw.choice(list(SCALES))
    row = a_row(draw, sheet)
    old = sheet.get(row, question)
    new = draw.choice((f"{int(old) * 10 + 10}%", f"{old}.5", str(SCALES[question][1] + draw.randint(1, 3)), "-1"))
    sheet.put(row, question, new)
    return Change(f"{path}:{row + 2} {question} {old} → {new}", impossible=True)


@kind
def effort_on_the_other_scale(draw: random.Random, edition: Edition) -> Change:
    """A whole file with effort from 0 to 10 instead of 1 to 7."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    sheet.put_all("effort", [str((int(cell) - 1) * 10 // 6) for cell in sheet.values("effort")])
    return Change(f"{path} effort from 0 to 10", impossible=True)


@kind
def scale_of_a_question_turned_over(draw: random.Random, edition: Edition) -> Change:
    """A whole file with one question the wrong way round: 7 is all the effort in the world."""
    path = a_file(draw, edition, "survey")
    sheet, question = edition.edit(path), draw.choice(list(SCALES))
    low, high = SCALES[question]
    sheet.put_all(question, [str(low + high - int(cell)) for cell in sheet.values(question)])
    return Change(f"{path} {question} turned over")


@kind
def two_questions_exchanged(draw: random.Random, edition: Edition) -> Change:
    """The headers of two questions change places."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    question, other = draw.sample(list(SCALES), 2)
    first, second = sheet.place(question), sheet.place(other)
    sheet.columns[first], sheet.columns[second] = other, question
    beyond = any(
        not SCALES[name][0] <= int(cell) <= SCALES[name][1] for name in (question, other) for cell in sheet.values(name)
    )
    return Change(f"{path} {question} ↔ {other}", impossible=beyond)


@kind
def answers_shifted_by_one_row(draw: random.Random, edition: Edition) -> Change:
    """One question slips a row down against the others."""
    path = a_file(draw, edition, "survey")
    sheet, question = edition.edit(path), draw.choice(list(SCALES))
    cells = sheet.values(question)
    sheet.put_all(question, cells[-1:] + cells[:-1])
    return Change(f"{path} {question} shifted")


@kind
def judged_candidates_shifted_by_one_row(draw: random.Random, edition: Edition) -> Change:
    """The candidates slip a row down against the answers."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    cells = sheet.values("candidate_id")
    sheet.put_all("candidate_id", cells[-1:] + cells[:-1])
    return Change(f"{path} candidate_id shifted")


@kind
def response_about_a_rival(draw: random.Random, edition: Edition) -> Change:
    """A response entered for another candidate of the category."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    row = a_row(draw, sheet)
    old = sheet.get(row, "candidate_id")
    new = draw.choice(rivals(edition, old))
    sheet.put(row, "candidate_id", new)
    return Change(f"{path}:{row + 2} {old} → {new}")


@kind
def response_deleted(draw: random.Random, edition: Edition) -> Change:
    """A response is not handed in."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    row = a_row(draw, sheet)
    sheet.rows.pop(row)
    return Change(f"{path}:{row + 2} left out")


@kind
def response_doubled_under_a_new_id(draw: random.Random, edition: Edition) -> Change:
    """One person's answers a second time, as somebody else's."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    row = a_row(draw, sheet)
    sheet.rows.insert(row + 1, [f"{sheet.rows[row][0]}B", *sheet.rows[row][1:]])
    return Change(f"{path}:{row + 2} copied")


@kind
def responses_copied_under_new_ids(draw: random.Random, edition: Edition) -> Change:
    """A dozen of a candidate's best responses a second time, as other people's."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    name = draw.choice(sorted(set(sheet.values("candidate_id"))))
    mine = [row for row in sheet.rows if row[1] == name]
    best = sorted(mine, key=lambda row: -int(row[sheet.place("satisfaction")]))[:12]
    sheet.rows += [[f"{row[0]}B", *row[1:]] for row in best]
    return Change(f"{path} {len(best)} copies for {name}")


@kind
def respondent_merged_into_another(draw: random.Random, edition: Edition) -> Change:
    """A response under the id of somebody else: who may have another profile, or have judged that candidate."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    row, other = draw.sample(range(len(sheet.rows)), 2)
    while sheet.get(row, "respondent_id") == sheet.get(other, "respondent_id"):
        row, other = draw.sample(range(len(sheet.rows)), 2)
    profile = sheet.columns[-2:]
    sheet.put(row, "respondent_id", sheet.get(other, "respondent_id"))
    contradicts = any(sheet.get(row, name) != sheet.get(other, name) for name in profile)
    return Change(f"{path}:{row + 2} is now by the respondent of line {other + 2}", impossible=contradicts)


@kind
def profile_changed(draw: random.Random, edition: Edition) -> Change:
    """One response with another value of a profile column: the respondent's other response may contradict it."""
    path = a_file(draw, edition, "survey")
    sheet = edition.edit(path)
    row, column = a_row(draw, sheet), draw.choice(sheet.columns[-2:])
    old = sheet.get(row, column)
    new = another(draw, sheet.values(column), old)
    sheet.put(row, column, new)
    who = sheet.get(row, "respondent_id")
    profiles = {tuple(r[-2:]) for p in edition.paths("survey") for r in edition.sheets[p].rows if r[0] == who}
    return Change(f"{path}:{row + 2} {column} {old} → {new}", impossible=len(profiles) > 1)


@kind
def profiles_of_two_people_exchanged(draw: random.Random, edition: Edition) -> Change:
    """Two respondents exchange their profiles, in every response."""
    profiles = {row[0]: row[-2:] for path in edition.paths("survey") for row in edition.sheets[path].rows}
    respondent, other = draw.sample(sorted(profiles), 2)
    while profiles[respondent] == profiles[other]:
        respondent, other = draw.sample(sorted(profiles), 2)
    swap = {respondent: profiles[other], other: profiles[respondent]}
    for path in edition.paths("survey"):
        for row in edition.edit(path).rows:
            row[-2:] = swap.get(row[0], row[-2:])
    return Change(f"profiles of {respondent} and {other} exchanged")


@kind
def margin_mistyped(draw: random.Random, edition: Edition) -> Change:
    """A share of the population typed wrong: the shares make 1 no more."""
    sheet = edition.edit(TARGETS)
    row = a_row(draw, sheet)
    old = sheet.get(row, "share")
    new = draw.choice((f"0.{old[3]}{old[2]}{old[4:]}", old[:-2] + "9", str(float(old) * 100)))
    new = new if float(new) != float(old) else "0.999"
    sheet.put(row, "share", new)
    return Change(f"{TARGETS}:{row + 2} {old} → {new}", impossible=True)


@kind
def margins_of_two_values_exchanged(draw: random.Random, edition: Edition) -> Change:
    """Two shares of one variable change places: they make 1 as before."""
    sheet = edition.edit(TARGETS)
    row = a_row(draw, sheet)
    others = [n for n in range(len(sheet.rows)) if n != row and sheet.rows[n][0] == sheet.rows[row][0]]
    other = draw.choice(others)
    sheet.rows[row][2], sheet.rows[other][2] = sheet.rows[other][2], sheet.rows[row][2]
    return Change(f"{TARGETS} {sheet.rows[row][1]} ↔ {sheet.rows[other][1]}")
