package rpc

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/resource"
)

// Policy is what a method's proto options declare.
type Policy struct {
	// Method is the RPC without its leading slash.
	Method string
	Access *optionsv1.Access
	// ReadOnly is true when the method has no side effects.
	ReadOnly bool
	// Load is the load that a request causes, which limits how many run at the same time. A value
	// of one of valueLoads may change it.
	Load optionsv1.Load
	// Deadline is the maximum duration of a request.
	Deadline time.Duration
	// Signed is true for a public method whose requests another server signs.
	Signed bool
	// Input describes the request message.
	Input protoreflect.MessageDescriptor

	// valueLoads are the request fields with values that declare a load, and these values.
	valueLoads  map[protoreflect.FieldDescriptor]map[protoreflect.EnumNumber]optionsv1.Load
	permissions []string
	check       *resource.RequestValidator
	// attachTo is the record that the method creates, if files can be attached to it.
	attachTo protoreflect.FullName
}

// Policies are the policies of all methods, by the method's full name with a leading slash.
type Policies map[string]*Policy

// PoliciesOf reads the options of all methods of the backoffice services. It fails if a method
// does not declare who may call it; the server must then not start.
func PoliciesOf(services map[string]grpc.ServiceInfo) (Policies, error) {
	out := Policies{}
	for name := range services {
		if !strings.HasPrefix(name, "backoffice.") {
			continue
		}
		d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
		if err != nil {
			return nil, err
		}
		methods := d.(protoreflect.ServiceDescriptor).Methods()
		for i := range methods.Len() {
			p, err := policyOf(methods.Get(i))
			if err != nil {
				return nil, err
			}
			out["/"+p.Method] = p
		}
	}
	return out, nil
}

// bodyOf returns the request field that is the body over REST; "" for no body or the whole
// request.
func bodyOf(m protoreflect.MethodDescriptor) string {
	rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	return strings.Trim(rule.GetBody(), "*")
}

func policyOf(m protoreflect.MethodDescriptor) (*Policy, error) {
	name := fmt.Sprintf("%s/%s", m.Parent().FullName(), m.Name())
	options, _ := m.Options().(*descriptorpb.MethodOptions)
	access, _ := proto.GetExtension(options, optionsv1.E_Access).(*optionsv1.Access)
	declared := 0
	for _, is := range []bool{access.GetPermission() != "", access.GetPublic(), access.GetSelf()} {
		if is {
			declared++
		}
	}
	if declared != 1 {
		return nil, fmt.Errorf("%s must declare exactly one of permission, public and self as its access", name)
	}
	load, _ := proto.GetExtension(options, optionsv1.E_Load).(optionsv1.Load)
	p := &Policy{
		Method:      name,
		Access:      access,
		Load:        load,
		ReadOnly:    options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS,
		Deadline:    deadline,
		Input:       m.Input(),
		valueLoads:  valueLoadsOf(m.Input()),
		permissions: access.GetAlso(),
		check:       resource.NewRequestValidator(m.Input(), bodyOf(m)),
	}
	if TakesAttachments(m) {
		p.attachTo = m.Output().FullName()
	}
	if access.GetPermission() != "" {
		p.permissions = append([]string{access.GetPermission()}, access.GetAlso()...)
	}
	return p, nil
}

// valueLoadsOf returns the fields of a request that have values with a declared load, and these
// values.
func valueLoadsOf(
	input protoreflect.MessageDescriptor,
) map[protoreflect.FieldDescriptor]map[protoreflect.EnumNumber]optionsv1.Load {
	loads := map[protoreflect.FieldDescriptor]map[protoreflect.EnumNumber]optionsv1.Load{}
	for i := range input.Fields().Len() {
		field := input.Fields().Get(i)
		if field.Enum() == nil || field.IsList() {
			continue
		}
		values := field.Enum().Values()
		for j := range values.Len() {
			load, _ := proto.GetExtension(values.Get(j).Options(), optionsv1.E_ValueLoad).(optionsv1.Load)
			if load == optionsv1.Load_LOAD_UNSPECIFIED {
				continue
			}
			if loads[field] == nil {
				loads[field] = map[protoreflect.EnumNumber]optionsv1.Load{}
			}
			loads[field][values.Get(j).Number()] = load
		}
	}
	return loads
}

// loadOf returns the load of a request.
func (p *Policy) loadOf(req protoreflect.Message) optionsv1.Load {
	for field, loads := range p.valueLoads {
		if load, declared := loads[req.Get(field).Enum()]; declared {
			return load
		}
	}
	return p.Load
}

// AttachFilesHeader is the header of a request that creates a record with files attached to it: the
// identifiers of files and finished uploads, separated by commas.
const AttachFilesHeader = "Attach-Files"

// mdAttachFiles is the metadata key of AttachFilesHeader.
const mdAttachFiles = "attach-files"

// maxAttachFiles is the largest number of files that a request can attach.
const maxAttachFiles = 20

// TakesAttachments reports whether a method creates a record that files can be attached to: it
// returns the resource in its name, which needs no other record that it is on.
func TakesAttachments(m protoreflect.MethodDescriptor) bool {
	record := m.Output()
	if m.Name() != "Create"+record.Name() || !proto.HasExtension(record.Options(), optionsv1.E_Resource) {
		return false
	}
	subject := record.Fields().ByName("subject_id")
	if subject == nil {
		return true
	}
	behaviors, _ := proto.GetExtension(subject.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return !slices.Contains(behaviors, annotations.FieldBehavior_REQUIRED)
}

// attachFilesOf returns the files that a request asks to attach to the record that it creates.
func attachFilesOf(ctx context.Context, p *Policy) (names []string, err error) {
	values := metadata.ValueFromIncomingContext(ctx, mdAttachFiles)
	if len(values) == 0 {
		return nil, nil
	}
	if p.attachTo == "" {
		return nil, badAttachFiles("is not taken by this method, which creates no record with attachments")
	}
	for name := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if name = strings.TrimSpace(name); name == "" {
			return nil, badAttachFiles("must be identifiers of files or uploads, separated by commas")
		}
		names = append(names, name)
	}
	if len(names) > maxAttachFiles {
		return nil, badAttachFiles("names %d files; attach at most %d at once", len(names), maxAttachFiles)
	}
	return names, nil
}

func badAttachFiles(format string, args ...any) error {
	return fault.Invalid(fault.At(AttachFilesHeader, format, args...))
}
