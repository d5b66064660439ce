package apptest

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"backoffice/gen/openapi"
)

// contract is the OpenAPI document, with which the responses in tests are compared.
type contract struct {
	compiler *jsonschema.Compiler
	mu       sync.Mutex
	schemas  map[string]*jsonschema.Schema

	byMethod map[string]*Operation
	routes   []route
}

type route struct {
	verb      string
	path      *regexp.Regexp
	operation *Operation
}

var readContract = sync.OnceValues(func() (*contract, error) {
	doc, err := ReadDocument()
	if err != nil {
		return nil, err
	}
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi.JSON))
	if err != nil {
		return nil, err
	}
	c := &contract{
		compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}, byMethod: map[string]*Operation{},
	}
	c.compiler.AssertFormat()
	for _, item := range doc.Paths {
		for _, op := range item {
			c.byMethod["/"+op.Method] = op
			c.routes = append(c.routes, route{op.Verb, pathPattern(op.Path), op})
		}
	}
	return c, c.compiler.AddResource("openapi.json", raw)
})

func pathPattern(template string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(template)
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(quoted, `[^/:]+`) + "$")
}

// checkREST reports a REST response that does not match the OpenAPI document.
func checkREST(t testing.TB, r *http.Request, response Response) {
	t.Helper()
	c, err := readContract()
	if err != nil {
		t.Fatal(err)
	}
	for _, known := range c.routes {
		if known.verb == r.Method && known.path.MatchString(r.URL.Path) {
			if err := c.check(known.operation, response); err != nil {
				t.Errorf("%s %s: the response does not match the OpenAPI document: %v\n%.2000s", r.Method, r.URL.Path, err,
					response.Raw)
			}
			return
		}
	}
}

// checkMessage reports a gRPC response that does not match the OpenAPI document.
func checkMessage(t testing.TB, method string, message proto.Message) {
	t.Helper()
	c, err := readContract()
	if err != nil {
		t.Fatal(err)
	}
	op := c.byMethod[method]
	if op == nil || op.Responses["200"].Content[jsonType].Schema.Ref == "" {
		return // a file
	}
	raw, err := protojson.MarshalOptions{EmitUnpopulated: true}.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	response := Response{Code: http.StatusOK, Raw: raw, Header: http.Header{"Content-Type": {jsonType}}}
	if err := c.check(op, response); err != nil {
		t.Errorf("%s: the response does not match the OpenAPI document: %v\n%.2000s", method, err, raw)
	}
}

// check validates a response's media type and its JSON.
func (c *contract) check(op *Operation, response Response) error {
	mediaType, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	switch {
	case mediaType == "application/problem+json":
		return c.validate("Problem", response.Raw)
	case response.Code >= http.StatusBadRequest && mediaType == jsonType:
		if err := c.validate("Error", response.Raw); err != nil {
			return err
		}
		return checkError(op, response.Code, response.Raw)
	case response.Code != http.StatusOK, response.Header.Get("Content-Encoding") != "":
		return nil // not modified, a range of a file, or compressed
	}
	documented := op.Responses["200"].Content
	if _, anyType := documented["*/*"]; anyType {
		return nil
	}
	content, ok := documented[mediaType]
	if !ok {
		return fmt.Errorf("the media type is %q", mediaType)
	}
	name, isComponent := strings.CutPrefix(content.Schema.Ref, "#/components/schemas/")
	if !isComponent {
		return nil // a file, or an empty object
	}
	return c.validate(name, response.Raw)
}

// validate checks JSON against the named schema of the document.
func (c *contract) validate(name string, raw []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	s, err := c.schema(name)
	if err != nil {
		return err
	}
	return s.Validate(value)
}

// schema returns the named schema, which it compiles once.
func (c *contract) schema(name string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.schemas[name]; ok {
		return s, nil
	}
	s, err := c.compiler.Compile("openapi.json#/components/schemas/" + name)
	if err == nil {
		c.schemas[name] = s
	}
	return s, err
}

// Validate checks JSON against the named schema of the OpenAPI document.
func Validate(schema string, raw []byte) error {
	c, err := readContract()
	if err != nil {
		return err
	}
	return c.validate(schema, raw)
}
