package mail

import (
	"context"
	"crypto/hmac"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/id"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/resource"
	"backoffice/internal/platform/secret"
	"backoffice/internal/platform/state"
	"backoffice/internal/platform/table"
)

var senders = resource.New(table.New("platform.sender_addresses",
	table.Text("email", func(a *pb.SenderAddress) *string { return &a.Email }).Filter(),
	table.Text("display_name", func(a *pb.SenderAddress) *string { return &a.DisplayName }),
	table.Enum("state", func(a *pb.SenderAddress) *pb.SenderAddress_State { return &a.State }).Filter(),
	table.Timestamp("verify_time", func(a *pb.SenderAddress) **timestamp { return &a.VerifyTime }),
	table.Timestamp("code_time", func(a *pb.SenderAddress) **timestamp { return &a.CodeTime }),
)).Open().Lifecycle(senderLifecycle).LoadComputed(markDefaultSender)

var senderLifecycle = state.New(func(a *pb.SenderAddress) *pb.SenderAddress_State { return &a.State },
	[]state.Step[pb.SenderAddress_State]{
		{Verb: "sendCode", Event: "code_sent", From: []pb.SenderAddress_State{pb.SenderAddress_PENDING}},
		{Verb: "verify", Event: "verified", From: []pb.SenderAddress_State{pb.SenderAddress_PENDING},
			To: pb.SenderAddress_VERIFIED},
		{Verb: "makeDefault", Event: "selected", From: []pb.SenderAddress_State{pb.SenderAddress_VERIFIED}},
	})

const (
	// codeLifetime is how long a code is valid.
	codeLifetime = 24 * time.Hour
	// codePause is the shortest time between two codes for an address.
	codePause = time.Minute
	// maxCodes is the number of codes that an organization can send within codeLifetime. Codes go to
	// addresses that the organization may not own.
	maxCodes = 20
	// codeBytes is the size of a code: 60 bits cannot be guessed in its lifetime.
	codeBytes, codeLength = 8, 12
)

// codeMail is the mail that proves a sender address.
var codeMail = Kind{
	Name:        "platform.senderAddressCode",
	Description: "Sent to a new sender address, with the code that verifies it.",
	Security:    true,
	Variables: []template.Variable{
		{Name: "code", Type: template.Text, Secret: true, Description: "Code that verifies the address."},
		{Name: "address", Type: template.Text, Description: "Sender address."},
		{Name: "organization", Type: template.Text, Description: "Name of the organization."},
	},
	Texts: map[string]template.Source{
		"en": {
			Subject: "Verify {{.address}}",
			Text: "{{.organization}} wants to send email from {{.address}}.\n\n" +
				"To allow this, enter the code {{.code}}. It is valid for one day.\n\n" +
				"If you did not expect this email, ignore it.",
		},
		"de": {
			Subject: "{{.address}} bestätigen",
			Text: "{{.organization}} möchte E-Mails von {{.address}} senden.\n\n" +
				"Um das zu erlauben, geben Sie den Code {{.code}} ein. Er gilt einen Tag.\n\n" +
				"Wenn Sie diese E-Mail nicht erwartet haben, ignorieren Sie sie.",
		},
	},
}

// CreateSenderAddress creates a sender address and sends a code to it.
func (s *Service) CreateSenderAddress(
	ctx context.Context, req *pb.CreateSenderAddressRequest,
) (*pb.SenderAddress, error) {
	return senders.CreateWith(ctx, s.db, req.GetSenderAddress(),
		func(ctx context.Context, tx *db.Tx, _, r *pb.SenderAddress) (err error) {
			r.State, r.CodeTime = pb.SenderAddress_PENDING, timestamppb.New(tx.Call().Now())
			err = senders.Insert(ctx, tx, r, checkSender)
			if err != nil {
				return err
			}
			return sendCode(ctx, tx, r)
		})
}

// checkSender is the rule that checks the address and the name of a sender.
func checkSender(_ context.Context, _ *db.Tx, _, r *pb.SenderAddress) (err error) {
	r.Email, err = checkEmail(r.Email)
	if err != nil {
		return err
	}
	if !message.IsLine(r.DisplayName) {
		return fault.Invalid(fault.At("displayName", "must be one line without control characters"))
	}
	return nil
}

// GetSenderAddress returns a sender address.
func (s *Service) GetSenderAddress(ctx context.Context, req *pb.GetSenderAddressRequest) (*pb.SenderAddress, error) {
	return senders.Get(ctx, s.db, req.GetSenderAddressId())
}

// BatchGetSenderAddresses returns several sender addresses.
func (s *Service) BatchGetSenderAddresses(
	ctx context.Context, req *pb.BatchGetSenderAddressesRequest,
) (*pb.BatchGetSenderAddressesResponse, error) {
	list, err := senders.BatchGet(ctx, s.db, req.GetIds())
	return &pb.BatchGetSenderAddressesResponse{SenderAddresses: list}, err
}

// ListSenderAddresses lists sender addresses.
func (s *Service) ListSenderAddresses(
	ctx context.Context, req *pb.ListSenderAddressesRequest,
) (*pb.ListSenderAddressesResponse, error) {
	page, err := senders.List(ctx, s.db, req)
	return &pb.ListSenderAddressesResponse{
		SenderAddresses: page.Records, NextPageToken: page.Next, TotalSize: page.Total,
	}, err
}

// UpdateSenderAddress updates a sender address.
func (s *Service) UpdateSenderAddress(
	ctx context.Context, req *pb.UpdateSenderAddressRequest,
) (*pb.SenderAddress, error) {
	return senders.Update(ctx, s.db, req.GetSenderAddressId(), req.GetSenderAddress(), req.GetUpdateMask(), checkSender)
}

// DeleteSenderAddress deletes a sender address.
func (s *Service) DeleteSenderAddress(
	ctx context.Context, req *pb.DeleteSenderAddressRequest,
) (*emptypb.Empty, error) {
	return senders.Delete(ctx, s.db, req.GetSenderAddressId())
}

// SendSenderAddressCode sends a new code to a sender address.
func (s *Service) SendSenderAddressCode(
	ctx context.Context, req *pb.SendSenderAddressCodeRequest,
) (*pb.SenderAddress, error) {
	return senders.Step(ctx, s.db, req.GetSenderAddressId(), "sendCode",
		func(ctx context.Context, tx *db.Tx, was, r *pb.SenderAddress) error {
			now := tx.Call().Now()
			if now.Sub(was.CodeTime.AsTime()) < codePause {
				return fault.Refuse(optionsv1.Reason_SENDER_CODE_TOO_SOON,
					"A code was sent to %s less than a minute ago.", r.Email).WithSubject(r.Id)
			}
			r.CodeTime = timestamppb.New(now)
			return sendCode(ctx, tx, r)
		})
}

// VerifySenderAddress verifies a sender address with the code that was sent to it.
func (s *Service) VerifySenderAddress(
	ctx context.Context, req *pb.VerifySenderAddressRequest,
) (*pb.SenderAddress, error) {
	return senders.Step(ctx, s.db, req.GetSenderAddressId(), "verify",
		func(ctx context.Context, tx *db.Tx, _, r *pb.SenderAddress) error {
			if !isCurrentCode(tx, r, req.GetCode()) {
				return fault.InvalidFor(optionsv1.Reason_SENDER_CODE_WRONG,
					fault.At("code", "is not the last code that was sent to %s, or is older than a day", r.Email))
			}
			r.VerifyTime = timestamppb.New(tx.Call().Now())
			if found, err := defaultSender(ctx, tx); found != nil || err != nil {
				return err
			}
			return selectSender(ctx, tx, r)
		})
}

// MakeSenderAddressDefault makes a sender address the one that mail is sent from.
func (s *Service) MakeSenderAddressDefault(
	ctx context.Context, req *pb.MakeSenderAddressDefaultRequest,
) (*pb.SenderAddress, error) {
	return senders.Step(ctx, s.db, req.GetSenderAddressId(), "makeDefault",
		func(ctx context.Context, tx *db.Tx, _, r *pb.SenderAddress) error { return selectSender(ctx, tx, r) })
}

// sendCode sends the code of a sender address to it.
func sendCode(ctx context.Context, tx *db.Tx, r *pb.SenderAddress) error {
	if err := checkCodeLimit(ctx, tx); err != nil {
		return err
	}
	code := codesOf(tx, r)[0]
	return Send(ctx, tx, Message{
		Kind: codeMail, Cause: fmt.Sprintf("%s code %d", r.Id, r.CodeTime.AsTime().UnixMicro()), SubjectID: r.Id,
		To: []message.Address{{Name: r.DisplayName, Email: r.Email}},
		Values: template.Values{
			"code": code[:4] + "-" + code[4:8] + "-" + code[8:], "address": r.Email,
			"organization": tx.Call().Organization.DisplayName,
		},
	})
}

// checkCodeLimit refuses a code if the organization has sent maxCodes within codeLifetime. The lock
// keeps concurrent requests from exceeding the limit together.
func checkCodeLimit(ctx context.Context, tx *db.Tx) error {
	c := tx.Call()
	if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('sender codes ' || $1, 0))",
		c.Organization.ID.String()); err != nil {
		return err
	}
	var reached bool
	err := tx.QueryRow(ctx, `
select count(*) filter (where e.create_time > $2) = $3
from (
  select s.sent_email_id
  from platform.sent_email_subjects s
  where s.org_id = $1
  and s.kind = 'sda'
  order by s.sent_email_id desc
  limit $3
) s
join platform.sent_emails e on e.org_id = $1 and e.id = s.sent_email_id`,
		c.Organization.ID, c.Now().Add(-codeLifetime), maxCodes).Scan(&reached)
	if err == nil && reached {
		err = fault.Refuse(optionsv1.Reason_SENDER_CODE_LIMIT, "The organization has sent %d codes within a day.", maxCodes)
	}
	return err
}

// codesOf returns the code of a sender address under the current master key and the previous one.
// It depends on the time it was sent, so a new code replaces the last one.
func codesOf(tx *db.Tx, r *pb.SenderAddress) (codes []string) {
	org, at := tx.Call().Organization.ID, fmt.Sprint(r.CodeTime.AsTime().UnixMicro())
	for _, mac := range tx.Keys().MACs(secret.MailTokens, []byte("sender code"), org[:], []byte(r.Id), []byte(at)) {
		codes = append(codes, tokenEncoding.EncodeToString(mac[:codeBytes])[:codeLength])
	}
	return codes
}

// isCurrentCode reports whether text is the last code that was sent to an address, and still valid.
func isCurrentCode(tx *db.Tx, r *pb.SenderAddress, text string) (current bool) {
	text = strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(text))
	for _, code := range codesOf(tx, r) {
		current = current || hmac.Equal([]byte(code), []byte(text))
	}
	return current && tx.Call().Now().Sub(r.CodeTime.AsTime()) < codeLifetime
}

// selectSender makes an address the default.
func selectSender(ctx context.Context, tx *db.Tx, r *pb.SenderAddress) error {
	key, err := id.Parse("sda", r.Id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
update platform.sender_addresses
set select_time = clock_timestamp()
where org_id = $1
and id = $2`, tx.Call().Organization.ID, key)
	return err
}

// senderRow is the default sender address of an organization.
type senderRow struct {
	ID                 uuid.UUID
	Email, DisplayName string
}

// defaultSender returns the default sender address, nil if there is none.
func defaultSender(ctx context.Context, tx *db.Tx) (*senderRow, error) {
	found, err := db.Collect[senderRow](ctx, tx, `
select a.id, a.email, a.display_name
from platform.sender_addresses a
where a.org_id = $1
and a.select_time is not null
order by a.select_time desc
limit 1`, tx.Call().Organization.ID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// markDefaultSender sets the computed field of sender addresses.
func markDefaultSender(ctx context.Context, tx *db.Tx, records []*pb.SenderAddress) error {
	found, err := defaultSender(ctx, tx)
	for _, r := range records {
		r.DefaultSender = found != nil && r.Id == id.Format("sda", found.ID)
	}
	return err
}

// senderOf returns the sender of the organization's mails: its default address, or that of the
// server with the organization's name.
func (s *Service) senderOf(ctx context.Context, tx *db.Tx) (message.Address, error) {
	found, err := defaultSender(ctx, tx)
	if found == nil || err != nil {
		return s.serverSender(tx.Call()), err
	}
	return message.Address{Name: headerText(found.DisplayName), Email: found.Email}, nil
}
