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
	table.Text("display_name", func(k *pb.ApiKey) *string { return &k.DisplayName }).
		Filter().Sort("api_keys_by_display_name"),
	table.Ref("person_id", "prs", func(k *pb.ApiKey) *string { return &k.PersonId }).Filter().Usable(),
	table.Ref("maker_id", "prs", func(k *pb.ApiKey) *string { return &k.MakerId }).Filter(),
	table.Enum("role", func(k *pb.ApiKey) *pb.ApiKey_Role { return &k.Role }).Filter(),
	table.Strings("scopes", func(k *pb.ApiKey) *[]string { return &k.Scopes }),
	table.Enum("state", func(k *pb.ApiKey) *pb.ApiKey_State { return &k.State }).Filter(),
	table.Timestamp("expire_time", func(k *pb.ApiKey) **timestamppb.Timestamp { return &k.ExpireTime }),
	table.Timestamp("last_use_time", func(k *pb.ApiKey) **timestamppb.Timestamp { return &k.LastUseTime }),
)).Lifecycle(apiKeyLifecycle).RulesForAnnotations().
	GuardEach(checkSecretWithinCaller, "rotate").GuardAll(guardHoldersWithinCaller, "rotate").
	GuardEach(checkRightsWithinCaller, "revoke").
	Prepare("revoke", prepareRevoke).GuardAll(guardLastOwner, "revoke").
	Owner("person_id").HandOver()

var apiKeyLifecycle = state.New(func(r *pb.ApiKey) *pb.ApiKey_State { return &r.State }, []state.Step[pb.ApiKey_State]{
	{Verb: "rotate", Event: "rotated", From: []pb.ApiKey_State{pb.ApiKey_ACTIVE}, To: pb.ApiKey_ACTIVE},
	{Verb: "revoke", Event: "revoked", From: []pb.ApiKey_State{pb.ApiKey_ACTIVE}, To: pb.ApiKey_REVOKED},
})

// CreateApiKey creates an API key. This response is the only one that contains its secret.
func (s *Service) CreateApiKey(ctx context.Context, req *pb.CreateApiKeyRequest) (*pb.ApiKey, error) {
	t := newToken()
	key, err := apiKeys.Create(ctx, s.db, req.GetApiKey(),
		setCreatorAndHolder, checkExpireTime, keyRule(checkSecretWithinCaller), checkHolderWithinCaller, issueCredential(t))
	return s.revealSecret(ctx, key, t), err
}

// GetApiKey returns an API key.
func (s *Service) GetApiKey(ctx context.Context, req *pb.GetApiKeyRequest) (*pb.ApiKey, error) {
	return apiKeys.Get(ctx, s.db, req.GetApiKeyId())
}

// BatchGetApiKeys returns several API keys.
func (s *Service) BatchGetApiKeys(
	ctx context.Context, req *pb.BatchGetApiKeysRequest,
) (*pb.BatchGetApiKeysResponse, error) {
	list, err := apiKeys.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetApiKeysResponse{ApiKeys: list}, err
}

// ListApiKeys lists API keys.
func (s *Service) ListApiKeys(ctx context.Context, req *pb.ListApiKeysRequest) (*pb.ListApiKeysResponse, error) {
	page, err := apiKeys.List(ctx, s.db, req)
	return &pb.ListApiKeysResponse{ApiKeys: page.Records, NextPageToken: page.Next, TotalSize: page.Total}, err
}

// UpdateApiKey renames an API key.
func (s *Service) UpdateApiKey(ctx context.Context, req *pb.UpdateApiKeyRequest) (*pb.ApiKey, error) {
	return apiKeys.Update(ctx, s.db, req.GetApiKeyId(), req.GetApiKey(), req.GetUpdateMask(),
		keyRule(checkRightsWithinCaller))
}

// RotateApiKey replaces a key's secret. This response is the only one that contains the new
// secret.
func (s *Service) RotateApiKey(ctx context.Context, req *pb.RotateApiKeyRequest) (*pb.ApiKey, error) {
	defer s.cache.forget(call.From(ctx).Organization.ID)
	t := newToken()
	rotate := func(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
		if err := apiKeys.Record(ctx, tx, db.Event{Type: "rotated"}, k, k); err != nil {
			return err
		}
		return replaceCredential(ctx, tx, k, t)
	}
	key, err := apiKeys.Step(ctx, s.db, req.GetApiKeyId(), "rotate", rotate)
	return s.revealSecret(ctx, key, t), err
}

// RevokeApiKey revokes an API key. It cannot be undone.
func (s *Service) RevokeApiKey(ctx context.Context, req *pb.RevokeApiKeyRequest) (*pb.ApiKey, error) {
	defer s.cache.forget(call.From(ctx).Organization.ID)
	revoke := func(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error { return deleteCredential(ctx, tx, k) }
	return apiKeys.Step(ctx, s.db, req.GetApiKeyId(), "revoke", revoke)
}

// setCreatorAndHolder sets the maker of a new key to the caller, the holder to the maker if the
// request names none, and the state to ACTIVE.
func setCreatorAndHolder(_ context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	k.MakerId = id.Format("prs", tx.Call().PersonID)
	k.PersonId = cmp.Or(k.PersonId, k.MakerId)
	k.State = pb.ApiKey_ACTIVE
	return nil
}

// checkExpireTime refuses a key that has expired already.
func checkExpireTime(_ context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
	if now := tx.Call().Now(); k.ExpireTime != nil && !k.ExpireTime.AsTime().After(now) {
		return fault.Invalid(fault.At("expireTime", "must be after the current time %s", now.Format(time.RFC3339)))
	}
	return nil
}

// issueCredential returns a rule that stores the credential of a new key.
func issueCredential(t token) resource.Rule[*pb.ApiKey] {
	return func(ctx context.Context, tx *db.Tx, _, k *pb.ApiKey) error {
		return insertCredential(ctx, tx, k, t)
	}
}

func insertCredential(ctx context.Context, tx *db.Tx, k *pb.ApiKey, t token) error {
	key, err := apiKeys.Table().Key(k.Id)
	if err != nil {
		return err
	}
	// The insert of the key, which follows, refuses an id that is taken.
	_, err = tx.Exec(ctx, `
insert into platform.credentials (public_id, secret_hash, org_id, api_key_id)
values ($1, $2, $3, $4)
on conflict (org_id, api_key_id) do nothing`, t.publicID, t.hash(), tx.Call().Organization.ID, key)
	return err
}

func deleteCredential(ctx context.Context, tx *db.Tx, k *pb.ApiKey) error {
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
	if err := deleteCredential(ctx, tx, k); err != nil {
		return err
	}
	return insertCredential(ctx, tx, k, t)
}

// revealSecret sets the key's secret in the response to the request that issued it. A replayed
// response and a response to a validate_only request do not contain it.
func (s *Service) revealSecret(ctx context.Context, k *pb.ApiKey, t token) *pb.ApiKey {
	c := call.From(ctx)
	if k != nil && !c.Replayed && !c.ValidateOnly {
		k.Secret = t.format(s.db.Keys(), c.Organization.Test)
	}
	return k
}
