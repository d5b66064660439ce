package customfields

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/types/known/structpb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/customvalue"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/table"
)

// GetCustomFieldSchema returns the JSON Schema of the custom fields of a resource.
func (s *Service) GetCustomFieldSchema(
	ctx context.Context, req *pb.GetCustomFieldSchemaRequest,
) (*pb.GetCustomFieldSchemaResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.GetCustomFieldSchemaResponse, error) {
		if bound := resourceOf(tx, req.GetResource()); bound == nil || !bound.HasCustomFields() {
			return nil, fault.Invalid(fault.At("resource", "names no resource with custom fields"))
		}
		fields, _, err := customFields.Table().Select(ctx, tx, table.Query{
			Within: []table.Equal{{Column: "resource", Value: req.GetResource()}}, Limit: maxFields,
		})
		if err != nil {
			return nil, err
		}
		schema, err := structpb.NewStruct(objectSchema(fields))
		return &pb.GetCustomFieldSchemaResponse{Schema: schema}, err
	})
}

// objectSchema returns the JSON Schema of an object with the values of the fields.
func objectSchema(fields []*pb.CustomField) map[string]any {
	properties, required := map[string]any{}, []any{}
	for _, f := range fields {
		property := valueSchema(f)
		property["title"] = f.DisplayName
		if f.Description != "" {
			property["description"] = f.Description
		}
		properties[f.Key] = property
		if f.Required {
			required = append(required, f.Key)
		}
	}
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"type":    "object", "additionalProperties": false, "properties": properties, "required": required,
	}
}

// valueSchema returns the JSON Schema of the values of a field.
func valueSchema(f *pb.CustomField) map[string]any {
	switch f.Type {
	case pb.CustomField_NUMBER:
		return map[string]any{"type": "string", "pattern": `^-?[0-9]{1,15}(\.[0-9]{1,10})?$`}
	case pb.CustomField_MONEY:
		currency := map[string]any{"type": "string"}
		if f.CurrencyCode != "" {
			currency["const"] = f.CurrencyCode
		}
		return map[string]any{
			"type": "object", "required": []any{"amount"}, "additionalProperties": false,
			"properties": map[string]any{"amount": map[string]any{"type": "string"}, "currencyCode": currency},
		}
	case pb.CustomField_DATE:
		return map[string]any{"type": "string", "format": "date"}
	case pb.CustomField_CHOICE:
		values := []any{}
		for _, c := range f.Choices {
			if !c.Archived {
				values = append(values, c.Value)
			}
		}
		return map[string]any{"enum": values}
	case pb.CustomField_PERSON:
		return referenceSchema("persons")
	case pb.CustomField_RECORD:
		return referenceSchema(f.ReferencedResource)
	}
	return map[string]any{"type": "string", "maxLength": customvalue.MaxTextLength}
}

func referenceSchema(collection string) map[string]any {
	return map[string]any{
		"type": "string", "pattern": fmt.Sprintf("^%s_[0-9a-z]{26}$", table.PrefixOf(collection)),
	}
}
