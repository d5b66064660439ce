package main

import (
	_ "embed"
	"fmt"
)

// sharedJSON contains the parts of the document that apply to the whole API: its info, security
// schemes, headers and error schemas.
//
//go:embed shared.json
var sharedJSON []byte

func addShared(doc *document) error {
	shared := &document{}
	if err := decode(sharedJSON, shared); err != nil {
		return fmt.Errorf("shared.json: %w", err)
	}
	doc.Info, doc.Servers, doc.Security = shared.Info, shared.Servers, shared.Security
	// Our own Error is more specific than the generic status of each operation.
	doc.Components.Schemas.remove("google.rpc.Status")
	// Files are returned as raw bytes.
	doc.Components.Schemas.remove("google.api.HttpBody")
	schemas := doc.Components.Schemas
	for _, name := range shared.Components.Schemas.keys {
		schemas.set(name, shared.Components.Schemas.values[name])
	}
	doc.Components = shared.Components
	doc.Components.Schemas = schemas
	return nil
}
