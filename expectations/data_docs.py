"""Data Docs of Great Expectations that need no network, for engineers.

Belongs here: building a gate's site and making its pages stand alone. Their pages load styles, scripts and images
from five hosts, and their index is empty without them: what comes from outside is taken out, a plain stylesheet is
put in, and an index of our own replaces theirs. Not what a bailiff reads: that is the dossier.
"""

import re
import shutil
from pathlib import Path
from typing import Any

from markupsafe import Markup

from orchestration.typesetting import web_page

INDEX = Path(__file__).with_name("data_docs.html")

_OUTSIDE = re.compile(
    r"<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*https?://[^>]*>|<a\b[^>]*href=\"https?://.*?</a>"
    r"|<footer\b.*?</footer>|@import[^;]*;|url\(\s*['\"]?https?://[^)]*\)",
    re.DOTALL | re.IGNORECASE,
)
_STATUS = re.compile(r"Status:</span>\s*<i [^>]*></i>\s*(Succeeded|Failed)")
"""What a page of results says of its suite."""
_STYLE = Markup("""<style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{border:1px solid #ccc;padding:.4rem .6rem;text-align:left;
vertical-align:top}code,pre{white-space:pre-wrap;font-size:13px}.hide,.modal,.d-none{display:none}img{max-height:2rem}
a{color:#0b5394}@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}a{color:#8ab4f8}
td,th{border-color:#555}}</style>""")
SITE = "local"


def add_site(context: Any, folder: Path) -> None:
    """Tell a context to build its site in a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
        },
    )


def build_site(context: Any, folder: Path) -> None:
    """Build the site, make each page stand alone, and write the index of all gates beside the gate's folder."""
    context.build_data_docs(site_names=[SITE])
    (folder / "index.html").unlink()
    shutil.rmtree(folder / "static", ignore_errors=True)
    for page in folder.rglob("*.html"):
        page.write_text(stand_alone(page.read_text("utf-8")), "utf-8")
    write_index(folder.parent)


def stand_alone(page: str) -> str:
    """A page without anything from outside, with a plain stylesheet in its head."""
    return _OUTSIDE.sub("", page).replace("</head>", f"{_STYLE}</head>", 1)


def write_index(folder: Path) -> None:
    """List the suites of each gate with what became of them, those that failed first, and their pages as plain links:
    the newest results, and what was expected."""
    suites = []
    for page in sorted(folder.glob("*/expectations/**/*.html")):
        gate, _, *names = page.relative_to(folder).with_suffix("").parts
        newest = sorted(folder.joinpath(gate, "validations", *names, "__none__").rglob("*.html"))[-1:]
        pages = [("results", target) for target in newest] + [("expectations", page)]
        links = [(label, target.relative_to(folder).as_posix()) for label, target in pages]
        status = _STATUS.search(newest[0].read_text("utf-8")) if newest else None
        suites.append((gate, ".".join(names), status[1] if status else "–", links))
    suites.sort(key=lambda suite: (suite[2] != "Failed", *suite[:2]))
    index = web_page(INDEX, style=_STYLE, edition=folder.name, suites=suites)
    (folder / "index.html").write_text(index, "utf-8")
