package identity

import (
	"cmp"
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var apiKeys = resource.New(table.New("platform.api_keys",
	table.Text("display_name", func(k *pb.ApiKey) *string { return &k.DisplayName }).Filter().Sort("api_keys_by_display_name"),
	table.Ref("person_id", "prs", func(k *pb.ApiKey) *string { return &k.PersonId }).Filter().Usable(),
	table.Ref("maker_id", "prs", func(k *pb.ApiKey) *string { return &k.MakerId }).Filter(),
	table.Enum("role", func(k *pb.ApiKey) *pb.ApiKey_Role { return &k.Role }).Filter(),
	table.Strings("scopes", func(k *pb.ApiKey) *[]string { return &k.Scopes }),
	table.Enum("state", func(k *pb.ApiKey) *pb.ApiKey_State { return &k.State }).Filter(),
	table.Timestamp("expire_time", func(k *pb.ApiKey) **timestamppb.Timestamp { return &k.ExpireTime }),
	table.Timestamp("last_use_time", func(k *pb.ApiKey) **timestamppb.Timestamp { return &k.LastUseTime }),
)).Lifecycle(apiKeyLife).GuardEach(keyWithinCaller, "rotate").GuardAll(holdersWithinCaller, "rotate").
	GuardEach(rightsWithinCaller, "revoke").Prepare("revoke", prepareAlone).GuardAll(otherOwner, "revoke").
	Owner("person_id").HandOver()

var apiKeyLife = state.New(func(r *pb.ApiKey) *pb.ApiKey_State { return &r.State }, []state.Step[pb.ApiKey_State]{
	{Verb: "rotate", Event: "rotated", From: []pb.ApiKey_State{pb.ApiKey_ACTIVE}, To: pb.ApiKey_ACTIVE},
	{Verb: "revoke", Event: "revoked", From: []pb.ApiKey_State{pb.ApiKey_ACTIVE}, To: pb.ApiKey_REVOKED},
})

// CreateApiKey creates a key and returns its secret, once.
func (s *Service) CreateApiKey(ctx context.Context, req *pb.CreateApiKeyRequest) (*pb.ApiKey, error) {
	t := newToken()
	key, err := apiKeys.Create(ctx, s.db, req.GetApiKey(), madeByCaller, unexpired, eachKey(keyWithinCaller), holderWithinCaller, issue(t))
	return s.reveal(ctx, key, t), err
}

// GetApiKey answers one key.
func (s *Service) GetApiKey(ctx context.Context, req *pb.GetApiKeyRequest) (*pb.ApiKey, error) {
	return apiKeys.Get(ctx, s.db, req.GetApiKeyId())
}

// BatchGetApiKeys answers several keys.
func (s *Service) BatchGetApiKeys(ctx context.Context, req *pb.BatchGetApiKeysRequest) (*pb.BatchGetApiKeysResponse, error) {
	list, err := apiKeys.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetApiKeysResponse{ApiKeys: list}, err
}

// ListApiKeys answers a page of keys.
func (s *Service) ListApiKeys(ctx context.Context, req *pb.ListApiKeysRequest) (*pb.ListApiKeysResponse, error) {
	page, err := apiKeys.List(ctx, s.db, req)
	return &pb.ListApiKeysResponse{ApiKeys: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateApiKey renames a key.
func (s *Service) UpdateApiKey(ctx context.Context, req *pb.UpdateApiKeyRequest) (*pb.ApiKey, error) {
	return apiKeys.Update(ctx, s.db, req.GetApiKeyId(), req.GetApiKey(), req.GetUpdateMask(), eachKey(rightsWithinCaller))
}

// RotateApiKey replaces a key's secret and returns the new one, once.
func (s *Service) RotateApiKey(ctx context.Context, req *pb.RotateApiKeyRequest) (*pb.ApiKey, error) {
	defer s.cache.forget(call.From(ctx).Organization.ID)
	t := newToken()
	key, err := apiKeys.Step(ctx, s.db, req.GetApiKeyId(), "rotate", func(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
		if err := apiKeys.Record(ctx, tx, db.Event{Type: "rotated"}, k, k); err != nil {
			return err
		}
		return replaceCredential(ctx, tx, k, t)
	})
	return s.reveal(ctx, key, t), err
}

// RevokeApiKey revokes a key for good.
func (s *Service) RevokeApiKey(ctx context.Context, req *pb.RevokeApiKeyRequest) (*pb.ApiKey, error) {
	defer s.cache.forget(call.From(ctx).Organization.ID)
	return apiKeys.Step(ctx, s.db, req.GetApiKeyId(), "revoke", func(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
		return dropCredential(ctx, tx, k)
	})
}

// madeByCaller notes who makes a key, and gives a key without a holder to its maker.
func madeByCaller(_ context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	k.MakerId = id.Format("prs", tx.Call().PersonID)
	k.PersonId = cmp.Or(k.PersonId, k.MakerId)
	k.State = pb.ApiKey_ACTIVE
	return nil
}

// unexpired refuses a key that would never be accepted.
func unexpired(_ context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	if now := tx.Call().Now(); k.ExpireTime != nil && !k.ExpireTime.AsTime().After(now) {
		return fault.Invalid(fault.At("expireTime", "must be later than now, %s", now.Format(time.RFC3339)))
	}
	return nil
}

// issue stores the credential of a new key.
func issue(t token) resource.Rule[*pb.ApiKey] {
	return func(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
		return insertCredential(ctx, tx, k, t)
	}
}

func insertCredential(ctx context.Context, tx *db.Tx, k *pb.ApiKey, t token) error {
	key, err := apiKeys.Table().Key(k.Id)
	if err != nil {
		return err
	}
	// An identifier that is taken is refused with the key itself, which follows.
	_, err = tx.Exec(ctx, `
insert into platform.credentials (public_id, secret_hash, org_id, api_key_id)
values ($1, $2, $3, $4)
on conflict (org_id, api_key_id) do nothing`, t.publicID, t.hash(), tx.Call().Organization.ID, key)
	return err
}

func dropCredential(ctx context.Context, tx *db.Tx, k *pb.ApiKey) error {
	key, err := apiKeys.Table().Key(k.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
delete from platform.credentials
where org_id = $1
and api_key_id = $2`, tx.Call().Organization.ID, key)
	return err
}

func replaceCredential(ctx context.Context, tx *db.Tx, k *pb.ApiKey, t token) error {
	if err := dropCredential(ctx, tx, k); err != nil {
		return err
	}
	return insertCredential(ctx, tx, k, t)
}

// reveal puts the secret into the one answer that shows it: neither a replayed answer nor
// a dry run does.
func (s *Service) reveal(ctx context.Context, k *pb.ApiKey, t token) *pb.ApiKey {
	c := call.From(ctx)
	if k != nil && !c.Replayed && !c.ValidateOnly {
		k.Secret = t.format(s.db.Keys(), c.Organization.Test)
	}
	return k
}
