"""The house keeps its shape: rooms are entered by their door, and nothing stands loose.

Which room may import which is held by `lint-imports` (the contracts in pyproject.toml).
"""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_DIR

LOOSE = {"__init__.py", "definitions.py", "errors.py", "progress.py", "settings.py", "units.py"}
NO_OFFER = ("typing", "importlib")
"""What a face imports for its own use."""
SIDE_DOORS = {
    "orchestration.release.parquet",  # pyarrow: only who reads or writes Parquet loads it
    "expectations.lookalikes",  # the table of confusable signs: only who looks for them reads it
    "expectations.suite",  # Great Expectations: seconds to import, only who runs suites
    "orchestration.defs.partitions",  # names of editions in Dagster's store
    "orchestration.defs.links",  # the addresses that assets name and the web server answers to
}
"""Modules that other rooms import by name, and why."""
UNMAPPED = {"__init__.py", "say.py", "words/", "__pycache__/"}
"""What stands in many rooms alike: no door needs to tell of it."""
PATH = re.compile(r"[\w./:<>*-]+")
ON_A_MAP = re.compile(r"(\w+/)*\w+\.(py|typ|html|css|js)|(\w+/)+")
"""Modules, folders and templates; files of data may be named as it suits."""

AS_MANY_AS_THERE_ARE = {"_table", "answer", "any_horizontal", "datetime", "many_below"}
"""What takes any number of things of one kind."""


def sources() -> Iterator[Path]:
    for top in ("orchestration", "expectations"):
        yield from sorted((PROJECT_DIR / top).rglob("*.py"))


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "expectations" else ".".join(parts[:2])


def module_exists(name: str) -> bool:
    path = PROJECT_DIR.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def doors() -> Iterator[str]:
    """Packages of at least two modules. The rooms themselves are mapped in docs/house.md."""
    for path in sources():
        own = {one.name for one in path.parent.glob("*.py")} - {"__init__.py", "say.py", "__main__.py"}
        room = path.parent.relative_to(PROJECT_DIR).as_posix()
        if path.name == "__init__.py" and len(own) > 1 and room != "orchestration":
            yield room


def is_package(name: str) -> bool:
    return any((PROJECT_DIR / top / name / "__init__.py").exists() for top in ("", "orchestration"))


def exists(name: str, room: Path) -> bool:
    """A name alone is one of the room's own; a path may also start in `orchestration/` or where the project stands."""
    elsewhere = (PROJECT_DIR / "orchestration", PROJECT_DIR) if "/" in name.rstrip("/") else ()
    return any((base / name).exists() for base in (room, *elsewhere))


def test_a_room_is_entered_by_its_door() -> None:
    """What another room takes is in the `__all__` of the package's face, or the module is a side door with a reason."""
    past = []
    for path in sources():
        own = room_of(".".join(path.relative_to(PROJECT_DIR).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            if node.module.split(".")[0] not in ("orchestration", "expectations"):
                continue
            for alias in node.names:
                target = f"{node.module}.{alias.name}"
                room = room_of(node.module)
                if room in (own, "orchestration") or node.module in SIDE_DOORS or target in SIDE_DOORS:
                    continue
                inside = node.module != room
                as_namespace = module_exists(target)
                if inside and not as_namespace:
                    past.append(f"{path.relative_to(PROJECT_DIR)}: {target}")
    assert past == []


@pytest.mark.parametrize("room", list(doors()))
def test_a_door_maps_its_room(room: str) -> None:
    """Each module and folder is named in the docstring of the package's face, and nothing that is not there."""
    folder = PROJECT_DIR / room
    stands = {f"{p.name}/" if p.is_dir() else p.name for p in folder.iterdir() if p.is_dir() or p.suffix == ".py"}
    map_ = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    named = {word for found in PATH.findall(map_) if ON_A_MAP.fullmatch(word := found.rstrip(".,:"))}
    if not any(name.endswith(".py") for name in named):  # in prose, as the recount's: modules by their bare names
        bare = re.findall(r"`(\w+)`", map_)
        named |= {f"{name}.py" for name in bare if f"{name}.py" in stands or not is_package(name)}
    assert stands - UNMAPPED - named == set()
    assert {name for name in named if not exists(name, folder)} == set()


def test_every_face_says_what_it_offers() -> None:
    for face in sorted((PROJECT_DIR / "orchestration").glob("*/__init__.py")):
        tree = ast.parse(face.read_text("utf-8"))
        assert (ast.get_docstring(tree) or "").strip(), face
        later = [n for part in tree.body if isinstance(part, ast.If) for n in part.body]  # under TYPE_CHECKING
        imports = [n for n in [*tree.body, *later] if isinstance(n, ast.ImportFrom) and n.module not in NO_OFFER]
        imported = {alias.asname or alias.name for n in imports for alias in n.names}
        offered = [
            ast.literal_eval(n.value)
            for n in tree.body
            if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "__all__"
        ]
        assert set(offered[0] if offered else ()) == imported - {"annotations"}, face


def test_a_module_that_is_named_stands_where_it_is_named() -> None:
    """A docstring that sends its reader to `x.py` names one beside it, or says the way to it."""
    astray = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Expr) and isinstance(text := getattr(node.value, "value", None), str):
                named = re.findall(r"`([\w/]+\.py)`", text)
                astray += [
                    f"{path.relative_to(PROJECT_DIR)}: {name}" for name in named if not exists(name, path.parent)
                ]
    assert astray == []


def test_a_call_that_is_wide_names_what_it_hands_on() -> None:
    """Past the fourth argument nobody remembers which is which."""
    wide = [
        f"{path.relative_to(PROJECT_DIR)}:{node.lineno}: {name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and len(node.args) > 4
        if (name := ast.unparse(node.func).rpartition(".")[2]) not in AS_MANY_AS_THERE_ARE
    ]
    assert wide == []


def test_no_splat_only_pleases_the_formatter() -> None:
    """`*("a", "b"), *("c", "d")` is a row of four that its reader must unpack; `# fmt: skip` keeps rows short too."""
    splats = [
        f"{path.relative_to(PROJECT_DIR)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Starred) and isinstance(node.value, ast.Tuple | ast.List)
    ]
    assert splats == []


@pytest.mark.parametrize("name", ["dossier", "publication", "recount"])
def test_a_face_that_loads_part_of_it_later_has_all_that_it_offers(name: str) -> None:
    room = import_module(f"orchestration.{name}")
    assert {one for one in room.__all__ if getattr(room, one, None) is None} == set()
    with pytest.raises(AttributeError, match="nothing"):
        room.nothing  # noqa: B018 - asking is the test


def test_no_module_stands_loose() -> None:
    assert {path.name for path in (PROJECT_DIR / "orchestration").glob("*.py")} == LOOSE


def test_no_source_is_a_room_of_its_own() -> None:
    """A file with 400 lines holds more than one thing."""
    long = {
        str(p.relative_to(PROJECT_DIR)): n for p in sources() if (n := len(p.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}
