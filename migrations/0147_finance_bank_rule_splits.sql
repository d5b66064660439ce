-- +goose Up
-- Splits of bank rules get a separate table, so that their accounts and dimension values
-- cannot be deleted while in use.

create table finance.bank_rule_splits (
  org_id uuid not null,
  bank_rule_id uuid not null,
  line_number integer not null,
  account_id uuid not null,
  amount_currency text,
  amount_minor bigint,
  percent text not null,
  memo text not null,
  dimension_value_ids uuid[] not null,
  constraint bank_rule_splits_pkey primary key (org_id, bank_rule_id, line_number),
  constraint bank_rule_splits_bank_rule_exists foreign key (org_id, bank_rule_id) references finance.bank_rules (org_id, id) on delete cascade,
  constraint bank_rule_splits_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id)
);
comment on table finance.bank_rule_splits is 'What bank rules divide lines to.';
create index bank_rule_splits_by_account on finance.bank_rule_splits (org_id, account_id);
select platform.tenant_table('finance.bank_rule_splits', 'select, insert, delete');

-- +goose StatementBegin
create function pg_temp.key_of(identifier text) returns uuid
language sql
as $$
  select string_agg(to_hex(substring(b.bits from 3 + 4 * i for 4)::bit(4)::integer), '' order by i)::uuid
  from (
    select string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', c) - 1)::bit(5)::text, '' order by n) as bits
    from regexp_split_to_table(split_part(identifier, '_', 2), '') with ordinality as d (c, n)
  ) b
  cross join generate_series(0, 31) i
$$;
-- +goose StatementEnd
insert into finance.bank_rule_splits (org_id, bank_rule_id, line_number, account_id, amount_currency, amount_minor, percent, memo, dimension_value_ids)
select
  r.org_id,
  r.id,
  s.line_number,
  pg_temp.key_of(s.split ->> 'accountId'),
  s.split -> 'amount' ->> 'currencyCode',
  -- Amounts keep all of their digits.
  replace(s.split -> 'amount' ->> 'amount', '.', '')::bigint,
  coalesce(s.split ->> 'percent', ''),
  coalesce(s.split ->> 'memo', ''),
  array(
    select pg_temp.key_of(v)
    from jsonb_array_elements_text(coalesce(s.split -> 'dimensionValueIds', '[]')) v
    order by 1
  )
from finance.bank_rules r
cross join lateral jsonb_array_elements(r.splits) with ordinality as s (split, line_number);
alter table finance.bank_rules drop column splits;

-- An array has no foreign key. Storing a rule locks the rows of its dimension values.
-- +goose StatementBegin
create function finance.keep_value_of_rules() returns trigger
language plpgsql
as $$
begin
  perform
  from finance.bank_rule_splits s
  where s.org_id = old.org_id
  and old.id = any(s.dimension_value_ids)
  limit 1;
  if found then
    raise exception using
      errcode = 'foreign_key_violation', schema = 'finance', table = 'bank_rule_splits', constraint = 'bank_rule_splits_dimension_value_exists',
      message = 'bank rules give lines the value';
  end if;
  return old;
end
$$;
-- +goose StatementEnd
comment on function finance.keep_value_of_rules() is 'Refuses to delete a dimension value that bank rules give lines.';
create trigger keep_value_of_rules
before delete on finance.dimension_values
for each row execute function finance.keep_value_of_rules();

-- +goose Down
-- After the downgrade, rules that split lines have no effect.
drop trigger keep_value_of_rules on finance.dimension_values;
drop function finance.keep_value_of_rules();
alter table finance.bank_rules add column splits jsonb;
drop table finance.bank_rule_splits;
