-- Fails with: files whose rows were not all accepted, rejected or known as duplicates.
-- Remedy: a defect of ours in the intake; nothing was published.
with files as (

    select * from {{ ref('stg_lake__files') }}

)

select
    night_id,
    source,
    file_name,
    row_count,
    accepted_count,
    rejected_count,
    duplicate_count
from files
where row_count != accepted_count + rejected_count + duplicate_count
