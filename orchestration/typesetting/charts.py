"""Small pictures without words, as SVG: black, white and hatching, readable without colour.

Belongs here: geometry. What a picture shows is also said in the cells beside it, and in its alternative text.
"""

from collections.abc import Sequence

from orchestration.units import MICRO

INK, PALE = "#1a1a1a", "#ffffff"
HATCH = (
    '<pattern id="{0}" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="4" height="4" fill="#ffffff"/><rect width="1.6" height="4" fill="#1a1a1a"/></pattern>'
)


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{body}</svg>'
    )


def parts_bar(values: Sequence[int], name: str = "hatch") -> str:
    """One bar cut in three parts: full (counted), hatched (excluded), white (set aside). A part that is not nothing is
    at least visible (1.5 units), however small its share. `name` must be unique in a page that holds several."""
    width, height = 150.0, 10.0
    total = sum(values) or 1
    widths = [max(1.5, width * value / total) if value else 0.0 for value in values]
    scale = width / (sum(widths) or 1)
    fills = (INK, f"url(#{name})", PALE)
    left, body = 0.0, f"<defs>{HATCH.format(name)}</defs>"
    for part, fill in zip(widths, fills, strict=True):
        if part:
            span = part * scale
            body += (
                f'<rect x="{left:.2f}" y="0.5" width="{span:.2f}" height="{height - 1:g}" '
                f'fill="{fill}" stroke="{INK}" stroke-width="0.6"/>'
            )
            left += span
    return _svg(width, height, body)


def interval(
    low: int, value: int, high: int, bounds: tuple[int, int], minimum: int, *, holder: bool, width: float = 150
) -> str:
    """A mark on a scale with its interval; a dashed line at the minimum mark; a full dot for who holds the title.

    All in micropoints; `bounds` are the ends of the scale, with a tick at each whole point.
    """
    left, right = bounds

    def x(position: int) -> float:
        return 4 + (width - 8) * (min(max(position, left), right) - left) / ((right - left) or 1)

    middle, fill = 6, INK if holder else PALE
    line = f'stroke="{INK}" stroke-width="0.8"'
    body = f'<line x1="4" y1="{middle}" x2="{width - 4:g}" y2="{middle}" stroke="#b0b0b0" stroke-width="0.4"/>'
    for tick in range(left, right + 1, MICRO):
        at = x(tick)
        body += f'<line x1="{at:.2f}" y1="4.8" x2="{at:.2f}" y2="7.2" stroke="#b0b0b0" stroke-width="0.4"/>'
    if left <= minimum <= right:
        at = x(minimum)
        body += f'<line x1="{at:.2f}" y1="0" x2="{at:.2f}" y2="12" {line} stroke-dasharray="1.6 1.2"/>'
    body += (
        f'<line x1="{x(low):.2f}" y1="{middle}" x2="{x(high):.2f}" y2="{middle}" stroke="{INK}" stroke-width="1.4"/>'
    )
    for end in (low, high):
        body += f'<line x1="{x(end):.2f}" y1="3.4" x2="{x(end):.2f}" y2="8.6" stroke="{INK}" stroke-width="1.2"/>'
    body += f'<circle cx="{x(value):.2f}" cy="{middle}" r="2.8" fill="{fill}" stroke="{INK}" stroke-width="1"/>'
    return _svg(width, 12, body)


def timeline(positions: Sequence[float]) -> str:
    """Dots on a line from the first deposit of an edition (0) to the last (1)."""
    width = 110.0
    line = 'stroke="#808080" stroke-width="0.6"'
    body = f'<line x1="4" y1="5" x2="{width - 4:g}" y2="5" {line}/>'
    for end in (4, width - 4):
        body += f'<line x1="{end:g}" y1="2.5" x2="{end:g}" y2="7.5" {line}/>'
    for position in positions:
        at = 4 + (width - 8) * min(max(position, 0.0), 1.0)
        body += f'<circle cx="{at:.2f}" cy="5" r="2.6" fill="{INK}" stroke="{PALE}" stroke-width="0.6"/>'
    return _svg(width, 10, body)


def against(share: int, mean: int | None, top: int) -> str:
    """A share of `top` as a grey bar, and a black line across it where the mean stands (None: no line)."""
    width, height, inner = 90.0, 10.0, 88.0
    end = inner * min(max(share, 0), top) / top
    body = (
        f'<rect x="1" y="2" width="{inner:g}" height="6" fill="{PALE}" stroke="{INK}" stroke-width="0.5"/>'
        f'<rect x="1" y="2" width="{end:.2f}" height="6" fill="#8c8c8c"/>'
    )
    if mean is not None:
        at = 1 + inner * min(max(mean, 0), top) / top
        body += f'<line x1="{at:.2f}" y1="0" x2="{at:.2f}" y2="10" stroke="{INK}" stroke-width="1.4"/>'
    return _svg(width, height, body)
