-- +goose Up
-- The sum of an organization's lines without their signs, which bounds every other sum.

alter table finance.rollup_watermarks
  add column turnover_minor numeric not null default 0;
comment on column finance.rollup_watermarks.turnover_minor is 'What the lines up to the watermark add up to without their signs, each in the currency in which it has more minor units.';
update finance.rollup_watermarks w
set turnover_minor = coalesce((
  select sum(greatest(abs(l.amount_minor), abs(l.base_amount_minor)))
  from finance.journal_lines l
  where l.org_id = w.org_id
  and (l.position, l.seq) <= (w.position, w.seq)
), 0);

-- +goose Down
alter table finance.rollup_watermarks drop column turnover_minor;
