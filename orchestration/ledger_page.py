"""`teikei ledger` in the terminal: is the chain whole, and how a yen came about."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from ingestion.lake import batch_path
from ingestion.ledger_chain import Chain
from orchestration.explanation import Explanation, Row
from orchestration.ledger_words import Words, in_yen
from orchestration.postings_page import event_of, postings, standing
from orchestration.records import Records
from orchestration.settings import Settings
from orchestration.statements.words import percent

PPM = 1_000_000


def print_chain(console: Console, place: Settings, chain: Chain, language: str) -> None:
    """One line when all is well; else the first altered thing and what to do."""
    words = Words(language)
    if chain.altered is None:
        counts = {name: f"{getattr(chain, name):,}" for name in ("batches", "postings", "closes")}
        yen = in_yen(chain.amount_yen)
        console.print(words("chain_whole", **counts, yen=yen, head=chain.head or "—"))
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
    console.print(words("chain_restore"))


def print_explanation(console: Console, found: Explanation, language: str) -> None:
    """The whole way, in the order in which a clerk would check it."""
    words = Words(language, found.words)
    title = words("title", subject=found.subject, night=found.night_id)
    console.print(f"\n[bold]{escape(title)}[/bold]")
    console.print(_sources(words, found.sources))
    paid = {(row["funnel_event_id"], row["term_id"]) for row in found.entitlements}
    for decision in found.decisions:
        if (decision["funnel_event_id"], decision["term_id"]) in paid:
            console.print(_calculation(words, found, decision, language))
    for window in found.windows:
        console.print(_window(words, found, window))
    for table in postings(words, found):
        console.print(table)
    unpaid = [row for row in found.decisions if not row["amount_yen"]]
    if unpaid:
        console.print(_unpaid(words, unpaid, language))


def _sources(words: Words, rows: Sequence[Row]) -> Records:
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
    named = [words(name) for name in columns]
    return Records(words("sources"), named, list(cells), right=frozenset({4}))


def _calculation(words: Words, found: Explanation, decision: Row, language: str) -> Records:
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
    subjects = {row["subject"] for row in found.standings if event_of(row) == key[0]}
    rows += standing(words, found, key[1], subjects)
    return _steps(words, title, rows)


def _price_steps(words: Words, term: Row, entitled: Row, decision: Row) -> list[tuple[str, str]]:
    """From the agreement to what a cancellation leaves of the base line."""
    version = f"{term['agreement_id']} v{term['agreement_version']} ({decision['anchor_on']})"
    role = f"{decision['partner_id']} ({words(term['role'])})"
    kind = " · ".join((term["term_id"], words(term["term_kind"]), words(term["basis"])))
    steps = [("payee", role), ("agreement_version", version), ("condition", kind)]
    base_yen, uncapped = entitled["base_yen"], entitled["uncapped_yen"]
    if term["basis"] == "rate":
        steps.append(("base_amount", f"{words(term['base_amount'])} {in_yen(base_yen)}"))
        steps.append(("price", percent(term["rate_ppm"])))
        steps.append(("uncapped", product(base_yen, term["rate_ppm"], uncapped)))
    else:
        steps.append(("price", in_yen(term["fixed_yen"])))
        steps.append(("uncapped", in_yen(uncapped)))
    if term["cap_event_yen"] is not None:
        capped = f"min({in_yen(uncapped)}, {in_yen(term['cap_event_yen'])})"
        steps.append(("capped", f"{capped} = {in_yen(entitled['gross_yen'])}"))
    # months that a recurring term has earned stay, whatever the method
    is_clawed_back = term["clawback_method"] != "none" and term["term_kind"] == "one_off"
    if entitled["forfeited_at"] is not None:
        steps.append(("kept", f"{words.coded('outcome', 'forfeited')} → {in_yen(0)}"))
    elif entitled["cancelled_on"] is not None and is_clawed_back:
        of = term["clawback_months"]
        gone = {"months": entitled["months_kept"], "of": of, "on": entitled["cancelled_on"]}
        told = words("months_kept_endless" if of is None else "months_kept", **gone)
        kept = f"{words(term['clawback_method'])}: {told}"
        steps.append(("kept", f"{kept} → {in_yen(entitled['kept_yen'])}"))
    return [(words(name), value) for name, value in steps]


def _line_steps(words: Words, found: Explanation, key: tuple[str, str]) -> list[tuple[str, str]]:
    """Each line of the event under the term: when it was achieved, where it is earned, its yen."""
    lines = [line for line in found.lines if _key(line) == key]
    return [
        (
            words("achieved") + ("" if line["line_month"] is None else f" #{line['line_month']}"),
            f"{line['achieved_on']} → {line['earn_period']}: {in_yen(line['kept_yen'])} "
            f"({words.coded('outcome', line['line_state'])})",
        )
        for line in lines
    ]


def _window(words: Words, found: Explanation, window: Row) -> Records:
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
        told = f"{in_yen(total)} − {in_yen(window['uncapped_yen'])}"
        rows.append((words("tiers"), f"{told} = {in_yen(window['uplift_yen'])}"))
    if window["cap_yen"] is not None:
        before = window["kept_yen"] + (window["uplift_yen"] or 0)
        told = f"min(0, {in_yen(term['cap_window_yen'])} − {in_yen(before)})"
        rows.append((words("cap"), f"{told} = {in_yen(window['cap_yen'])}"))
    title = words("windows", window=label, term_id=term["term_id"])
    return _steps(words, title, [*rows, *standing(words, found, term["term_id"], {label})])


def _steps(words: Words, title: str, rows: Sequence[tuple[str, str]]) -> Records:
    return Records(title, [words("step_name"), words("step_value")], rows, prose=frozenset({1}))


def _quantity(words: Words, term: Row, window: Row) -> str:
    count = words("events_counted", count=f"{window['unit_count']:,}")
    if term["tier_measure"] == "amount":
        return f"{in_yen(window['unit_yen'])} ({count})"
    return count


def _band_name(words: Words, band: Row) -> str:
    until = "∞" if band["until_value"] is None else f"{band['until_value']:,}"
    return f"{words('tier')} [{band['from_value']:,}, {until})"


def _band_value(words: Words, term: Row, band: Row) -> str:
    if band["rate_ppm"] is None:
        count = words("events_counted", count=f"{band['unit_count']:,}")
        return f"{count} × {in_yen(band['fixed_yen'])}"
    return f"{in_yen(band['unit_yen'])} × {percent(band['rate_ppm'])}"


def _unpaid(words: Words, rows: Sequence[Row], language: str) -> Records:
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
    named = [words(name) for name in names]
    return Records(words("unpaid"), named, list(cells), prose=frozenset({3}))


def product(amount: int | None, ppm: int | None, yen: int | None) -> str:
    """`amount × rate = exact product → yen`, with every decimal, so that the cut can be seen."""
    if amount is None or ppm is None:
        return in_yen(yen)
    whole, rest = divmod(abs(amount * ppm), PPM)
    exact = f"{'-' if amount * ppm < 0 else ''}{whole:,}.{rest:06d}".rstrip("0").rstrip(".")
    return f"{in_yen(amount)} × {percent(ppm)} = {exact} → {in_yen(yen)}"


def _key(row: Row) -> tuple[str, str]:
    return row["funnel_event_id"], row["term_id"]
