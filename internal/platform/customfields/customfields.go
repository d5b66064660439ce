// Package customfields owns the definitions of custom fields: fields that an organization adds to
// the records of a resource. The key of a field is unique in its resource, and a definition never
// changes so that stored values become invalid. Package table stores the values with their record,
// and package resource checks them when the record is created or updated.
package customfields

import (
	"context"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

var customFields = resource.New(table.New("platform.custom_fields",
	table.Text("resource", func(f *pb.CustomField) *string { return &f.Resource }).Filter(),
	table.Text("key", func(f *pb.CustomField) *string { return &f.Key }).Filter(),
	table.Text("display_name", func(f *pb.CustomField) *string { return &f.DisplayName }).
		Sort("custom_fields_by_display_name"),
	table.Text("description", func(f *pb.CustomField) *string { return &f.Description }),
	table.Enum("type", func(f *pb.CustomField) *pb.CustomField_Type { return &f.Type }).Filter(),
	table.Messages("choices", func(f *pb.CustomField) *[]*pb.CustomField_Choice { return &f.Choices }),
	table.Bool("required", func(f *pb.CustomField) *bool { return &f.Required }).Filter(),
	table.Text("currency_code", func(f *pb.CustomField) *string { return &f.CurrencyCode }),
	table.Text("unit", func(f *pb.CustomField) *string { return &f.Unit }),
	table.Text("referenced_resource", func(f *pb.CustomField) *string { return &f.ReferencedResource }),
)).Open()

// Service implements CustomFieldsService.
type Service struct {
	pb.UnsafeCustomFieldsServiceServer
	db *db.DB
	// forget makes this server read the calls of an organization again, which say for which resources
	// custom fields are required.
	forget func(organization uuid.UUID)
}

// New returns the service. It calls forget for an organization whose required fields change.
func New(d *db.DB, forget func(organization uuid.UUID)) *Service {
	return &Service{db: d, forget: forget}
}

// Kinds returns the package's kinds of record.
func Kinds() []resource.AnyKind { return []resource.AnyKind{customFields} }

// CreateCustomField creates a custom field.
func (s *Service) CreateCustomField(ctx context.Context, req *pb.CreateCustomFieldRequest) (*pb.CustomField, error) {
	defer s.forget(call.From(ctx).Organization.ID)
	return customFields.Create(ctx, s.db, req.GetCustomField(), checkDefinition, checkLimit)
}

// GetCustomField returns a custom field.
func (s *Service) GetCustomField(ctx context.Context, req *pb.GetCustomFieldRequest) (*pb.CustomField, error) {
	return customFields.Get(ctx, s.db, req.GetCustomFieldId())
}

// BatchGetCustomFields returns several custom fields.
func (s *Service) BatchGetCustomFields(
	ctx context.Context, req *pb.BatchGetCustomFieldsRequest,
) (*pb.BatchGetCustomFieldsResponse, error) {
	list, err := customFields.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCustomFieldsResponse{CustomFields: list}, err
}

// ListCustomFields lists custom fields.
func (s *Service) ListCustomFields(
	ctx context.Context, req *pb.ListCustomFieldsRequest,
) (*pb.ListCustomFieldsResponse, error) {
	page, err := customFields.List(ctx, s.db, req)
	return &pb.ListCustomFieldsResponse{
		CustomFields: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateCustomField updates a custom field.
func (s *Service) UpdateCustomField(ctx context.Context, req *pb.UpdateCustomFieldRequest) (*pb.CustomField, error) {
	defer s.forget(call.From(ctx).Organization.ID)
	return customFields.Update(ctx, s.db, req.GetCustomFieldId(), req.GetCustomField(), req.GetUpdateMask(),
		checkDefinition, checkStoredValues)
}

// ArchiveCustomField archives a custom field.
func (s *Service) ArchiveCustomField(ctx context.Context, req *pb.ArchiveCustomFieldRequest) (*pb.CustomField, error) {
	defer s.forget(call.From(ctx).Organization.ID)
	return customFields.Archive(ctx, s.db, req.GetCustomFieldId())
}

// UnarchiveCustomField restores an archived custom field.
func (s *Service) UnarchiveCustomField(
	ctx context.Context, req *pb.UnarchiveCustomFieldRequest,
) (*pb.CustomField, error) {
	defer s.forget(call.From(ctx).Organization.ID)
	return customFields.Unarchive(ctx, s.db, req.GetCustomFieldId(), checkLimit)
}

// DeleteCustomField deletes a custom field of which no record has a value.
func (s *Service) DeleteCustomField(ctx context.Context, req *pb.DeleteCustomFieldRequest) (*emptypb.Empty, error) {
	return customFields.Delete(ctx, s.db, req.GetCustomFieldId())
}
