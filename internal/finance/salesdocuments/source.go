package salesdocuments

import (
	"cmp"
	"context"
	"time"

	pb "backoffice/gen/go/backoffice/finance/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/finance/customers"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/identity"
	"backoffice/internal/platform/mail"
	"backoffice/internal/platform/mail/template"
	"backoffice/internal/platform/paper"
	"backoffice/internal/platform/paper/letter"
)

// source is a kind of document that can be printed and mailed. To add one, write a file with its
// read function and its kind of mail, and RPCs that call download and send.
type source struct {
	// read returns a document that the caller may read. It fails with NOT_FOUND otherwise.
	read func(ctx context.Context, tx *db.Tx, id string) (*document, error)
	// permission is needed to read the document.
	permission string
	// mail is the kind of mail with which the document is sent. Its variables are mailVariables and
	// those of the document's values.
	mail mail.Kind
}

// document is a document as it is printed and mailed.
type document struct {
	id string
	// fileName is the name of the PDF file without its extension, in the language of the customer.
	fileName string
	setting
	// letter is the paper without its sender.
	letter letter.Letter
	// values are the values of the mail's variables, besides those of mailVariables.
	values template.Values
	// request asks to pay what is open, in the language of the customer. Empty if nothing is open.
	request string
	// public is what the customer may read by a link. nil if nothing, as of a void document.
	public *pb.PublicDocument
	// refusal says why the document cannot be mailed. nil if it can.
	refusal error
}

// setting is what a document is printed with: its sender, its customer and their language.
type setting struct {
	organization *platformv1.Organization
	customer     *pb.Customer
	language     paper.Language
	words        words
}

// newSetting returns the setting of a document for a customer.
func newSetting(ctx context.Context, tx *db.Tx, customerID string) (setting, error) {
	c, err := customers.FindCustomer(ctx, tx, customerID)
	if err != nil {
		return setting{}, err
	}
	return newSettingFor(ctx, tx, c)
}

// newSettingFor returns the setting of a document for a customer, who may be a prospect that is not
// stored.
func newSettingFor(ctx context.Context, tx *db.Tx, c *pb.Customer) (s setting, err error) {
	if s.organization, err = identity.FindOrganization(ctx, tx); err != nil {
		return s, err
	}
	s.customer = c
	return s.in(cmp.Or(c.GetLanguageCode(), s.organization.GetLanguageCode()), tx.Call().Organization.Zone), nil
}

// in returns the setting in a language, in English if there are no words in it.
func (s setting) in(code string, zone *time.Location) setting {
	if _, known := wordsByLanguage[paper.BaseOf(code)]; !known {
		code = defaultLanguage
	}
	s.words = wordsByLanguage[paper.BaseOf(code)]
	s.language = paper.NewLanguage(code, s.organization.GetRegionCode(), zone)
	return s
}

// sellerName returns the name of the organization on documents.
func (s setting) sellerName() string {
	return cmp.Or(s.organization.GetLegalName(), s.organization.GetDisplayName())
}

// customerName returns the name of the customer on documents.
func (s setting) customerName() string {
	return cmp.Or(s.customer.GetLegalName(), s.customer.GetDisplayName())
}
