-- +goose Up
-- Reminders of unpaid invoices, promises to pay them, and the log of talks about them.

create table finance.dunning_policies (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  display_name text not null,
  display_name_key text not null generated always as (lower(display_name)) stored,
  default_policy boolean not null,
  group_key text not null,
  steps jsonb,
  statutory_rate text not null,
  interest_rates jsonb,
  day_count text not null,
  tax_code_id uuid,
  automatic boolean not null,
  send_emails boolean not null,
  send_thanks boolean not null,
  last_run_date date,
  pending_run_date date,
  failures jsonb,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint dunning_policies_pkey primary key (org_id, id),
  constraint dunning_policies_tax_code_exists foreign key (org_id, tax_code_id) references finance.tax_codes (org_id, id),
  constraint dunning_policies_statutory_rate_known
    check (statutory_rate in ('', 'EU_DIRECTIVE', 'DE_CIVIL_CODE', 'GB_LATE_PAYMENT_ACT')),
  constraint dunning_policies_day_count_known check (day_count in ('ACTUAL_365', 'ACTUAL_360'))
);
comment on table finance.dunning_policies is 'How customers are reminded of unpaid invoices. The schedule of a row has the same UUID.';
create unique index dunning_policies_name_taken on finance.dunning_policies (org_id, display_name_key);
create unique index dunning_policies_group_taken on finance.dunning_policies (org_id, group_key)
  where group_key <> '' and archive_time is null;
create unique index dunning_policies_default_taken on finance.dunning_policies (org_id, default_policy)
  where default_policy and archive_time is null;
create unique index dunning_policies_external_id_taken on finance.dunning_policies (org_id, external_id) where external_id is not null;
create index dunning_policies_by_tax_code on finance.dunning_policies (org_id, tax_code_id) where tax_code_id is not null;
create index dunning_policies_pending on finance.dunning_policies (org_id, id) where pending_run_date is not null;
select platform.tenant_table('finance.dunning_policies', 'select, insert, update, delete');

alter table finance.customers add column dunning_policy_id uuid;
alter table finance.customers add constraint customers_dunning_policy_exists
  foreign key (org_id, dunning_policy_id) references finance.dunning_policies (org_id, id);
alter table finance.customers add column dunning_excluded boolean not null default false;
alter table finance.customers alter column dunning_excluded drop default;
create index customers_by_dunning_policy on finance.customers (org_id, dunning_policy_id) where dunning_policy_id is not null;

alter table finance.invoices add column dunning_pause_end_date date;

-- Invoices that were open on a day are those of which the rest was settled later.
create index receivables_by_settle_date on finance.receivables (org_id, settle_date) where settle_date is not null;

create table finance.dunning_notices (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  number text not null,
  customer_id uuid not null,
  customer_name text not null,
  dunning_policy_id uuid not null,
  date date not null,
  currency_code text not null,
  state text not null,
  open_amount_currency text not null,
  open_amount_minor bigint not null,
  fee_currency text not null,
  fee_minor bigint not null,
  fixed_sum_currency text not null,
  fixed_sum_minor bigint not null,
  interest_amount_currency text not null,
  interest_amount_minor bigint not null,
  tax_amount_currency text not null,
  tax_amount_minor bigint not null,
  charged_amount_currency text not null,
  charged_amount_minor bigint not null,
  total_amount_currency text not null,
  total_amount_minor bigint not null,
  receivable_id uuid,
  journal_entry_id uuid,
  language_code text not null,
  subject text not null,
  body text not null,
  email_state text not null,
  recipient_emails text[] not null,
  send_time timestamptz,
  void_date date,
  void_reason text not null,
  constraint dunning_notices_pkey primary key (org_id, id),
  constraint dunning_notices_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint dunning_notices_dunning_policy_exists
    foreign key (org_id, dunning_policy_id) references finance.dunning_policies (org_id, id),
  constraint dunning_notices_receivable_exists foreign key (org_id, receivable_id) references finance.receivables (org_id, id),
  constraint dunning_notices_journal_entry_exists
    foreign key (org_id, journal_entry_id) references finance.journal_entries (org_id, id),
  constraint dunning_notices_state_known check (state in ('ISSUED', 'VOID')),
  constraint dunning_notices_email_state_known check (email_state in ('', 'QUEUED', 'SENT', 'NO_RECIPIENTS')),
  constraint dunning_notices_charges_posted check (
    (charged_amount_minor > 0) = (receivable_id is not null) and (receivable_id is null) = (journal_entry_id is null)
  )
);
comment on table finance.dunning_notices is 'Reminders of unpaid invoices, and what they charge.';
create index dunning_notices_by_customer on finance.dunning_notices (org_id, customer_id, date);
create index dunning_notices_by_date on finance.dunning_notices (org_id, date, id);
create index dunning_notices_by_dunning_policy on finance.dunning_notices (org_id, dunning_policy_id);
create index dunning_notices_by_journal_entry on finance.dunning_notices (org_id, journal_entry_id);
create index dunning_notices_by_receivable on finance.dunning_notices (org_id, receivable_id);
create index dunning_notices_queued on finance.dunning_notices (org_id, id) where email_state = 'QUEUED';
create unique index dunning_notices_by_number on finance.dunning_notices (org_id, number);
select platform.tenant_table('finance.dunning_notices', 'select, insert, update');

create table finance.dunning_notice_lines (
  org_id uuid not null,
  dunning_notice_id uuid not null,
  line_number integer not null,
  receivable_id uuid not null,
  document_id text not null,
  number text not null,
  date date not null,
  due_date date not null,
  days_overdue integer not null,
  open_amount_minor bigint not null,
  step_days integer not null,
  step_name text not null,
  passed_over_steps jsonb,
  interest_end_date date,
  interest_spans jsonb,
  interest_amount_minor bigint not null,
  fixed_sum_minor bigint not null,
  repeatable boolean not null,
  constraint dunning_notice_lines_pkey primary key (org_id, dunning_notice_id, line_number),
  constraint dunning_notice_lines_notice_exists
    foreign key (org_id, dunning_notice_id) references finance.dunning_notices (org_id, id) on delete cascade,
  constraint dunning_notice_lines_receivable_exists
    foreign key (org_id, receivable_id) references finance.receivables (org_id, id)
);
comment on table finance.dunning_notice_lines is 'The invoices of dunning notices, with the steps they get.';
-- An invoice gets a step once, unless it may be repeated.
create unique index dunning_notice_lines_by_step on finance.dunning_notice_lines (org_id, receivable_id, step_days)
  where not repeatable;
create index dunning_notice_lines_by_receivable on finance.dunning_notice_lines (org_id, receivable_id);
select platform.tenant_table('finance.dunning_notice_lines', 'select, insert, update, delete');

create table finance.payment_promises (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  date date not null,
  amount_currency text not null,
  amount_minor bigint not null,
  promise_date date not null,
  promised_by text not null,
  note text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint payment_promises_pkey primary key (org_id, id),
  constraint payment_promises_invoice_exists foreign key (org_id, invoice_id) references finance.invoices (org_id, id),
  constraint payment_promises_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint payment_promises_promise_date_not_before_date check (promise_date >= date)
);
comment on table finance.payment_promises is 'What customers promised to pay, and by when.';
create index payment_promises_by_invoice on finance.payment_promises (org_id, invoice_id);
create index payment_promises_by_customer on finance.payment_promises (org_id, customer_id);
create index payment_promises_by_promise_date on finance.payment_promises (org_id, promise_date, id);
create unique index payment_promises_external_id_taken on finance.payment_promises (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.payment_promises', 'select, insert, update, delete');

create table finance.follow_ups (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  customer_id uuid not null,
  invoice_id uuid,
  kind text not null,
  date date not null,
  contact_name text not null,
  note text not null,
  next_step text not null,
  next_step_date date not null,
  responsible_id uuid,
  state text not null,
  complete_time timestamptz,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint follow_ups_pkey primary key (org_id, id),
  constraint follow_ups_customer_exists foreign key (org_id, customer_id) references finance.customers (org_id, id),
  constraint follow_ups_invoice_exists foreign key (org_id, invoice_id) references finance.invoices (org_id, id),
  constraint follow_ups_responsible_exists foreign key (org_id, responsible_id) references platform.persons (org_id, id),
  constraint follow_ups_kind_known check (kind in ('CALL', 'EMAIL', 'LETTER', 'NOTE')),
  constraint follow_ups_state_known check (state in ('OPEN', 'DONE'))
);
comment on table finance.follow_ups is 'Talks with customers about unpaid invoices, and the next steps.';
create index follow_ups_by_customer on finance.follow_ups (org_id, customer_id, date);
create index follow_ups_by_invoice on finance.follow_ups (org_id, invoice_id) where invoice_id is not null;
create index follow_ups_by_date on finance.follow_ups (org_id, date, id);
create index follow_ups_by_next_step_date on finance.follow_ups (org_id, next_step_date, id);
create index follow_ups_by_responsible on finance.follow_ups (org_id, responsible_id, next_step_date, id);
create index open_follow_ups_by_next_step_date on finance.follow_ups (org_id, next_step_date, id) where state not in ('DONE');
create index open_follow_ups_by_responsible on finance.follow_ups (org_id, responsible_id, next_step_date, id) where state not in ('DONE');
create unique index follow_ups_external_id_taken on finance.follow_ups (org_id, external_id) where external_id is not null;
select platform.tenant_table('finance.follow_ups', 'select, insert, update, delete');

-- Settled receivables for which the customer was thanked, or is not to be thanked.
create table finance.payment_thanks (
  org_id uuid not null,
  receivable_id uuid not null,
  create_time timestamptz not null,
  constraint payment_thanks_pkey primary key (org_id, receivable_id),
  constraint payment_thanks_receivable_exists foreign key (org_id, receivable_id) references finance.receivables (org_id, id)
);
comment on table finance.payment_thanks is 'Payments for which customers were thanked by mail.';
select platform.tenant_table('finance.payment_thanks', 'select, insert');

-- +goose Down
drop table finance.payment_thanks, finance.follow_ups, finance.payment_promises, finance.dunning_notice_lines, finance.dunning_notices;
drop index finance.receivables_by_settle_date;
alter table finance.invoices drop column dunning_pause_end_date;
alter table finance.customers drop column dunning_policy_id;
alter table finance.customers drop column dunning_excluded;
drop table finance.dunning_policies;
