package table

import (
	"bytes"
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// protoMessage says that *M is a generated message.
type protoMessage[M any] interface {
	*M
	proto.Message
}

// Message binds a nested message to a jsonb column; absent is null.
func Message[R, M any, P protoMessage[M]](name string, field func(*R) *P) Column[R] {
	return Column[R]{
		field: name,
		sql:   []sqlColumn{{name, "jsonb"}},
		args: func(r *R, _ Scope, into []any) ([]any, error) {
			if *field(r) == nil {
				return append(into, nil), nil
			}
			raw, err := protojson.Marshal(*field(r))
			return append(into, json.RawMessage(raw)), err
		},
		dest: func(r *R, _ Scope, into []any) []any {
			return append(into, jsonScan(func(raw []byte) (err error) {
				*field(r), err = decode[M, P](raw)
				return err
			}))
		},
	}
}

// Messages binds a list of nested messages to a jsonb column; none is null.
func Messages[R, M any, P protoMessage[M]](name string, field func(*R) *[]P) Column[R] {
	return Column[R]{
		field: name,
		sql:   []sqlColumn{{name, "jsonb"}},
		args: func(r *R, _ Scope, into []any) ([]any, error) {
			if len(*field(r)) == 0 {
				return append(into, nil), nil
			}
			raw, err := encodeList(*field(r))
			return append(into, raw), err
		},
		dest: func(r *R, _ Scope, into []any) []any {
			return append(into, jsonScan(func(raw []byte) (err error) {
				*field(r), err = decodeList[M, P](raw)
				return err
			}))
		},
	}
}

func encodeList[M any, P protoMessage[M]](list []P) (json.RawMessage, error) {
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

func decode[M any, P protoMessage[M]](raw []byte) (P, error) {
	m := P(new(M))
	// What an older version stored may have fields that are gone.
	return m, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(raw, m)
}

func decodeList[M any, P protoMessage[M]](raw []byte) ([]P, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	out := make([]P, len(parts))
	for i, part := range parts {
		m, err := decode[M, P](part)
		if err != nil {
			return nil, err
		}
		out[i] = m
	}
	return out, nil
}

// jsonScan hands the bytes of a jsonb value on; a null leaves the field as it is.
type jsonScan func([]byte) error

// ScanBytes implements pgtype.BytesScanner.
func (s jsonScan) ScanBytes(raw []byte) error {
	if raw == nil {
		return nil
	}
	return s(raw)
}
