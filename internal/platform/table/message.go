package table

import (
	"bytes"
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"backoffice/internal/platform/db"
)

// Message binds a nested message to a jsonb column, which is null if the message is absent.
func Message[R any, M proto.Message](name string, field func(R) *M) Column[R] {
	return Column[R]{
		field: name,
		sql:   []sqlColumn{{name, "jsonb"}},
		args: func(r R, _ Scope, into []any) ([]any, error) {
			if !(*field(r)).ProtoReflect().IsValid() {
				return append(into, nil), nil
			}
			raw, err := protojson.Marshal(*field(r))
			return append(into, json.RawMessage(raw)), err
		},
		dest: func(r R, _ Scope, into []any) []any {
			return append(into, jsonScan(func(raw []byte) (err error) {
				*field(r), err = decode[M](raw)
				return err
			}))
		},
	}
}

// Messages binds a list of nested messages to a jsonb column, which is null if the list is empty.
func Messages[R any, M proto.Message](name string, field func(R) *[]M) Column[R] {
	return Column[R]{
		field: name,
		sql:   []sqlColumn{{name, "jsonb"}},
		args: func(r R, _ Scope, into []any) ([]any, error) {
			if len(*field(r)) == 0 {
				return append(into, nil), nil
			}
			raw, err := encodeList(*field(r))
			return append(into, raw), err
		},
		dest: func(r R, _ Scope, into []any) []any {
			return append(into, jsonScan(func(raw []byte) (err error) {
				*field(r), err = decodeList[M](raw)
				return err
			}))
		},
	}
}

func encodeList[M proto.Message](list []M) (json.RawMessage, error) {
	var out bytes.Buffer
	for i, m := range list {
		raw, err := protojson.Marshal(m)
		if err != nil {
			return nil, err
		}
		out.WriteByte("[,"[min(i, 1)])
		out.Write(raw)
	}
	out.WriteByte(']')
	return out.Bytes(), nil
}

func decode[M proto.Message](raw []byte) (M, error) {
	m := db.NewRecord[M]()
	// A message that an older version stored may have fields that were removed since.
	return m, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(raw, m)
}

func decodeList[M proto.Message](raw []byte) ([]M, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	out := make([]M, len(parts))
	for i, part := range parts {
		m, err := decode[M](part)
		if err != nil {
			return nil, err
		}
		out[i] = m
	}
	return out, nil
}

// jsonScan receives the bytes of a jsonb value. A null leaves the field unchanged.
type jsonScan func([]byte) error

// ScanBytes implements pgtype.BytesScanner.
func (s jsonScan) ScanBytes(raw []byte) error {
	if raw == nil {
		return nil
	}
	return s(raw)
}
