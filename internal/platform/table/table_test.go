package table_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	operationsv1 "backoffice/gen/go/backoffice/operations/v1"
	typev1 "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/table"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// thing is a record with a field for each kind of column. It embeds a generated message, since
// every record must be one, for its standard fields.
type thing struct {
	financev1.Vendor

	text, date, due, rate, ref string
	number                     int32
	big                        int64
	flag                       bool
	state                      operationsv1.Task_State
	instant                    *timestamppb.Timestamp
	price, fee                 *typev1.Money
	words                      []string
	action                     *typev1.AllowedAction
	actions                    []*typev1.AllowedAction
	maybeText                  *string
	maybeNumber                *int32
	maybeBig                   *int64
	maybeFlag                  *bool
	lines                      []*line
}

// line is a line of a thing.
type line struct {
	memo, ref, date string
	amount          *typev1.Money
	flag            bool
}

var lineColumns = []table.Column[*line]{
	table.Text("memo", func(l *line) *string { return &l.memo }),
	table.Ref("ref_id", "ven", func(l *line) *string { return &l.ref }),
	table.Date("date", func(l *line) *string { return &l.date }),
	table.Minor("amount", func(l *line) **typev1.Money { return &l.amount }),
	table.Bool("flag", func(l *line) *bool { return &l.flag }),
}

// lineCurrency returns the currency of a thing's lines, that of its price.
func lineCurrency(t *thing) string { return t.price.GetCurrencyCode() }

// columns are those columns of a thing that InsertMany supports.
var columns = []table.Column[*thing]{
	table.Text("text", func(t *thing) *string { return &t.text }).Filter().Sort("things_by_text"),
	table.Int32("number", func(t *thing) *int32 { return &t.number }).Filter().Sort("things_by_number"),
	table.Int64("big", func(t *thing) *int64 { return &t.big }).Filter().Sort("things_by_big"),
	table.Bool("flag", func(t *thing) *bool { return &t.flag }).Filter(),
	table.Enum("state", func(t *thing) *operationsv1.Task_State { return &t.state }).Filter(),
	table.Date("date", func(t *thing) *string { return &t.date }).Filter(),
	table.DateOrInfinity("due_date", func(t *thing) *string { return &t.due }).Filter().Sort("things_by_due_date"),
	table.Timestamp("instant", func(t *thing) **timestamppb.Timestamp { return &t.instant }).Filter(),
	table.Decimal("rate", 4, func(t *thing) *string { return &t.rate }),
	table.Money("price", func(t *thing) **typev1.Money { return &t.price }).Filter(),
	table.Minor("fee", func(t *thing) **typev1.Money { return &t.fee }).Filter(),
	table.Ref("vendor_id", "ven", func(t *thing) *string { return &t.ref }).Filter(),
	table.Message("action", func(t *thing) **typev1.AllowedAction { return &t.action }),
	table.Messages("actions", func(t *thing) *[]*typev1.AllowedAction { return &t.actions }),
	table.Optional("maybe_text", "text", func(t *thing) **string { return &t.maybeText }),
	table.Optional("maybe_number", "integer", func(t *thing) **int32 { return &t.maybeNumber }),
	table.Optional("maybe_big", "bigint", func(t *thing) **int64 { return &t.maybeBig }),
	table.Optional("maybe_flag", "boolean", func(t *thing) **bool { return &t.maybeFlag }),
	table.Predicate[*thing]("overdue", "t.due_date < :today"),
	table.Lines("lines", "trial.lines", "thing_id",
		func(t *thing) *[]*line { return &t.lines }, lineCurrency, lineColumns...),
}

// flatThings is the table of things without its array column, so that InsertMany supports it.
var flatThings = table.New("trial.things", columns...)

// things is the table of things with all columns.
var things = table.New("trial.things", append(columns[:len(columns):len(columns)],
	table.Strings("words", func(t *thing) *[]string { return &t.words }))...)

const schema = `
create schema trial;
grant usage on schema trial to backoffice_app;

create table trial.things (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
  text text not null,
  number integer not null,
  big bigint not null,
  flag boolean not null,
  state text not null,
  date date,
  due_date date not null,
  instant timestamptz,
  rate numeric,
  price_currency text,
  price_minor bigint,
  fee_minor bigint,
  vendor_id uuid,
  action jsonb,
  actions jsonb,
  maybe_text text,
  maybe_number integer,
  maybe_big bigint,
  maybe_flag boolean,
  words text[] not null default '{}',
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint things_pkey primary key (org_id, id)
);
create unique index things_external_id_taken on trial.things (org_id, external_id) where external_id is not null;
create index things_by_text on trial.things (org_id, text, id);
create index things_by_number on trial.things (org_id, number, id);
create index things_by_big on trial.things (org_id, big, id);
create index things_by_due_date on trial.things (org_id, due_date, id);
select platform.tenant_table('trial.things', 'select, insert, update, delete');

create table trial.lines (
  org_id uuid not null,
  thing_id uuid not null,
  line_number integer not null,
  memo text not null,
  ref_id uuid,
  date date,
  amount_minor bigint,
  flag boolean not null,
  constraint lines_pkey primary key (org_id, thing_id, line_number),
  constraint lines_thing_exists foreign key (org_id, thing_id) references trial.things (org_id, id) on delete cascade
);
select platform.tenant_table('trial.lines', 'select, insert, update, delete');

create table trial.entries (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  description text not null,
  currency_code text not null,
  state text not null,
  draft_lines jsonb,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint entries_pkey primary key (org_id, id)
);
select platform.tenant_table('trial.entries', 'select, insert, update, delete');

create table trial.entry_lines (
  org_id uuid not null,
  entry_id uuid not null,
  line_number integer not null,
  account_id uuid not null,
  amount_minor bigint not null,
  position bigint not null default platform.position(),
  seq bigint not null,
  memo text not null,
  constraint entry_lines_pkey primary key (org_id, entry_id, line_number),
  constraint entry_lines_entry_exists foreign key (org_id, entry_id) references trial.entries (org_id, id)
);
select platform.tenant_table('trial.entry_lines', 'select, insert');

create table trial.sheets (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  description text not null,
  currency_code text not null,
  metadata jsonb,
  external_id text,
  custom_fields jsonb,
  constraint sheets_pkey primary key (org_id, id)
);
select platform.tenant_table('trial.sheets', 'select, insert, update, delete');

create table trial.sheet_lines (
  org_id uuid not null,
  sheet_id uuid not null,
  line_number integer not null,
  id uuid not null,
  account_id uuid,
  amount_minor bigint,
  memo text not null,
  constraint sheet_lines_pkey primary key (org_id, id),
  constraint sheet_lines_sheet_exists foreign key (org_id, sheet_id)
    references trial.sheets (org_id, id) on delete cascade
);
select platform.tenant_table('trial.sheet_lines', 'select, insert, update, delete');

create table trial.pointers (
  org_id uuid not null,
  line_id uuid not null,
  constraint pointers_line_exists foreign key (org_id, line_id) references trial.sheet_lines (org_id, id)
);
select platform.tenant_table('trial.pointers', 'select, insert');
`

// schemaOnce creates the schema once in the database of the test binary.
var schemaOnce struct {
	once sync.Once
	err  error
}

func createSchema(url string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, schema)
	return err
}

// noon is the time of the clocks in these tests: 07:00 on 21 November in New York.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

// tenant is an organization in US dollars and New York whose clock is stopped.
type tenant struct {
	ctx context.Context
	db  *db.DB
}

func enter(t testing.TB) tenant {
	t.Helper()
	d, _ := apptest.Databases(t)
	schemaOnce.once.Do(func() { schemaOnce.err = createSchema(apptest.URL(t)) })
	if schemaOnce.err != nil {
		t.Fatal(schemaOnce.err)
	}
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	c := &call.Call{Organization: call.Organization{
		ID: id.New(), CurrencyCode: "USD", Zone: zone, Clock: calendar.Fixed(noon),
	}}
	return tenant{ctx: call.With(t.Context(), c), db: d}
}

// at returns the same organization with its clock set to another time.
func (o tenant) at(now time.Time) tenant {
	c := *call.From(o.ctx)
	c.Organization.Clock = calendar.Fixed(now)
	return tenant{ctx: call.With(o.ctx, &c), db: o.db}
}

// write runs fn in a transaction.
func (o tenant) write(fn func(context.Context, *db.Tx) error) error {
	_, err := db.Write(o.ctx, o.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, fn(ctx, tx)
	})
	return err
}

func (o tenant) insert(r *thing) error {
	return o.write(func(ctx context.Context, tx *db.Tx) error { return things.Insert(ctx, tx, r) })
}

func (o tenant) get(key string) (*thing, error) {
	return db.Read(o.ctx, o.db, func(ctx context.Context, tx *db.Tx) (*thing, error) { return things.Get(ctx, tx, key) })
}

func (o tenant) list(q table.Query) (list []*thing, last []byte, err error) {
	_, err = db.Read(o.ctx, o.db, func(ctx context.Context, tx *db.Tx) (bool, error) {
		list, last, err = things.Select(ctx, tx, q)
		return true, err
	})
	return list, last, err
}

// newThing returns an empty thing with an identifier.
func newThing() *thing {
	r := &thing{}
	things.SetID(r, id.New())
	return r
}

// formatThing formats a thing, so that two can be compared.
func formatThing(r *thing) string { return formatMessage(&r.Vendor) + "\n" + formatFields(r) }

// formatFields is spell without the standard fields. It formats a nil list like an empty one.
func formatFields(r *thing) string {
	var out strings.Builder
	fmt.Fprintf(&out, "text %q date %q due %q rate %q ref %q\n", r.text, r.date, r.due, r.rate, r.ref)
	fmt.Fprintf(&out, "number %d big %d flag %v state %s words %q\n", r.number, r.big, r.flag, r.state, r.words)
	fmt.Fprintln(&out, "instant", formatMessage(r.instant), "price", formatMessage(r.price), "fee", formatMessage(r.fee))
	fmt.Fprintln(&out, "action", formatMessage(r.action))
	for _, a := range r.actions {
		fmt.Fprintln(&out, "one of actions", formatMessage(a))
	}
	fmt.Fprintln(&out, "maybe", formatOptional(r.maybeText), formatOptional(r.maybeNumber))
	fmt.Fprintln(&out, "maybe", formatOptional(r.maybeBig), formatOptional(r.maybeFlag))
	for _, l := range r.lines {
		fmt.Fprintf(&out, "line %q %q %q %s %v\n", l.memo, l.ref, l.date, formatMessage(l.amount), l.flag)
	}
	return out.String()
}

func formatMessage(m proto.Message) string {
	if !m.ProtoReflect().IsValid() {
		return "nothing"
	}
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	return fmt.Sprintf("%q %v", raw, err)
}

func formatOptional[T any](v *T) string {
	if v == nil {
		return "nothing"
	}
	return fmt.Sprintf("%q", fmt.Sprint(*v))
}
