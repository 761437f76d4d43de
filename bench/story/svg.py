"""Plots by hand: bars, ranges and lines as SVG, small enough to read. Colours come from classes,
which each file and the page define for light and dark."""

import html
import math
from dataclasses import dataclass

WIDTH = 364
ROW = 26
LABEL = 154
# Of the value behind a bar.
VALUE = 70

STYLE = """
.plot{--ink:#1c2530;--soft:#66727f;--rule:#d9dee3;--plain:#a9b3bd;--ours:#0b62a8;--light:#7fb2dc;
--bad:#b3261e;--a:#0072b2;--b:#c2500a;--c:#00805c;--d:#a3487e;--e:#6b6f76}
@media (prefers-color-scheme:dark){.plot{--ink:#e6eaee;--soft:#9aa6b2;--rule:#36404a;
--plain:#66727f;--ours:#58aef0;--light:#2f6c9f;--bad:#ff8a80;
--a:#56b4e9;--b:#f0904d;--c:#3cc79b;--d:#e394c3;
--e:#a8aeb6}}
.plot text{font:12px system-ui,sans-serif;fill:var(--ink)}.plot .soft{fill:var(--soft)}
.plot .small{font-size:11px}.plot .rule{stroke:var(--rule);stroke-width:1}
.plot .goal{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2}
.plot .plain{fill:var(--plain)}.plot .ours{fill:var(--ours)}.plot .light{fill:var(--light)}
.plot .bad{fill:var(--bad)}.plot path{fill:none;stroke-width:2}
.plot .strong{font-weight:600}
""" + "".join(f".plot .s{key}{{stroke:var(--{key})}}.plot .f{key}{{fill:var(--{key})}}"
              for key in "abcde")
SERIES = "abcde"


@dataclass
class Bar:
    name: str
    value: float | None
    kind: str = "plain"  # plain, ours, light or bad
    goal: float | None = None  # where it should at least reach
    to: float | None = None  # of a range, its other end


@dataclass
class Line:
    name: str
    points: list[tuple[float, float]]


def alone(svg: str) -> str:
    """A plot as a file of its own."""
    return svg.replace('role="img"', 'role="img" xmlns="http://www.w3.org/2000/svg"', 1).replace(
        ">", f"><style>{STYLE}</style>", 1)


def number(value: float) -> str:
    if value >= 1e6:
        return f"{value / 1e6:.3g} M"
    if value >= 100:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.3g}"


def bars(title: str, rows: list[Bar], unit: str = "") -> str:
    """From nought, to the longest."""
    most = max([each.value for each in rows if each.value is not None]
               + [each.goal for each in rows if each.goal], default=0.0) or 1.0
    room = WIDTH - LABEL - VALUE
    body = ""
    for at, each in enumerate(rows):
        y = at * ROW
        body += _label(each, y)
        if each.value is None:
            body += f'<text class="soft" x="{LABEL}" y="{y + 17}">–</text>'
            continue
        length = each.value / most * room
        body += (f'<rect class="{each.kind}" x="{LABEL}" y="{y + 5}" width="{max(length, 1):.1f}" '
                 f'height="{ROW - 10}" rx="2"/>')
        if each.goal:
            x = LABEL + each.goal / most * room
            body += (f'<line class="goal" x1="{x:.1f}" x2="{x:.1f}" y1="{y + 2}" '
                     f'y2="{y + ROW - 2}"/>')
        body += (f'<text class="small" x="{LABEL + length + 5:.1f}" y="{y + 17}">'
                 f"{number(each.value)}{unit}</text>")
    return _svg(title, len(rows) * ROW, body)


def ranges(title: str, rows: list[Bar], unit: str) -> str:
    """From one value to another, on an axis of powers of ten: a mean and a p99."""
    ends = [end for each in rows for end in (each.value, each.to) if end]
    if not ends:
        return _svg(title, ROW, '<text class="soft" x="0" y="17">not measured</text>')
    low, high = math.floor(math.log10(min(ends))), math.ceil(math.log10(max(ends)))
    high = max(high, low + 1)
    room = WIDTH - LABEL - VALUE

    def place(value: float) -> float:
        return LABEL + (math.log10(value) - low) / (high - low) * room

    height = len(rows) * ROW
    body = ""
    for power in range(low, high + 1):
        x = place(10.0 ** power)
        body += (f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}"/>'
                 f'<text class="soft small" text-anchor="middle" x="{x:.1f}" y="{height + 14}">'
                 f"{10.0 ** power:g}</text>")
    for at, each in enumerate(rows):
        y = at * ROW
        body += _label(each, y)
        if not each.value:
            body += f'<text class="soft" x="{LABEL}" y="{y + 17}">–</text>'
            continue
        x, other = place(each.value), place(each.to or each.value)
        body += (f'<rect class="{each.kind}" x="{x:.1f}" y="{y + 11}" '
                 f'width="{max(other - x, 1):.1f}" height="4"/>'
                 f'<circle class="{each.kind}" cx="{x:.1f}" cy="{y + 13}" r="4.5"/>')
        said = number(each.value) + (f"–{number(each.to)}" if each.to else "")
        body += f'<text class="small" x="{max(other, x) + 8:.1f}" y="{y + 17}">{said}{unit}</text>'
    return _svg(title, height + 18, body)


def lines(title: str, series: list[Line], x_title: str, y_title: str,
          log_x: bool = False, labels: bool = True) -> str:
    """Over powers of ten upwards. `log_x`: sideways as well; else the values stand side by side, as
    the steps between them are not even."""
    series = [each for each in series if each.points]
    every = [point for each in series for point in each.points if point[1] > 0]
    if not every:
        return _svg(title, ROW, '<text class="soft" x="0" y="17">not measured</text>')
    top, bottom, left, right = 18, 200, 44, WIDTH - 10
    xs = sorted({x for x, _y in every})
    low, high = math.log10(min(y for _x, y in every)), math.log10(max(y for _x, y in every))
    low, high = math.floor(low * 2) / 2, math.ceil(high * 2) / 2
    high = max(high, low + 0.5)

    def across(x: float) -> float:
        if len(xs) == 1:
            return (left + right) / 2
        if log_x:
            span = math.log10(xs[-1]) - math.log10(xs[0])
            return left + 8 + (math.log10(x) - math.log10(xs[0])) / span * (right - left - 16)
        return left + 8 + xs.index(x) / (len(xs) - 1) * (right - left - 16)

    def up(y: float) -> float:
        return bottom - (math.log10(y) - low) / (high - low) * (bottom - top)

    body = f'<text class="soft small" x="0" y="10">{html.escape(y_title)}</text>'
    for step in range(math.ceil(low * 1), math.floor(high) + 1):
        for factor in (1, 2, 5) if high - low < 2 else (1,):
            value = factor * 10.0 ** step
            if low <= math.log10(value) <= high:
                body += (f'<line class="rule" x1="{left}" x2="{right}" y1="{up(value):.1f}" '
                         f'y2="{up(value):.1f}"/><text class="soft small" text-anchor="end" '
                         f'x="{left - 4}" y="{up(value) + 4:.1f}">{_short(value)}</text>')
    for x in xs:
        body += (f'<text class="soft small" text-anchor="middle" x="{across(x):.1f}" '
                 f'y="{bottom + 16}">{_short(x)}</text>')
    body += (f'<text class="soft small" text-anchor="end" x="{right}" y="{bottom + 31}">'
             f"{html.escape(x_title)}</text>")
    for key, each in zip(SERIES, series):
        points = [(across(x), up(y)) for x, y in sorted(each.points) if y > 0]
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        body += f'<path class="s{key}" d="M{way}"/>'
        body += "".join(f'<circle class="f{key}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
                        for x, y in points)
    y = bottom + 46
    x = 0.0
    for key, each in zip(SERIES, series if labels else []):
        needed = 24 + 6.6 * len(each.name)
        if x and x + needed > WIDTH:
            x, y = 0.0, y + 18
        body += (f'<circle class="f{key}" cx="{x + 6:.1f}" cy="{y - 4}" r="4.5"/>'
                 f'<text class="small" x="{x + 15:.1f}" y="{y}">{html.escape(each.name)}</text>')
        x += needed
    return _svg(title, y + 6, body)


def _short(value: float) -> str:
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def _label(each: Bar, y: float) -> str:
    strong = ' class="strong"' if each.kind in ("ours", "light") else ""
    return f'<text{strong} x="0" y="{y + 17}">{html.escape(each.name)}</text>'


def _svg(title: str, height: float, body: str) -> str:
    return (f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {height:.0f}" '
            f'aria-label="{html.escape(title, quote=True)}">{body}</svg>')
