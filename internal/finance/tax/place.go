package tax

import (
	"context"
	"strings"

	"github.com/google/uuid"

	pb "backoffice/gen/go/backoffice/finance/v1"
	"backoffice/internal/platform/db"
	"backoffice/internal/platform/id"
)

// Place is where something is sold to, such as the ship-to address of a customer.
type Place struct {
	RegionCode string // ISO 3166-1, such as US
	// Subdivision is an ISO 3166-2 code such as US-TX, or its second part TX, as in an address. It is
	// empty if it is not known.
	Subdivision string
	PostalCode  string // empty if it is not known
}

// subdivisionCode returns the ISO 3166-2 code of the subdivision, or "" if there is none.
func (p Place) subdivisionCode() string {
	code := strings.ToUpper(p.Subdivision)
	if code == "" || strings.HasPrefix(code, p.RegionCode+"-") {
		return code
	}
	return p.RegionCode + "-" + code
}

// FindTaxCode returns the tax code of what is sold to a place.
func (s *Service) FindTaxCode(ctx context.Context, req *pb.FindTaxCodeRequest) (*pb.FindTaxCodeResponse, error) {
	return db.Read(ctx, s.db, func(ctx context.Context, tx *db.Tx) (*pb.FindTaxCodeResponse, error) {
		key, err := FindCodeOfPlace(ctx, tx, Place{req.GetRegionCode(), req.GetSubdivisionCode(), req.GetPostalCode()})
		if err != nil || key == "" {
			return &pb.FindTaxCodeResponse{}, err
		}
		code, err := taxCodes.GetByCaller(ctx, tx, key)
		return &pb.FindTaxCodeResponse{TaxCode: code}, err
	})
}

const selectCodesOfPlace = `
select c.id, c.subdivision_code, c.postal_codes
from finance.tax_codes c
join finance.tax_rates r on r.id = c.sales_tax_rate_id
where c.org_id = $1
and r.org_id = $1
and c.archive_time is null
and c.region_code = $2
and c.subdivision_code in ('', $3)
and r.kind = 'STANDARD'`

// FindCodeOfPlace returns the identifier of the tax code of what is sold to a place: the most
// specific code whose rate is of the kind STANDARD. It returns "" if no code applies, or if several
// are equally specific, because only a person can choose between them.
func FindCodeOfPlace(ctx context.Context, tx *db.Tx, place Place) (string, error) {
	rows, err := tx.Query(ctx, selectCodesOfPlace, tx.Call().Organization.ID, place.RegionCode, place.subdivisionCode())
	if err != nil {
		return "", err
	}
	defer rows.Close()
	found, best := "", -1
	for rows.Next() {
		var key uuid.UUID
		var subdivision string
		var postalCodes []string
		if err := rows.Scan(&key, &subdivision, &postalCodes); err != nil {
			return "", err
		}
		switch rank := place.rank(subdivision, postalCodes); {
		case rank > best:
			found, best = id.Format(taxCodes.Prefix(), key), rank
		case rank == best:
			found = ""
		}
	}
	return found, rows.Err()
}

// FindExemptCode returns the identifier of the only tax code of exempt sales. It returns "" if
// there is none or several, because only a person can choose between them.
func FindExemptCode(ctx context.Context, tx *db.Tx) (string, error) {
	found, err := db.CollectColumn[uuid.UUID](ctx, tx, `
select c.id
from finance.tax_codes c
join finance.tax_rates r on r.id = c.sales_tax_rate_id
where c.org_id = $1
and r.org_id = $1
and c.archive_time is null
and r.kind = 'EXEMPT'
limit 2`, tx.Call().Organization.ID)
	if err != nil || len(found) != 1 {
		return "", err
	}
	return id.Format(taxCodes.Prefix(), found[0]), nil
}

// rank returns how specific a code of the country is for the place, or -2 if it is for other postal
// codes. The subdivision is that of the place or empty.
func (p Place) rank(subdivision string, postalCodes []string) int {
	rank := 0
	if subdivision != "" {
		rank = 1
	}
	if len(postalCodes) == 0 {
		return rank
	}
	longest := 0
	for _, beginning := range postalCodes {
		if strings.HasPrefix(strings.ToUpper(p.PostalCode), strings.ToUpper(beginning)) {
			longest = max(longest, len(beginning))
		}
	}
	if longest == 0 {
		return -2
	}
	return 2*longest + rank
}
