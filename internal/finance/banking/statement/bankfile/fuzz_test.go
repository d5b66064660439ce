package bankfile

import (
	"os"
	"path/filepath"
	"testing"

	"backoffice/internal/finance/banking/statement"
)

// fuzzFormat checks that reading arbitrary content as a format gives a valid file or an error of
// the package, and the same result a second time.
func fuzzFormat(f *testing.F, options Options, samples string, seeds ...string) {
	names, err := filepath.Glob(filepath.Join("testdata", samples))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := Read(t.Context(), content, options)
		if err != nil {
			checkRefusal(t, file, err)
			return
		}
		checkFile(t, file)
		again, err := Read(t.Context(), content, options)
		if err != nil {
			t.Fatalf("reading a second time: %v", err)
		}
		checkSame(t, again, file)
	})
}

func FuzzOFX(f *testing.F) {
	fuzzFormat(f, Options{Format: statement.OFX}, "ofx/*.ofx",
		card(transaction(bookedFields+"<NAME><![CDATA[a]]>&amp;&#65;")),
		"<OFX>"+statementOf("JPY", "1", transaction(bookedFields))+
			statementOf("KWD", "2", transaction(bookedFields))+"</OFX>",
		"\xff\xfe<\x00O\x00F\x00X\x00>\x00",
		"<OFX><INVSTMTRS></INVSTMTRS></OFX>",
	)
}

func FuzzQIF(f *testing.F) {
	fuzzFormat(f, Options{Format: statement.QIF, CurrencyCode: "USD"}, "qif/*.qif",
		"!Type:Bank\nD1/ 3'26\nT-1,234.50\nPShop\nMTea\nN101\nLFood\nSFood\n$-1,000.00\nSTea\n$-234.50\n^\n",
		"!Option:AutoSwitch\n!Account\nNOne\nTBank\n^\nNTwo\nTCCard\n^\n!Clear:AutoSwitch\n"+
			"!Account\nNOne\n^\n!Type:Bank\nD31.1.2026\nT1\n^\n!Account\nNTwo\n^\n!Type:CCard\nD1.2.2026\nT2\n^\n",
		"!Type:Invst\nD1/13/26\n^\n",
	)
}

func FuzzCAMT(f *testing.F) {
	fuzzFormat(f, Options{Format: statement.CAMT053}, "camt053/*.xml",
		camtMessage("Document", camtEntryOf("5.00", "CRDT", "<RvslInd>true</RvslInd>", ""),
			camtEntryOf("3.00", "DBIT", "", `<NtryDtls><TxDtls><Amt Ccy="EUR">1</Amt></TxDtls>`+
				`<TxDtls><Amt Ccy="EUR">2</Amt></TxDtls></NtryDtls>`)),
	)
}

func FuzzMT940(f *testing.F) {
	fuzzFormat(f, Options{Format: statement.MT940}, "mt940/*.sta",
		":20:X\n:25:1/2\n:28C:1/1\n:60F:C260101EUR1,00\n:61:2601020102RDR6,00NTRF//REF\n"+
			":86:166?00A?20SVWZ+B?32C\n:62F:D260102EUR5,\n-}\n",
	)
}

func FuzzCSV(f *testing.F) {
	fuzzFormat(f, Options{Format: statement.CSV, CurrencyCode: "EUR"}, "csv/*.csv",
		"sep=;\nDatum;Betrag;Saldo;Text\n31.01.2026;-1.234,50;5,00;\"a;\"\"b\"\n",
		"Date,Debit,Credit,Currency\n2026-01-02,1.00,,USD\n2026-01-03,,2.00,EUR\n",
		"\xff\xfeD\x00a\x00t\x00e\x00,\x00",
	)
}
