"""A release is a new, immutable folder, complete or absent, in one chain; corrections say what they correct."""

import json
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import Timeout

from orchestration.errors import PalmaresError, Refused
from orchestration.progress import listening
from orchestration.publication.build import build_release
from orchestration.release.canonical import results_digest
from orchestration.release.catalogue import TABLES
from orchestration.release.chain import append, read_chain, read_record, recover, remove
from orchestration.release.diff import diff_releases
from orchestration.release.manifest import MANIFEST, parse_manifest
from orchestration.release.record import Corrects, next_line, parse_chain, parse_record
from orchestration.storage import locked
from orchestration.storage.files import sha256_bytes, sha256_file
from tests.fixtures import children
from tests.fixtures.editing import edited
from tests.fixtures.little_release import House, bailiff, moved_final, release_in, reseal

pytestmark = pytest.mark.slow
PROJECT = Path(__file__).parents[3]
CORRECTION = Corrects(number=1, asked_by="Direction", reason="note de C-4 ressaisie")


def test_a_release_holds_all_that_a_stranger_needs_and_sha256sum_checks_it(house: House) -> None:
    folder = house.release()
    assert folder == house.settings.releases / "2031" / "1"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    results = {f"results/{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    assert names == results | {
        "rulebook.yml", "deposits.jsonl", "bailiff.pem", "dossier.pdf", "dossier-signed-1.pdf", "dossier.html",
        "annex.csv", "palmares.json", "VERIFY.txt", "verify.html", "chain.jsonl", "release.json", MANIFEST,
    }  # fmt: skip
    assert set(parse_manifest((folder / MANIFEST).read_bytes())) == names - {MANIFEST}
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", MANIFEST], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_digests_of_the_record_can_be_worked_out_from_the_files(house: House) -> None:
    folder = house.release()
    record = parse_record((folder / "release.json").read_bytes())
    files = {path.name: sha256_file(path) for path in (folder / "results").glob("*.csv")}
    assert record.digests.results_sha256 == results_digest(files, (folder / "rulebook.yml").read_bytes())
    assert record.digests.custody_head == sha256_bytes((folder / "deposits.jsonl").read_bytes().splitlines()[-1])
    assert record.digests.dossier_sha256 == sha256_file(folder / "dossier.pdf")
    assert [signature.signer for signature in record.signatures] == ["Maître Essai, Étude Essai"]
    assert not record.demonstration
    edition = (folder / "results" / "dim_edition.csv").read_text("utf-8").splitlines()[1]
    assert edition.startswith("2031,1,Élu Essai 2031,Baromètre,2030-09-01,2030-09-30,12.50,")
    assert edition.endswith(',"Maître Essai, Étude Essai",2026-01-15T10:30:00Z,2031-02-01T10:00:00Z')


def test_the_shell_commands_of_the_guide_give_the_digests(house: House) -> None:
    folder = house.release()
    record = parse_record((folder / "release.json").read_bytes())
    guide = (folder / "VERIFY.txt").read_text("utf-8")
    assert "@" not in guide and record.digests.results_sha256 in guide
    commands = {line.strip() for line in guide.splitlines() if line.strip().endswith("| sha256sum")}
    found = {
        subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False).stdout[:64]
        for command in commands
    }
    assert len(commands) == 2
    assert found == {record.digests.results_sha256, record.digests.custody_head}
    if shutil.which("pdfsig"):
        told = subprocess.run(
            ["pdfsig", "dossier-signed-1.pdf"], cwd=folder, capture_output=True, encoding="utf-8", check=False
        ).stdout
        assert "Signature is Valid" in told and "Total document signed" in told


def test_nothing_in_a_release_may_be_written(house: House) -> None:
    folder = house.release()
    for path in [folder, *folder.rglob("*")]:
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH), path


def test_publishing_the_same_dossier_again_returns_the_same_release(house: House) -> None:
    assert house.release() == house.release(published_at="2031-03-01T10:00:00Z")
    assert len(read_chain(house.settings.releases)) == 1


def test_changed_results_need_to_say_what_they_correct(house: House) -> None:
    first = house.release()
    house.marts(moved_final("C-4", 10_500_000))
    with pytest.raises(Refused, match="results differ from release 1") as refused:
        house.release()
    assert 'How to mend it: palmares publish 2031 --reason "…" --by NAME' in refused.value.reasons[0]
    with pytest.raises(Refused, match="names the newest release, which is 1"):
        house.release(replace_number(CORRECTION, 2))
    second = house.release(CORRECTION)
    assert (first.name, second.name) == ("1", "2")
    record = parse_record((second / "release.json").read_bytes())
    assert record.corrects == CORRECTION and record.previous == sha256_file(first / MANIFEST)
    changes = json.loads((second / "changes.json").read_bytes())
    assert {"fct_ranking"} <= set(changes["tables"])
    assert parse_chain((second / "chain.jsonl").read_bytes()) == read_chain(house.settings.releases)[:1]


def replace_number(corrects: Corrects, number: int) -> Corrects:
    return corrects.model_copy(update={"number": number})


def test_a_first_release_corrects_nothing(house: House) -> None:
    with pytest.raises(Refused, match="no earlier release"):
        house.release(CORRECTION)


def test_releases_of_all_editions_form_one_chain(tmp_path: Path) -> None:
    folders = [House(tmp_path, edition).release() for edition in ("2031", "2029-hotels", "2032")]
    chain = read_chain(tmp_path / "home" / "releases")
    assert [(line.seq, line.edition, line.number) for line in chain] == [
        (1, "2031", 1), (2, "2029-hotels", 1), (3, "2032", 1),
    ]  # fmt: skip
    assert [line.manifest_sha256 for line in chain] == [sha256_file(folder / MANIFEST) for folder in folders]
    records = [parse_record((folder / "release.json").read_bytes()) for folder in folders]
    assert [record.previous for record in records[1:]] == [sha256_file(folder / MANIFEST) for folder in folders[:2]]


def test_a_throw_away_certificate_marks_a_demonstration(tmp_path: Path) -> None:
    folder = House(tmp_path, holder=bailiff("Essai", "Throw-away test key")).release()
    assert parse_record((folder / "release.json").read_bytes()).demonstration
    assert "DÉMONSTRATION" in (folder / "VERIFY.txt").read_text("utf-8")


def test_marts_deposits_rulebook_or_signature_that_are_not_the_dossiers_are_refused_together(house: House) -> None:
    inputs = house.inputs()
    house.log.write_bytes(house.log.read_bytes().replace(b"clerk", b"other"))
    inputs.rulebook.write_bytes(inputs.rulebook.read_bytes() + b"# a word\n")
    with pytest.raises(Refused) as refused:
        build_release(house.settings, replace(inputs, signed=[]))
    assert len(refused.value.reasons) == 3
    assert not (house.settings.releases / "2031").exists()


def test_an_annex_that_is_not_the_dossiers_or_is_missing_is_refused(house: House) -> None:
    inputs = house.inputs()
    assert inputs.annex is not None
    inputs.annex.write_bytes(inputs.annex.read_bytes() + b"votes,excluded,burst,votes/votes.csv,41,V040,\n")
    for annex in (inputs.annex, None):
        with pytest.raises(Refused, match=r"annex\.csv"):
            build_release(house.settings, replace(inputs, annex=annex))
    assert not (house.settings.releases / "2031").exists()


def test_a_palmares_that_is_not_the_dossiers_or_is_missing_is_refused(house: House) -> None:
    inputs = house.inputs()
    assert inputs.palmares is not None
    inputs.palmares.write_bytes(inputs.palmares.read_bytes().replace(b"16123456", b"19123456"))
    for palmares in (inputs.palmares, None):
        with pytest.raises(Refused, match=r"palmares\.json"):
            build_release(house.settings, replace(inputs, palmares=palmares))
    assert not (house.settings.releases / "2031").exists()


def test_a_mark_edited_after_the_dossier_is_refused_and_leaves_nothing(house: House) -> None:
    inputs = house.inputs()
    house.marts(moved_final("C-4", 10_500_000))
    with pytest.raises(Refused, match="no longer those of the dossier"):
        build_release(house.settings, inputs)
    assert list((house.settings.releases / "2031").iterdir()) == []


def test_a_signature_by_somebody_else_is_refused_with_its_reason(house: House) -> None:
    inputs = house.inputs()
    (house.raw / "other.pem").write_bytes(bailiff("Autre").pem)
    with pytest.raises(Refused, match=r"signed\.pdf"):
        build_release(house.settings, replace(inputs, signers=[house.raw / "other.pem"]))


def test_nothing_is_built_on_an_altered_or_missing_release_or_a_changed_chain(house: House) -> None:
    folder = house.release()
    house.marts(moved_final("C-4", 10_500_000))
    manifest = folder / MANIFEST
    data = manifest.read_bytes()
    manifest.chmod(0o644)
    manifest.write_bytes(data.replace(b"a", b"b", 1))
    with pytest.raises(PalmaresError, match="missing or was altered"):
        house.release(CORRECTION)
    manifest.write_bytes(data)
    chain = house.settings.releases / "chain.jsonl"
    lines = chain.read_bytes()
    chain.write_bytes(lines.replace(b'"seq":1', b'"seq":2'))
    with pytest.raises(PalmaresError, match="does not follow"):
        house.release(CORRECTION)
    chain.write_bytes(lines)
    remove(folder)
    with pytest.raises(PalmaresError, match="missing or was altered"):
        house.release(CORRECTION)


def test_a_stray_folder_among_the_releases_is_adopted_by_nobody(house: House) -> None:
    folder = house.release()
    for name in ("2", "7", "notes"):
        shutil.copytree(folder, folder.with_name(name))
        assert len(recover(house.settings.releases)) == 1
        with pytest.raises(Refused, match=f"{name} stands among the releases, but has no line"):
            house.release()
        shutil.rmtree(folder.with_name(name))
    folder.with_name("2").symlink_to(folder)
    with pytest.raises(Refused, match="2 stands among the releases, but has no line"):
        house.release()


def cut_short(house: House, number: str = "1") -> Path:
    """The house's chain and evidence lose their last line: what a kill leaves just after the folder was renamed."""
    for path in (house.settings.releases / "chain.jsonl",):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    forget_publication(house)
    return house.settings.releases / house.edition / number


def forget_publication(house: House) -> None:
    """The evidence loses its last record."""
    log = house.settings.evidence_log(house.edition)
    lines = log.read_bytes().splitlines(keepends=True)[:-1]
    log.write_bytes(b"".join(lines))
    head = sha256_bytes(lines[-1].rstrip(b"\n")) if lines else "0" * 64
    log.with_name(log.name + ".head").write_bytes(f"{len(lines)} {head}\n".encode())


def made_writable(folder: Path) -> Path:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def test_an_unfinished_release_is_finished_when_it_is_what_is_made_again(house: House) -> None:
    house.release()
    folder = cut_short(house)
    manifest = sha256_file(folder / MANIFEST)
    assert house.release(published_at="2031-03-01T10:00:00Z") == folder
    assert sha256_file(folder / MANIFEST) == manifest
    assert [line.manifest_sha256 for line in read_chain(house.settings.releases)] == [manifest]


FORGERIES: dict[str, Callable[[Path], object]] = {
    "laureates": lambda folder: edited(folder / "results/laureates.csv", b"16123456", b"19123456"),
    "laureates and manifest": lambda folder: reseal(
        edited(folder / "results/laureates.csv", b"16123456", b"19123456").parents[1]
    ),
    "clock and manifest": lambda folder: reseal(
        edited(folder / "release.json", b"2031-02-01T10:00:00Z", b"2031-02-01T11:00:00Z").parent
    ),
    "a file more": lambda folder: (folder / "more.txt").write_text("more"),
    "a file less": lambda folder: (folder / "annex.csv").unlink(),
    "a link": lambda folder: swapped_for_link(folder / "annex.csv"),
    "no record": lambda folder: (folder / "release.json").write_bytes(b"{}"),
    "a folder for a file": lambda folder: ((folder / "annex.csv").unlink(), (folder / "annex.csv").mkdir()),
}


def swapped_for_link(path: Path) -> None:
    path.rename(path.parents[3] / path.name)
    path.symlink_to(path.parents[3] / path.name)


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("listed", [False, True])
def test_an_unfinished_release_that_is_another_is_refused_and_stays_what_it_is(
    house: House, forgery: str, listed: bool
) -> None:
    """`listed`: the forger wrote its line in the chain too; the evidence does not know it."""
    house.release()
    folder = made_writable(cut_short(house))
    FORGERIES[forgery](folder)
    if listed:
        append(house.settings.releases, [], next_line([], "2031", 1, sha256_file(folder / MANIFEST)))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(PalmaresError) as refused:
        house.release()
    assert str(folder) in str(refused.value)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert len(read_chain(house.settings.releases)) == listed
    assert [path.name for path in folder.parent.iterdir()] == ["1"]


def test_a_line_that_the_evidence_does_not_know_is_told_once_the_release_was_made_again(house: House) -> None:
    folder = house.release()
    forget_publication(house)
    chain = (house.settings.releases / "chain.jsonl").read_bytes()
    assert house.release() == folder
    assert (house.settings.releases / "chain.jsonl").read_bytes() == chain


def test_a_correction_that_was_cut_short_is_finished_with_the_same_reason_alone(house: House) -> None:
    house.release()
    house.marts(moved_final("C-4", 10_500_000))
    second = house.release(CORRECTION)
    forget_publication(house)
    named_itself = CORRECTION.model_copy(update={"number": 2})  # what the newest release of the chain is by now
    with pytest.raises(Refused, match=r"made again .* it is another \(release\.json differs\)"):
        house.release(named_itself.model_copy(update={"reason": "another"}))
    with pytest.raises(Refused, match="results differ from release 1"):
        house.release()
    assert house.release(named_itself) == second
    cut_short(house, "2")
    assert house.release(CORRECTION) == second


def test_an_unfinished_release_whose_place_another_edition_took_is_made_anew(tmp_path: Path) -> None:
    ours, other = House(tmp_path), House(tmp_path, "2029")
    ours.release()
    folder = cut_short(ours)
    other.release()
    with listening(lambda what, *_: told.append(what)):
        told: list[str] = []
        assert ours.release(published_at="2031-03-01T10:00:00Z") == folder
    assert any("made anew" in what for what in told)
    assert read_record(folder).seq == 2 and read_record(folder).published_at == "2031-03-01T10:00:00Z"
    cut_short(ours)
    House(tmp_path, "2030").release()
    edited(made_writable(folder) / "dossier.html", b"Dossier", b"Dossiex")
    with pytest.raises(Refused, match=r"dossier\.html differs"):
        ours.release()


def test_the_evidence_is_told_before_anybody_else_may_look(house: House) -> None:
    """Another edition that shows its release in between would find a line that the evidence does not know."""
    told = []

    def tell(release: Path) -> None:
        told.append(release)
        with pytest.raises(Timeout), locked(house.settings.lock_file("releases"), 0):
            pass

    release = build_release(house.settings, house.inputs(), (), tell)
    assert told == [release]
    assert build_release(house.settings, house.inputs(), (), tell) == release and told == [release, release]


@pytest.mark.parametrize("name", ["releases", "edition", "chain.jsonl", "release"])
def test_nothing_is_followed_out_of_the_releases(house: House, tmp_path: Path, name: str) -> None:
    folder = house.release()
    releases = house.settings.releases
    place = {"releases": releases, "edition": releases / "2031", "release": folder}.get(name, releases / name)
    outside = place.rename(tmp_path / "outside")
    place.symlink_to(outside)
    with pytest.raises(PalmaresError, match=r"is a link|is missing or was altered"):
        house.release()
    with pytest.raises(PalmaresError, match="is a link"):
        read_chain(releases)  # whoever only reads would follow it too
    assert place.is_symlink()


def test_what_was_in_the_making_is_swept_away_whatever_it_is(house: House, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    outside.chmod(0o555)
    (outside / "kept").touch()
    edition = house.settings.releases / "2031"
    edition.mkdir(parents=True)
    (edition / ".making-1").symlink_to(outside)
    (edition / ".making-2").touch()
    (edition / ".making-3").mkdir()
    (edition / ".making-3/link").symlink_to(outside)
    assert house.release().name == "1"
    assert [path.name for path in edition.iterdir()] == ["1"]
    assert (outside / "kept").exists() and stat.S_IMODE(outside.stat().st_mode) == 0o555


@pytest.mark.slow
def test_a_process_killed_at_any_write_leaves_no_half_release_and_a_rerun_finishes(tmp_path: Path) -> None:
    def release(root: Path, kill_at: int | None = None) -> children.Ended:
        return children.run(release_in, root, watched=root / "home" / "releases", kill_at=kill_at)

    house = tmp_path / "house"  # signed once, copied for each
    House(house).inputs()
    whole = release(shutil.copytree(house, tmp_path / "whole"))
    assert whole.code == 0
    writes = whole.touches
    assert writes > 60
    for limit in sorted({1, 3, writes // 2, *range(writes - 4, writes + 1)}):
        root = shutil.copytree(house, tmp_path / str(limit))
        assert release(root, limit).code == children.KILLED
        edition = root / "home" / "releases" / "2031"
        finished = (
            [path.name for path in edition.iterdir() if not path.name.startswith(".")] if edition.exists() else []
        )
        if finished:
            done = subprocess.run(
                ["sha256sum", "--quiet", "-c", MANIFEST], cwd=edition / "1", capture_output=True, check=False
            )
            assert finished == ["1"] and done.returncode == 0
        assert release(root).code == 0
        assert [line.number for line in read_chain(root / "home" / "releases")] == [1]
        assert sorted(path.name for path in edition.iterdir()) == ["1"]


@pytest.mark.slow
def test_two_processes_that_publish_at_once_make_one_chain(tmp_path: Path) -> None:
    House(tmp_path)
    editions = ("2031", "2032", "2033")
    started = [children.Child(target=release_in, args=(tmp_path, edition)) for edition in editions]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0, 0, 0]
    chain = recover(tmp_path / "home" / "releases")
    assert sorted(line.edition for line in chain) == list(editions)


def test_a_difference_names_rows_and_columns(house: House) -> None:
    first = house.release()
    changes = moved_final("C-4", 10_500_000)
    changes["category_outcome"] = [
        ("2031", "banks", "elected"),
        ("2031", "spas", "elected"),
        ("2031", "taxis", "joint"),
    ]
    house.marts(changes)
    second = house.release(CORRECTION)
    difference = diff_releases(first, second)
    told = {(change.table, change.kind, change.key.get("category_id")) for change in difference.changes}
    assert ("category_outcome", "removed", "hotels") in told and ("category_outcome", "added", "spas") in told
    moved = next(change for change in difference.changes if change.table == "fct_ranking")
    assert moved.key["candidate_id"] == "C-4"
    assert moved.columns == {"final_micro": ("10000000", "10500000"), "final": ("10.00", "10.50")}
    text = difference.as_text(limit=1)
    assert "changed C-4: final_micro 10000000 → 10500000; final 10.00 → 10.50" in text and "… and 2 more rows" in text
    assert text.startswith("From release 1 to release 2:\n")
    assert "category_outcome: 1 added, 1 removed, 1 changed" in text
    french = text.fr.replace("\u00a0", " ")
    assert french.startswith("De la publication nº 1 à la publication nº 2 :\n")
    assert "category_outcome : 1 ajoutée, 1 retirée, 1 modifiée" in french and "… et encore 2 lignes" in french
    assert "modifiée C-4 : final_micro 10000000 → 10500000; final 10.00 → 10.50" in french
    assert json.loads(json.dumps(difference.as_json()))["tables"]["category_outcome"] == {
        "added": 1, "removed": 1, "changed": 1,
    }  # fmt: skip
    same = diff_releases(first, first).as_text()
    assert same == "Releases 1 and 1 hold the same results." and "portent les mêmes résultats." in same.fr
    with pytest.raises(PalmaresError, match="palmares verify"):
        diff_releases(first, house.raw)
