package salesdocuments_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	typepb "backoffice/gen/go/backoffice/type/v1"
	"backoffice/internal/app/apptest"
)

// TestLetterheadIsChecked refuses what documents could not show, all at once.
func TestLetterheadIsChecked(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	files, identity := platformv1.NewFilesServiceClient(s), platformv1.NewIdentityServiceClient(s)
	text := must(files.UploadFile(t.Context(), &platformv1.UploadFileRequest{
		FileName: "logo.txt", MediaType: "text/plain", Content: []byte("logo")}))(t)
	update := func(o *platformv1.Organization, paths ...string) error {
		_, err := identity.UpdateOrganization(t.Context(), &platformv1.UpdateOrganizationRequest{
			OrganizationId: s.Organization.Organization.GetId(), Organization: o,
			UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
		return err
	}
	err := update(&platformv1.Organization{LanguageCode: "xx", Registration: "1\n2\n3\n4\n5\n6",
		Address: &typepb.Address{RegionCode: "UK"}, LogoFileId: text.GetId()},
		"language_code", "registration", "address", "logo_file_id")
	apptest.WantRefused(t, err, optionsv1.Reason_FIELDS_INVALID,
		"address.regionCode", "languageCode", "registration", "logoFileId")
	err = update(&platformv1.Organization{LogoFileId: "fil_01m7ysjw7ge2zbdw95pa7835t7"}, "logo_file_id")
	apptest.WantRefused(t, err, optionsv1.Reason_REFERENCE_NOT_FOUND, "logoFileId")
	s.describeSeller(t)
	o := must(identity.GetOrganization(t.Context(),
		&platformv1.GetOrganizationRequest{OrganizationId: s.Organization.Organization.GetId()}))(t)
	_, err = files.DeleteFile(t.Context(), &platformv1.DeleteFileRequest{FileId: o.GetLogoFileId()})
	apptest.WantRefused(t, err, optionsv1.Reason_FILES_IN_USE)
}
