package bankfile

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"backoffice/internal/finance/banking/statement"
)

// measureRead reads a file and returns the bytes allocated in total, including freed ones. The
// number is the same in each run.
func measureRead(content string, options Options) (bytes uint64, file File, err error) {
	raw := []byte(content)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	file, err = Read(context.Background(), raw, options)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, file, err
}

// Reading may allocate maxAllocFactor times the size of the file, plus allocAllowance bytes.
const (
	maxAllocFactor = 160
	allocAllowance = 2 << 20
)

const (
	documentV8    = `Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"`
	mt940Opening  = ":20:X\n:25:1/2\n:60F:C260101EUR1,00\n"
	mt940Closing  = ":62F:C260102EUR1,00\n-\n"
	billionLaughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">` +
		`<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	externalEntity = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`
)

// hostileFile is a malicious file with the error that Read must return. The error is nil if the
// file is read, even if its lines have problems.
type hostileFile struct {
	content string
	want    error
}

// fill returns about 1 MiB of repetitions of a string.
func fill(unit string) string { return strings.Repeat(unit, 1<<20/len(unit)) }

// nines is an amount with far too many digits.
var nines = strings.Repeat("9", 100_000)

func hostileCAMT() map[string]hostileFile {
	entryWith := func(more string) string { return camtMessage(documentV8, camtEntryOf("1", "CRDT", more, "")) }
	message := func(statements string) string {
		return "<Document><BkToCstmrStmt>" + statements + "</BkToCstmrStmt></Document>"
	}
	only := camtEntryOf("1", "CRDT", "", "")
	const namespace = `Document xmlns="urn:iso:std:iso:20022:tech:xsd:`
	return map[string]hostileFile{
		"deep":              {"<Document><BkToCstmrStmt><Stmt>" + fill("<a>"), statement.ErrLimit},
		"deep in an entry":  {entryWith(fill("<a>")), statement.ErrCorrupt},
		"billion laughs":    {billionLaughs + entryWith("<AddtlNtryInf>&c;</AddtlNtryInf>"), statement.ErrUnsupported},
		"external entity":   {externalEntity + entryWith("<AddtlNtryInf>&e;</AddtlNtryInf>"), statement.ErrUnsupported},
		"unknown entity":    {entryWith("<AddtlNtryInf>&e;</AddtlNtryInf>"), statement.ErrCorrupt},
		"long text":         {entryWith("<AddtlNtryInf>" + fill("x") + "</AddtlNtryInf>"), nil},
		"long tag":          {"<Document><" + fill("x") + ">", statement.ErrCorrupt},
		"attributes":        {"<Document" + fill(` a="b"`) + ">", statement.ErrCorrupt},
		"empty entries":     {camtMessage(documentV8, fill("<Ntry></Ntry>")), nil},
		"entries":           {camtMessage(documentV8, strings.Repeat(only, 5000)), nil},
		"statements":        {message(fill("<Stmt></Stmt>")), statement.ErrLimit},
		"many statements":   {message(strings.Repeat("<Stmt></Stmt>", 9000)), nil},
		"nested statements": {message("<Stmt><Stmt></Stmt></Stmt>"), statement.ErrCorrupt},
		"gigantic amount":   {camtMessage(documentV8, camtEntryOf(nines, "CRDT", "", "")), nil},
		"exponent":          {camtMessage(documentV8, camtEntryOf("1E999999999", "CRDT", "", "")), nil},
		"NUL":               {entryWith("<AddtlNtryInf>\x00</AddtlNtryInf>"), statement.ErrCorrupt},
		"unknown charset":   {`<?xml version="1.0" encoding="klingon"?>` + camtMessage(documentV8), statement.ErrCharset},
		"version 12":        {camtMessage(namespace + `camt.053.001.12"`), statement.ErrUnsupported},
		"a payment order":   {camtMessage(namespace + `pain.001.001.09"`), statement.ErrUnsupported},
		"truncated":         {strings.TrimSuffix(camtMessage(documentV8, only), "</Document>"), statement.ErrCorrupt},
	}
}

func hostileOFX() map[string]hostileFile {
	return map[string]hostileFile{
		"deep":            {"<OFX>" + fill("<A>"), statement.ErrLimit},
		"billion laughs":  {`<?xml version="1.0"?>` + billionLaughs + "<OFX>&c;</OFX>", statement.ErrUnsupported},
		"external entity": {`<?xml version="1.0"?>` + externalEntity + "<OFX>&e;</OFX>", statement.ErrUnsupported},
		"gigantic amount": {bank(transaction("<DTPOSTED>20261121<TRNAMT>" + nines[:10_000])), nil},
		"exponent":        {bank(transaction("<DTPOSTED>20261121<TRNAMT>1E999999999")), nil},
		"long line":       {bank(transaction(bookedFields + "<MEMO>" + fill("x"))), statement.ErrLimit},
		"NUL":             {bank(transaction(bookedFields + "<MEMO>a\x00b")), nil},
		"unknown charset": {"OFXHEADER:100\nENCODING:USASCII\nCHARSET:klingon\n\n<OFX></OFX>", statement.ErrCharset},
	}
}

func hostileMT940() map[string]hostileFile {
	return map[string]hostileFile{
		"lines without end":      {mt940Opening + ":86:" + fill("x\n") + mt940Closing, statement.ErrLimit},
		"blank lines":            {mt940Opening + ":86:" + fill("\n") + mt940Closing, statement.ErrLimit},
		"long line":              {mt940Opening + ":61:2601020102C1,00NTRF//" + fill("x") + "\n" + mt940Closing, nil},
		"statements without end": {fill(":20:\n"), statement.ErrCorrupt},
		"balances without end":   {mt940Opening + fill(":62F:x\n"), statement.ErrLimit},
		"invalid bookings":       {mt940Opening + fill(":61:x\n") + mt940Closing, statement.ErrLimit},
		"gigantic amount":        {mt940Opening + ":61:2601020102C" + nines + ",00NTRF\n" + mt940Closing, nil},
		"NUL":                    {mt940Opening + ":61:2601020102C1,00NTRF//a\x00b\n:86:c\x00d\n" + mt940Closing, nil},
		"truncated":              {mt940Opening + ":61:2601020102C1,00NTRF\n", statement.ErrCorrupt},
	}
}

func hostileQIF() map[string]hostileFile {
	return map[string]hostileFile{
		"accounts without end": {fill("!Account\nNabc\n^\n!Type:Bank\n"), nil},
		"many accounts":        {manyAccounts(2000), statement.ErrLimit},
		"records":              {"!Type:Bank\n" + fill("D31.1.26\nT1\n^\n"), nil},
		"empty records":        {"!Type:Bank\n" + fill("^\n"), nil},
		"splits":               {"!Type:Bank\nD31.1.26\nT1\n" + fill("Sa\n$1\n") + "^\n", nil},
		"long line":            {"!Type:Bank\nD31.1.26\nT1\nP" + fill("x") + "\n^\n", nil},
		"gigantic amount":      {"!Type:Bank\nD31.1.26\nT" + nines + "\n^\n", nil},
		"exponent":             {"!Type:Bank\nD31.1.26\nT1E999999999\n^\n", nil},
		"NUL":                  {"!Type:Bank\nD31.1.26\nT1\nPa\x00b\n^\n", nil},
		"truncated":            {"!Type:Bank\nD31.1.26\nT1\n", statement.ErrCorrupt},
		"investments":          {"!Type:Invst\nD31.1.26\n^\n", statement.ErrUnsupported},
	}
}

func hostileCSV() map[string]hostileFile {
	return map[string]hostileFile{
		"cells without end":  {"Date,Amount\n2026-01-02,1" + fill(","), nil},
		"header without end": {"Date,Amount" + fill(",a") + "\n2026-01-02,1\n", statement.ErrFormat},
		"an open quote":      {"Date,Amount,Text\n2026-01-02,1,\"" + fill("x\n"), statement.ErrCorrupt},
		"blank rows":         {"Date,Amount\n" + fill("\n") + "2026-01-02,1\n", nil},
		"empty rows":         {"Date,Amount\n" + fill(",\n"), statement.ErrLimit},
		"rows":               {"Date,Amount\n" + fill("2026-01-02,1.00\n"), nil},
		"gigantic amount":    {"Date,Amount\n2026-01-02," + nines + "\n", nil},
		"gigantic date":      {"Date,Amount\n2026-01-02,1\n1/" + nines + ",1\n", nil},
		"exponent":           {"Date,Amount\n2026-01-02,1E999999999\n", nil},
		"NUL":                {"Date,Amount,Text\n2026-01-02,1.00,a\x00b\n", nil},
		"half of UTF-16":     {"\xff\xfeD\x00a\x00t", statement.ErrFormat},
	}
}

// TestHostileFilesNeedProportionalMemory reads malicious files of all formats. Each is refused with
// an error of the package or read correctly, and the memory is proportional to the file. The test
// does not run in parallel, because the memory of all tests is counted.
func TestHostileFilesNeedProportionalMemory(t *testing.T) {
	for format, files := range map[statement.Format]map[string]hostileFile{
		statement.CAMT053: hostileCAMT(), statement.OFX: hostileOFX(), statement.MT940: hostileMT940(),
		statement.QIF: hostileQIF(), statement.CSV: hostileCSV(),
	} {
		for name, c := range files {
			t.Run(string(format)+": "+name, func(t *testing.T) {
				bytes, file, err := measureRead(c.content, Options{Format: format, CurrencyCode: "EUR"})
				if limit := uint64(maxAllocFactor*len(c.content) + allocAllowance); bytes > limit {
					t.Errorf("allocated %d bytes, want at most %d", bytes, limit)
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
}

// manyAccounts returns a QIF file with n accounts of different names.
func manyAccounts(n int) string {
	var out strings.Builder
	for i := range n {
		name := strings.Repeat("a", i%50) + string(rune('A'+i%26)) + string(rune('a'+i/26%26)) + string(rune('0'+i/676))
		out.WriteString("!Account\nN" + name + "\n^\n!Type:Bank\n")
	}
	return out.String()
}

// TestTruncatedFilesAreRefused reads every prefix of a file of each format. Each prefix is refused,
// has a problem, or still has all lines.
func TestTruncatedFilesAreRefused(t *testing.T) {
	t.Parallel()
	for format, content := range map[statement.Format]string{
		statement.CAMT053: camtMessage(documentV8, camtEntryOf("1.00", "CRDT", "", ""), camtEntryOf("2.00", "DBIT", "", "")),
		statement.MT940:   mt940Opening + ":61:2601020102C1,00NTRF\n:86:Tea\n" + mt940Closing,
		statement.QIF:     "!Type:Bank\nD31.1.26\nT1\nPTea\n^\nD31.1.26\nT2\n^\n",
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
			begun := strings.TrimSpace(content[:length])
			if format == statement.QIF && (strings.HasSuffix(begun, "^") || strings.HasSuffix(begun, "Bank")) {
				continue // a QIF file may end after any record
			}
			if len(file.Statements[0].Lines) != len(whole.Statements[0].Lines) {
				t.Errorf("%s cut to %d of %d bytes: got %+v", format, length, len(content), file)
			}
		}
	}
}
