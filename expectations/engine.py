"""The only file that knows Great Expectations: rules × rows → hit, clear or undetermined.

Great Expectations fails silently in several ways, and a rule that failed must never read as a
pass. So every result is checked against what this file counted itself, and anything that does
not add up becomes the rule's `error`: no outcome, no count.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from expectations.cases import distinct
from expectations.evaluation import OUTCOMES, SUMMARY, Evaluation, list_outcomes, summarise
from expectations.kleene import combine, derive, present, restrict
from expectations.rule import Bound, Rule
from expectations.vocabulary import NOT_NULL, PAIR_GREATER, TYPES

if TYPE_CHECKING:
    import pandas as pd


def evaluate(rules: Sequence[Rule], frame: pl.DataFrame, subject: str) -> Evaluation:
    """Judge every row of `frame` by every rule, in one run of Great Expectations.

    `subject` names the column that identifies a row: never null, no value twice, or every rule
    reports that as its error. Bounds on relative days must have been bound (`rules.bind`).
    """
    fault = _subject_fault(frame, subject)
    judged = _judge(rules, frame) if fault is None else {rule.id: fault for rule in rules}
    outcomes = [pl.DataFrame(schema=OUTCOMES)]
    summary = []
    for rule in rules:
        holds = judged[rule.id]
        summary.append(summarise(rule, holds))
        if isinstance(holds, pl.Series):
            outcomes.append(list_outcomes(rule, frame, subject, holds))
    return Evaluation(pl.concat(outcomes), pl.DataFrame(summary, schema=SUMMARY, orient="row"))


def _subject_fault(frame: pl.DataFrame, subject: str) -> str | None:
    if subject not in frame.columns:
        return f"subject column {subject} is missing"
    if frame[subject].null_count():
        return f"subject column {subject} has empty values"
    if frame[subject].n_unique() != frame.height:
        return f"subject column {subject} is not unique"
    return None


def _judge(rules: Sequence[Rule], frame: pl.DataFrame) -> dict[str, pl.Series | str]:
    """Rule id → does it hold, row by row (null = undetermined), or the error instead."""
    asked: dict[str, Bound] = {}
    inputs: dict[str, pl.Series] = {}
    judged: dict[str, pl.Series | str] = {}
    for rule in rules:
        rows = derive(rule, frame)
        missing = [name for name in rule.inputs if name not in rows.columns]
        if missing:
            judged[rule.id] = f"column {', '.join(missing)} is missing"
            continue
        clash = _clash(rule, rows, inputs, frame)
        if clash:
            judged[rule.id] = clash
            continue
        asked |= {f"{rule.id}/{place}": bound for place, bound in enumerate(rule.bounds)}
        inputs |= {name: rows[name] for name in rule.columns}
    verdicts = _expect(asked, inputs) if asked and frame.height else {}
    for rule in rules:
        if rule.id not in judged:
            bounds = [verdicts.get(f"{rule.id}/{place}") for place in range(len(rule.bounds))]
            judged[rule.id] = join_answers(rule, derive(rule, frame), bounds)
    return judged


def _clash(
    rule: Rule, rows: pl.DataFrame, inputs: Mapping[str, pl.Series], frame: pl.DataFrame
) -> str | None:
    """Two rules share one frame: a derived name must mean one thing in it."""
    for made in rule.derived:
        if made.name in frame.columns:
            return f"derived column {made.name} hides a real one"
        if made.name in inputs and not inputs[made.name].equals(rows[made.name]):
            return f"derived column {made.name} means something else in another rule"
    return None


def join_answers(
    rule: Rule, rows: pl.DataFrame, bounds: Sequence[pl.Series | str | None]
) -> pl.Series | str:
    """One answer a row from the answers of the bounds; one bound's error is the rule's error."""
    if not rows.height:
        return pl.Series(dtype=pl.Boolean)
    errors = [bound for bound in bounds if isinstance(bound, str)]
    answers = [bound for bound in bounds if isinstance(bound, pl.Series)]
    if errors or len(answers) != len(rule.bounds):
        return "; ".join(errors) or "Great Expectations did not run this rule"
    return restrict(combine(rule.match, answers), rule, rows)


def _expect(
    asked: Mapping[str, Bound], inputs: Mapping[str, pl.Series]
) -> dict[str, pl.Series | str]:
    """Run all bounds once: an answer a row (null = undetermined) or an error for each.

    Each bound has columns of its own, which hold every combination of its values once. A bound
    that Great Expectations leaves out is not in the result, which the caller takes as an error too.
    """
    verdicts: dict[str, pl.Series | str] = {}
    cases = {
        name: distinct({column: inputs[column] for column in bound.columns})
        for name, bound in asked.items()
        if bound.columns
    }
    height = max((found.values.height for found in cases.values()), default=0)
    padded = {name: found.padded(height) for name, found in cases.items()}
    # Great Expectations and pandas take seconds to import; a night without rows never pays them.
    with warnings.catch_warnings():
        # Deprecations inside the two packages are theirs; the tests turn our own into errors.
        warnings.simplefilter("ignore")
        import great_expectations as gx

        _silence()
        context: Any = gx.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        suite = gx.ExpectationSuite(name="rules", expectations=_build(asked, verdicts))
        batch = (
            context.data_sources.add_pandas("frames")
            .add_dataframe_asset("rows")
            .add_batch_definition_whole_dataframe("all")
            .get_batch({"dataframe": _pandas_frame(padded)})
        )
        # COMPLETE and an unnamed row index: every failing row comes back, as its position.
        wanted = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
        results: list[Any] = batch.validate(suite, result_format=wanted).results
    for result in results:
        name = result.expectation_config.meta["name"]
        answers = read_result(result, asked[name], padded[name])
        verdicts[name] = answers if isinstance(answers, str) else cases[name].spread(answers)
    return verdicts


def _silence() -> None:
    """What it has to say is in its results; its import also sends all warnings into its log."""
    logging.captureWarnings(False)
    log = logging.getLogger("great_expectations")
    log.propagate = False
    log.handlers = [logging.NullHandler()]


def _build(asked: Mapping[str, Bound], verdicts: dict[str, pl.Series | str]) -> list[Any]:
    """The bounds as expectations; one that cannot be built is put into `verdicts` as an error."""
    from great_expectations.expectations import expectation_configuration

    expectations = []
    for name, bound in asked.items():
        kwargs = dict(bound.kwargs)
        for argument in TYPES[bound.type].columns if bound.type in TYPES else ():
            kwargs[argument] = _own(name, kwargs[argument])
        if bound.type == PAIR_GREATER:
            kwargs["ignore_row_if"] = "either_value_is_missing"
        try:
            configuration = expectation_configuration.ExpectationConfiguration(
                type=bound.type, kwargs=kwargs, meta={"name": name}
            )
            expectations.append(configuration.to_domain_obj())
        except Exception as error:  # whatever it raises, this bound will not be judged
            verdicts[name] = _short(error)
    return expectations


def read_result(result: Any, bound: Bound, inputs: Mapping[str, pl.Series]) -> pl.Series | str:
    """One result as answers a row, after checking that it speaks about every row we gave it."""
    raised = _raised(result.exception_info)
    if raised:
        return raised
    found = result.result
    known = present([inputs[name] for name in bound.columns], bound.type == NOT_NULL)
    failing = pl.Series(found.get("unexpected_index_list") or [], dtype=pl.UInt32)
    judged = found.get("element_count", 0) - (found.get("missing_count") or 0)
    if judged != known.sum():
        return f"judged {judged} rows of {known.sum()}"
    if failing.len() != found.get("unexpected_count"):
        return f"{found.get('unexpected_count')} rows failed but {failing.len()} were named"
    positions = pl.int_range(known.len(), dtype=pl.UInt32, eager=True)
    holds = ~positions.is_in(failing.implode())
    if (~holds & ~known).any():
        return "a row with an empty input was judged"
    return pl.select(pl.when(known).then(holds)).to_series()


def _raised(exception_info: Mapping[str, Any]) -> str | None:
    """The message of a crashed expectation; the mapping is one record or one record a metric."""
    records = [exception_info] if "raised_exception" in exception_info else exception_info.values()
    for record in records:
        if record["raised_exception"]:
            return _short(record["exception_message"])
    return None


def _own(name: str, column: str) -> str:
    """What a bound's column is called in the frame of all bounds."""
    return f"{name} {column}"


def _pandas_frame(columns_of: Mapping[str, Mapping[str, pl.Series]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            _own(name, column): _pandas_series(series)
            for name, columns in columns_of.items()
            for column, series in columns.items()
        }
    )


def _pandas_series(series: pl.Series) -> Any:
    """Python objects in an object column, so that pandas re-types nothing.

    Left alone, it turns true/NULL into text or 1.0, and integers into floats: beside a NULL, or
    in a comparison with a bound (2^60 + 2 ≤ 2^60). Exact decimals become floats here because
    bounds are floats: up to 15 digits that is lossless.
    """
    import pandas as pd

    if series.dtype.is_decimal():
        series = series.cast(pl.Float64)
    return pd.Series(series.to_list(), dtype=object)


def _short(error: object) -> str:
    """First line, capped: a message can carry a whole column of somebody's data."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
