package app_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// TestConformance holds every resource, found by its descriptor, to the conventions
// of the API, over both wires.
func TestConformance(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		f, ok := fixtures[string(k.message.FullName())]
		if !ok {
			t.Errorf("%s has no fixture: add one to fixtures_test.go", k.message.FullName())
			continue
		}
		for wire, over := range map[string]func(*apptest.Organization) grpc.ClientConnInterface{
			"gRPC": func(o *apptest.Organization) grpc.ClientConnInterface { return o },
			"REST": func(o *apptest.Organization) grpc.ClientConnInterface { return apptest.OverREST{Organization: o} },
		} {
			t.Run(k.option.GetCollection()+"/"+wire, func(t *testing.T) {
				t.Parallel()
				o := apptest.SignUp(t)
				suite{t: t, k: k, f: f, o: o, conn: over(o)}.run()
			})
		}
	}
}

// suite is the conventions, held against one resource over one wire.
type suite struct {
	t    *testing.T
	k    kind
	f    fixture
	o    *apptest.Organization
	conn grpc.ClientConnInterface
}

func (s suite) run() {
	for name, check := range map[string]func(suite){
		"create": suite.create, "get": suite.get, "batch get": suite.batchGet, "list": suite.list, "update": suite.update,
		"archive": suite.archive, "delete": suite.delete, "permission": suite.permission, "idempotency": suite.idempotency,
	} {
		s.t.Run(name, func(t *testing.T) {
			// A copy: the subtest's t must not become the parent of the next.
			own := s
			own.t = t
			check(own)
		})
	}
}

// call calls a standard method with the request's fields set.
func (s suite) call(verb string, fields map[string]any, opts ...grpc.CallOption) (protoreflect.Message, error) {
	return s.callAs(s.t.Context(), s.conn, verb, fields, opts...)
}

func (s suite) callAs(ctx context.Context, conn grpc.ClientConnInterface, verb string, fields map[string]any, opts ...grpc.CallOption) (protoreflect.Message, error) {
	m := s.k.methods[verb]
	req, answer := empty(m.Input()), empty(m.Output())
	for name, value := range fields {
		set(req, name, value)
	}
	return answer, conn.Invoke(ctx, path(m), req.Interface(), answer.Interface(), opts...)
}

// set gives a field a value: a scalar, a message or a list of strings.
func set(m protoreflect.Message, name string, value any) {
	fd := m.Descriptor().Fields().ByName(protoreflect.Name(name))
	if fd == nil {
		panic(fmt.Sprintf("%s has no field %s", m.Descriptor().FullName(), name))
	}
	switch v := value.(type) {
	case proto.Message:
		m.Set(fd, protoreflect.ValueOfMessage(v.ProtoReflect()))
	case []string:
		list := m.Mutable(fd).List()
		for _, s := range v {
			list.Append(protoreflect.ValueOfString(s))
		}
	default:
		m.Set(fd, protoreflect.ValueOf(v))
	}
}

func text(m protoreflect.Message, name string) string {
	fd := m.Descriptor().Fields().ByName(protoreflect.Name(name))
	if fd == nil {
		return ""
	}
	return m.Get(fd).String()
}

// make makes a record and answers it as Get does.
func (s suite) make() protoreflect.Message {
	s.t.Helper()
	if s.f.made != nil {
		key := s.f.made(s.t, s.o)
		if s.k.methods["Get"] == nil {
			return nil
		}
		return s.read(key)
	}
	answer, err := s.call("Create", s.creation())
	if err != nil {
		s.t.Fatalf("create: %v", err)
	}
	return answer
}

// creation is the request that creates a record of the fixture.
func (s suite) creation() map[string]any {
	fields := map[string]any{s.k.singular: s.f.record(s.t, s.o)}
	if s.f.draft {
		fields["draft"] = true
	}
	if s.f.within != nil {
		maps.Copy(fields, s.f.within(s.t, s.o))
	}
	return fields
}

func (s suite) read(key string) protoreflect.Message {
	s.t.Helper()
	answer, err := s.call("Get", map[string]any{s.k.singular + "_id": key})
	if err != nil {
		s.t.Fatalf("get: %v", err)
	}
	return answer
}

func (s suite) wants(err error, code codes.Code, reason optionsv1.Reason) {
	s.t.Helper()
	if status.Code(err) != code || apptest.Reason(err) != reason {
		s.t.Errorf("got %s %s (%v), want %s %s", status.Code(err), apptest.Reason(err), err, code, reason)
	}
}

func (s suite) create() {
	if s.k.methods["Create"] == nil {
		return
	}
	s.dryRun()
	made := s.make()
	for _, field := range []string{"id", "etag"} {
		if text(made, field) == "" {
			s.t.Errorf("the answer has no %s: %v", field, made)
		}
	}
	if _, err := id.Parse(s.k.option.GetPrefix(), text(made, "id")); err != nil {
		s.t.Errorf("id %s: %v", text(made, "id"), err)
	}
	s.ownID()
	s.event(text(made, "id"), ".created")
	nothing := s.creation()
	nothing[s.k.singular] = empty(s.k.message).Interface()
	delete(nothing, "draft")
	if _, err := s.call("Create", nothing); len(apptest.Fields(err)) == 0 {
		s.t.Errorf("an empty record is answered by %v, want field violations", err)
	}
}

// dryRun holds validate_only to store nothing.
func (s suite) dryRun() {
	fields := s.creation()
	fields["validate_only"] = true
	answer, err := s.call("Create", fields)
	if err != nil {
		s.t.Fatalf("dry run: %v", err)
	}
	_, err = s.call("Get", map[string]any{s.k.singular + "_id": text(answer, "id")})
	s.wants(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
}

// ownID holds Create to the caller's identifier, and a conflict to answer with the
// record that has it.
func (s suite) ownID() {
	fields := s.creation()
	key := id.Format(s.k.option.GetPrefix(), id.New())
	set(fields[s.k.singular].(proto.Message).ProtoReflect(), "id", key)
	made, err := s.call("Create", fields)
	if err != nil || text(made, "id") != key {
		s.t.Fatalf("creating %s answered %v, %v", key, made, err)
	}
	again := s.creation()
	set(again[s.k.singular].(proto.Message).ProtoReflect(), "id", key)
	_, err = s.call("Create", again)
	s.wants(err, codes.AlreadyExists, optionsv1.Reason_ID_TAKEN)
	for _, d := range status.Convert(err).Details() {
		if record, ok := d.(proto.Message); ok && record.ProtoReflect().Descriptor() == s.k.message {
			return
		}
	}
	s.t.Errorf("the conflict does not answer with the record: %v", err)
}

// event holds a change to have left its event.
func (s suite) event(subject, suffix string) {
	s.t.Helper()
	list, err := platformv1.NewHistoryServiceClient(s.o).ListEvents(s.t.Context(), &platformv1.ListEventsRequest{Filter: `subject_id = "` + subject + `"`})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range list.GetEvents() {
		if len(e.GetType()) > len(suffix) && e.GetType()[len(e.GetType())-len(suffix):] == suffix {
			return
		}
	}
	s.t.Errorf("%s has no event %q among %v", subject, suffix, list.GetEvents())
}

func (s suite) get() {
	if s.k.methods["Get"] == nil {
		return
	}
	made := s.make()
	if got := s.read(text(made, "id")); !proto.Equal(withoutRows(got), withoutRows(made)) {
		s.t.Errorf("get answers\n%v\nafter\n%v", got, made)
	}
	_, err := s.call("Get", map[string]any{s.k.singular + "_id": id.Format(s.k.option.GetPrefix(), id.New())})
	s.wants(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = s.call("Get", map[string]any{s.k.singular + "_id": "xxx_" + text(made, "id")[4:]})
	s.wants(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
}

// withoutRows leaves out what is only in the answer to the creation.
func withoutRows(m protoreflect.Message) proto.Message {
	out := proto.Clone(m.Interface())
	for _, name := range []protoreflect.Name{"rows", "secret"} {
		if fd := out.ProtoReflect().Descriptor().Fields().ByName(name); fd != nil {
			out.ProtoReflect().Clear(fd)
		}
	}
	return out
}

func (s suite) batchGet() {
	if s.k.methods["BatchGet"] == nil {
		return
	}
	a, b := text(s.make(), "id"), text(s.make(), "id")
	answer, err := s.call("BatchGet", map[string]any{"ids": []string{b, a}})
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.ids(answer); len(got) != 2 || got[0] != b || got[1] != a {
		s.t.Errorf("asked for %s, %s and got %v", b, a, got)
	}
	_, err = s.call("BatchGet", map[string]any{"ids": []string{a, id.Format(s.k.option.GetPrefix(), id.New())}})
	s.wants(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
}

// ids are the identifiers of the records in an answer.
func (s suite) ids(answer protoreflect.Message) []string {
	list := answer.Get(answer.Descriptor().Fields().ByName(protoreflect.Name(s.k.plural))).List()
	out := make([]string, list.Len())
	for i := range out {
		out[i] = text(list.Get(i).Message(), "id")
	}
	return out
}

func (s suite) list() {
	if s.k.methods["List"] == nil {
		return
	}
	for range 3 {
		s.make()
	}
	all, err := s.call("List", map[string]any{"page_size": int32(500)})
	if err != nil {
		s.t.Fatal(err)
	}
	want := s.ids(all)
	s.pages(want)
	s.filters(want[len(want)-1])
	s.total(all, int64(len(want)))
	_, err = s.call("List", map[string]any{"order_by": "allowed_actions"})
	s.wants(err, codes.InvalidArgument, optionsv1.Reason_ORDER_BY_INVALID)
	_, err = s.call("List", map[string]any{"page_token": "AAAA"})
	s.wants(err, codes.InvalidArgument, optionsv1.Reason_PAGE_TOKEN_INVALID)
}

// pages walks the list two at a time and expects each record once, in order.
func (s suite) pages(want []string) {
	var got []string
	token := ""
	for {
		answer, err := s.call("List", map[string]any{"page_size": int32(2), "page_token": token})
		if err != nil {
			s.t.Fatalf("page: %v", err)
		}
		got = append(got, s.ids(answer)...)
		if token = text(answer, "next_page_token"); token == "" {
			break
		}
		_, err = s.call("List", map[string]any{"page_token": token, "filter": `id != ""`})
		s.wants(err, codes.InvalidArgument, optionsv1.Reason_PAGE_TOKEN_INVALID)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Errorf("pages give\n%v\nwant\n%v", got, want)
	}
}

// total checks that a list counts its matches when asked to, and else says nothing of them.
func (s suite) total(unasked protoreflect.Message, want int64) {
	size := unasked.Descriptor().Fields().ByName("total_size")
	if size == nil {
		return
	}
	if unasked.Has(size) {
		s.t.Errorf("a total that nobody asked for: %v", unasked)
	}
	asked, err := s.call("List", map[string]any{"page_size": int32(1), "include_total": true})
	if err != nil || !asked.Has(size) || asked.Get(size).Int() != want {
		s.t.Errorf("the total is %v, %v, want %d", asked, err, want)
	}
	none, err := s.call("List", map[string]any{"include_total": true, "filter": fmt.Sprintf("id = %q", id.Format(s.k.option.GetPrefix(), id.New()))})
	if err != nil || !none.Has(size) || none.Get(size).Int() != 0 {
		s.t.Errorf("the total of nothing is %v, %v", none, err)
	}
}

func (s suite) filters(one string) {
	answer, err := s.call("List", map[string]any{"filter": fmt.Sprintf("id = %q", one)})
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.ids(answer); len(got) != 1 || got[0] != one {
		s.t.Errorf("filtering by id %s gives %v", one, got)
	}
	_, err = s.call("List", map[string]any{"filter": `nonsense = "1"`})
	s.wants(err, codes.InvalidArgument, optionsv1.Reason_FILTER_INVALID)
	_, err = s.call("List", map[string]any{"filter": `id = `})
	s.wants(err, codes.InvalidArgument, optionsv1.Reason_FILTER_INVALID)
}

// change is an update of a record by the fixture's patch.
func (s suite) change(record protoreflect.Message, etag string) map[string]any {
	patch := proto.Clone(s.f.patch).ProtoReflect()
	set(patch, "etag", etag)
	mask := empty(s.k.methods["Update"].Input().Fields().ByName("update_mask").Message())
	set(mask, "paths", s.f.fields)
	return map[string]any{s.k.singular + "_id": text(record, "id"), s.k.singular: patch.Interface(), "update_mask": mask.Interface()}
}

func (s suite) update() {
	if s.k.methods["Update"] == nil {
		return
	}
	made := s.make()
	changed, err := s.call("Update", s.change(made, text(made, "etag")))
	if err != nil {
		s.t.Fatalf("update: %v", err)
	}
	if text(changed, "etag") == text(made, "etag") || text(changed, "id") != text(made, "id") {
		s.t.Errorf("update answers %v after %v", changed, made)
	}
	if got := s.read(text(made, "id")); !proto.Equal(got.Interface(), changed.Interface()) {
		s.t.Errorf("get answers\n%v\nafter the update\n%v", got, changed)
	}
	s.event(text(made, "id"), ".updated")
	_, err = s.call("Update", s.change(made, text(made, "etag")))
	s.wants(err, codes.Aborted, optionsv1.Reason_ETAG_MISMATCH)
	s.masks(changed)
}

// masks holds what changes nothing to change nothing, and refuses what it must.
func (s suite) masks(record protoreflect.Message) {
	for _, paths := range [][]string{{""}, {"id", "etag"}, {"create_time", "update_time"}} {
		same := s.change(record, text(record, "etag"))
		same["update_mask"] = maskOf(s, paths)
		answer, err := s.call("Update", same)
		if err != nil || text(answer, "etag") != text(record, "etag") {
			s.t.Errorf("mask %q answers %v, %v; want nothing changed", paths, answer, err)
		}
	}
	for _, paths := range [][]string{{"*"}, {"nonsense"}} {
		bad := s.change(record, text(record, "etag"))
		bad["update_mask"] = maskOf(s, paths)
		_, err := s.call("Update", bad)
		s.wants(err, codes.InvalidArgument, optionsv1.Reason_FIELDS_INVALID)
	}
	if s.f.immutable == nil {
		return
	}
	fixed := s.change(record, text(record, "etag"))
	fixed[s.k.singular] = s.f.immutable
	fixed["update_mask"] = maskOf(s, setFields(s.f.immutable))
	_, err := s.call("Update", fixed)
	s.wants(err, codes.InvalidArgument, optionsv1.Reason_FIELDS_INVALID)
}

func maskOf(s suite, paths []string) proto.Message {
	mask := empty(s.k.methods["Update"].Input().Fields().ByName("update_mask").Message())
	set(mask, "paths", paths)
	return mask.Interface()
}

func setFields(m proto.Message) (names []string) {
	m.ProtoReflect().Range(func(fd protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		names = append(names, string(fd.Name()))
		return true
	})
	return names
}

func (s suite) archive() {
	if s.k.methods["Archive"] == nil {
		return
	}
	made := s.make()
	key := map[string]any{s.k.singular + "_id": text(made, "id"), "etag": text(made, "etag")}
	archived, err := s.call("Archive", key)
	if err != nil {
		s.t.Fatalf("archive: %v", err)
	}
	s.wants(second(s.call("Archive", key)), codes.Aborted, optionsv1.Reason_ETAG_MISMATCH)
	again, err := s.call("Archive", map[string]any{s.k.singular + "_id": text(made, "id")})
	if err != nil || text(again, "etag") != text(archived, "etag") {
		s.t.Errorf("archiving twice answers %v, %v", again, err)
	}
	one := fmt.Sprintf("id = %q", text(made, "id"))
	s.shown(map[string]any{"filter": one}, 0)
	s.shown(map[string]any{"filter": one, "show_archived": true}, 1)
	if _, err := s.call("Unarchive", map[string]any{s.k.singular + "_id": text(made, "id")}); err != nil {
		s.t.Fatalf("unarchive: %v", err)
	}
	s.shown(map[string]any{"filter": one, "include_total": true}, 1)
}

func second(_ protoreflect.Message, err error) error { return err }

func (s suite) shown(query map[string]any, want int) {
	s.t.Helper()
	answer, err := s.call("List", query)
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.ids(answer); len(got) != want {
		s.t.Errorf("%v shows %v, want %d", query, got, want)
	}
}

func (s suite) delete() {
	if s.k.methods["Delete"] == nil {
		return
	}
	made := s.make()
	key := map[string]any{s.k.singular + "_id": text(made, "id"), "etag": "999"}
	_, err := s.call("Delete", key)
	s.wants(err, codes.Aborted, optionsv1.Reason_ETAG_MISMATCH)
	key["etag"] = text(made, "etag")
	if _, err := s.call("Delete", key); err != nil {
		s.t.Fatalf("delete: %v", err)
	}
	_, err = s.call("Get", map[string]any{s.k.singular + "_id": text(made, "id")})
	s.wants(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
	s.event(text(made, "id"), ".deleted")
}

// permission holds every standard method closed to a key whose scopes name another.
func (s suite) permission() {
	nobody := s.o.WithRole(s.t, platformv1.ApiKey_OWNER, "nothing.at.all")
	for verb := range s.k.methods {
		_, err := s.callAs(s.t.Context(), nobody, verb, nil)
		s.wants(err, codes.PermissionDenied, optionsv1.Reason_PERMISSION_MISSING)
	}
	nobody.Key = ""
	for verb := range s.k.methods {
		_, err := s.callAs(s.t.Context(), nobody, verb, nil)
		s.wants(err, codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_INVALID)
	}
}

// idempotency holds a retry to the first answer, and a key to its request.
func (s suite) idempotency() {
	if s.k.methods["Create"] == nil {
		return
	}
	ctx := metadata.AppendToOutgoingContext(s.t.Context(), "idempotency-key", nth("key"))
	fields := s.creation()
	var header metadata.MD
	first, err := s.callAs(ctx, s.conn, "Create", fields)
	if err != nil {
		s.t.Fatal(err)
	}
	again, err := s.callAs(ctx, s.conn, "Create", fields, grpc.Header(&header))
	if err != nil || !proto.Equal(withoutRows(again), withoutRows(first)) {
		s.t.Errorf("the retry answers\n%v, %v\nafter\n%v", again, err, first)
	}
	if got := header.Get("idempotency-replayed"); len(got) != 1 {
		s.t.Errorf("the retry does not say that it is one: %v", header)
	}
	_, err = s.callAs(ctx, s.conn, "Create", s.creation())
	s.wants(err, codes.Aborted, optionsv1.Reason_IDEMPOTENCY_KEY_REUSED)
	s.rivals()
}

// rivals holds callers at once with one key to make one record, also where a second
// one would be refused.
func (s suite) rivals() {
	ctx := metadata.AppendToOutgoingContext(s.t.Context(), "idempotency-key", nth("key"))
	fields := s.creation()
	made := make(chan string, 4)
	for range cap(made) {
		go func() {
			answer, err := s.callAs(ctx, s.conn, "Create", fields)
			if err != nil {
				s.t.Errorf("a rival with the same key is answered by %v", err)
			}
			made <- text(answer, "id")
		}()
	}
	first := <-made
	for range cap(made) - 1 {
		if next := <-made; next != first {
			s.t.Errorf("rivals made %s and %s", first, next)
		}
	}
}
