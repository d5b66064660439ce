package app

import (
	"fmt"
	"net/url"
	"path/filepath"

	"backoffice/internal/platform/inbox"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/delivery"
	"backoffice/internal/platform/mail/message"
	"backoffice/internal/platform/mail/signature"
)

// mailOptions reads how mails are sent from the settings.
func (s *Settings) mailOptions() (o mail.Options, err error) {
	outbox := s.MailOutbox
	if outbox == "" {
		dir, err := s.dataDir()
		if err != nil {
			return o, err
		}
		outbox = filepath.Join(dir, "outbox")
	}
	o = mail.Options{Outbox: delivery.Outbox(outbox), InboundDomain: s.InboundMailDomain, PublicURL: s.PublicURL}
	if s.MailFrom != "" {
		if o.From, err = message.ParseEmail(s.MailFrom); err != nil {
			return o, fmt.Errorf("BACKOFFICE_MAIL_FROM %w", err)
		}
	}
	if s.SMTPURL != "" {
		if s.MailFrom == "" {
			return o, fmt.Errorf("BACKOFFICE_SMTP_URL needs BACKOFFICE_MAIL_FROM, the address that mails come from")
		}
		if o.Carrier, err = delivery.NewSMTP(s.SMTPURL, delivery.DefaultLimits); err != nil {
			return o, fmt.Errorf("BACKOFFICE_SMTP_URL %w", err)
		}
	}
	if s.InboundMailDomain != "" {
		if _, err := message.ParseEmail("reply@" + s.InboundMailDomain); err != nil {
			return o, fmt.Errorf("BACKOFFICE_INBOUND_MAIL_DOMAIN must be a domain name, such as in.example.com")
		}
	}
	if u, err := url.Parse(s.PublicURL); s.PublicURL != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		return o, fmt.Errorf("BACKOFFICE_PUBLIC_URL must be a URL with https, such as https://api.example.com")
	}
	if s.MailEventsSecret != "" {
		if o.EventsSecret, err = signature.ParseSecret(s.MailEventsSecret); err != nil {
			return o, fmt.Errorf("BACKOFFICE_MAIL_EVENTS_SECRET %w", err)
		}
	}
	return o, nil
}

// allMailOptions reads how mails are sent and received from the settings.
func (s *Settings) allMailOptions() (out mail.Options, in inbox.Options, err error) {
	if out, err = s.mailOptions(); err == nil {
		in, err = s.inboxOptions()
	}
	return out, in, err
}

// inboxOptions reads how mails are received from the settings.
func (s *Settings) inboxOptions() (o inbox.Options, err error) {
	o.AuthservID = s.InboundMailAuthservID
	if s.InboundMailSecret != "" {
		if o.Secret, err = signature.ParseSecret(s.InboundMailSecret); err != nil {
			return o, fmt.Errorf("BACKOFFICE_INBOUND_MAIL_SECRET %w", err)
		}
		if s.InboundMailDomain == "" {
			return o, fmt.Errorf("BACKOFFICE_INBOUND_MAIL_SECRET needs BACKOFFICE_INBOUND_MAIL_DOMAIN, the domain of the addresses")
		}
	}
	return o, nil
}
