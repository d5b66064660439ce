package mail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/app/apptest"
	"backoffice/internal/platform/call"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/signature"
)

// TestFailureOfTheDatabaseIsNoAnswer receives a report and an unsubscription while organizations
// cannot be read. Both must be repeated.
func TestFailureOfTheDatabaseIsNoAnswer(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	e := s.sent(t, "ann@example.org")
	token := tokenOf(t, s.server.Received(t)[0].Header.Get("List-Unsubscribe"))
	shared, _ := apptest.Databases(t)
	broken, err := mail.New(shared, nil, mail.Options{From: "server@mail.example", EventsSecret: eventsSecret}, nil,
		func(context.Context, uuid.UUID) (*call.Call, error) { return nil, errors.New("too many connections") },
		slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, err = broken.UnsubscribeEmail(t.Context(), &pb.UnsubscribeEmailRequest{Token: token})
	apptest.WantRefused(t, err, optionsv1.Reason_TEMPORARILY_UNAVAILABLE)
	body := fmt.Sprintf(`{"events":[{"messageId":%q,"type":"BOUNCED"}]}`, e.GetMessageId())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/emailEvents", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	signature.Sign(eventsSecret, r.Header, "msg_1", []byte(body), time.Now())
	_, err = broken.RawMethods()[0].Handle(t.Context(), &pb.ReportEmailEventsRequest{}, r)
	apptest.WantRefused(t, err, optionsv1.Reason_TEMPORARILY_UNAVAILABLE)
}
