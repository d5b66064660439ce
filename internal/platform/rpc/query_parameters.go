package rpc

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
)

// parameters are the request fields that a method's query may set, by their JSON and proto names.
type parameters map[string]protoreflect.FieldDescriptor

// check refuses unknown parameters and invalid values. The generated handlers would ignore them or
// report them in the words of a library.
func (known parameters) check(r *http.Request) error {
	values, err := parseQuery(r)
	if err != nil {
		return err
	}
	var violations []fault.Field
	names := known.names()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		fd, isKnown := known[key]
		switch {
		case !isKnown:
			violations = append(violations, fault.At(key, "is not a parameter of this method; valid parameters: %s", names))
		case !fd.IsList() && len(values[key]) > 1:
			violations = append(violations, fault.At(key, "may be given only once"))
		case slices.ContainsFunc(values[key], func(value string) bool { return !isValueOf(value, fd) }):
			violations = append(violations, fault.At(key, "%s", expectedValue(fd)))
		}
	}
	if len(violations) == 0 {
		return nil
	}
	return fault.InvalidFor(optionsv1.Reason_QUERY_PARAMETER_INVALID, violations...)
}

func parseQuery(r *http.Request) (url.Values, error) {
	// ParseForm would consume a body whose content type is a form, which is curl's default.
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.InvalidFor(optionsv1.Reason_QUERY_PARAMETER_INVALID, fault.At("query", "is not well-formed"))
	}
	return values, nil
}

// names lists the JSON names.
func (known parameters) names() string {
	var out []string
	for key := range known {
		if !strings.Contains(key, "_") {
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		return "none"
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// isValueOf reports whether the generated handlers accept text as a value of the field.
func isValueOf(value string, fd protoreflect.FieldDescriptor) bool {
	var err error
	switch fd.Kind() {
	case protoreflect.BoolKind:
		_, err = strconv.ParseBool(value)
	case protoreflect.Int32Kind:
		_, err = strconv.ParseInt(value, 10, 32)
	case protoreflect.Int64Kind:
		_, err = strconv.ParseInt(value, 10, 64)
	case protoreflect.BytesKind:
		_, err = runtime.Bytes(value)
	case protoreflect.EnumKind:
		values := fd.Enum().Values()
		if values.ByName(protoreflect.Name(value)) != nil {
			return true
		}
		number, err := strconv.ParseInt(value, 10, 32)
		return err == nil && values.ByNumber(protoreflect.EnumNumber(number)) != nil
	case protoreflect.MessageKind:
		return isMessageValue(value, fd.Message().FullName())
	}
	return err == nil
}

func isMessageValue(value string, kind protoreflect.FullName) bool {
	switch kind {
	case "google.protobuf.Timestamp":
		at, err := time.Parse(time.RFC3339Nano, value)
		return err == nil && timestamppb.New(at).IsValid()
	case "google.protobuf.Duration":
		_, err := time.ParseDuration(value)
		return err == nil
	}
	return kind == "google.protobuf.FieldMask"
}

// expectedValue describes the valid values of a field.
func expectedValue(fd protoreflect.FieldDescriptor) string {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return "must be true or false"
	case protoreflect.Int32Kind:
		return "must be a whole number of at most 32 bits"
	case protoreflect.Int64Kind:
		return "must be a whole number of at most 64 bits"
	case protoreflect.StringKind:
		return "must be text without unpaired surrogates"
	case protoreflect.BytesKind:
		return "must be base64"
	case protoreflect.EnumKind:
		return "must be one of " + enumNames(fd.Enum())
	}
	switch fd.Message().FullName() {
	case "google.protobuf.Timestamp":
		return `must be an instant between the years 1 and 9999, such as "2026-11-21T09:30:00Z"`
	case "google.protobuf.Duration":
		return `must be a duration such as "3600s"`
	case "google.protobuf.FieldMask":
		return `must be field names separated by commas, such as "displayName,email"`
	}
	return "cannot be given here"
}

func enumNames(d protoreflect.EnumDescriptor) string {
	var names []string
	for i := range d.Values().Len() {
		if v := d.Values().Get(i); v.Number() != 0 {
			names = append(names, string(v.Name()))
		}
	}
	return strings.Join(names, ", ")
}
