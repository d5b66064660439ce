package banklines

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"backoffice/internal/finance/banking/personal"
)

//go:embed personal_lines.jsonl
var personalLines []byte

// PersonalLine is a bank line of a small company, and whether it is personal spending of the owner.
// A line of personal_lines.jsonl holds one.
type PersonalLine struct {
	Date, Counterparty, Description string
	// Amount is negative for money out.
	Amount   float64
	Personal bool
	// Why says why the line is personal or not.
	Why string
}

// PersonalLines returns the labeled lines.
func PersonalLines() []PersonalLine {
	var all []PersonalLine
	for decoder := json.NewDecoder(bytes.NewReader(personalLines)); decoder.More(); {
		var l PersonalLine
		if err := decoder.Decode(&l); err != nil {
			panic(err) // the file is in the program
		}
		all = append(all, l)
	}
	return all
}

// Suspicions count the lines that are rightly suspected, those that are falsely suspected, and the
// personal lines that are missed.
type Suspicions struct{ Right, False, Missed int }

// Suspect counts the suspicions without earlier decisions. wrong is called for each line that is
// falsely suspected or missed.
func Suspect(lines []PersonalLine, wrong func(PersonalLine)) (s Suspicions) {
	for _, l := range lines {
		switch suspected := l.isSuspected(); {
		case suspected && l.Personal:
			s.Right++
		case suspected:
			s.False++
			wrong(l)
		case l.Personal:
			s.Missed++
			wrong(l)
		}
	}
	return s
}

// isSuspected reports whether the server suspects the line.
func (l PersonalLine) isSuspected() bool {
	day, err := time.Parse(time.DateOnly, l.Date)
	if err != nil {
		panic(err) // the file is in the program
	}
	cents := int64(l.Amount*100 - 0.5)
	score := personal.Suspect(personal.Line{
		Text: l.Counterparty + " " + l.Description, Round: cents%1000 == 0,
		Weekend: day.Weekday() == time.Saturday || day.Weekday() == time.Sunday,
	}, personal.Earlier{})
	return l.Amount < 0 && score.Points >= personal.MinSuspicion
}

// PrintPersonal prints how many personal lines of the labeled ones are suspected without earlier
// decisions.
func PrintPersonal(w io.Writer) {
	lines := PersonalLines()
	s := Suspect(lines, func(PersonalLine) {})
	fmt.Fprintf(w, "Personal spending suspected among %d lines: %d right, %d false, %d missed\n",
		len(lines), s.Right, s.False, s.Missed)
}
