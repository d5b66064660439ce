package signature_test

import (
	"net/http"
	"testing"
	"time"

	"backoffice/internal/platform/mail/signature"
)

// TestSignatureMatchesStandard checks the example of the specification's libraries.
func TestSignatureMatchesStandard(t *testing.T) {
	t.Parallel()
	secret, err := signature.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	signature.Sign(secret, h, "msg_p5jXN8AQM9LWM0D4loKWxJek", []byte(`{"test": 2432232314}`), time.Unix(1614265330, 0))
	if got, want := h.Get("Webhook-Signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSignatureIsChecked(t *testing.T) {
	t.Parallel()
	secret, other := make([]byte, 32), append(make([]byte, 31), 1)
	body, now := []byte(`{"a":1}`), time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		secret []byte
		change func(http.Header)
		body   string
		at     time.Time
		valid  bool
	}{
		"accepts a signed request":    {secret: secret, at: now, valid: true},
		"accepts one of four minutes": {secret: secret, at: now.Add(4 * time.Minute), valid: true},
		"accepts several signatures": {secret: secret, at: now, valid: true,
			change: func(h http.Header) { h.Set("Webhook-Signature", "v1,AAAA v2,x "+h.Get("Webhook-Signature")) }},
		"rejects another secret":        {secret: other, at: now},
		"rejects any without a secret":  {secret: nil, at: now},
		"rejects another body":          {secret: secret, body: `{"a":2}`, at: now},
		"rejects another id":            {secret: secret, at: now, change: func(h http.Header) { h.Set("Webhook-Id", "2") }},
		"rejects an old request":        {secret: secret, at: now.Add(6 * time.Minute)},
		"rejects a request of tomorrow": {secret: secret, at: now.Add(-24 * time.Hour)},
		"rejects a changed time": {secret: secret, at: now,
			change: func(h http.Header) { h.Set("Webhook-Timestamp", "1796029201") }},
		"rejects no signature": {secret: secret, at: now,
			change: func(h http.Header) { h.Del("Webhook-Signature") }},
		"rejects an unknown version": {secret: secret, at: now,
			change: func(h http.Header) { h.Set("Webhook-Signature", "v2"+h.Get("Webhook-Signature")[2:]) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, sent := http.Header{}, string(body)
			signature.Sign(secret, h, "1", body, now)
			if c.change != nil {
				c.change(h)
			}
			if c.body != "" {
				sent = c.body
			}
			if got := signature.IsValid(c.secret, h, []byte(sent), c.at); got != c.valid {
				t.Errorf("got %v", got)
			}
		})
	}
}
