"""What a report is made of. Each block is HTML and Markdown."""

import html
import re
from dataclasses import dataclass, field


@dataclass
class Heading:
    text: str
    level: int = 2

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.text.lower()).strip("-")

    def html(self) -> str:
        return f'<h{self.level} id="{self.slug}">{html.escape(self.text)}</h{self.level}>'

    def markdown(self) -> str:
        return f"{'#' * self.level} {self.text}"


@dataclass
class Paragraph:
    """`**strong**` and `code` in backticks, as in Markdown."""

    text: str
    kind: str = ""

    def html(self) -> str:
        kind = f' class="{self.kind}"' if self.kind else ""
        return f"<p{kind}>{inline(self.text)}</p>"

    def markdown(self) -> str:
        return self.text


@dataclass
class List:
    items: list[str]

    def html(self) -> str:
        return "<ul>" + "".join(f"<li>{inline(each)}</li>" for each in self.items) + "</ul>"

    def markdown(self) -> str:
        return "\n".join(f"- {each}" for each in self.items)


@dataclass
class Plot:
    slug: str
    title: str
    svg: str


@dataclass
class Plots:
    """Side by side where there is room."""

    plots: list[Plot]

    def html(self) -> str:
        return '<div class="plots">' + "".join(
            f"<figure><figcaption>{html.escape(each.title)}</figcaption>{each.svg}</figure>"
            for each in self.plots) + "</div>"

    def markdown(self) -> str:
        return "\n\n".join(f"**{each.title}**\n\n![{each.title}](plots/{each.slug}.svg)"
                           for each in self.plots)


@dataclass
class Cell:
    text: str
    heat: float | None = None  # 0 to 1
    strong: bool = False

    def html(self) -> str:
        style = "" if self.heat is None else f' style="--heat:{100 * self.heat:.0f}%"'
        kind = "" if self.heat is None else ' class="heat"'
        text = html.escape(self.text)
        return f"<td{kind}{style}>{f'<b>{text}</b>' if self.strong else text}</td>"

    def markdown(self) -> str:
        text = self.text.replace("|", "\\|")
        return f"**{text}**" if self.strong and text else text


@dataclass
class Table:
    head: list[str]
    rows: list[tuple[str, list[Cell]]] = field(default_factory=list)

    def html(self) -> str:
        head = "".join(f"<th>{html.escape(each)}</th>" for each in self.head)
        rows = "".join(f"<tr><th>{html.escape(name)}</th>{''.join(c.html() for c in cells)}</tr>"
                       for name, cells in self.rows)
        return (f'<div class="table"><table><thead><tr>{head}</tr></thead>'
                f"<tbody>{rows}</tbody></table></div>")

    def markdown(self) -> str:
        lines = [f"| {' | '.join(self.head)} |", f"|{'---|' * len(self.head)}"]
        lines += [f"| {name} | {' | '.join(cell.markdown() for cell in cells)} |"
                  for name, cells in self.rows]
        return "\n".join(lines)


Block = Heading | Paragraph | List | Plots | Table


def inline(text: str) -> str:
    text = html.escape(text, quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)
