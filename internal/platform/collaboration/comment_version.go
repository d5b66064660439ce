package collaboration

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
)

// maxVersions is the number of earlier texts that ListCommentVersions returns.
const maxVersions = 100

// ListCommentVersions lists the earlier texts of a comment, newest first.
func (s *Service) ListCommentVersions(
	ctx context.Context, req *pb.ListCommentVersionsRequest,
) (*pb.ListCommentVersionsResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.ListCommentVersionsResponse, error) {
		c, err := comments.GetByCaller(ctx, tx, req.GetCommentId())
		if err != nil {
			return nil, err
		}
		key, err := comments.Table().Key(c.Id)
		if err != nil {
			return nil, err
		}
		type version struct {
			CreateTime   time.Time
			BodyMarkdown string
		}
		found, err := db.Collect[version](ctx, tx, `
select v.create_time, v.body_markdown
from platform.comment_versions v
where v.org_id = $1
and v.comment_id = $2
order by v.version desc
limit $3`, tx.Call().Organization.ID, key, maxVersions)
		if err != nil {
			return nil, err
		}
		texts := make([]string, len(found))
		for i, v := range found {
			texts[i] = v.BodyMarkdown
		}
		html, err := renderTexts(ctx, tx, texts)
		if err != nil {
			return nil, err
		}
		res := &pb.ListCommentVersionsResponse{}
		for i, v := range found {
			res.CommentVersions = append(res.CommentVersions, &pb.CommentVersion{
				BodyMarkdown: v.BodyMarkdown, BodyHtml: html[i], CreateTime: timestamppb.New(v.CreateTime),
			})
		}
		return res, nil
	})
}

// keepVersion keeps the earlier text of an edited comment, and updates its mentions.
func keepVersion(ctx context.Context, tx *db.Tx, was, c *pb.Comment) error {
	if was.BodyMarkdown == c.BodyMarkdown {
		return nil
	}
	key, err := comments.Table().Key(c.Id)
	if err != nil {
		return err
	}
	written := was.GetCreateTime()
	if was.EditTime != nil {
		written = was.EditTime
	}
	tx.Pending().Queue(`
insert into platform.comment_versions (org_id, comment_id, version, create_time, body_markdown)
select $1, $2, coalesce(max(v.version), 0) + 1, $3, $4
from platform.comment_versions v
where v.org_id = $1
and v.comment_id = $2`, tx.Call().Organization.ID, key, written.AsTime(), was.BodyMarkdown)
	c.EditTime = timestamppb.New(tx.Call().Now())
	if err := setMentions(ctx, tx, was, c); err != nil {
		return err
	}
	tx.Pending().Queue(`
delete from platform.comment_mentions
where org_id = $1
and comment_id = $2`, tx.Call().Organization.ID, key)
	return storeMentions(ctx, tx, was, c)
}
