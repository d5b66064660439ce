package statement

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
)

// measureRead is how much memory reading a file takes in all, given back or not, which is the same at each run.
func measureRead(content string, options Options) (bytes uint64, file File, err error) {
	raw := []byte(content)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	file, err = Read(context.Background(), raw, options)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, file, err
}

// What reading may take: so many times the file, and a little for the smallest.
const (
	maxAllocFactor = 160
	allocAllowance       = 2 << 20
)

const (
	documentV8     = `Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"`
	mt940Opening = ":20:X\n:25:1/2\n:60F:C260101EUR1,00\n"
	mt940Closing = ":62F:C260102EUR1,00\n-\n"
	billionLaughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	externalEntity = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`
)

// TestHostileFilesOfAllFormats reads files that are made to do harm: each is refused for a reason, or read soundly, in
// memory that stays in proportion to it. Alone, since the memory of all tests is counted.
func TestHostileFilesOfAllFormats(t *testing.T) {
	fill := func(unit string) string { return strings.Repeat(unit, 1<<20/len(unit)) }
	nines := strings.Repeat("9", 100_000)
	for name, c := range map[string]struct {
		format  Format
		content string
		want    error // nil: none, or one that is in a row
	}{
		"camt: deep":              {CAMT053, "<Document><BkToCstmrStmt><Stmt>" + fill("<a>"), ErrLimit},
		"camt: deep in an entry":  {CAMT053, camtMessage(documentV8, camtEntryOf("1", "CRDT", fill("<a>"), "")), ErrDamaged},
		"camt: laughs":            {CAMT053, billionLaughs + camtMessage(documentV8, camtEntryOf("1", "CRDT", "<AddtlNtryInf>&c;</AddtlNtryInf>", "")), ErrUnsupported},
		"camt: external entity":   {CAMT053, externalEntity + camtMessage(documentV8, camtEntryOf("1", "CRDT", "<AddtlNtryInf>&e;</AddtlNtryInf>", "")), ErrUnsupported},
		"camt: unknown entity":    {CAMT053, camtMessage(documentV8, camtEntryOf("1", "CRDT", "<AddtlNtryInf>&e;</AddtlNtryInf>", "")), ErrDamaged},
		"camt: long text":         {CAMT053, camtMessage(documentV8, camtEntryOf("1", "CRDT", "<AddtlNtryInf>"+fill("x")+"</AddtlNtryInf>", "")), nil},
		"camt: long tag":          {CAMT053, "<Document><" + fill("x") + ">", ErrDamaged},
		"camt: attributes":        {CAMT053, "<Document" + fill(` a="b"`) + ">", ErrDamaged},
		"camt: empty entries":     {CAMT053, camtMessage(documentV8, fill("<Ntry></Ntry>")), nil},
		"camt: entries":           {CAMT053, camtMessage(documentV8, strings.Repeat(camtEntryOf("1", "CRDT", "", ""), 5000)), nil},
		"camt: statements":        {CAMT053, "<Document><BkToCstmrStmt>" + fill("<Stmt></Stmt>") + "</BkToCstmrStmt></Document>", ErrLimit},
		"camt: many statements":   {CAMT053, "<Document><BkToCstmrStmt>" + strings.Repeat("<Stmt></Stmt>", 9000) + "</BkToCstmrStmt></Document>", nil},
		"camt: nested statements": {CAMT053, "<Document><BkToCstmrStmt><Stmt><Stmt></Stmt></Stmt></BkToCstmrStmt></Document>", ErrDamaged},
		"camt: gigantic amount":   {CAMT053, camtMessage(documentV8, camtEntryOf(nines, "CRDT", "", "")), nil},
		"camt: exponent":          {CAMT053, camtMessage(documentV8, camtEntryOf("1E999999999", "CRDT", "", "")), nil},
		"camt: NUL":               {CAMT053, camtMessage(documentV8, camtEntryOf("1", "CRDT", "<AddtlNtryInf>\x00</AddtlNtryInf>", "")), ErrDamaged},
		"camt: unknown charset":   {CAMT053, `<?xml version="1.0" encoding="klingon"?>` + camtMessage(documentV8), ErrCharset},
		"camt: version 12":        {CAMT053, camtMessage(`Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.12"`), ErrUnsupported},
		"camt: a payment":         {CAMT053, camtMessage(`Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"`), ErrUnsupported},
		"camt: cut off":           {CAMT053, strings.TrimSuffix(camtMessage(documentV8, camtEntryOf("1", "CRDT", "", "")), "</Document>"), ErrDamaged},

		"OFX: deep":            {OFX, "<OFX>" + fill("<A>"), ErrLimit},
		"OFX: laughs":          {OFX, `<?xml version="1.0"?>` + billionLaughs + "<OFX>&c;</OFX>", ErrUnsupported},
		"OFX: external entity": {OFX, `<?xml version="1.0"?>` + externalEntity + "<OFX>&e;</OFX>", ErrUnsupported},
		"OFX: gigantic amount": {OFX, bank(transaction("<DTPOSTED>20261121<TRNAMT>" + nines[:10_000])), nil},
		"OFX: exponent":        {OFX, bank(transaction("<DTPOSTED>20261121<TRNAMT>1E999999999")), nil},
		"OFX: long line":       {OFX, bank(transaction(bookedFields + "<MEMO>" + fill("x"))), ErrLimit},
		"OFX: NUL":             {OFX, bank(transaction(bookedFields + "<MEMO>a\x00b")), nil},
		"OFX: unknown charset": {OFX, "OFXHEADER:100\nENCODING:USASCII\nCHARSET:klingon\n\n<OFX></OFX>", ErrCharset},

		"MT940: lines without end":      {MT940, mt940Opening + ":86:" + fill("x\n") + mt940Closing, ErrLimit},
		"MT940: blank lines":            {MT940, mt940Opening + ":86:" + fill("\n") + mt940Closing, ErrLimit},
		"MT940: long line":              {MT940, mt940Opening + ":61:2601020102C1,00NTRF//" + fill("x") + "\n" + mt940Closing, nil},
		"MT940: statements without end": {MT940, fill(":20:\n"), ErrDamaged},
		"MT940: balances without end":   {MT940, mt940Opening + fill(":62F:x\n"), ErrLimit},
		"MT940: bookings that are none": {MT940, mt940Opening + fill(":61:x\n") + mt940Closing, ErrLimit},
		"MT940: gigantic amount":        {MT940, mt940Opening + ":61:2601020102C" + nines + ",00NTRF\n" + mt940Closing, nil},
		"MT940: NUL":                    {MT940, mt940Opening + ":61:2601020102C1,00NTRF//a\x00b\n:86:c\x00d\n" + mt940Closing, nil},
		"MT940: cut off":                {MT940, mt940Opening + ":61:2601020102C1,00NTRF\n", ErrDamaged},

		"QIF: accounts without end": {QIF, fill("!Account\nNabc\n^\n!Type:Bank\n"), nil},
		"QIF: many accounts":        {QIF, manyAccounts(2000), ErrLimit},
		"QIF: records":              {QIF, "!Type:Bank\n" + fill("D31.1.26\nT1\n^\n"), nil},
		"QIF: empty records":        {QIF, "!Type:Bank\n" + fill("^\n"), nil},
		"QIF: splits":               {QIF, "!Type:Bank\nD31.1.26\nT1\n" + fill("Sa\n$1\n") + "^\n", nil},
		"QIF: long line":            {QIF, "!Type:Bank\nD31.1.26\nT1\nP" + fill("x") + "\n^\n", nil},
		"QIF: gigantic amount":      {QIF, "!Type:Bank\nD31.1.26\nT" + nines + "\n^\n", nil},
		"QIF: exponent":             {QIF, "!Type:Bank\nD31.1.26\nT1E999999999\n^\n", nil},
		"QIF: NUL":                  {QIF, "!Type:Bank\nD31.1.26\nT1\nPa\x00b\n^\n", nil},
		"QIF: cut off":              {QIF, "!Type:Bank\nD31.1.26\nT1\n", ErrDamaged},
		"QIF: investments":          {QIF, "!Type:Invst\nD31.1.26\n^\n", ErrUnsupported},

		"CSV: cells without end":  {CSV, "Date,Amount\n2026-01-02,1" + fill(","), nil},
		"CSV: header without end": {CSV, "Date,Amount" + fill(",a") + "\n2026-01-02,1\n", nil},
		"CSV: an open quote":      {CSV, "Date,Amount,Text\n2026-01-02,1,\"" + fill("x\n"), ErrDamaged},
		"CSV: blank rows":         {CSV, "Date,Amount\n" + fill("\n") + "2026-01-02,1\n", nil},
		"CSV: rows of nothing":    {CSV, "Date,Amount\n" + fill(",\n"), ErrLimit},
		"CSV: rows":               {CSV, "Date,Amount\n" + fill("2026-01-02,1.00\n"), nil},
		"CSV: gigantic amount":    {CSV, "Date,Amount\n2026-01-02," + nines + "\n", nil},
		"CSV: gigantic date":      {CSV, "Date,Amount\n2026-01-02,1\n1/" + nines + ",1\n", nil},
		"CSV: exponent":           {CSV, "Date,Amount\n2026-01-02,1E999999999\n", nil},
		"CSV: NUL":                {CSV, "Date,Amount,Text\n2026-01-02,1.00,a\x00b\n", nil},
		"CSV: half of UTF-16":     {CSV, "\xff\xfeD\x00a\x00t", ErrFormat},
	} {
		t.Run(name, func(t *testing.T) {
			bytes, file, err := measureRead(c.content, Options{Format: c.format, CurrencyCode: "EUR"})
			if most := uint64(maxAllocFactor*len(c.content) + allocAllowance); bytes > most {
				t.Errorf("it takes %d bytes, %d times the file", bytes, bytes/uint64(len(c.content)))
			}
			if c.want == nil && err != nil || !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if err != nil {
				checkRefusal(t, file, err)
				return
			}
			checkFile(t, file)
		})
	}
}

func manyAccounts(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString("!Account\nN" + strings.Repeat("a", i%50) + string(rune('A'+i%26)) + string(rune('a'+i/26%26)) + string(rune('0'+i/676)) + "\n^\n!Type:Bank\n")
	}
	return out.String()
}

// TestCutOff holds every beginning of a sample of each format to be refused, to have a problem, or to be whole.
func TestCutOff(t *testing.T) {
	t.Parallel()
	for format, content := range map[Format]string{
		CAMT053: camtMessage(documentV8, camtEntryOf("1.00", "CRDT", "", ""), camtEntryOf("2.00", "DBIT", "", "")),
		MT940:   mt940Opening + ":61:2601020102C1,00NTRF\n:86:Tea\n" + mt940Closing,
		QIF:     "!Type:Bank\nD31.1.26\nT1\nPTea\n^\nD31.1.26\nT2\n^\n",
	} {
		whole, err := Read(t.Context(), []byte(content), Options{Format: format, CurrencyCode: "EUR"})
		if err != nil {
			t.Fatal(err)
		}
		for length := range content {
			file, err := Read(t.Context(), []byte(content[:length]), Options{Format: format, CurrencyCode: "EUR"})
			if err != nil || len(file.Problems) > 0 {
				continue
			}
			if format == QIF && (strings.HasSuffix(strings.TrimSpace(content[:length]), "^") || strings.HasSuffix(strings.TrimSpace(content[:length]), "Bank")) {
				continue // which ends wherever a record does
			}
			if len(file.Statements[0].Lines) != len(whole.Statements[0].Lines) {
				t.Errorf("%s cut to %d of %d bytes gives %+v", format, length, len(content), file)
			}
		}
	}
}
