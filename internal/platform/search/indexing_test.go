package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/history"
	"backoffice/internal/platform/searchindex/words"
)

// insertVendors inserts vendors with SQL, without events. name is an expression of n, their number
// from 1 on.
func (o company) insertVendors(t *testing.T, count int, name string) {
	t.Helper()
	must(connect(t).Exec(t.Context(), `
insert into finance.vendors (org_id, id, version, create_time, update_time, display_name, email, phone, website,
  reference, payment_days, note, bank_account_holder, bank_code)
select $1, ('0190' || lpad(to_hex(n), 8, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid, 1, now(), now(),
  `+name+`, '', '', '', '', 0, '', '', ''
from generate_series(1, $2) as n`, o.key(t), count))(t)
}

// reindex indexes all records again, as the command does.
func (o company) reindex(t *testing.T) {
	t.Helper()
	ctx := call.With(t.Context(), must(o.App.Identity.SystemCall(t.Context(), o.key(t)))(t))
	if err := o.App.Search.StartReindexing(ctx); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		more = must(o.App.Search.IndexPage(ctx))(t)
	}
}

// indexRows returns the whole index of the organization.
func (o company) indexRows(t *testing.T) []string {
	t.Helper()
	return must(pgx.CollectRows(must(connect(t).Query(t.Context(), `
select kind || ' ' || word || ' ' || record_key
from platform.search_words
where org_id = $1
union all
select kind || ' ' || record_key || ' ' || words::text || coalesce(owner_id::text, '')
from platform.search_records
where org_id = $1
order by 1`, o.key(t)))(t), pgx.RowTo[string]))(t)
}

func TestReplayedEventsChangeNothing(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	v := o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd", Note: "paper paper"})
	must(o.vendors.DeleteVendor(t.Context(), &financev1.DeleteVendorRequest{
		VendorId: o.vendor(t, &financev1.Vendor{DisplayName: "Gone"}).Id}))(t)
	o.index(t)
	before := o.indexRows(t)
	events := must(pgx.CollectRows(must(connect(t).Query(t.Context(), `
select org_id as organization, id, type, subject_id, record_id, correlation_id as correlation, depth
from platform.events
where org_id = $1
order by position desc, seq desc`, o.key(t)))(t), pgx.RowToStructByName[history.Occurrence]))(t)
	if !slices.ContainsFunc(events, func(e history.Occurrence) bool { return e.SubjectID == v.Id }) {
		t.Fatal("got no event about the vendor")
	}
	_, relayDB := apptest.Databases(t)
	for range 2 { // all events again, in reverse, twice
		if err := relayDB.AcrossOrganizations(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
			return o.App.Search.Follower().Take(ctx, tx, events)
		}); err != nil {
			t.Fatal(err)
		}
	}
	o.RunJobs(t)
	if after := o.indexRows(t); !slices.Equal(after, before) {
		t.Errorf("got %q, want %q", after, before)
	}
}

func TestReindexingContinuesAfterAnInterruption(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.index(t)
	o.insertVendors(t, 1200, "'Paper ' || n")
	wantFound(t, o.Organization, "paper 1200")
	ctx := call.With(t.Context(), must(o.App.Identity.SystemCall(t.Context(), o.key(t)))(t))
	if err := o.App.Search.StartReindexing(ctx); err != nil {
		t.Fatal(err)
	}
	indexed := func() (n int) {
		if err := connect(t).QueryRow(t.Context(),
			"select count(*) from platform.search_records where org_id = $1 and kind = 'ven'", o.key(t)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for indexed() == 0 {
		must(o.App.Search.IndexPage(ctx))(t)
	}
	if n := indexed(); n >= 1200 {
		t.Fatalf("got %d records in the first page, want a part of them", n)
	}
	o.reindex(t) // continues, rather than beginning again
	wantFound(t, o.Organization, "paper 1200", "Paper 1200")

	// A record whose deletion was missed leaves with the next reindexing, and its words too.
	must(connect(t).Exec(t.Context(), "delete from finance.vendors where org_id = $1 and display_name = 'Paper 77'",
		o.key(t)))(t)
	o.reindex(t)
	if n := indexed(); n != 1199 {
		t.Errorf("got %d records, want 1199", n)
	}
	before := o.indexRows(t)
	must(connect(t).Exec(t.Context(), "delete from platform.search_words where org_id = $1", o.key(t)))(t)
	must(connect(t).Exec(t.Context(), "delete from platform.search_records where org_id = $1", o.key(t)))(t)
	o.reindex(t)
	if after := o.indexRows(t); !slices.Equal(after, before) {
		t.Errorf("got %d rows after rebuilding the index, want the same %d", len(after), len(before))
	}
}

func TestChangedFieldsAreIndexedInTheBackground(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.index(t)
	o.insertVendors(t, 3, "'Paper ' || n")
	// The index of an older version: the fields of vendors were others, and comments were searched.
	must(connect(t).Exec(t.Context(), `
update platform.search_kinds set version = 'old' where org_id = $1 and kind = 'ven'`, o.key(t)))(t)
	must(connect(t).Exec(t.Context(), `
insert into platform.search_kinds (org_id, kind, version) values ($1, 'old', 'old')`, o.key(t)))(t)
	must(connect(t).Exec(t.Context(), `
insert into platform.search_words (org_id, kind, word, record_key) values ($1, 'old', 'word', $1)`, o.key(t)))(t)
	must(connect(t).Exec(t.Context(), `
insert into platform.search_records (org_id, kind, record_key, words, index_time)
values ($1, 'old', $1, '{word}', now())`,
		o.key(t)))(t)
	must(connect(t).Exec(t.Context(), `
update platform.search_states set fingerprint = 'old' where org_id = $1`, o.key(t)))(t)
	_, relayDB := apptest.Databases(t)
	due := must(pgx.CollectRows(must(relayDB.Pool().Query(t.Context(), o.App.Search.Chore().DueOrganizations))(t),
		pgx.RowTo[uuid.UUID]))(t)
	if !slices.Contains(due, o.key(t)) {
		t.Errorf("got %d organizations to index, want this one among them", len(due))
	}
	o.RunJobs(t)
	wantFound(t, o.Organization, "paper", "Paper 3", "Paper 2", "Paper 1")
	for _, row := range o.indexRows(t) {
		if strings.HasPrefix(row, "old ") {
			t.Errorf("got the row %q of a kind that is no longer searched", row)
		}
	}
}

// TestSearchFindsWhatAScanFinds compares random searches of 10,000 records with a scan. All words
// are frequent, some are never together.
func TestSearchFindsWhatAScanFinds(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.insertVendors(t, 10_000, `'Vendor ' || n || case when n % 2 = 0 then ' even' else ' odd' end
  || case when n % 7 = 0 then ' Säven' else '' end || ' code-' || to_hex(n * 7919 % 10007)`)
	o.reindex(t)
	type vendor struct{ ID, DisplayName string }
	all := must(pgx.CollectRows(must(connect(t).Query(t.Context(), `
select id::text as id, display_name
from finance.vendors
where org_id = $1
order by id desc`, o.key(t)))(t), pgx.RowToStructByName[vendor]))(t)
	split := make([][]string, len(all))
	for i, v := range all {
		split[i] = words.Split(v.DisplayName)
	}
	random := rand.New(rand.NewPCG(1, 2))
	queries := []string{"v", "even", "odd even", "saven v", "1", `"9999"`, "nothing"}
	for range 20 {
		name := strings.Fields(all[random.IntN(len(all))].DisplayName)
		random.Shuffle(len(name), func(i, j int) { name[i], name[j] = name[j], name[i] })
		q := strings.Join(name[:1+random.IntN(len(name))], " ")
		queries = append(queries, q[:max(1, len(q)-random.IntN(3))])
	}
	for _, q := range queries {
		terms, err := words.Parse(q)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for i, v := range all {
			if words.Match(terms, split[i]) {
				want = append(want, v.DisplayName)
			}
		}
		if got := o.searchAll(t, q); !slices.Equal(got, want) {
			t.Errorf("%q: got %d results, want %d%s", q, len(got), len(want), firstDifference(got, want))
		}
		if got := o.listAll(t, q); !slices.Equal(got, want) {
			t.Errorf("%q in a list: got %d results, want %d%s", q, len(got), len(want), firstDifference(got, want))
		}
	}
}

func firstDifference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("; the first difference is %q instead of %q", got[i], want[i])
		}
	}
	return ""
}

// searchAll returns the names of all vendors that a search finds.
func (o company) searchAll(t *testing.T, q string) (names []string) {
	t.Helper()
	req := &pb.SearchRequest{Q: q, Resources: []string{"vendors"}, PageSize: 500}
	for {
		page := must(pb.NewSearchServiceClient(o).Search(t.Context(), req))(t)
		for _, r := range page.Results {
			names = append(names, r.DisplayName)
		}
		if req.PageToken = page.NextPageToken; req.PageToken == "" {
			return names
		}
	}
}

// listAll returns the names of all vendors in a list, the newest first.
func (o company) listAll(t *testing.T, q string) (names []string) {
	t.Helper()
	req := &financev1.ListVendorsRequest{Q: q, OrderBy: "create_time desc", PageSize: 500}
	for {
		page := must(o.vendors.ListVendors(t.Context(), req))(t)
		for _, v := range page.Vendors {
			names = append(names, v.DisplayName)
		}
		if req.PageToken = page.NextPageToken; req.PageToken == "" {
			return names
		}
	}
}

// TestReindexingBesideWritesEqualsAFreshIndex reindexes while vendors are created, renamed and
// deleted. Afterwards a second reindexing must change nothing.
func TestReindexingBesideWritesEqualsAFreshIndex(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	o.insertVendors(t, 1500, "'Paper ' || n")
	o.index(t)
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for i := range 15 {
				v, err := o.vendors.CreateVendor(t.Context(), &financev1.CreateVendorRequest{
					Vendor: &financev1.Vendor{DisplayName: fmt.Sprintf("Ink %d of %d", i, w)}})
				if err == nil && i%3 == 1 {
					_, err = o.vendors.UpdateVendor(t.Context(), &financev1.UpdateVendorRequest{VendorId: v.Id,
						Vendor:     &financev1.Vendor{DisplayName: fmt.Sprintf("Pen %d of %d", i, w), Etag: v.Etag},
						UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"display_name"}}})
				}
				if err == nil && i%3 == 2 {
					_, err = o.vendors.DeleteVendor(t.Context(), &financev1.DeleteVendorRequest{VendorId: v.Id})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		o.reindex(t)
	}
	writers.Wait()
	o.index(t)
	got := o.indexRows(t)
	for _, table := range []string{"search_words", "search_records"} {
		must(connect(t).Exec(t.Context(), "delete from platform."+table+" where org_id = $1", o.key(t)))(t)
	}
	o.reindex(t)
	want := o.indexRows(t)
	if !slices.Equal(got, want) {
		t.Errorf("the index differs from a fresh one: got %d rows, want %d", len(got), len(want))
	}
	if names := found(t, o.Organization, "pen"); len(names) != 15 {
		t.Errorf("got %d renamed vendors, want 15", len(names))
	}
}

// TestCustomFieldsThatComeAndGoLeaveNoWords deletes a custom field and creates it again. A field is
// deleted only after the values are gone, and a new one has none, so no record changes with it.
func TestCustomFieldsThatComeAndGoLeaveNoWords(t *testing.T) {
	t.Parallel()
	o := newCompany(t)
	fields := pb.NewCustomFieldsServiceClient(o)
	create := func() *pb.CustomField {
		return must(fields.CreateCustomField(t.Context(), &pb.CreateCustomFieldRequest{CustomField: &pb.CustomField{
			Resource: "vendors", Key: "motto", DisplayName: "Motto", Type: pb.CustomField_TEXT}}))(t)
	}
	f := create()
	v := o.vendor(t, &financev1.Vendor{DisplayName: "Paper Ltd",
		CustomFields: must(structpb.NewStruct(map[string]any{"motto": "Always sharp"}))(t)})
	o.index(t)
	wantFound(t, o.Organization, "sharp", "Paper Ltd")
	if _, err := fields.DeleteCustomField(t.Context(),
		&pb.DeleteCustomFieldRequest{CustomFieldId: f.Id, Etag: f.Etag}); err == nil {
		t.Error("deleted a custom field with values")
	}
	must(o.vendors.UpdateVendor(t.Context(), &financev1.UpdateVendorRequest{VendorId: v.Id,
		Vendor: &financev1.Vendor{Etag: v.Etag}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"custom_fields"}}}))(t)
	must(fields.DeleteCustomField(t.Context(), &pb.DeleteCustomFieldRequest{CustomFieldId: f.Id, Etag: f.Etag}))(t)
	create()
	o.index(t)
	wantFound(t, o.Organization, "sharp")
	before := o.indexRows(t)
	o.reindex(t)
	if after := o.indexRows(t); !slices.Equal(after, before) {
		t.Errorf("got %q, want %q", before, after)
	}
}
