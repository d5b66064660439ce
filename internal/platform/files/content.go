package files

import (
	"context"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// content is what is known about the content of a file.
type content struct {
	ID             uuid.UUID
	MediaType      string
	SizeBytes      int64
	ThumbnailState string
}

func (c content) state() pb.File_ThumbnailState {
	return pb.File_ThumbnailState(pb.File_ThumbnailState_value[c.ThumbnailState])
}

// contentsOf returns what is known about the contents of the files that records name, by the
// identifiers of the files.
func contentsOf[R any](
	ctx context.Context, tx *db.Tx, records []R, fileID func(R) string,
) (map[string]content, error) {
	keys := make([]uuid.UUID, len(records))
	for i, r := range records {
		key, err := id.Parse("fil", fileID(r))
		if err != nil {
			return nil, err
		}
		keys[i] = key
	}
	found, err := db.Collect[content](ctx, tx, `
select f.id, f.media_type, f.size_bytes, b.thumbnail_state
from platform.files f
join platform.blobs b on b.org_id = f.org_id and b.sha256 = f.sha256
where f.org_id = $1
and f.id = any($2)
and b.org_id = $1`, tx.Call().Organization.ID, keys)
	about := make(map[string]content, len(found))
	for _, c := range found {
		about[id.Format("fil", c.ID)] = c
	}
	return about, err
}
