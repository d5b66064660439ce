package table
import ("testing";"strings";"time";"math/rand/v2")
func TestScratch(t *testing.T){
 pieces := []string{"a","(","f(","(f(",")"," AND "," OR ","NOT ","-","a.b","1.","=","a=b","a=f(","'x'"," ",",",".","((","AND("}
 var worst time.Duration; var text string
 end := time.Now().Add(20*time.Second)
 for time.Now().Before(end) {
  var b strings.Builder
  k := 1+rand.IntN(len(pieces)); n := 5+rand.IntN(400)
  for range n { b.WriteString(pieces[rand.IntN(k)]) }
  x := b.String(); if len(x) > 2048 { x = x[:2048] }
  w := &where{args: []any{"o"}}
  s := time.Now(); _ = fuzzed.filter(w, x); if d := time.Since(s); d > worst { worst, text = d, x }
 }
 t.Log(worst, text[:min(300,len(text))])
}
