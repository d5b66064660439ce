package identity

import (
	"context"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/address"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/thumbnail"
)

// maxRegistrationLines is the number of lines that the field registration may have, as its proto
// says. maxLogoBytes is the size of the largest logo.
const (
	maxRegistrationLines = 5
	maxLogoBytes         = 2 << 20
)

// checkLetterhead is the rule that checks what documents say of the organization.
func checkLetterhead(ctx context.Context, tx *db.Tx, was, o *pb.Organization) error {
	var violations fault.List
	violations.Append(address.Check("address", o.Address)...)
	if o.LanguageCode != "" && !paper.IsLanguage(o.LanguageCode) {
		violations.Append(fault.At("languageCode", "must be one of %s, optionally with a region such as de-AT",
			strings.Join(paper.Languages(), ", ")))
	}
	if strings.Count(o.Registration, "\n") >= maxRegistrationLines {
		violations.Append(fault.At("registration", "must have at most %d lines", maxRegistrationLines))
	}
	if o.LogoFileId != "" && o.LogoFileId != was.LogoFileId {
		problem, err := checkLogo(ctx, tx, o.LogoFileId)
		if err != nil {
			return err
		}
		violations.Append(problem...)
	}
	return violations.Err()
}

// checkLogo returns the violation of a file that cannot be a logo.
func checkLogo(ctx context.Context, tx *db.Tx, fileID string) ([]fault.Field, error) {
	key, err := id.Parse("fil", fileID)
	if err != nil {
		return nil, err
	}
	var mediaType string
	var size int64
	err = tx.QueryRow(ctx, `
select f.media_type, f.size_bytes
from platform.files f
where f.org_id = $1
and f.id = $2`, tx.Call().Organization.ID, key).Scan(&mediaType, &size)
	if err == nil && (!thumbnail.Supports(mediaType) || size > maxLogoBytes) {
		return []fault.Field{
			fault.At("logoFileId", "must be an image of at most %d MiB, such as a PNG file", maxLogoBytes>>20),
		}, nil
	}
	return nil, err
}
