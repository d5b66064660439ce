package app_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
)

// maxRefusal is the most that a refusal may have, in bytes.
const maxRefusal = 16 << 10

// internals are words of Go, SQL, gRPC and protobuf that no caller may read.
var internals = []string{
	"proto:", "pgx", "SQLSTATE", "goroutine", "strconv", "rpc error", "unmarshal", "syntax error", "interface {}", "panic",
	"nil pointer", "google.protobuf", "backoffice.", "parsing", "illegal base64", "EOF", "runtime", "json:", "int32", "int64", "uuid:",
}

// badTexts are what is sent in each field that holds text.
var badTexts = []string{
	"\x00", "a\x00b", "a\xff", strings.Repeat("x", 900_000), " ", "\u200b\u200d", "\u202e", "\x1b[31m", "-1", "99999999999999999999999999", "1e999999999",
	"NaN", "2026-13-45", "0000-00-00", "9999-12-31", "-infinity", "'; drop table x; --", "%", "{}", "\"", "prs_00000000000000000000000000", strings.Repeat("é", 3000),
}

// TestBadInput sends nonsense in every field of every method over both wires. It is
// refused, or taken, in the API's own words and never as a fault of the server.
func TestBadInput(t *testing.T) {
	t.Parallel()
	log := &syncBuffer{}
	o := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) }))
	records := recordsOf(t, o)
	t.Run("methods", func(t *testing.T) {
		for _, m := range rpcs() {
			t.Run(string(m.Parent().Name())+"/"+string(m.Name()), func(t *testing.T) {
				t.Parallel()
				in := badInput{t, m, o, records}
				if m.Name() == "AdvanceClock" {
					in.o = apptest.SignUpTo(t, o.App)
				}
				base := in.base()
				for _, bad := range in.mutants(base, base.Descriptor()) {
					in.send(bad)
				}
				in.sendQueries()
				in.sendBodies()
			})
		}
	})
	if text := log.String(); strings.Contains(text, "failure") {
		t.Errorf("the server's log has failures:\n%.4000s", text)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// badInput is nonsense for one method.
type badInput struct {
	t       *testing.T
	m       protoreflect.MethodDescriptor
	o       *apptest.Organization
	records map[string]string
}

// base is a request that the method would take, or nearly.
func (in badInput) base() protoreflect.Message {
	req := empty(in.m.Input())
	if more := required[string(in.m.Parent().Name())+"/"+string(in.m.Name())]; more != nil {
		proto.Merge(req.Interface(), more)
	}
	for _, k := range kinds() {
		f := fixtures[string(k.message.FullName())]
		s := suite{t: in.t, k: k, f: f, o: in.o, conn: in.o}
		switch {
		case k.methods["Create"] == in.m:
			fields := map[string]any{k.singular: f.record(in.t, in.o)}
			if f.within != nil {
				maps.Copy(fields, f.within(in.t, in.o))
			}
			for name, value := range fields {
				set(req, name, value)
			}
		case k.methods["Update"] == in.m:
			set(req, k.singular, proto.Clone(f.patch))
			set(req, "update_mask", maskOf(s, f.fields))
		case k.methods["BatchGet"] == in.m:
			set(req, "ids", []string{in.records[k.singular]})
		}
	}
	for _, parameter := range in.parameters() {
		set(req, parameter, in.records[strings.TrimSuffix(parameter, "_id")])
	}
	return req
}

// parameters are the fields in the path of the method's route.
func (in badInput) parameters() (names []string) {
	for _, part := range strings.Split(templateOf(in.rule()), "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		names = append(names, name)
	}
	return names
}

func (in badInput) rule() *annotations.HttpRule {
	return proto.GetExtension(in.m.Options(), annotations.E_Http).(*annotations.HttpRule)
}

// mutants are copies of a request in each of which one field below a message is
// nonsense.
func (in badInput) mutants(base protoreflect.Message, d protoreflect.MessageDescriptor) (out []protoreflect.Message) {
	in.each(d, nil, func(path []protoreflect.FieldDescriptor) {
		for _, value := range nonsense(path[len(path)-1]) {
			mutant := proto.Clone(base.Interface()).ProtoReflect()
			put(mutant, path, value)
			out = append(out, mutant)
		}
	})
	return out
}

// each calls do with the path of every field that is set.
func (in badInput) each(d protoreflect.MessageDescriptor, above []protoreflect.FieldDescriptor, do func([]protoreflect.FieldDescriptor)) {
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		path := append(above[:len(above):len(above)], fd)
		switch {
		case fd.IsMap() || outputOnly(fd) || len(path) > 4:
		case fd.Message() == nil || nonsense(fd) != nil:
			do(path)
		default:
			in.each(fd.Message(), path, do)
		}
	}
}

// nonsense are bad values of a field.
func nonsense(fd protoreflect.FieldDescriptor) (out []protoreflect.Value) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		for _, text := range badTexts {
			out = append(out, protoreflect.ValueOfString(text))
		}
	case protoreflect.Int32Kind:
		for _, n := range []int32{-1, math.MinInt32, math.MaxInt32} {
			out = append(out, protoreflect.ValueOfInt32(n))
		}
	case protoreflect.Int64Kind:
		for _, n := range []int64{-1, math.MinInt64, math.MaxInt64} {
			out = append(out, protoreflect.ValueOfInt64(n))
		}
	case protoreflect.EnumKind:
		for _, n := range []protoreflect.EnumNumber{-1, math.MaxInt32} {
			out = append(out, protoreflect.ValueOfEnum(n))
		}
	case protoreflect.BytesKind:
		for _, raw := range []string{"", "\x00", "\xff\xfe", "a;b;c\n1;2", "<?xml?>"} {
			out = append(out, protoreflect.ValueOfBytes([]byte(raw)))
		}
	case protoreflect.BoolKind:
		out = append(out, protoreflect.ValueOfBool(true))
	case protoreflect.MessageKind:
		return nonsenseOf(fd)
	}
	return out
}

// nonsenseOf are bad values of a library's message.
func nonsenseOf(fd protoreflect.FieldDescriptor) (out []protoreflect.Value) {
	switch fd.Message().FullName() {
	case "google.protobuf.Timestamp", "google.protobuf.Duration":
		for _, seconds := range []int64{math.MinInt64, math.MaxInt64, -62135596800, 253402300799, -1} {
			for _, nanos := range []int32{0, -1, math.MaxInt32} {
				v := empty(fd.Message())
				v.Set(v.Descriptor().Fields().ByName("seconds"), protoreflect.ValueOfInt64(seconds))
				v.Set(v.Descriptor().Fields().ByName("nanos"), protoreflect.ValueOfInt32(nanos))
				out = append(out, protoreflect.ValueOfMessage(v))
			}
		}
	case "google.protobuf.FieldMask":
		for _, paths := range [][]string{{"*"}, {"\x00"}, {""}, {"a.b.c"}, {"id"}, {strings.Repeat("a.", 5000)}} {
			v := empty(fd.Message())
			set(v, "paths", paths)
			out = append(out, protoreflect.ValueOfMessage(v))
		}
	}
	return out
}

// put sets the field at a path, making what is above it and the first of each list.
func put(m protoreflect.Message, path []protoreflect.FieldDescriptor, value protoreflect.Value) {
	fd := path[0]
	switch {
	case len(path) == 1 && fd.IsList():
		list := m.Mutable(fd).List()
		list.Truncate(0)
		list.Append(value)
	case len(path) == 1:
		m.Set(fd, value)
	case fd.IsList():
		list := m.Mutable(fd).List()
		if list.Len() == 0 {
			list.AppendMutable()
		}
		put(list.Get(0).Message(), path[1:], value)
	default:
		put(m.Mutable(fd).Message(), path[1:], value)
	}
}

// send sends a request over both wires, as far as JSON can spell it.
func (in badInput) send(req protoreflect.Message) {
	answer := empty(in.m.Output()).Interface()
	in.judge("gRPC", req, in.invoke(in.o, req, answer))
	raw, err := protojson.Marshal(req.Interface())
	if err != nil || !utf8.Valid(raw) {
		return
	}
	in.judge("REST", req, in.invoke(apptest.OverREST{Organization: in.o}, req, answer))
}

// invoke calls until the organization is not busy with the other methods' heavy requests.
func (in badInput) invoke(conn grpc.ClientConnInterface, req protoreflect.Message, answer proto.Message) error {
	for {
		err := conn.Invoke(in.t.Context(), path(in.m), req.Interface(), answer)
		if apptest.Reason(err) != optionsv1.Reason_ORGANIZATION_BUSY {
			return err
		}
	}
}

// judge fails the test for an answer that is a fault, large or in words not ours.
func (in badInput) judge(wire string, req protoreflect.Message, err error) {
	s := status.Convert(err)
	sent := sentRequest{req}
	switch s.Code() {
	case codes.Internal, codes.Unknown, codes.Unavailable, codes.DataLoss, codes.DeadlineExceeded:
		in.t.Errorf("%s is answered by %s %.300s to %s", wire, s.Code(), s.Message(), sent)
	}
	raw, marshalErr := protojson.Marshal(s.Proto())
	if marshalErr != nil || len(raw) > maxRefusal {
		in.t.Errorf("%s refuses in %d bytes, %v: %s", wire, len(raw), marshalErr, sent)
	}
	texts := s.Message()
	for _, d := range s.Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			texts += bad.String()
		}
	}
	in.ours(wire, texts, sent)
}

func (in badInput) ours(wire, texts string, sent fmt.Stringer) {
	for _, word := range internals {
		if strings.Contains(texts, word) {
			in.t.Errorf("%s answers with %q: %.400s to %s", wire, word, texts, sent)
		}
	}
}

// sentRequest and sentText say what was sent, when it is worth saying.
type (
	sentRequest struct{ m protoreflect.Message }
	sentText    string
)

func (s sentRequest) String() string { return fmt.Sprintf("%.500s", protojson.Format(s.m.Interface())) }
func (s sentText) String() string    { return fmt.Sprintf("%.500s", string(s)) }

// sendQueries sends nonsense that a message cannot hold in each query parameter.
func (in badInput) sendQueries() {
	rule := in.rule()
	if rule.GetBody() == "*" {
		return
	}
	target := in.target()
	for i := range in.m.Input().Fields().Len() {
		name := in.m.Input().Fields().Get(i).JSONName()
		for _, query := range []string{"=", "=%00", "=%ff", "=-1", "=x", "=1e99", "=99999999999999999999", "=1&" + name + "=2", ".x=1", "[x]=1", "=2026-02-30T00:00:00Z"} {
			in.raw(target+"?"+name+query, "")
		}
	}
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, "c%d=1&", i)
	}
	in.raw(target+"?"+many.String(), "")
}

// sendBodies sends JSON of the wrong shape in each field of the body.
func (in badInput) sendBodies() {
	body := in.m.Input()
	switch name := in.rule().GetBody(); name {
	case "":
		return
	case "*":
	default:
		body = body.Fields().ByName(protoreflect.Name(name)).Message()
	}
	if body == nil {
		return // the file itself
	}
	target := in.target()
	for i := range body.Fields().Len() {
		name := `{"` + body.Fields().Get(i).JSONName() + `": `
		for _, value := range []string{`5}`, `-1.5}`, `1e999}`, `"x"}`, `"\ud800"}`, `[]}`, `[[]]}`, `[null]}`, `{}}`, `{"x": 1}}`, `true}`, `null}`, `"\u0000"}`, `"x", "x": 1}`, "\"\xff\"}"} {
			in.raw(target, name+value)
		}
	}
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, `"c%d": 1, `, i)
	}
	for _, raw := range []string{`[`, `null`, `"x"`, `{"a"`, `{}{}`, strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 9000), `{` + many.String() + `"x": 1}`} {
		in.raw(target, raw)
	}
}

// target is the method's path with records in it.
func (in badInput) target() string {
	target := templateOf(in.rule())
	for _, parameter := range in.parameters() {
		target = strings.ReplaceAll(target, "{"+parameter+"}", url.PathEscape(in.records[strings.TrimSuffix(parameter, "_id")]))
	}
	return target
}

func (in badInput) raw(target, body string) {
	verb, _ := apptest.VerbAndPath(in.rule())
	send := func() apptest.Response {
		return in.o.Send(in.t, httptest.NewRequestWithContext(in.t.Context(), verb, target, strings.NewReader(body)))
	}
	a := send()
	for a.Reason() == optionsv1.Reason_ORGANIZATION_BUSY.String() {
		a = send()
	}
	sent := sentText(verb + " " + target + " " + body)
	if a.Code >= 500 {
		in.t.Errorf("REST is answered by %d %.300s to %s", a.Code, a.Raw, sent)
	}
	if a.Code < 400 {
		return
	}
	if len(a.Raw) > maxRefusal {
		in.t.Errorf("REST refuses in %d bytes: %s", len(a.Raw), sent)
	}
	in.ours("REST", textsOf(a), sent)
}

// textsOf are the texts for people in a refusal.
func textsOf(a apptest.Response) string {
	message, _ := a.Body["message"].(string)
	details, _ := a.Body["details"].([]any)
	for _, d := range details {
		violations, _ := d.(map[string]any)["fieldViolations"].([]any)
		for _, v := range violations {
			description, _ := v.(map[string]any)["description"].(string)
			message += description
		}
	}
	return message
}
