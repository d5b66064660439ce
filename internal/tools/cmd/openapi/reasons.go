package main

import (
	"fmt"
	"regexp"
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// reason is a value of the Reason enum.
type reason struct {
	status int
	text   string
	// fields are the fields that a conflict concerns.
	fields []string
}

var reasonStatus = regexp.MustCompile(`^(?s)(.*?)\s*\((\d{3})[^)]*\)$`)

// readReasons reads the text and the HTTP status of each reason from its comment, such as `The
// record does not exist. (404)`.
func readReasons(files *protoregistry.Files, types *dynamicpb.Types) (map[string]reason, error) {
	d, err := files.FindDescriptorByName(optionsPackage + "Reason")
	if err != nil {
		return nil, err
	}
	reasons := map[string]reason{}
	values := d.(protoreflect.EnumDescriptor).Values()
	for i := range values.Len() {
		value := values.Get(i)
		if value.Number() == 0 {
			continue
		}
		match := reasonStatus.FindStringSubmatch(comment(value))
		if match == nil {
			return nil, fmt.Errorf("the comment of %s does not end in an HTTP status", value.Name())
		}
		status, err := strconv.Atoi(match[2])
		if err != nil {
			return nil, err
		}
		fields, err := reasonFields(value, types)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", value.Name(), err)
		}
		reasons[string(value.Name())] = reason{status: status, text: match[1], fields: fields}
	}
	return reasons, nil
}

// reasonFields returns the fields in the reason_fields option of a reason.
func reasonFields(value protoreflect.EnumValueDescriptor, types *dynamicpb.Types) (names []string, err error) {
	extension, err := types.FindExtensionByName(optionsPackage + "reason_fields")
	if err != nil {
		return nil, err
	}
	raw, err := proto.Marshal(value.Options())
	if err != nil {
		return nil, err
	}
	options := &descriptorpb.EnumValueOptions{}
	if err := (proto.UnmarshalOptions{Resolver: types}).Unmarshal(raw, options); err != nil {
		return nil, err
	}
	list := options.ProtoReflect().Get(extension.TypeDescriptor()).List()
	for i := range list.Len() {
		names = append(names, list.Get(i).String())
	}
	return names, nil
}
