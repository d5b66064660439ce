package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	optionsv1 "backoffice/gen/go/backoffice/options/v1"
	"backoffice/internal/platform/fault"
	"backoffice/internal/platform/paper/typeface"
)

// monthsChart returns a chart of n months of a small company.
func monthsChart(n int, factor int64) Chart {
	c := Chart{
		Title: "Profit and loss by month", Subtitle: "Müller & Søn Ελλάδα · USD", Digits: 2,
		Bars: []Series{{Label: "Income"}, {Label: "Expenses"}}, Lines: []Series{{Label: "Net income"}},
	}
	for i := range n {
		month := "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"[i%12*4:][:3]
		c.Points = append(c.Points, Point{month, fmt.Sprint(2024 + i/12)})
		income, spent := factor*int64(900+i*37%500), factor*int64(700+i*i*53%800)
		for series, minor := range map[*Series]int64{&c.Bars[0]: income, &c.Bars[1]: spent, &c.Lines[0]: income - spent} {
			series.Amounts = append(series.Amounts, minor)
		}
	}
	return c
}

// daysChart returns a chart of one line with n points.
func daysChart(n int) Chart {
	c := Chart{
		Title: "Cash balance", Subtitle: strings.Repeat("株式会社 שלום Ltd ", 12), Digits: 0,
		Lines: []Series{{Label: "Cash"}},
	}
	for i := range n {
		p := Point{}
		if i%30 == 0 {
			p = Point{fmt.Sprint("M", i/30+1), "2026"}
		}
		c.Points = append(c.Points, p)
		c.Lines[0].Amounts = append(c.Lines[0].Amounts, int64(12000*math.Sin(float64(i)/40)))
	}
	return c
}

func TestFilesAreValidAndReproducible(t *testing.T) {
	empty := monthsChart(12, 0)
	huge := monthsChart(6, math.MaxInt64/2000)
	for name, c := range map[string]Chart{
		"year": monthsChart(12, 1234), "one": monthsChart(1, 100), "three years": monthsChart(36, 999_983), "empty": empty,
		"nothing": {}, "huge": huge, "days": daysChart(365), "week": daysChart(7),
	} {
		svg, err := c.File("SVG")
		if err != nil {
			t.Fatal(err)
		}
		labels := countLabels(t, name, svg.GetData())
		again, err := c.File("SVG")
		equal := err == nil && bytes.Equal(svg.GetData(), again.GetData())
		if !equal || labels < 3 || bytes.Contains(svg.GetData(), []byte("NaN")) {
			t.Errorf("%s: got %d labels, %v, want at least 3 and equal files: %s", name, labels, err, svg.GetData())
		}
		dots, err := c.File("PNG")
		if err != nil {
			t.Fatal(err)
		}
		size, err := png.DecodeConfig(bytes.NewReader(dots.GetData()))
		if err != nil || size.Width != width*scale || size.Height != height*scale {
			t.Errorf("%s: got size %v, %v; want %v × %v", name, size, err, width*scale, height*scale)
		}
		if dir := os.Getenv("LOOK"); dir != "" {
			os.WriteFile(filepath.Join(dir, name+".png"), dots.GetData(), 0o644)
			os.WriteFile(filepath.Join(dir, name+".svg"), svg.GetData(), 0o644)
		}
	}
	if _, err := monthsChart(1, 1).File("GIF"); err == nil {
		t.Error("got a GIF, want an error")
	}
}

// countLabels returns the number of text elements in an SVG file, which must be well-formed.
func countLabels(t *testing.T, name string, svg []byte) (labels int) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return labels
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "text" {
			labels++
		}
	}
}

// TestStackedBarsAddUp checks that the axis of stacked bars contains their sums, and that positive
// amounts are drawn above zero and negative ones below it.
func TestStackedBarsAddUp(t *testing.T) {
	c := Chart{
		Points: []Point{{"Jan", "2026"}}, IsStacked: true,
		Bars: []Series{{"a", []int64{300}}, {"b", []int64{500}}, {"c", []int64{-200}}},
	}
	if lowest, highest := c.amountRange(); lowest != -200 || highest != 800 {
		t.Errorf("got %d to %d, want -200 to 800", lowest, highest)
	}
	p := &picture{letters: typeface.New()}
	p.draw(c)
	var heights []float64
	top, bottom := math.Inf(1), math.Inf(-1)
	for _, s := range p.shapes {
		if b, isBar := s.(box); isBar && b.y > plotTop-1 {
			heights = append(heights, b.height)
			top, bottom = min(top, b.y), max(bottom, b.y+b.height)
		}
	}
	if len(heights) != 3 || math.Abs(heights[0]+heights[1]+heights[2]-(bottom-top)) > 0.01 ||
		math.Abs(heights[1]/heights[0]-5.0/3) > 0.01 {
		t.Errorf("got bars of %v from %.1f to %.1f, want them one upon the other", heights, top, bottom)
	}
}

// TestUnprintableScriptIsRefused checks that a chart is refused rather than drawn with boxes.
func TestUnprintableScriptIsRefused(t *testing.T) {
	for _, format := range []string{"SVG", "PNG"} {
		_, err := Chart{Title: "ᏣᎳᎩ"}.File(format)
		var refused *fault.Error
		if !errors.As(err, &refused) || refused.Reason != optionsv1.Reason_SCRIPT_NOT_PRINTABLE {
			t.Errorf("%s: got %v", format, err)
		}
	}
}

func TestAxisHasRoundSteps(t *testing.T) {
	for _, c := range []struct {
		lowest, highest int64
		digits          int
		want            string
	}{
		{0, 0, 2, "0 0.01"},
		{0, 3, 2, "0 0.01 0.02 0.03"},
		{-120_00, 480_00, 2, "−200 0 200 400 600"},
		{0, 5_500_00, 2, "0 1,000 2,000 3,000 4,000 5,000 6,000"},
		{0, 55_000_00, 2, "0 10k 20k 30k 40k 50k 60k"},
		{-1_500_000_00, 0, 2, "−1.5M −1.0M −0.5M 0"},
		{0, 1_100_000, 0, "0 0.2M 0.4M 0.6M 0.8M 1.0M 1.2M"},
		{0, math.MaxInt64, 2, "0 20,000T 40,000T 60,000T 80,000T 100,000T"},
		{-math.MaxInt64, math.MaxInt64, 3, "−10,000T −5,000T 0 5,000T 10,000T"},
	} {
		a := newAxis(c.lowest, c.highest, c.digits)
		var labels []string
		for step := -a.below; step <= a.above; step++ {
			labels = append(labels, a.label(step))
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("%d to %d: got %s, want %s", c.lowest, c.highest, got, c.want)
		}
	}
}

// TestAxisContainsAmountsAndLabelsAreExact checks that the axis contains all amounts, and that each
// label is the exact amount of its step.
func TestAxisContainsAmountsAndLabelsAreExact(t *testing.T) {
	amount := rapid.Int64Range(-math.MaxInt64, math.MaxInt64)
	rapid.Check(t, func(t *rapid.T) {
		one, other := amount.Draw(t, "one"), amount.Draw(t, "other")
		digits := rapid.IntRange(0, 4).Draw(t, "digits")
		a := newAxis(min(one, other, 0), max(one, other, 0), digits)
		for _, minor := range []int64{one, other, 0} {
			if at := a.at(minor); at < 0 || at > 1 || math.IsNaN(at) {
				t.Fatalf("%d: got height %f on %+v, want 0 to 1", minor, at, a)
			}
		}
		if n := a.below + a.above; n < 1 || n > maxSteps {
			t.Fatalf("got %d steps, want 1 to %d", n, maxSteps)
		}
		for step := -a.below; step <= a.above; step++ {
			text := strings.NewReplacer(",", "", "−", "-").Replace(a.label(step))
			power := a.exponent - digits
			if last := text[len(text)-1]; last > '9' {
				text = text[:len(text)-1]
				power -= a.unit
			}
			got, ok := new(big.Rat).SetString(text)
			want := new(big.Rat).SetInt64(step * a.factor)
			ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(power, -power))), nil))
			if power < 0 {
				ten.Inv(ten)
			}
			if want.Mul(want, ten); !ok || got.Cmp(want) != 0 {
				t.Fatalf("step %d of %+v: got label %s, want %s", step, a, a.label(step), want)
			}
		}
	})
}
