package app_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
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

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/module"
)

// maxRefusal is the largest accepted error response, in bytes.
const maxRefusal = 16 << 10

// internals are words of Go, SQL, gRPC and protobuf that error messages must not contain.
var internals = []string{
	"proto:", "pgx", "SQLSTATE", "goroutine", "strconv", "rpc error", "unmarshal", "syntax error", "interface {}", "panic",
	"nil pointer", "google.protobuf", "backoffice.", "parsing", "illegal base64", "EOF", "runtime", "json:", "int32",
	"int64", "uuid:",
}

// TestBadInput sends invalid values in every field of every method over gRPC and REST. The server
// may accept or reject them, but must not fail with an internal error, and error messages must not
// mention internals.
func TestBadInput(t *testing.T) {
	t.Parallel()
	log := &syncBuffer{}
	o := apptest.SignUpTo(t, apptest.New(t, func(o *module.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) }))
	// A request closes the first period. No other request posts to this one.
	if _, err := financev1.NewLedgerServiceClient(o).CreateFiscalYear(t.Context(), &financev1.CreateFiscalYearRequest{
		FiscalYear: &financev1.FiscalYear{StartDate: "2010-01-01"},
	}); err != nil {
		t.Fatal(err)
	}
	records := recordsOf(t, o)
	t.Run("methods", func(t *testing.T) {
		for _, m := range allMethods() {
			t.Run(string(m.Parent().Name())+"/"+string(m.Name()), func(t *testing.T) {
				t.Parallel()
				in := badInput{t, m, o, records}
				switch m.Name() { // which change what other methods do
				case "AdvanceClock", "CreateApprovalPolicy":
					in.o = apptest.SignUpTo(t, o.App)
				case "UpdateApprovalPolicy":
					in.o = apptest.SignUpTo(t, o.App)
					in.records = recordsOf(t, in.o)
				}
				base := in.validRequest()
				for _, bad := range in.mutants(base, base.Descriptor()) {
					in.send(bad)
				}
				in.sendQueries()
				in.sendBodies()
			})
		}
	})
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "failure") {
			t.Errorf("the log contains a failure: %.2000s", line)
		}
	}
}

// syncBuffer is a buffer that several goroutines may write to.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// badInput sends invalid requests to one method. records are identifiers of existing records by the
// singular name of their kind.
type badInput struct {
	t       *testing.T
	m       protoreflect.MethodDescriptor
	o       *apptest.Organization
	records map[string]string
}

// validRequest returns a valid, or nearly valid, request of the method.
func (in badInput) validRequest() protoreflect.Message {
	req := empty(in.m.Input())
	if more := requiredFields[string(in.m.Parent().Name())+"/"+string(in.m.Name())]; more != nil {
		proto.Merge(req.Interface(), more)
	}
	for _, k := range kinds() {
		f := fixtures[string(k.message.FullName())]
		s := suite{t: in.t, k: k, f: f, o: in.o, conn: in.o}
		switch {
		case k.methods["Create"] == in.m:
			fields := map[string]any{k.singular: f.record(in.t, in.o)}
			if f.parent != nil {
				maps.Copy(fields, f.parent(in.t, in.o))
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

// parameters returns the fields in the path of the method.
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

// send sends a request over gRPC, and over REST if JSON can encode it.
func (in badInput) send(req protoreflect.Message) {
	response := empty(in.m.Output()).Interface()
	in.checkError("gRPC", req, in.invoke(in.o, req, response))
	raw, err := protojson.Marshal(req.Interface())
	if err != nil || !utf8.Valid(raw) {
		return
	}
	in.checkError("REST", req, in.invoke(apptest.OverREST{Organization: in.o}, req, response))
}

// invoke calls the method, and retries while the organization is busy with other heavy requests.
func (in badInput) invoke(conn grpc.ClientConnInterface, req protoreflect.Message, response proto.Message) error {
	for {
		err := conn.Invoke(in.t.Context(), path(in.m), req.Interface(), response)
		if apptest.Reason(err) != optionsv1.Reason_ORGANIZATION_BUSY {
			return err
		}
	}
}

// checkError fails the test if an error is internal, too large or mentions internals.
func (in badInput) checkError(wire string, req protoreflect.Message, err error) {
	s := status.Convert(err)
	sent := sentRequest{req}
	switch s.Code() {
	case codes.Internal, codes.Unknown, codes.Unavailable, codes.DataLoss, codes.DeadlineExceeded:
		in.t.Errorf("%s: got %s %.300s for %s", wire, s.Code(), s.Message(), sent)
	}
	raw, marshalErr := protojson.Marshal(s.Proto())
	if marshalErr != nil || len(raw) > maxRefusal {
		in.t.Errorf("%s: got an error of %d bytes, %v, for %s", wire, len(raw), marshalErr, sent)
	}
	message := s.Message()
	for _, d := range s.Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			message += bad.String()
		}
	}
	in.checkWords(wire, message, sent)
}

func (in badInput) checkWords(wire, message string, sent fmt.Stringer) {
	for _, word := range internals {
		if strings.Contains(message, word) {
			in.t.Errorf("%s: the error contains %q: %.400s for %s", wire, word, message, sent)
		}
	}
}

// sentRequest and sentText format a request only when a failure is reported.
type (
	sentRequest struct{ m protoreflect.Message }
	sentText    string
)

func (s sentRequest) String() string { return fmt.Sprintf("%.500s", protojson.Format(s.m.Interface())) }
func (s sentText) String() string    { return fmt.Sprintf("%.500s", string(s)) }

// sendQueries sends values in each query parameter that a request message cannot contain.
func (in badInput) sendQueries() {
	rule := in.rule()
	if rule.GetBody() == "*" {
		return
	}
	target := in.target()
	for i := range in.m.Input().Fields().Len() {
		name := in.m.Input().Fields().Get(i).JSONName()
		for _, query := range []string{"=", "=%00", "=%ff", "=-1", "=x", "=1e99", "=99999999999999999999",
			"=1&" + name + "=2", ".x=1", "[x]=1", "=2026-02-30T00:00:00Z"} {
			in.sendRaw(target+"?"+name+query, "")
		}
	}
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, "c%d=1&", i)
	}
	in.sendRaw(target+"?"+many.String(), "")
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
		return // the body is a file
	}
	target := in.target()
	for i := range body.Fields().Len() {
		name := `{"` + body.Fields().Get(i).JSONName() + `": `
		for _, value := range []string{`5}`, `-1.5}`, `1e999}`, `"x"}`, `"\ud800"}`, `[]}`, `[[]]}`, `[null]}`, `{}}`,
			`{"x": 1}}`, `true}`, `null}`, `"\u0000"}`, `"x", "x": 1}`, "\"\xff\"}"} {
			in.sendRaw(target, name+value)
		}
	}
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, `"c%d": 1, `, i)
	}
	for _, raw := range []string{`[`, `null`, `"x"`, `{"a"`, `{}{}`, strings.Repeat("[", 20_000),
		strings.Repeat(`{"a":`, 9000), `{` + many.String() + `"x": 1}`} {
		in.sendRaw(target, raw)
	}
}

// target returns the method's path with identifiers of existing records.
func (in badInput) target() string {
	target := templateOf(in.rule())
	for _, parameter := range in.parameters() {
		target = strings.ReplaceAll(target, "{"+parameter+"}",
			url.PathEscape(in.records[strings.TrimSuffix(parameter, "_id")]))
	}
	return target
}

func (in badInput) sendRaw(target, body string) {
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
		in.t.Errorf("REST: got %d %.300s for %s", a.Code, a.Raw, sent)
	}
	if a.Code < 400 {
		return
	}
	if len(a.Raw) > maxRefusal {
		in.t.Errorf("REST: got an error of %d bytes for %s", len(a.Raw), sent)
	}
	in.checkWords("REST", messageOf(a), sent)
}

// messageOf returns the message and the descriptions of violations of an error response.
func messageOf(a apptest.Response) string {
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
