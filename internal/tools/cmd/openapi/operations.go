package main

import (
	"fmt"
	"net/http"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// completeOperations completes each operation from its RPC.
func completeOperations(api *api, doc *document) error {
	renamed := &ordered[*pathItem]{}
	byPath := map[string]string{}
	for _, path := range doc.Paths.keys {
		byPath[path] = camelPath(path)
		renamed.set(camelPath(path), doc.Paths.values[path])
	}
	doc.Paths = renamed
	ids := map[string]protoreflect.FullName{}
	for _, m := range api.methods {
		op := doc.findOperation(byPath[m.path], m.verb)
		if op == nil {
			return fmt.Errorf("%s: %s %s is not in the document", m.descriptor.FullName(), m.verb, m.path)
		}
		op.OperationID = operationID(m)
		if other, ok := ids[op.OperationID]; ok {
			return fmt.Errorf("%s and %s have the same operation ID %s", other, m.descriptor.FullName(), op.OperationID)
		}
		ids[op.OperationID] = m.descriptor.FullName()
		if err := completeOperation(api, doc, m, op); err != nil {
			return fmt.Errorf("%s: %w", m.descriptor.FullName(), err)
		}
	}
	for i, t := range doc.Tags {
		doc.Tags[i] = tag{Name: strings.TrimSuffix(t.Name, "Service"), Description: unwrap(t.Description)}
	}
	return nil
}

func (d *document) findOperation(path, verb string) *operation {
	var found *operation
	d.eachOperation(func(p, v string, op *operation) {
		if p == path && v == verb {
			found = op
		}
	})
	return found
}

func completeOperation(api *api, doc *document, m *method, op *operation) error {
	op.Tags = []string{tagName(m.descriptor.Parent().(protoreflect.ServiceDescriptor))}
	op.Method = string(m.descriptor.Parent().FullName()) + "/" + string(m.descriptor.Name())
	addDescription(m, op)
	if err := completeParameters(m, op); err != nil {
		return err
	}
	if err := completeBody(api, doc, m, op); err != nil {
		return err
	}
	addHeaders(m, op)
	return addResponses(api, m, op)
}

func addDescription(m *method, op *operation) {
	text := comment(m.descriptor)
	op.Summary = firstSentence(text)
	op.Permissions = m.permissions
	op.Security = []securityNeed{{"bearer": {}}}
	switch {
	case m.public:
		op.Security = []securityNeed{}
		text += "\n\nNo credential is required."
	case m.self:
		text += "\n\nAny valid credential is sufficient."
	case len(m.permissions) == 1:
		text += "\n\nRequires the permission `" + m.permissions[0] + "`."
	default:
		text += "\n\nRequires the permissions `" + strings.Join(m.permissions, "` and `") + "`."
	}
	op.Description = text
}

// operationID returns the name of the operation in SDKs, such as `vendors.list` or
// `journalEntries.batchCreate`.
func operationID(m *method) string {
	path, custom, isCustom := strings.Cut(m.path, ":")
	var nouns []string
	segments := strings.Split(strings.TrimPrefix(path, "/v1/"), "/")
	for _, s := range segments {
		if !strings.HasPrefix(s, "{") {
			nouns = append(nouns, s)
		}
	}
	last := nouns[len(nouns)-1]
	switch {
	case isCustom:
		return last + "." + custom
	case m.verb == http.MethodPost:
		return last + ".create"
	case m.verb == http.MethodPatch:
		return last + ".update"
	case m.verb == http.MethodPut:
		return last + ".replace"
	case m.verb == http.MethodDelete:
		return last + ".delete"
	case strings.HasPrefix(string(m.descriptor.Name()), "List"):
		return last + ".list"
	case len(nouns) == len(segments) && len(nouns) > 1:
		return strings.Join(nouns, ".") // reports.profitAndLoss
	}
	return last + ".get"
}

// filterText is appended to the description of every filter parameter.
const filterText = " `field:*` matches records where the field has a value;" +
	" `NOT field:*` matches records where it is empty." +
	" On text fields, `:` matches records where the field contains the text." +
	" `label_ids:\"lab_01k9…\"` matches records with a label."

// completeParameters completes path and query parameters with their rules and camelCase names.
func completeParameters(m *method, op *operation) error {
	for _, p := range op.Parameters {
		field := requestField(m.descriptor.Input(), p.Name)
		if field == nil {
			return fmt.Errorf("parameter %s is not a field of the request", p.Name)
		}
		p.Description = unwrap(p.Description)
		if p.In == "query" && p.Name == "filter" {
			p.Description += filterText
		}
		if err := completeProperty(p.Schema, field); err != nil {
			return fmt.Errorf("parameter %s: %w", p.Name, err)
		}
		p.Required = p.In == "path" || isRequired(p.Schema, field)
		if p.In == "path" {
			p.Name = camel(p.Name)
		}
	}
	return nil
}

// requestField returns the field of a parameter such as `period.startDate`.
func requestField(d protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	var field protoreflect.FieldDescriptor
	for word := range strings.SplitSeq(name, ".") {
		if d == nil {
			return nil
		}
		if field = d.Fields().ByJSONName(word); field == nil {
			field = d.Fields().ByName(protoreflect.Name(word))
		}
		if field == nil {
			return nil
		}
		d = field.Message()
	}
	return field
}

// completeBody names the schema of the body, so that SDKs have a type for it.
func completeBody(api *api, doc *document, m *method, op *operation) error {
	if op.RequestBody == nil {
		return nil
	}
	body, ok := op.RequestBody.Content.get(jsonType)
	if !ok {
		return fmt.Errorf("the body is not JSON")
	}
	input := m.descriptor.Input()
	if m.body == "*" {
		return nameRequest(doc, op, body, input)
	}
	if input.Fields().ByName(protoreflect.Name(m.body)).Kind() == protoreflect.BytesKind {
		op.RequestBody = fileBody()
		return nil
	}
	record := input.Fields().ByName(protoreflect.Name(m.body)).Message()
	if m.verb != http.MethodPatch {
		body.Schema = &schema{Ref: schemaRef + string(record.FullName())}
		return nil
	}
	whole, ok := doc.Components.Schemas.get(string(record.FullName()))
	if !ok {
		return fmt.Errorf("%s has no schema", record.FullName())
	}
	sent, err := whole.clone()
	if err != nil {
		return err
	}
	toRequestSchema(api, sent, record)
	name := string(record.FullName()) + "Patch"
	doc.Components.Schemas.set(name, patchSchema(sent, withArticle(m.body)))
	body.Schema = &schema{Ref: schemaRef + name}
	op.RequestBody.Required = false
	return nil
}

// fileBody returns a body that is a raw file or a form with a file.
func fileBody() *requestBody {
	content, parts := &ordered[*mediaType]{}, &ordered[*schema]{}
	parts.set("file", &schema{Type: "string", ContentMediaType: "application/octet-stream"})
	content.set("application/octet-stream", &mediaType{})
	content.set("multipart/form-data", &mediaType{
		Schema: &schema{Type: "object", Properties: parts, Required: []string{"file"}},
	})
	return &requestBody{Required: true, Content: content}
}

// nameRequest makes a named component of a body that is the whole request.
func nameRequest(doc *document, op *operation, body *mediaType, input protoreflect.MessageDescriptor) error {
	name := string(input.FullName())
	if _, ok := doc.Components.Schemas.get(name); ok {
		return fmt.Errorf("%s is both a body and a part of another message", name)
	}
	request := body.Schema
	request.Description = comment(input)
	if err := completeMessage(request, input); err != nil {
		return err
	}
	doc.Components.Schemas.set(name, request)
	body.Schema = &schema{Ref: schemaRef + name}
	request.eachField(input, func(_ string, s *schema, f protoreflect.FieldDescriptor) {
		op.RequestBody.Required = op.RequestBody.Required || isRequired(s, f)
	})
	return nil
}

// withArticle returns a field name as words with an article.
func withArticle(field string) string {
	text := strings.ReplaceAll(field, "_", " ")
	if strings.ContainsRune("aeiou", rune(text[0])) {
		return "an " + text
	}
	return "a " + text
}

// addHeaders adds the request headers of the method.
func addHeaders(m *method, op *operation) {
	add := func(name string) {
		op.Parameters = append(op.Parameters, &parameter{Ref: "#/components/parameters/" + name})
	}
	switch {
	case !m.reads:
		add("IdempotencyKey")
		if m.attaches {
			add("AttachFiles")
		}
		if acceptsEtag(m) {
			add("IfMatch")
		}
	case returnsEtag(m):
		add("IfNoneMatch")
	}
}

// takesAttachments reports whether the method creates a record that files can be attached to: a
// resource that is not on another record itself.
func (a *api) takesAttachments(m *method) bool {
	record := m.descriptor.Output()
	subject := record.Fields().ByName("subject_id")
	return m.descriptor.Name() == "Create"+record.Name() && a.isResource(record) &&
		(subject == nil || !hasBehavior(subject, annotations.FieldBehavior_REQUIRED))
}

// acceptsEtag reports whether the request has an etag, in the request itself or in the record
// that it updates.
func acceptsEtag(m *method) bool {
	input := m.descriptor.Input()
	if input.Fields().ByName("etag") != nil {
		return true
	}
	if m.verb != http.MethodPatch {
		return false
	}
	record := input.Fields().ByName(protoreflect.Name(m.body))
	return record != nil && record.Message() != nil && record.Message().Fields().ByName("etag") != nil
}

// itemsHaveEtags reports whether the request is a batch with an etag in each item. If-Match would
// not tell of which item it is.
func itemsHaveEtags(m *method) bool {
	items := m.descriptor.Input().Fields().ByName("items")
	return items != nil && items.Message() != nil && items.Message().Fields().ByName("etag") != nil
}

func returnsEtag(m *method) bool {
	return m.descriptor.Output().Fields().ByName("etag") != nil
}

// camelPath converts path parameters to camelCase.
func camelPath(path string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(path, "{")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString("{" + camel(name) + "}")
		path = after
	}
}

func camel(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words[1:] {
		if w != "" {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "")
}
