package migrations

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestStoredValuesAreRespelled migrates a database that has values in British spelling.
func TestStoredValuesAreRespelled(t *testing.T) {
	t.Parallel()
	url := databaseWithout(t, "0020_platform_canceled.sql", "0160_finance_spelling.sql")
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), `
insert into platform.operations (org_id, id, version, create_time, update_time, complete_time,
  method, state, done_count, total_count, result_id)
values ('018f0000-0000-7000-8000-000000000001', gen_random_uuid(), 1, now(), now(), now(), 'm', 'CANCELLED', 0, 1, 'r');
insert into finance.accounts (org_id, id, version, create_time, update_time,
  code, display_name, type, subtype, currency_code, cash_flow_section, control, description)
values ('018f0000-0000-7000-8000-000000000001', gen_random_uuid(), 1, now(), now(),
    '4850', 'Gains', 'INCOME', 'REALISED_EXCHANGE_GAIN', '', '', false, ''),
  ('018f0000-0000-7000-8000-000000000001', gen_random_uuid(), 1, now(), now(),
    '4860', 'Gains', 'INCOME', 'UNREALISED_EXCHANGE_GAIN', '', '', false, '')`); err != nil {
		t.Fatal(err)
	}
	if err := Run(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	var got, versions string
	if err := conn.QueryRow(t.Context(), `
select (select string_agg(state, ' ') from platform.operations) || ' ' || string_agg(subtype, ' ' order by code),
  (select string_agg(version::text, ' ') from platform.operations) || ' ' || string_agg(version::text, ' ')
from finance.accounts
where update_time > create_time`).Scan(&got, &versions); err != nil {
		t.Fatal(err)
	}
	if want := "CANCELED REALIZED_EXCHANGE_GAIN UNREALIZED_EXCHANGE_GAIN"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// Clients that compare etags or read what was updated must see the new values.
	if want := "2 2 2"; versions != want {
		t.Errorf("got the versions %s, want %s", versions, want)
	}
}
