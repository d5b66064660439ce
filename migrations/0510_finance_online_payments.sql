-- +goose Up
-- Accounts at payment providers, pages on which customers pay, events of providers, and payouts.

create table finance.payment_provider_accounts (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  provider text not null,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  clearing_account_id uuid not null,
  fee_account_id uuid not null,
  bank_account_id uuid not null,
  state text not null,
  constraint payment_provider_accounts_pkey primary key (org_id, id),
  constraint payment_provider_accounts_clearing_account_exists foreign key (org_id, clearing_account_id) references finance.accounts (org_id, id),
  constraint payment_provider_accounts_fee_account_exists foreign key (org_id, fee_account_id) references finance.accounts (org_id, id),
  constraint payment_provider_accounts_bank_account_exists foreign key (org_id, bank_account_id) references finance.bank_accounts (org_id, id),
  constraint payment_provider_accounts_state_known check (state in ('ACTIVE', 'DISABLED'))
);
comment on table finance.payment_provider_accounts is 'Accounts of the organization at payment providers. Their secrets are sealed values.';
create unique index payment_provider_accounts_external_id_taken on finance.payment_provider_accounts (org_id, external_id) where external_id is not null;
create unique index payment_provider_accounts_name_taken on finance.payment_provider_accounts (org_id, display_name_key);
create index payment_provider_accounts_by_display_name on finance.payment_provider_accounts (org_id, display_name, id);
create index payment_provider_accounts_by_clearing_account on finance.payment_provider_accounts (org_id, clearing_account_id);
create index payment_provider_accounts_by_fee_account on finance.payment_provider_accounts (org_id, fee_account_id);
create index payment_provider_accounts_by_bank_account on finance.payment_provider_accounts (org_id, bank_account_id);
select platform.tenant_table('finance.payment_provider_accounts', 'select, insert, update');

create table finance.checkouts (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  document_id text not null,
  payment_provider_account_id uuid not null,
  customer_id uuid not null,
  document_number text not null,
  document_link_id uuid,
  amount_currency text not null,
  amount_minor bigint not null,
  return_url text not null,
  state text not null,
  url text not null,
  provider_checkout_id text not null,
  expire_time timestamptz,
  payment_id uuid,
  last_error text not null,
  constraint checkouts_pkey primary key (org_id, id),
  constraint checkouts_payment_provider_account_exists foreign key (org_id, payment_provider_account_id)
    references finance.payment_provider_accounts (org_id, id),
  constraint checkouts_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint checkouts_document_link_exists foreign key (org_id, document_link_id) references finance.document_links (org_id, id),
  constraint checkouts_payment_exists foreign key (org_id, payment_id) references finance.payments (org_id, id),
  constraint checkouts_state_known check (state in ('OPEN', 'SUCCEEDED', 'EXPIRED', 'CANCELED'))
);
comment on table finance.checkouts is 'Pages of payment providers on which customers pay documents.';
create unique index checkouts_external_id_taken on finance.checkouts (org_id, external_id) where external_id is not null;
create unique index checkouts_by_provider_checkout on finance.checkouts (org_id, payment_provider_account_id, provider_checkout_id);
create index checkouts_by_document on finance.checkouts (org_id, document_id, id);
create index checkouts_by_customer on finance.checkouts (org_id, customer_id);
create index checkouts_by_document_link on finance.checkouts (org_id, document_link_id) where document_link_id is not null;
create index checkouts_by_payment on finance.checkouts (org_id, payment_id) where payment_id is not null;
select platform.tenant_table('finance.checkouts', 'select, insert, update');

create table finance.payouts (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  payment_provider_account_id uuid not null,
  provider_payout_id text not null,
  reference text not null,
  date date not null,
  amount_currency text not null,
  amount_minor bigint not null,
  fee_currency text not null,
  fee_minor bigint not null,
  transactions jsonb,
  state text not null,
  journal_entry_id uuid,
  fail_date date,
  constraint payouts_pkey primary key (org_id, id),
  constraint payouts_payment_provider_account_exists foreign key (org_id, payment_provider_account_id)
    references finance.payment_provider_accounts (org_id, id),
  constraint payouts_journal_entry_exists foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint payouts_state_known check (state in ('PAID', 'FAILED')),
  constraint payouts_failed_on_a_day check ((state = 'FAILED') = (fail_date is not null))
);
comment on table finance.payouts is 'Money that payment providers paid out to bank accounts.';
create unique index payouts_by_provider_payout on finance.payouts (org_id, payment_provider_account_id, provider_payout_id);
create index payouts_by_date on finance.payouts (org_id, date, id);
create index payouts_by_journal_entry on finance.payouts (org_id, journal_entry_id) where journal_entry_id is not null;
select platform.tenant_table('finance.payouts', 'select, insert, update');

create table finance.payment_provider_events (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  payment_provider_account_id uuid not null,
  provider_event_id text not null,
  type text not null,
  provider_type text not null,
  event_time timestamptz,
  provider_checkout_id text not null,
  provider_payment_id text not null,
  provider_object_id text not null,
  amount_currency text,
  amount_minor bigint,
  fee_currency text,
  fee_minor bigint,
  reference text not null,
  message text not null,
  transactions jsonb,
  body_digest text not null,
  state text not null,
  error text not null,
  checkout_id uuid,
  payment_id uuid,
  refund_ids uuid[] not null,
  payout_id uuid,
  journal_entry_ids uuid[] not null,
  attempt_count integer not null,
  constraint payment_provider_events_pkey primary key (org_id, id),
  constraint payment_provider_events_account_exists foreign key (org_id, payment_provider_account_id)
    references finance.payment_provider_accounts (org_id, id),
  constraint payment_provider_events_checkout_exists foreign key (org_id, checkout_id) references finance.checkouts (org_id, id),
  constraint payment_provider_events_payment_exists foreign key (org_id, payment_id) references finance.payments (org_id, id),
  constraint payment_provider_events_payout_exists foreign key (org_id, payout_id) references finance.payouts (org_id, id),
  constraint payment_provider_events_type_known check (type in ('', 'PAYMENT_SUCCEEDED', 'PAYMENT_FAILED', 'CHECKOUT_EXPIRED',
    'PAYMENT_REFUNDED', 'PAYMENT_DISPUTED', 'DISPUTE_WON', 'PAYOUT_PAID', 'PAYOUT_FAILED')),
  constraint payment_provider_events_state_known check (state in ('RECEIVED', 'PROCESSED', 'WAITING', 'FAILED', 'NOT_UNDERSTOOD',
    'DISMISSED'))
);
comment on table finance.payment_provider_events is 'Events that payment providers sent. Of a request, only these columns are kept.';
create unique index payment_provider_events_by_provider_event on finance.payment_provider_events
  (org_id, payment_provider_account_id, provider_event_id);
-- Money moves once, also if a provider reports it by several events.
create unique index payment_provider_events_by_provider_payment on finance.payment_provider_events
  (org_id, payment_provider_account_id, provider_payment_id)
  where type = 'PAYMENT_SUCCEEDED' and state = 'PROCESSED' and journal_entry_ids <> '{}';
create unique index payment_provider_events_by_provider_object on finance.payment_provider_events
  (org_id, payment_provider_account_id, type, provider_object_id)
  where type in ('PAYMENT_REFUNDED', 'PAYMENT_DISPUTED', 'DISPUTE_WON') and state = 'PROCESSED' and journal_entry_ids <> '{}';
create index payment_provider_events_by_payment on finance.payment_provider_events (org_id, payment_id) where payment_id is not null;
create index payment_provider_events_by_checkout on finance.payment_provider_events (org_id, checkout_id) where checkout_id is not null;
create index payment_provider_events_by_payout on finance.payment_provider_events (org_id, payout_id) where payout_id is not null;
create index payment_provider_events_waiting on finance.payment_provider_events (org_id, payment_provider_account_id, id)
  where state = 'WAITING';
select platform.tenant_table('finance.payment_provider_events', 'select, insert, update');

-- +goose Down
drop table finance.payment_provider_events, finance.payouts, finance.checkouts, finance.payment_provider_accounts;
