package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"backoffice/internal/platform/id"
)

// rowCopy says how the first row of an organization in a table is copied: with changes, the
// arguments of a jsonb object over the number copy.n, the key copy.id and the past day copy.day.
// args are $3 and so on.
type rowCopy struct {
	schema, table, changes string
	args                   []any
}

// copyRows copies a row of each table n times.
func (c *company) copyRows(ctx context.Context, database string, n int, copies []rowCopy) error {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	org, err := id.Parse("org", c.id)
	if err != nil {
		return err
	}
	for _, r := range copies {
		if err := r.run(ctx, conn, org, n); err != nil {
			return fmt.Errorf("%s: %w", r.table, err)
		}
	}
	_, err = conn.Exec(ctx, "analyze")
	return err
}

func (r rowCopy) run(ctx context.Context, conn *pgx.Conn, org uuid.UUID, n int) error {
	var columns string
	if err := conn.QueryRow(ctx, `
select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
from information_schema.columns
where table_schema = $1
and table_name = $2
and is_generated = 'NEVER'`, r.schema, r.table).Scan(&columns); err != nil {
		return err
	}
	name := r.schema + "." + r.table
	_, err := conn.Exec(ctx, `
insert into `+name+` (`+columns+`)
select `+columns+`
from (
  select (jsonb_populate_record(t, jsonb_build_object(`+r.changes+`))).*
  from `+name+` t
  cross join (
    select
      n,
      ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
      current_date - (n % 700) as day
    from generate_series(1, $2::integer) n
  ) copy
  where t.org_id = $1
  and t.id = (select min(o.id::text)::uuid from `+name+` o where o.org_id = $1)
) r`, append([]any{org, n}, r.args...)...)
	return err
}
