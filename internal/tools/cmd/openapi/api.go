package main

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/pluginpb"
)

const optionsPackage = "backoffice.options.v1."

// api is the API as described by the protos.
type api struct {
	files *protoregistry.Files
	// types resolves our own options, whose Go code is in another module.
	types    *dynamicpb.Types
	services []protoreflect.ServiceDescriptor
	methods  []*method
	reasons  map[string]reason
}

// method is an RPC with its options.
type method struct {
	descriptor protoreflect.MethodDescriptor
	// verb and path are those of the HTTP rule.
	verb, path string
	// body is the request field that is the HTTP body, `*` for the whole request, or empty for
	// none.
	body string
	// permissions are all the permissions that the caller needs.
	permissions []string
	public      bool
	self        bool
	// reads is true if the method has no side effects.
	reads   bool
	reasons []string
	// mediaTypes are the media types of the returned file, if any.
	mediaTypes []string
	// attaches is true if the method creates a record that files can be attached to.
	attaches bool
}

func readAPI(request *pluginpb.CodeGeneratorRequest) (*api, error) {
	files, err := protodesc.NewFiles(&descriptorpb.FileDescriptorSet{File: request.GetProtoFile()})
	if err != nil {
		return nil, err
	}
	a := &api{files: files, types: dynamicpb.NewTypes(files)}
	if a.reasons, err = readReasons(files, a.types); err != nil {
		return nil, err
	}
	for _, name := range request.GetFileToGenerate() {
		file, err := files.FindFileByPath(name)
		if err != nil {
			return nil, err
		}
		for i := range file.Services().Len() {
			a.services = append(a.services, file.Services().Get(i))
		}
	}
	if err := a.sortServices(); err != nil {
		return nil, err
	}
	return a, a.readMethods()
}

// serviceOrder lists the services in the order in which a new caller needs them.
var serviceOrder = []string{
	"Identity", "Files", "CustomFields", "Ledger", "Banking", "Payables", "Tax", "Catalog", "Customers", "Quotes",
	"Deposits", "Invoicing", "RecurringInvoices", "Receivables", "Dunning", "FollowUps", "SalesDocuments",
	"OnlinePayments", "TaxReturns", "Reports", "SalesReports", "Repeating", "Projects", "Work", "Timekeeping",
	"TimeBilling", "Planning", "TaskSeries", "Workload", "Profitability", "WorkImports", "Directory", "Search",
	"Collaboration", "Acknowledgments", "Responsibilities", "Notifications", "Approvals", "Mail", "Inbox", "Schedules",
	"Holidays", "NumberSeries", "History", "Operations",
}

// sortServices sorts the services and rejects those missing from serviceOrder.
func (a *api) sortServices() error {
	for _, s := range a.services {
		if !slices.Contains(serviceOrder, tagName(s)) {
			return fmt.Errorf("%s is missing from serviceOrder in internal/tools/cmd/openapi/api.go", s.FullName())
		}
	}
	slices.SortFunc(a.services, func(x, y protoreflect.ServiceDescriptor) int {
		return slices.Index(serviceOrder, tagName(x)) - slices.Index(serviceOrder, tagName(y))
	})
	return nil
}

func (a *api) readMethods() error {
	for _, service := range a.services {
		for i := range service.Methods().Len() {
			m, err := a.readMethod(service.Methods().Get(i))
			if err != nil {
				return fmt.Errorf("%s: %w", service.Methods().Get(i).FullName(), err)
			}
			a.methods = append(a.methods, m)
		}
	}
	return nil
}

func (a *api) readMethod(d protoreflect.MethodDescriptor) (*method, error) {
	options := &descriptorpb.MethodOptions{}
	raw, err := proto.Marshal(d.Options())
	if err != nil {
		return nil, err
	}
	// Unmarshal again, since our own options are unknown fields after the first time.
	if err := (proto.UnmarshalOptions{Resolver: a.types}).Unmarshal(raw, options); err != nil {
		return nil, err
	}
	m := &method{
		descriptor: d,
		reads:      options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS,
	}
	if err := m.readRule(d); err != nil {
		return nil, err
	}
	m.attaches = a.takesAttachments(m)
	if err := a.readAccess(m, options.ProtoReflect()); err != nil {
		return nil, err
	}
	if err := a.readReasonsOf(m, options.ProtoReflect()); err != nil {
		return nil, err
	}
	if err := a.readLoad(m, options.ProtoReflect()); err != nil {
		return nil, err
	}
	return m, a.readMediaTypes(m, options.ProtoReflect())
}

func (m *method) readRule(d protoreflect.MethodDescriptor) error {
	rule, _ := proto.GetExtension(d.Options(), annotations.E_Http).(*annotations.HttpRule)
	if rule == nil {
		return fmt.Errorf("has no google.api.http")
	}
	if len(rule.GetAdditionalBindings()) > 0 {
		return fmt.Errorf("has more than one path")
	}
	m.body = rule.GetBody()
	switch p := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		m.verb, m.path = "GET", p.Get
	case *annotations.HttpRule_Post:
		m.verb, m.path = "POST", p.Post
	case *annotations.HttpRule_Put:
		m.verb, m.path = "PUT", p.Put
	case *annotations.HttpRule_Patch:
		m.verb, m.path = "PATCH", p.Patch
	case *annotations.HttpRule_Delete:
		m.verb, m.path = "DELETE", p.Delete
	default:
		return fmt.Errorf("has a custom HTTP method")
	}
	return nil
}

func (a *api) readAccess(m *method, options protoreflect.Message) error {
	access, err := a.types.FindExtensionByName(optionsPackage + "access")
	if err != nil {
		return err
	}
	if !options.Has(access.TypeDescriptor()) {
		return fmt.Errorf("has no %saccess", optionsPackage)
	}
	policy := options.Get(access.TypeDescriptor()).Message()
	field := func(name protoreflect.Name) protoreflect.Value {
		return policy.Get(policy.Descriptor().Fields().ByName(name))
	}
	m.public, m.self = field("public").Bool(), field("self").Bool()
	if permission := field("permission").String(); permission != "" {
		m.permissions = []string{permission}
	}
	for also, i := field("also").List(), 0; i < also.Len(); i++ {
		m.permissions = append(m.permissions, also.Get(i).String())
	}
	return nil
}

func (a *api) readReasonsOf(m *method, options protoreflect.Message) error {
	reasons, err := a.types.FindExtensionByName(optionsPackage + "reasons")
	if err != nil {
		return err
	}
	list := options.Get(reasons.TypeDescriptor()).List()
	for i := range list.Len() {
		value := reasons.TypeDescriptor().Enum().Values().ByNumber(list.Get(i).Enum())
		if value == nil {
			return fmt.Errorf("has an unknown reason")
		}
		m.reasons = append(m.reasons, string(value.Name()))
	}
	return nil
}

// readLoad adds the reason ORGANIZATION_BUSY to methods that have a load, also only with a value of
// a request field. Those can be rejected while the organization has too many such requests in
// progress.
func (a *api) readLoad(m *method, options protoreflect.Message) error {
	load, err := a.types.FindExtensionByName(optionsPackage + "load")
	if err == nil && (options.Has(load.TypeDescriptor()) || a.hasValueLoad(m.descriptor.Input())) {
		m.reasons = append(m.reasons, "ORGANIZATION_BUSY")
	}
	return err
}

// hasValueLoad reports whether a value of a field of a request has a load.
func (a *api) hasValueLoad(request protoreflect.MessageDescriptor) bool {
	for i := range request.Fields().Len() {
		enum := request.Fields().Get(i).Enum()
		if enum == nil {
			continue
		}
		for j := range enum.Values().Len() {
			if a.hasOption(enum.Values().Get(j).Options(), &descriptorpb.EnumValueOptions{}, "value_load") {
				return true
			}
		}
	}
	return false
}

// readMediaTypes rejects a method that returns a file without declaring its media types.
func (a *api) readMediaTypes(m *method, options protoreflect.Message) error {
	extension, err := a.types.FindExtensionByName(optionsPackage + "media_types")
	if err != nil {
		return err
	}
	list := options.Get(extension.TypeDescriptor()).List()
	for i := range list.Len() {
		m.mediaTypes = append(m.mediaTypes, list.Get(i).String())
	}
	if isFile := m.descriptor.Output().FullName() == "google.api.HttpBody"; isFile != (len(m.mediaTypes) > 0) {
		return fmt.Errorf("must have media_types if it returns a file, and only then")
	}
	return nil
}

// isResource reports whether the message is marked as a resource.
func (a *api) isResource(d protoreflect.MessageDescriptor) bool {
	return a.hasOption(d.Options(), &descriptorpb.MessageOptions{}, "resource")
}

// isProposed reports whether the field is a record that is not stored yet.
func (a *api) isProposed(f protoreflect.FieldDescriptor) bool {
	return a.hasOption(f.Options(), &descriptorpb.FieldOptions{}, "proposed")
}

// hasOption reports whether options contain one of ours. The options are unmarshaled again into
// the message into.
func (a *api) hasOption(options, into proto.Message, name protoreflect.FullName) bool {
	raw, err := proto.Marshal(options)
	if err != nil {
		return false
	}
	if err := (proto.UnmarshalOptions{Resolver: a.types}).Unmarshal(raw, into); err != nil {
		return false
	}
	extension, err := a.types.FindExtensionByName(optionsPackage + name)
	return err == nil && into.ProtoReflect().Has(extension.TypeDescriptor())
}

// hasBehavior reports whether the field has the behavior.
func hasBehavior(f protoreflect.FieldDescriptor, behavior annotations.FieldBehavior) bool {
	list, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(list, behavior)
}

// comment returns the leading comment of a descriptor, each paragraph on one line.
func comment(d protoreflect.Descriptor) string {
	text := d.ParentFile().SourceLocations().ByDescriptor(d).LeadingComments
	return unwrap(text)
}

// unwrap joins the lines of each paragraph.
func unwrap(text string) string {
	var paragraphs []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if words := strings.Fields(paragraph); len(words) > 0 {
			paragraphs = append(paragraphs, strings.Join(words, " "))
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// firstSentence returns the text up to its first period.
func firstSentence(text string) string {
	sentence, _, _ := strings.Cut(text, ". ")
	sentence, _, _ = strings.Cut(sentence, "\n\n")
	return strings.TrimSuffix(sentence, ".")
}

// tagName returns the display name of a service.
func tagName(s protoreflect.ServiceDescriptor) string {
	return strings.TrimSuffix(string(s.Name()), "Service")
}
