package app_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/id"
)

// TestConformance checks that every resource follows the conventions of the API, over gRPC and
// REST. It finds the resources by their descriptors.
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

// suite checks the conventions for one resource over gRPC or REST.
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
		"annotations": suite.annotations, "custom fields": suite.customFields,
		"responsibilities": suite.responsibilities, "attachments": suite.attachments,
	} {
		s.t.Run(name, func(t *testing.T) {
			sub := s // the next subtest must not use this one's t
			sub.t = t
			check(sub)
		})
	}
}

// call calls a standard method with some fields of the request set.
func (s suite) call(verb string, fields map[string]any, opts ...grpc.CallOption) (protoreflect.Message, error) {
	return s.callAs(s.t.Context(), s.conn, verb, fields, opts...)
}

func (s suite) callAs(
	ctx context.Context, conn grpc.ClientConnInterface, verb string, fields map[string]any, opts ...grpc.CallOption,
) (protoreflect.Message, error) {
	m := s.k.methods[verb]
	req, response := empty(m.Input()), empty(m.Output())
	for name, value := range fields {
		set(req, name, value)
	}
	return response, conn.Invoke(ctx, path(m), req.Interface(), response.Interface(), opts...)
}

// set sets a field to a scalar, a message, a list of strings or a map of strings.
func set(m protoreflect.Message, name string, value any) {
	fd := m.Descriptor().Fields().ByName(protoreflect.Name(name))
	if fd == nil {
		panic(fmt.Sprintf("%s has no field %s", m.Descriptor().FullName(), name))
	}
	switch v := value.(type) {
	case proto.Message:
		m.Set(fd, protoreflect.ValueOfMessage(v.ProtoReflect()))
	case map[string]string:
		pairs := m.Mutable(fd).Map()
		for key, text := range v {
			pairs.Set(protoreflect.ValueOfString(key).MapKey(), protoreflect.ValueOfString(text))
		}
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

// createAndRead creates a record and returns it as Get does, nil if the resource has no Get.
func (s suite) createAndRead() protoreflect.Message {
	s.t.Helper()
	if s.f.create != nil {
		key := s.f.create(s.t, s.o)
		if s.k.methods["Get"] == nil {
			return nil
		}
		return s.read(key)
	}
	response, err := s.call("Create", s.createRequest())
	if err != nil {
		s.t.Fatalf("create: %v", err)
	}
	return response
}

// createRequest returns the fields of a request that creates a record of the fixture.
func (s suite) createRequest() map[string]any {
	fields := map[string]any{s.k.singular: s.f.record(s.t, s.o)}
	if s.f.draft {
		fields["draft"] = true
	}
	if s.f.parent != nil {
		maps.Copy(fields, s.f.parent(s.t, s.o))
	}
	return fields
}

func (s suite) read(key string) protoreflect.Message {
	s.t.Helper()
	response, err := s.call("Get", map[string]any{s.k.singular + "_id": key})
	if err != nil {
		s.t.Fatalf("get: %v", err)
	}
	return response
}

func (s suite) wantError(err error, code codes.Code, reason optionsv1.Reason) {
	s.t.Helper()
	if status.Code(err) != code || apptest.Reason(err) != reason {
		s.t.Errorf("got %s %s (%v), want %s %s", status.Code(err), apptest.Reason(err), err, code, reason)
	}
}

func (s suite) create() {
	if s.k.methods["Create"] == nil {
		return
	}
	s.checkValidateOnly()
	made := s.createAndRead()
	for _, field := range []string{"id", "etag"} {
		if text(made, field) == "" {
			s.t.Errorf("got %v, want a value of %s", made, field)
		}
	}
	if _, err := id.Parse(s.k.option.GetPrefix(), text(made, "id")); err != nil {
		s.t.Errorf("got the id %s: %v", text(made, "id"), err)
	}
	s.createWithID()
	s.checkEvent(made, ".created")
	noFields := s.createRequest()
	noFields[s.k.singular] = empty(s.k.message).Interface()
	delete(noFields, "draft")
	if _, err := s.call("Create", noFields); len(apptest.Fields(err)) == 0 {
		s.t.Errorf("an empty record: got %v, want field violations", err)
	}
}

// checkValidateOnly checks that a creation with validate_only stores nothing.
func (s suite) checkValidateOnly() {
	fields := s.createRequest()
	fields["validate_only"] = true
	response, err := s.call("Create", fields)
	if err != nil {
		s.t.Fatalf("dry run: %v", err)
	}
	_, err = s.call("Get", map[string]any{s.k.singular + "_id": text(response, "id")})
	s.wantError(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
}

// createWithID checks that Create uses an identifier of the caller, and that the error for a taken
// identifier contains the existing record.
func (s suite) createWithID() {
	fields := s.createRequest()
	key := id.Format(s.k.option.GetPrefix(), id.New())
	set(fields[s.k.singular].(proto.Message).ProtoReflect(), "id", key)
	made, err := s.call("Create", fields)
	if err != nil || text(made, "id") != key {
		s.t.Fatalf("creating %s: got %v, %v", key, made, err)
	}
	again := s.createRequest()
	set(again[s.k.singular].(proto.Message).ProtoReflect(), "id", key)
	_, err = s.call("Create", again)
	s.wantError(err, codes.AlreadyExists, optionsv1.Reason_ID_TAKEN)
	for _, d := range status.Convert(err).Details() {
		if record, ok := d.(proto.Message); ok && record.ProtoReflect().Descriptor() == s.k.message {
			return
		}
	}
	s.t.Errorf("got %v, want the existing record in the error", err)
}

// checkEvent checks that a record has an event whose type ends with a suffix. The event of a record
// on a subject has that subject.
func (s suite) checkEvent(record protoreflect.Message, suffix string) {
	s.t.Helper()
	subject, recordID := text(record, "id"), ""
	if on := text(record, "subject_id"); on != "" {
		subject, recordID = on, text(record, "id")
	}
	list, err := platformv1.NewHistoryServiceClient(s.o).ListEvents(s.t.Context(),
		&platformv1.ListEventsRequest{Filter: `subject_id = "` + subject + `"`})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range list.GetEvents() {
		if strings.HasSuffix(e.GetType(), suffix) && e.GetRecordId() == recordID {
			return
		}
	}
	s.t.Errorf("%s: got the events %v, want one of type *%s", subject, list.GetEvents(), suffix)
}

func (s suite) get() {
	if s.k.methods["Get"] == nil {
		return
	}
	made := s.createAndRead()
	if got := s.read(text(made, "id")); !proto.Equal(withoutCreateOnly(got), withoutCreateOnly(made)) {
		s.t.Errorf("got\n%v, want\n%v", got, made)
	}
	_, err := s.call("Get", map[string]any{s.k.singular + "_id": id.Format(s.k.option.GetPrefix(), id.New())})
	s.wantError(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
	_, err = s.call("Get", map[string]any{s.k.singular + "_id": "xxx_" + text(made, "id")[4:]})
	s.wantError(err, codes.NotFound, optionsv1.Reason_RECORD_NOT_FOUND)
}

// withoutCreateOnly returns a copy without the fields that only the response of Create contains.
func withoutCreateOnly(m protoreflect.Message) proto.Message {
	out := proto.Clone(m.Interface())
	for _, name := range []protoreflect.Name{"rows", "secret"} {
		if fd := out.ProtoReflect().Descriptor().Fields().ByName(name); fd != nil {
			out.ProtoReflect().Clear(fd)
		}
	}
	return out
}

// permission checks that every standard method rejects a key without its permission, and an invalid
// key.
func (s suite) permission() {
	caller := s.o.WithRole(s.t, platformv1.ApiKey_OWNER, "nothing.at.all")
	for verb := range s.k.methods {
		_, err := s.callAs(s.t.Context(), caller, verb, nil)
		s.wantError(err, codes.PermissionDenied, optionsv1.Reason_PERMISSION_MISSING)
	}
	caller.Key = ""
	for verb := range s.k.methods {
		_, err := s.callAs(s.t.Context(), caller, verb, nil)
		s.wantError(err, codes.Unauthenticated, optionsv1.Reason_CREDENTIAL_INVALID)
	}
}
