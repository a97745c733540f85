-- One row per partner × product: contracts alive 60 days before their clawback window ended
-- (戻入期間の終了前), or since they began, and those of them cancelled before its end, though that
-- costs the commission. Whose customers leave as often then has no trick with the window.
{{ cancelled_around_clawback_end(-60, 0) }}
