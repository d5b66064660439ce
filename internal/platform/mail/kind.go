package mail

import (
	"context"
	"fmt"
	"slices"
	"strings"

	pb "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/mail/template"
)

// Kind is a kind of mail that a capability sends, such as an invoice. Capabilities declare their
// kinds in their modules.
type Kind struct {
	// Name is unique, such as `finance.invoice`. It does not change.
	Name string
	// Description says when the mail is sent, and to whom.
	Description string
	Variables   []template.Variable
	// Texts are the built-in texts by language. There must be English ones.
	Texts map[string]template.Source
	// Digest is true for a mail that recipients can unsubscribe from.
	Digest bool
	// Unsubscribe stops a Digest to the recipient of a mail. If nil, the address is suppressed.
	Unsubscribe func(ctx context.Context, tx *db.Tx, e *pb.SentEmail) error
	// Security is true for a mail that the security of an account depends on. It is also sent to
	// addresses that unsubscribed. Its texts cannot be replaced, and the API does not return them.
	Security bool
}

// defaultLanguage is the language in which every kind of mail has built-in texts.
const defaultLanguage = "en"

// checkKinds refuses kinds that share a name, lack English texts, have an invalid text, or would
// show a secret in the API.
func checkKinds(kinds []Kind) error {
	taken := map[string]bool{}
	for _, k := range kinds {
		if k.Name == "" || taken[k.Name] {
			return fmt.Errorf("the name %q of a kind of mail is empty or already in use", k.Name)
		}
		taken[k.Name] = true
		if _, found := k.Texts[defaultLanguage]; !found {
			return fmt.Errorf("the kind of mail %s has no English texts", k.Name)
		}
		if err := k.checkTexts(); err != nil {
			return err
		}
	}
	return nil
}

// checkTexts checks the built-in texts. Everyone who may read a mail sees its subject, and also its
// other texts unless it is about security, so these cannot use a Secret.
func (k Kind) checkTexts() error {
	public := slices.DeleteFunc(slices.Clone(k.Variables), func(v template.Variable) bool { return v.Secret })
	for language, source := range k.Texts {
		for part, text := range source.Parts() {
			variables := public
			if k.Security && part != template.SubjectPart {
				variables = k.Variables
			}
			if err := template.Check(text, variables); err != nil {
				return fmt.Errorf("the %s of %s in %s: %w", part, k.Name, language, err)
			}
		}
	}
	return nil
}

// toProto returns the kind as the API describes it.
func (k Kind) toProto() *pb.EmailKind {
	out := &pb.EmailKind{Name: k.Name, Description: k.Description, Variables: variablesToProto(k.Variables),
		Security: k.Security}
	for language, s := range k.Texts {
		out.Texts = append(out.Texts, &pb.EmailText{LanguageCode: language, Subject: s.Subject, Text: s.Text, Html: s.HTML})
	}
	slices.SortFunc(out.Texts, func(a, b *pb.EmailText) int { return strings.Compare(a.LanguageCode, b.LanguageCode) })
	return out
}

func variablesToProto(variables []template.Variable) (out []*pb.EmailVariable) {
	for _, v := range variables {
		out = append(out, &pb.EmailVariable{
			Name: v.Name, Description: v.Description, Fields: variablesToProto(v.Fields),
			Type: pb.EmailVariable_Type(pb.EmailVariable_Type_value[string(v.Type)]),
		})
	}
	return out
}
