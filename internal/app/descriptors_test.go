package app_test

import (
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
)

// kind describes a resource by its descriptors.
type kind struct {
	message  protoreflect.MessageDescriptor
	option   *optionsv1.Resource
	singular string // proto field name, such as bank_account
	plural   string // such as bank_accounts
	// methods are the standard methods by verb, such as "Get".
	methods map[string]protoreflect.MethodDescriptor
}

// kinds returns all resources.
func kinds() []kind {
	var out []kind
	methods := allMethods()
	eachFile(func(f protoreflect.FileDescriptor) {
		for i := range f.Messages().Len() {
			m := f.Messages().Get(i)
			option, _ := proto.GetExtension(m.Options(), optionsv1.E_Resource).(*optionsv1.Resource)
			if option.GetCollection() != "" {
				out = append(out, kindOf(m, option, methods))
			}
		}
	})
	return out
}

func kindOf(
	m protoreflect.MessageDescriptor, option *optionsv1.Resource, methods []protoreflect.MethodDescriptor,
) kind {
	k := kind{message: m, option: option, singular: snakeCase(string(m.Name())), plural: snakeCase(option.GetCollection()),
		methods: map[string]protoreflect.MethodDescriptor{}}
	plural := strings.ToUpper(option.GetCollection()[:1]) + option.GetCollection()[1:]
	standard := map[string]string{
		"Create" + string(m.Name()): "Create", "Get" + string(m.Name()): "Get", "BatchGet" + plural: "BatchGet",
		"List" + plural:             "List",
		"Update" + string(m.Name()): "Update", "Archive" + string(m.Name()): "Archive",
		"Unarchive" + string(m.Name()): "Unarchive", "Delete" + string(m.Name()): "Delete",
	}
	for _, method := range methods {
		if verb := standard[string(method.Name())]; verb != "" && method.ParentFile().Package() == m.ParentFile().Package() {
			k.methods[verb] = method
		}
	}
	return k
}

// allMethods returns all methods of the API.
func allMethods() []protoreflect.MethodDescriptor {
	var out []protoreflect.MethodDescriptor
	eachFile(func(f protoreflect.FileDescriptor) {
		for i := range f.Services().Len() {
			for j := range f.Services().Get(i).Methods().Len() {
				out = append(out, f.Services().Get(i).Methods().Get(j))
			}
		}
	})
	return out
}

func eachFile(do func(protoreflect.FileDescriptor)) {
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(string(f.Package()), "backoffice.") {
			do(f)
		}
		return true
	})
}

func snakeCase(camel string) string {
	var out strings.Builder
	for i, c := range camel {
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				out.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		out.WriteRune(c)
	}
	return out.String()
}

// path returns the method's gRPC name.
func path(m protoreflect.MethodDescriptor) string {
	return "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
}

// empty returns an empty message of a descriptor's generated type.
func empty(d protoreflect.MessageDescriptor) protoreflect.Message {
	t, err := protoregistry.GlobalTypes.FindMessageByName(d.FullName())
	if err != nil {
		panic(err)
	}
	return t.New()
}
