package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"

	financev1 "backoffice/gen/go/backoffice/finance/v1"
	peoplev1 "backoffice/gen/go/backoffice/people/v1"
	platformv1 "backoffice/gen/go/backoffice/platform/v1"
	"backoffice/internal/platform/calendar"
)

const (
	owner      = "Nora Lindqvist"
	bookkeeper = "Amina Diallo"
)

func (s *studio) signUp(ctx context.Context) error {
	response := &platformv1.SignUpResponse{}
	if err := s.api.post(ctx, "/v1/organizations:signUp", &platformv1.SignUpRequest{
		DisplayName: "Northlight Studio", CurrencyCode: currency, TimeZone: "America/Edmonton", RegionCode: "CA",
		ChartTemplate: "service-firm", OwnerDisplayName: owner, OwnerPassword: rand.Text(),
		OwnerEmail: "nora+" + s.api.run + "@northlight.example", Test: true,
	}, response); err != nil {
		return err
	}
	s.organization, s.api.key = response.GetOrganization(), response.GetApiKey().GetSecret()
	if s.api.key == "" {
		return errors.New("the response with the API key was lost, and the key is shown only once: run the demo again")
	}
	if err := s.saveKey(); err != nil {
		return err
	}
	s.persons[owner] = response.GetOwner().GetId()
	s.addLine("%s signed up with a test organization in %s.", s.organization.GetDisplayName(),
		s.organization.GetCurrencyCode())
	return s.readClock(ctx)
}

// saveKey writes the API key to its file atomically. Only the current user can read it.
func (s *studio) saveKey() error {
	if s.keyFile == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(s.keyFile), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(s.keyFile), "demo-*.key") // of mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(s.api.key + "\n")
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), s.keyFile)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func (s *studio) readClock(ctx context.Context) (err error) {
	clock := &platformv1.Clock{}
	if err := s.api.get(ctx, "/v1/clock", clock); err != nil {
		return err
	}
	s.today, err = calendar.ParseDate(clock.GetTodayDate())
	return err
}

func (s *studio) readAccounts(ctx context.Context) error {
	page := &financev1.ListAccountsResponse{}
	if err := s.api.get(ctx, "/v1/accounts?pageSize=500", page); err != nil {
		return err
	}
	s.accounts = map[string]*financev1.Account{}
	for _, a := range page.GetAccounts() {
		s.accounts[a.GetCode()] = a
	}
	s.addLine("Its chart of accounts began with %d accounts.", len(s.accounts))
	return nil
}

var vendors = []struct {
	name, email, account string
	paymentDays          int32
}{
	{landlord.name, "leasing@wharfstreet.example", rent, 0},
	{telecom.name, "billing@mapletelecom.example", telephone, 15},
	{printer.name, "accounts@pixelplate.example", materials, 30},
	{illustrator.name, "juno@okafor.example", subcontractors, 14},
}

func (s *studio) addVendors(ctx context.Context) error {
	for _, v := range vendors {
		vendor := &financev1.Vendor{
			DisplayName: v.name, Email: v.email, PaymentDays: v.paymentDays,
			ExpenseAccountId: s.accounts[v.account].GetId(),
		}
		if err := s.api.post(ctx, "/v1/vendors", vendor, vendor); err != nil {
			return err
		}
		s.vendors[v.name] = vendor.GetId()
	}
	return nil
}

var staff = []struct{ name, title, department string }{
	{owner, "Creative director", "Studio"},
	{designer, "Designer", "Studio"},
	{bookkeeper, "Studio manager", "Office"},
}

func (s *studio) hireStaff(ctx context.Context) error {
	departments := map[string]*peoplev1.Department{}
	for _, p := range staff {
		d, err := s.department(ctx, departments, p.department)
		if err != nil {
			return err
		}
		e := &peoplev1.Employee{
			PersonId: s.persons[p.name], DisplayName: p.name, JobTitle: p.title,
			DepartmentId: d.GetId(), HireDate: firstMonth(s.today).String(),
		}
		if err := s.api.post(ctx, "/v1/employees", e, e); err != nil {
			return err
		}
		s.persons[p.name] = e.GetPersonId()
	}
	s.addLine("%d people work in %d departments; it buys from %d vendors.", len(staff), len(departments), len(vendors))
	return nil
}

// department returns the department with a name, and creates it if it is not in existing.
func (s *studio) department(
	ctx context.Context, existing map[string]*peoplev1.Department, name string,
) (*peoplev1.Department, error) {
	if d, ok := existing[name]; ok {
		return d, nil
	}
	d := &peoplev1.Department{DisplayName: name, HeadId: s.persons[owner]}
	existing[name] = d
	return d, s.api.post(ctx, "/v1/departments", d, d)
}
