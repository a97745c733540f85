-- One row per partner × product: contracts alive when the clawback window ended (戻入期間の終了) and
-- watched for 60 days since, and those of them cancelled in these days.
{{ cancelled_around_clawback_end(0, 60) }}
