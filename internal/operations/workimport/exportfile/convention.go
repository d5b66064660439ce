package exportfile

import (
	"errors"
	"strings"

	"backoffice/internal/platform/calendar"
	"backoffice/internal/platform/datetext"
	"backoffice/internal/platform/sheet"
)

// findConventions finds the order of dates and the decimal mark, which all rows share. It asks for
// both together.
func (r *csvReader) findConventions() error {
	var questions []Question
	for _, find := range []func() (*Question, error){r.findDateOrder, r.findDecimalMark} {
		q, err := find()
		if err != nil {
			return err
		}
		if q != nil {
			questions = append(questions, *q)
		}
	}
	if len(questions) > 0 {
		return &QuestionsError{questions}
	}
	r.file.DateOrder, r.file.DecimalMark = r.order, r.mark
	return nil
}

// eachCell calls visit with the cells of fields that are not empty.
func (r *csvReader) eachCell(fields []Field, visit func(at Place, field Field, text string)) {
	for _, w := range r.rows {
		c := record{csvReader: r, row: w}
		for _, field := range fields {
			if text := c.text(field); text != "" {
				visit(c.at(field), field, text)
			}
		}
	}
}

// findDateOrder finds the order of dates.
func (r *csvReader) findDateOrder() (*Question, error) {
	if r.order = r.options.DateOrder; r.order != "" {
		return nil, nil
	}
	var dates []string
	var examples []Problem
	hasPoint := false
	r.eachCell(r.format.dates, func(at Place, field Field, text string) {
		if _, ok := parseInstant(text); ok || !datetext.IsDate(text) {
			return
		}
		dates, hasPoint = append(dates, text), hasPoint || strings.Contains(text, ".")
		if len(examples) < mostExamples && isAmbiguousDate(text) {
			examples = addExample(examples, at, field, text)
		}
	})
	order, isShown, err := datetext.DetectOrder(dates, r.options.Today)
	switch {
	case errors.Is(err, datetext.ErrBothOrders):
		return &Question{AskDateOrder, "Some dates of the file have the day first and others the month first. " +
			"Export the file again, or set the order of dates; dates in the other order will be missing.", examples}, nil
	case err != nil, !isShown && !(order == datetext.DayMonthYear && hasPoint):
		return &Question{AskDateOrder,
			"The file does not show whether its dates have the day or the month first. Set the order of dates.", examples}, nil
	}
	r.order = order
	return nil, nil
}

// isAmbiguousDate reports whether a date is a different day in another order.
func isAmbiguousDate(text string) bool {
	var day calendar.Date
	for _, order := range []datetext.Order{datetext.DayMonthYear, datetext.MonthDayYear, datetext.YearMonthDay} {
		date, err := datetext.Parse(text, order)
		if err != nil {
			continue
		}
		if !day.IsZero() && date != day {
			return true
		}
		day = date
	}
	return false
}

// mostExamples is the number of examples of a question.
const mostExamples = 3

// addExample adds an example of a question.
func addExample(examples []Problem, at Place, field Field, text string) []Problem {
	if len(examples) == mostExamples {
		return examples
	}
	return append(examples, Problem{
		Place: at, Field: field, Effect: Notice, Value: excerpt(text), Message: "may have two meanings",
	})
}

// findDecimalMark finds the decimal mark.
func (r *csvReader) findDecimalMark() (*Question, error) {
	if r.mark = r.options.DecimalMark; r.mark != 0 {
		return nil, nil
	}
	var numbers []string
	var examples []Problem
	r.eachCell(r.format.numbers, func(at Place, field Field, text string) {
		if strings.Contains(text, ":") {
			return // a duration such as 7:30
		}
		numbers = append(numbers, text)
		if strings.ContainsAny(text, ".,") {
			examples = addExample(examples, at, field, text)
		}
	})
	if r.mark = sheet.DetectDecimalMark(numbers); r.mark == 0 {
		r.mark = markOfThousands(numbers)
	}
	if r.mark == 0 && len(examples) > 0 {
		return &Question{AskDecimalMark,
			"The file does not show whether its numbers have a decimal point or a decimal comma. Set the decimal mark.", examples}, nil
	}
	return nil, nil
}

// markOfThousands returns the decimal mark if a number has the other mark twice, as in 1,234,567,
// and 0 if no number has.
func markOfThousands(numbers []string) byte {
	for _, n := range numbers {
		switch {
		case strings.Count(n, ",") > 1:
			return '.'
		case strings.Count(n, ".") > 1:
			return ','
		}
	}
	return 0
}
