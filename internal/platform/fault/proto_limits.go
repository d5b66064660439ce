package fault

import (
	"errors"
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
)

// CheckLimits checks a message against the limits declared in its proto. It reports all violations,
// at the fields as the caller's JSON spells them.
func CheckLimits(m proto.Message, options ...protovalidate.ValidationOption) error {
	err := protovalidate.Validate(m, options...)
	var invalid *protovalidate.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var violations List
	for _, v := range invalid.Violations {
		violations.Append(At(jsonPath(v), "%s", v.Proto.GetMessage()))
	}
	return violations.Err()
}

// jsonPath returns the path of a violation's field as the caller's JSON spells it.
func jsonPath(v *protovalidate.Violation) string {
	var path strings.Builder
	for _, element := range v.Proto.GetField().GetElements() {
		if path.Len() > 0 {
			path.WriteByte('.')
		}
		path.WriteString(JSONName(element.GetFieldName()))
		if element.HasIndex() {
			fmt.Fprintf(&path, "[%d]", element.GetIndex())
		}
		if element.GetStringKey() != "" {
			path.WriteString("." + element.GetStringKey())
		}
	}
	return path.String()
}
