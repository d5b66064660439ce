package collaboration

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/notice"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/table"
)

type timestamp = timestamppb.Timestamp

var commentTable = table.New("platform.comments",
	table.Subject("subject_id", func(c *pb.Comment) *string { return &c.SubjectId }).Filter(),
	table.Ref("parent_id", "cmt", func(c *pb.Comment) *string { return &c.ParentId }).Filter().Usable(),
	table.Ref("author_id", "prs", func(c *pb.Comment) *string { return &c.AuthorId }).Filter(),
	// The text and its mentions can be erased, so that events must not keep them.
	table.Text("body_markdown", func(c *pb.Comment) *string { return &c.BodyMarkdown }).Unrecorded(),
	table.Refs("mentioned_person_ids", "prs", func(c *pb.Comment) *[]string { return &c.MentionedPersonIds }).
		Unrecorded().FilterThrough("platform.comment_mentions", "person_id", "comment_id"),
	table.Refs("unreached_person_ids", "prs", func(c *pb.Comment) *[]string { return &c.UnreachedPersonIds }).
		Unrecorded(),
	table.Timestamp("edit_time", func(c *pb.Comment) **timestamp { return &c.EditTime }),
	table.Timestamp("delete_time", func(c *pb.Comment) **timestamp { return &c.DeleteTime }),
)

var comments = resource.New(commentTable).OnSubject("subject_id").LoadComputed(renderComments).LockFirst(lockParent)

// CreateComment adds a comment to a record. Its author and the mentioned persons then watch the
// record.
func (s *Service) CreateComment(ctx context.Context, req *pb.CreateCommentRequest) (*pb.Comment, error) {
	return comments.CreateWith(ctx, s.db, req.GetComment(), func(ctx context.Context, tx *db.Tx, _, c *pb.Comment) error {
		return AddComment(ctx, tx, c)
	})
}

// AddComment adds a comment in the transaction of another package. Its author is the person of the
// transaction's call, who must be allowed to read the record. The caller checks the permission.
func AddComment(ctx context.Context, tx *db.Tx, c *pb.Comment) error {
	if err := comments.Insert(ctx, tx, c, checkText, checkParent, setAuthor, setMentions); err != nil {
		return err
	}
	return storeMentions(ctx, tx, nil, c)
}

// GetComment returns a comment.
func (s *Service) GetComment(ctx context.Context, req *pb.GetCommentRequest) (*pb.Comment, error) {
	return comments.Get(ctx, s.db, req.GetCommentId())
}

// BatchGetComments returns several comments.
func (s *Service) BatchGetComments(
	ctx context.Context, req *pb.BatchGetCommentsRequest,
) (*pb.BatchGetCommentsResponse, error) {
	list, err := comments.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetCommentsResponse{Comments: list}, err
}

// ListComments lists comments.
func (s *Service) ListComments(ctx context.Context, req *pb.ListCommentsRequest) (*pb.ListCommentsResponse, error) {
	page, err := comments.List(ctx, s.db, req)
	return &pb.ListCommentsResponse{Comments: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateComment changes the text of a comment and keeps the earlier text.
func (s *Service) UpdateComment(ctx context.Context, req *pb.UpdateCommentRequest) (*pb.Comment, error) {
	return comments.Update(ctx, s.db, req.GetCommentId(), req.GetComment(), req.GetUpdateMask(),
		checkAuthor, refuseDeleted, checkText, keepVersion)
}

// DeleteComment erases a comment and its history. While there are replies to it, an empty comment
// remains.
func (s *Service) DeleteComment(ctx context.Context, req *pb.DeleteCommentRequest) (*emptypb.Empty, error) {
	return db.Write(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*emptypb.Empty, error) {
		c, err := comments.ChangeByCaller(ctx, tx, req.GetCommentId(), "deleted", checkAuthorOrModerator, erase)
		if err != nil {
			return nil, err
		}
		return &emptypb.Empty{}, removeUnreplied(ctx, tx, c)
	})
}

// lockParent locks the comment that a reply is to, so that of two last replies which are deleted
// concurrently, the later sees that the earlier is gone.
func lockParent(ctx context.Context, tx *db.Tx, c *pb.Comment) error {
	if c.ParentId == "" {
		return nil
	}
	_, err := commentTable.Lock(ctx, tx, c.ParentId)
	return err
}

// checkParent refuses a reply to a reply, to a comment on another record, and to a deleted comment.
// It locks the parent, so that it is not deleted concurrently.
func checkParent(ctx context.Context, tx *db.Tx, _, c *pb.Comment) error {
	if c.ParentId == "" {
		return nil
	}
	parent, err := comments.Table().Lock(ctx, tx, c.ParentId)
	if err != nil {
		return err
	}
	if parent.ParentId != "" || parent.SubjectId != c.SubjectId {
		return fault.InvalidFor(optionsv1.Reason_COMMENT_NESTED,
			fault.At("parentId", "must be a comment on the same record that is not a reply"))
	}
	return refuseDeleted(ctx, tx, parent, c)
}

// checkText refuses a comment without a text. The field is not required as such, because a deleted
// comment has none.
func checkText(_ context.Context, _ *db.Tx, _, c *pb.Comment) error {
	if c.BodyMarkdown == "" {
		return fault.Invalid(fault.At("bodyMarkdown", "is required"))
	}
	return nil
}

func setAuthor(_ context.Context, tx *db.Tx, _, c *pb.Comment) error {
	c.AuthorId = callerID(tx.Call())
	return nil
}

// checkAuthor refuses a change by another person than the author.
func checkAuthor(_ context.Context, tx *db.Tx, was, _ *pb.Comment) error {
	if was.AuthorId == callerID(tx.Call()) {
		return nil
	}
	return fault.New(codes.PermissionDenied, optionsv1.Reason_OUT_OF_REACH,
		"Only the author may change a comment.").WithSubject(was.Id)
}

// checkAuthorOrModerator is checkAuthor for callers who may not delete the comments of others.
func checkAuthorOrModerator(ctx context.Context, tx *db.Tx, was, c *pb.Comment) error {
	if tx.Call().Allows(moderateComments) {
		return nil
	}
	return checkAuthor(ctx, tx, was, c)
}

func refuseDeleted(_ context.Context, _ *db.Tx, was, _ *pb.Comment) error {
	if was.DeleteTime == nil {
		return nil
	}
	return fault.Refuse(optionsv1.Reason_COMMENT_DELETED, "The comment was deleted.").WithSubject(was.Id)
}

// erase empties a comment and deletes its history and mentions.
func erase(_ context.Context, tx *db.Tx, was, c *pb.Comment) error {
	if was.DeleteTime != nil {
		return nil
	}
	key, err := comments.Table().Key(c.Id)
	if err != nil {
		return err
	}
	c.BodyMarkdown, c.MentionedPersonIds, c.UnreachedPersonIds = "", nil, nil
	c.DeleteTime = timestamppb.New(tx.Call().Now())
	notice.EraseBody(tx, c.SubjectId, c.Id)
	for _, name := range []string{"platform.comment_versions", "platform.comment_mentions"} {
		tx.Pending().Queue("delete from "+name+"\nwhere org_id = $1\nand comment_id = $2", tx.Call().Organization.ID, key)
	}
	return nil
}

// removeUnreplied removes a deleted comment without replies. It then removes the comment that it
// replies to, if that is deleted too and has no other replies.
func removeUnreplied(ctx context.Context, tx *db.Tx, c *pb.Comment) error {
	for _, commentID := range []string{c.Id, c.ParentId} {
		if commentID == "" {
			continue
		}
		key, err := comments.Table().Key(commentID)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
delete from platform.comments c
where c.org_id = $1
and c.id = $2
and c.delete_time is not null
and not exists (
  select
  from platform.comments r
  where r.org_id = $1
  and r.parent_id = c.id
)`, tx.Call().Organization.ID, key); err != nil {
			return err
		}
	}
	return nil
}
