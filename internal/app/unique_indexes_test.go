package app_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/fault"
)

// reasonsWithoutFields are the reasons of unique indexes whose columns are not fields of a request.
var reasonsWithoutFields = []string{"JOURNAL_ENTRY_REVERSED", "OPENING_BALANCES_IMPORTED", "WORK_IMPORT_UNDER_WAY"}

// TestUniqueIndexReasonsDeclareFields checks that the reason of every unique index declares fields
// among the index's columns.
func TestUniqueIndexReasonsDeclareFields(t *testing.T) {
	t.Parallel()
	for name, columns := range uniqueIndexes(t) {
		reason := fault.ReasonOfConstraint(strings.ToLower(name))
		if reason == optionsv1.Reason_REASON_UNSPECIFIED {
			t.Errorf("the unique index %s has no reason", name)
			continue
		}
		fields := reasonFields(reason)
		if len(fields) == 0 && !slices.Contains(reasonsWithoutFields, name) {
			t.Errorf("%s declares no field", name)
		}
		for _, field := range fields {
			if !slices.Contains(columns, field) {
				t.Errorf("%s declares the field %s, want one of %v", name, field, columns)
			}
		}
	}
}

// uniqueIndexes returns the unique indexes that callers can violate, by reason, with their columns
// as JSON field names.
func uniqueIndexes(t *testing.T) map[string][]string {
	t.Helper()
	indexes := map[string][]string{}
	for _, row := range column(t, owner(t), `
select i.relname || ' ' || string_agg(a.attname, ' ')
from pg_index x
join pg_class i on i.oid = x.indexrelid
join pg_class r on r.oid = x.indrelid
join pg_namespace n on n.oid = r.relnamespace
join pg_attribute a on a.attrelid = x.indrelid and a.attnum = any(x.indkey)
where n.nspname in ('platform', 'finance', 'operations', 'people')
and not r.relispartition
and r.relrowsecurity
and x.indisunique
and not x.indisprimary
and i.relname not like '%\_by\_%'
group by i.relname`) {
		names := strings.Fields(row)
		var fields []string
		for _, name := range names[1:] {
			fields = append(fields, fault.JSONName(name), fault.JSONName(strings.TrimSuffix(name, "_key")))
		}
		indexes[strings.ToUpper(names[0])] = fields
	}
	if len(indexes) < 15 {
		t.Fatalf("got only %v", indexes)
	}
	return indexes
}

func reasonFields(r optionsv1.Reason) []string {
	fields, _ := proto.GetExtension(r.Descriptor().Values().ByNumber(r.Number()).Options(),
		optionsv1.E_ReasonFields).([]string)
	return fields
}

// TestDuplicatesAreRejectedByField creates two records of each kind with the same unique values.
func TestDuplicatesAreRejectedByField(t *testing.T) {
	t.Parallel()
	o := apptest.SignUp(t)
	indexes := uniqueIndexes(t)
	for _, k := range kinds() {
		f := fixtures[string(k.message.FullName())]
		if f.record == nil {
			continue
		}
		s := suite{t: t, k: k, f: f, o: o, conn: apptest.OverREST{Organization: o}}
		for name, columns := range indexes {
			// The conformance suite checks external ids.
			if !strings.HasPrefix(name, strings.ToUpper(k.plural)+"_") || !strings.HasSuffix(name, "_TAKEN") ||
				strings.HasSuffix(name, "_EXTERNAL_ID_TAKEN") {
				continue
			}
			first := f.record(t, o).ProtoReflect()
			fill(first, reasonFields(optionsv1.Reason(optionsv1.Reason_value[name])))
			made, err := s.call("Create", map[string]any{k.singular: first.Interface()})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			second := f.record(t, o).ProtoReflect()
			for _, field := range columns {
				if fd := second.Descriptor().Fields().ByJSONName(field); fd != nil {
					second.Set(fd, made.Get(fd))
				}
			}
			_, err = s.call("Create", map[string]any{k.singular: second.Interface()})
			want := reasonFields(optionsv1.Reason(optionsv1.Reason_value[name]))
			if status.Code(err) != codes.AlreadyExists || apptest.Reason(err).String() != name ||
				!slices.Equal(apptest.Fields(err), want) {
				t.Errorf("%s: got %v with violations of %v, want %v", name, err, apptest.Fields(err), want)
			}
		}
	}
}

// fill sets the texts and flags that the fixture leaves empty.
func fill(m protoreflect.Message, fields []string) {
	for _, field := range fields {
		fd := m.Descriptor().Fields().ByJSONName(field)
		switch {
		case fd == nil || m.Has(fd) || strings.HasSuffix(field, "Id"):
		case fd.Kind() == protoreflect.StringKind:
			m.Set(fd, protoreflect.ValueOfString(uniqueCode()))
		case fd.Kind() == protoreflect.BoolKind:
			m.Set(fd, protoreflect.ValueOfBool(true))
		}
	}
}
