-- +goose Up
-- What customers owe, what they paid or were credited, and what settles what.

create table finance.receivables (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  customer_id uuid not null,
  document_id text not null,
  kind text not null,
  number text not null,
  date date not null,
  due_date date not null,
  total_amount_currency text not null,
  total_amount_minor bigint not null,
  open_amount_currency text not null,
  open_amount_minor bigint not null,
  open_base_amount_minor bigint not null,
  parts jsonb,
  taxes jsonb,
  discount_date date,
  discount_amount_currency text,
  discount_amount_minor bigint,
  discount_treatment text not null,
  state text not null,
  settle_date date,
  account_id uuid not null,
  constraint receivables_pkey primary key (org_id, id),
  constraint receivables_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint receivables_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id),
  constraint receivables_kind_known check (kind in ('INVOICE', 'OPENING_INVOICE', 'LATE_CHARGE')),
  constraint receivables_discount_treatment_known check (discount_treatment in ('', 'NET_AND_TAX', 'NET_ONLY')),
  constraint receivables_state_known check (state in ('OPEN', 'SETTLED', 'CANCELED')),
  constraint receivables_open_agrees check (
    (state = 'OPEN') = (open_amount_minor > 0) and (state = 'OPEN' or open_base_amount_minor = 0)
  )
);
comment on table finance.receivables is 'Amounts that customers owe, by the document that created them.';
create index receivables_by_customer on finance.receivables (org_id, customer_id, date);
create index receivables_by_date on finance.receivables (org_id, date, id);
create index receivables_by_due_date on finance.receivables (org_id, due_date, id);
create index receivables_open on finance.receivables (org_id, due_date, id) where state = 'OPEN';
create index receivables_open_by_customer on finance.receivables (org_id, customer_id) where state = 'OPEN';
create index receivables_by_number on finance.receivables (org_id, number);
select platform.tenant_table('finance.receivables', 'select, insert, update');

create table finance.customer_credits (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  customer_id uuid not null,
  document_id text not null,
  kind text not null,
  number text not null,
  date date not null,
  total_amount_currency text not null,
  total_amount_minor bigint not null,
  open_amount_currency text not null,
  open_amount_minor bigint not null,
  open_base_amount_minor bigint not null,
  state text not null,
  account_id uuid not null,
  constraint customer_credits_pkey primary key (org_id, id),
  constraint customer_credits_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint customer_credits_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id),
  constraint customer_credits_kind_known check (kind in ('PAYMENT', 'CREDIT_NOTE', 'OPENING_CREDIT')),
  constraint customer_credits_state_known check (state in ('OPEN', 'USED', 'CANCELED')),
  constraint customer_credits_open_agrees check (
    (state = 'OPEN') = (open_amount_minor > 0) and (state = 'OPEN' or open_base_amount_minor = 0)
  )
);
comment on table finance.customer_credits is 'Amounts that customers paid or were credited, by the document that created them.';
create index customer_credits_by_customer on finance.customer_credits (org_id, customer_id, date);
create index customer_credits_by_date on finance.customer_credits (org_id, date, id);
create index customer_credits_open on finance.customer_credits (org_id, date, id) where state = 'OPEN';
select platform.tenant_table('finance.customer_credits', 'select, insert, update');

create table finance.payments (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  customer_id uuid not null,
  date date not null,
  amount_currency text not null,
  amount_minor bigint not null,
  exchange_rate numeric,
  account_id uuid not null,
  method text not null,
  reference text not null,
  fee_currency text,
  fee_minor bigint,
  fee_account_id uuid,
  state text not null,
  void_date date,
  void_reason text not null,
  journal_entry_id uuid not null,
  constraint payments_pkey primary key (org_id, id),
  constraint payments_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint payments_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id),
  constraint payments_fee_account_exists foreign key (org_id, fee_account_id) references finance.accounts (org_id, id),
  constraint payments_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint payments_method_known check (method in ('', 'BANK_TRANSFER', 'CARD', 'CASH', 'CHECK', 'DIRECT_DEBIT', 'OTHER')),
  constraint payments_state_known check (state in ('RECORDED', 'VOID'))
);
comment on table finance.payments is 'Money received from customers.';
create index payments_by_customer on finance.payments (org_id, customer_id, date);
create index payments_by_date on finance.payments (org_id, date, id);
create index payments_by_journal_entry on finance.payments (org_id, journal_entry_id);
create unique index payments_external_id_taken on finance.payments (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.payments', 'select, insert, update');

create table finance.allocations (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  customer_id uuid not null,
  customer_credit_id uuid not null,
  receivable_id uuid not null,
  date date not null,
  amount_currency text not null,
  amount_minor bigint not null,
  base_amount_minor bigint not null,
  settled_amount_currency text not null,
  settled_amount_minor bigint not null,
  settled_base_amount_minor bigint not null,
  take_discount boolean not null,
  discount_reason text not null,
  discount_currency text,
  discount_minor bigint,
  exchange_gain_currency text,
  exchange_gain_minor bigint,
  state text not null,
  undo_date date,
  journal_entry_id uuid not null,
  constraint allocations_pkey primary key (org_id, id),
  constraint allocations_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint allocations_customer_credit_exists foreign key (org_id, customer_credit_id) references finance.customer_credits (org_id, id),
  constraint allocations_receivable_exists foreign key (org_id, receivable_id) references finance.receivables (org_id, id),
  constraint allocations_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint allocations_state_known check (state in ('ACTIVE', 'UNDONE'))
);
comment on table finance.allocations is 'Credits of customers used to settle receivables.';
create index allocations_by_customer_credit on finance.allocations (org_id, customer_credit_id);
create index allocations_by_receivable on finance.allocations (org_id, receivable_id);
create index allocations_by_customer on finance.allocations (org_id, customer_id, date);
create index allocations_by_date on finance.allocations (org_id, date, id);
create index allocations_by_journal_entry on finance.allocations (org_id, journal_entry_id);
create unique index allocations_external_id_taken on finance.allocations (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.allocations', 'select, insert, update');

create table finance.refunds (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  customer_id uuid not null,
  customer_credit_id uuid not null,
  date date not null,
  amount_currency text not null,
  amount_minor bigint not null,
  base_amount_minor bigint not null,
  exchange_rate numeric,
  account_id uuid not null,
  reference text not null,
  reason text not null,
  state text not null,
  void_date date,
  exchange_gain_currency text,
  exchange_gain_minor bigint,
  journal_entry_id uuid not null,
  constraint refunds_pkey primary key (org_id, id),
  constraint refunds_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint refunds_customer_credit_exists foreign key (org_id, customer_credit_id) references finance.customer_credits (org_id, id),
  constraint refunds_account_exists foreign key (org_id, account_id) references finance.accounts (org_id, id),
  constraint refunds_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint refunds_state_known check (state in ('RECORDED', 'VOID'))
);
comment on table finance.refunds is 'Money paid back to customers.';
create index refunds_by_customer on finance.refunds (org_id, customer_id, date);
create index refunds_by_customer_credit on finance.refunds (org_id, customer_credit_id);
create index refunds_by_date on finance.refunds (org_id, date, id);
create index refunds_by_journal_entry on finance.refunds (org_id, journal_entry_id);
create unique index refunds_external_id_taken on finance.refunds (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.refunds', 'select, insert, update');

-- What changed the open amount of a receivable or a credit. An item has the UUID of its document.
create table finance.receivable_movements (
  org_id uuid not null,
  id uuid not null,
  side text not null,
  item_id uuid not null,
  customer_id uuid not null,
  account_id uuid not null,
  date date not null,
  currency text not null,
  amount_minor bigint not null,
  base_amount_minor bigint not null,
  cause text not null,
  journal_entry_id uuid,
  create_time timestamptz not null,
  constraint receivable_movements_pkey primary key (org_id, id),
  constraint receivable_movements_journal_entry_exists foreign key (org_id, journal_entry_id)
    references finance.journal_entries (org_id, id),
  constraint receivable_movements_side_known check (side in ('RECEIVABLE', 'CREDIT'))
);
comment on table finance.receivable_movements is 'Changes of the open amounts of receivables and customer credits, by date.';
create index receivable_movements_by_item on finance.receivable_movements (org_id, item_id, side, date);
create index receivable_movements_by_customer on finance.receivable_movements (org_id, customer_id, date);
create index receivable_movements_by_date on finance.receivable_movements (org_id, side, date);
-- The customer changes when customers are merged.
select platform.tenant_table('finance.receivable_movements', 'select, insert, update');

-- +goose Down
drop table finance.receivable_movements, finance.refunds, finance.allocations, finance.payments, finance.customer_credits,
  finance.receivables;
