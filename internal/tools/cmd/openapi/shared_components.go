package main

import (
	_ "embed"
	"fmt"
)

// sharedJSON is what belongs to the whole API and to no proto: the document's head,
// credentials, headers and the shape of errors.
//
//go:embed shared.json
var sharedJSON []byte

func addShared(doc *document) error {
	shared := &document{}
	if err := decode(sharedJSON, shared); err != nil {
		return fmt.Errorf("shared.json: %w", err)
	}
	doc.Info, doc.Servers, doc.Security = shared.Info, shared.Servers, shared.Security
	// Our own Error says more than the plain status that every operation answers.
	doc.Components.Schemas.remove("google.rpc.Status")
	// Files are answered as their bytes.
	doc.Components.Schemas.remove("google.api.HttpBody")
	schemas := doc.Components.Schemas
	for _, name := range shared.Components.Schemas.keys {
		schemas.set(name, shared.Components.Schemas.values[name])
	}
	doc.Components = shared.Components
	doc.Components.Schemas = schemas
	return nil
}
