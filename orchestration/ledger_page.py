"""`teikei ledger` in the terminal: is the chain whole, and how a yen came about."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ingestion.lake import batch_path
from ingestion.ledger_chain import Chain
from orchestration.explanation import Explanation, Row
from orchestration.settings import Settings

WORDS = Path(__file__).with_name("ledger_words.csv")
# Digits of a posting id that a person types; `teikei ledger explain` takes a beginning of it.
SHORT_ID = 12
PPM = 1_000_000


def print_chain(console: Console, place: Settings, chain: Chain) -> None:
    """One line when all is well; else the first altered thing and what to do."""
    if chain.altered is None:
        console.print(
            f"✓ {chain.batches:,} batches with {chain.postings:,} postings (¥{chain.amount_yen:,}) "
            f"and {chain.closes:,} closes are as they were committed. Head: {chain.head}"
        )
        return
    altered = chain.altered
    area = place.closes if "-" in altered.batch.partition("#")[2] else place.ledger
    where = ""
    if altered.offset is not None:
        where = f", byte {altered.offset:,}"
    if altered.until is not None:
        where = f", between bytes {altered.offset:,} and {altered.until:,}"
    path = batch_path(area, altered.batch) / altered.file
    console.print(f"[red]✗[/red] {escape(f'{path}{where}: {altered.what}.')}")
    console.print(
        "Restore this file from a backup and verify again; do not run a night or close a period "
        "before that. What follows it in the chain has not been judged."
    )


class _Words:
    """Texts of one language; a code without words is shown as it is."""

    def __init__(self, language: str, of_warehouse: Mapping[str, Row]) -> None:
        with WORDS.open(encoding="utf-8", newline="") as handle:
            self._own = {row["name"]: row[language] for row in csv.DictReader(handle)}
        self._coded = {code: row[f"word_{language}"] for code, row in of_warehouse.items()}

    def __call__(self, name: str | None, **values: Any) -> str:
        text = self._own.get(name or "", name or "")
        return text.format(**values) if values else text

    def coded(self, kind: str, code: str | None) -> str:
        return self._coded.get(f"{kind}:{code}") or self(code)


def print_explanation(console: Console, found: Explanation, language: str) -> None:
    """The whole way, in the order in which a clerk would check it."""
    words = _Words(language, found.words)
    title = words("title", subject=found.subject, night=found.night_id)
    console.print(f"\n[bold]{escape(title)}[/bold]")
    console.print(_sources(words, found.sources))
    paid = {(row["funnel_event_id"], row["term_id"]) for row in found.entitlements}
    for decision in found.decisions:
        if (decision["funnel_event_id"], decision["term_id"]) in paid:
            console.print(_calculation(words, found, decision, language))
    for window in found.windows:
        console.print(_window(words, found, window))
    console.print(_postings(words, found.postings))
    unpaid = [row for row in found.decisions if not row["amount_yen"]]
    if unpaid:
        console.print(_unpaid(words, unpaid, language))


def _sources(words: _Words, rows: Sequence[Row]) -> Table:
    columns = [f"source_{name}" for name in ("kind", "id", "said", "file", "row", "known")]
    cells = (
        (
            words(row["kind"]),
            row["id"],
            row["said"],
            row["file"],
            row["row_number"],
            row["known_on"],
        )
        for row in rows
    )
    return _table(words("sources"), [words(name) for name in columns], cells, right={4})


def _calculation(words: _Words, found: Explanation, decision: Row, language: str) -> Table:
    key = (decision["funnel_event_id"], decision["term_id"])
    entitled = next(e for e in found.entitlements if _key(e) == key)
    title = words(
        "calculation",
        stage=words.coded("stage", decision["stage"]),
        occurred_on=decision["occurred_on"],
        event=key[0],
        term_id=key[1],
    )
    term = found.terms[key[1]]
    rows = [*_price_steps(words, term, entitled, decision), *_line_steps(words, found, key)]
    rows.append((words("sentence"), decision[f"sentence_{language}"]))
    return _table(title, [words("step_name"), words("step_value")], rows)


def _price_steps(words: _Words, term: Row, entitled: Row, decision: Row) -> list[tuple[str, str]]:
    """From the agreement to what a cancellation leaves of the base line."""
    version = f"{term['agreement_id']} v{term['agreement_version']} ({decision['anchor_on']})"
    role = f"{decision['partner_id']} ({words(term['role'])})"
    kind = " · ".join((term["term_id"], words(term["term_kind"]), words(term["basis"])))
    steps = [("payee", role), ("agreement_version", version), ("condition", kind)]
    base_yen, uncapped = entitled["base_yen"], entitled["uncapped_yen"]
    if term["basis"] == "rate":
        steps.append(("base_amount", f"{words(term['base_amount'])} {_yen(base_yen)}"))
        steps.append(("price", percent(term["rate_ppm"])))
        steps.append(("uncapped", product(base_yen, term["rate_ppm"], uncapped)))
    else:
        steps.append(("price", _yen(term["fixed_yen"])))
        steps.append(("uncapped", _yen(uncapped)))
    if term["cap_event_yen"] is not None:
        capped = f"min({_yen(uncapped)}, {_yen(term['cap_event_yen'])})"
        steps.append(("capped", f"{capped} = {_yen(entitled['gross_yen'])}"))
    # months that a recurring term has earned stay, whatever the method
    is_clawed_back = term["clawback_method"] != "none" and term["term_kind"] == "one_off"
    if entitled["forfeited_at"] is not None:
        steps.append(("kept", f"{words.coded('outcome', 'forfeited')} → {_yen(0)}"))
    elif entitled["cancelled_on"] is not None and is_clawed_back:
        of = term["clawback_months"]
        gone = {"months": entitled["months_kept"], "of": of, "on": entitled["cancelled_on"]}
        told = words("months_kept_endless" if of is None else "months_kept", **gone)
        kept = f"{words(term['clawback_method'])}: {told}"
        steps.append(("kept", f"{kept} → {_yen(entitled['kept_yen'])}"))
    return [(words(name), value) for name, value in steps]


def _line_steps(words: _Words, found: Explanation, key: tuple[str, str]) -> list[tuple[str, str]]:
    """Each line of the event under the term: when it was achieved, where it is earned, its yen."""
    lines = [line for line in found.lines if _key(line) == key]
    return [
        (
            words("achieved") + ("" if line["line_month"] is None else f" #{line['line_month']}"),
            f"{line['achieved_on']} → {line['earn_period']}: {_yen(line['kept_yen'])} "
            f"({words.coded('outcome', line['line_state'])})",
        )
        for line in lines
    ]


def _window(words: _Words, found: Explanation, window: Row) -> Table:
    """Q, the bands it fills, and the uplift and cap that follow."""
    term = found.terms[window["term_id"]]
    label = window["window_label"]
    rows = [(words("quantity"), _quantity(words, term, window))]
    bands = [
        band
        for band in found.bands
        if band["term_id"] == term["term_id"] and band["window_label"] == label
    ]
    rows += [(_band_name(words, band), _band_value(words, term, band)) for band in bands]
    if window["uplift_yen"] is not None:
        total = window["uplift_yen"] + window["uncapped_yen"]
        told = f"{_yen(total)} − {_yen(window['uncapped_yen'])} = {_yen(window['uplift_yen'])}"
        rows.append((words("tiers"), told))
    if window["cap_yen"] is not None:
        before = window["kept_yen"] + (window["uplift_yen"] or 0)
        told = (
            f"min(0, {_yen(term['cap_window_yen'])} − {_yen(before)}) = {_yen(window['cap_yen'])}"
        )
        rows.append((words("cap"), told))
    title = words("windows", window=label, term_id=term["term_id"])
    return _table(title, [words("step_name"), words("step_value")], rows)


def _quantity(words: _Words, term: Row, window: Row) -> str:
    count = words("events_counted", count=f"{window['unit_count']:,}")
    if term["tier_measure"] == "amount":
        return f"{_yen(window['unit_yen'])} ({count})"
    return count


def _band_name(words: _Words, band: Row) -> str:
    until = "∞" if band["until_value"] is None else f"{band['until_value']:,}"
    return f"{words('tier')} [{band['from_value']:,}, {until})"


def _band_value(words: _Words, term: Row, band: Row) -> str:
    if band["rate_ppm"] is None:
        count = words("events_counted", count=f"{band['unit_count']:,}")
        return f"{count} × {_yen(band['fixed_yen'])}"
    return f"{_yen(band['unit_yen'])} × {percent(band['rate_ppm'])}"


def _postings(words: _Words, rows: Sequence[Row]) -> Table | str:
    if not rows:
        return f"\n{words('postings')}\n{words('nothing_posted')}"
    names = (
        "posting",
        "night",
        "component",
        "subject",
        "term",
        "earned",
        "posted",
        "reason",
        "yen",
    )
    cells = [
        (
            row["posting_id"][:SHORT_ID],
            row["night_id"],
            words.coded("component", row["component"]),
            row["subject"],
            row["term_id"],
            row["earn_period"],
            row["post_period"],
            words.coded("reason", row["reason_code"]),
            f"{row['amount_yen']:,}",
        )
        for row in rows
    ]
    total = f"{sum(row['amount_yen'] for row in rows):,}"
    cells.append((words("total"), "", "", "", "", "", "", "", total))
    return _table(words("postings"), [words(name) for name in names], cells, right={8})


def _unpaid(words: _Words, rows: Sequence[Row], language: str) -> Table:
    cells = (
        (
            words.coded("outcome", row["outcome"]),
            row["partner_id"],
            row["term_id"] or "",
            row[f"sentence_{language}"],
        )
        for row in rows
    )
    names = ("outcome", "payee", "term", "sentence")
    return _table(words("unpaid"), [words(name) for name in names], cells)


def percent(ppm: int | None) -> str:
    """Parts per million as an exact percentage: 123450 is 12.345%."""
    if ppm is None:
        return "—"
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"


def product(amount: int | None, ppm: int | None, yen: int | None) -> str:
    """`amount × rate = exact product → yen`, with every decimal, so that the cut can be seen."""
    if amount is None or ppm is None:
        return _yen(yen)
    whole, rest = divmod(abs(amount * ppm), PPM)
    exact = f"{'-' if amount * ppm < 0 else ''}{whole:,}.{rest:06d}".rstrip("0").rstrip(".")
    return f"{_yen(amount)} × {percent(ppm)} = {exact} → {_yen(yen)}"


def _key(row: Row) -> tuple[str, str]:
    return row["funnel_event_id"], row["term_id"]


def _yen(amount: int | None) -> str:
    return "—" if amount is None else f"¥{amount:,}"


def _table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    right: frozenset[int] | set[int] = frozenset(),
) -> Table:
    table = Table(title=f"\n{escape(title)}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for place, name in enumerate(columns):
        # an amount is never broken; ids and file names are, where the terminal is narrow
        is_right = place in right
        justify: Literal["left", "right"] = "right" if is_right else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=is_right)
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    return table


def _plain(cell: Any) -> Text:
    """Ids and file names are other people's: no markup, no control characters."""
    text = "" if cell is None else str(cell)
    return Text("".join(mark if mark.isprintable() else "\ufffd" for mark in text))
