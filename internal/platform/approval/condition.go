package approval

import (
	"fmt"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/platform/fault"
)

const (
	// maxCost limits the cost of a condition, in the units of CEL: about a comparison each.
	maxCost = 100_000
	// The estimated sizes of facts: the items of a list, the characters of an item, and those of a
	// text.
	listSize, itemSize, textSize = 1000, 100, 500
	// maxCached is the number of conditions that an environment keeps compiled.
	maxCached = 1000
	// maxProblems is the number of problems that a refusal of a condition names.
	maxProblems = 5
)

// environment compiles conditions on the facts of a kind. It declares a variable for each fact.
// Besides the standard library it has the macros has, all and exists, whose cost is bounded by the
// size of the facts.
type environment struct {
	env *cel.Env

	mu    sync.Mutex
	cache map[string]*condition
}

func newEnvironment(facts proto.Message) (*environment, error) {
	env, err := cel.NewCustomEnv(
		cel.StdLib(), cel.ClearMacros(), cel.Macros(cel.HasMacro, cel.AllMacro, cel.ExistsMacro),
		cel.Types(facts), cel.DeclareContextProto(facts.ProtoReflect().Descriptor()),
		cel.CrossTypeNumericComparisons(true), cel.ParserRecursionLimit(50), cel.ParserExpressionSizeLimit(2000),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals()),
	)
	return &environment{env: env, cache: map[string]*condition{}}, err
}

// condition is a compiled condition. The zero condition is always met.
type condition struct{ program cel.Program }

// compile returns a condition. It refuses one that is malformed, uses unknown facts, has another
// type than bool, or may cost too much, as an error of the field `condition`.
func (e *environment) compile(text string) (*condition, error) {
	if strings.TrimSpace(text) == "" {
		return &condition{}, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if c := e.cache[text]; c != nil {
		return c, nil
	}
	c, err := e.compileNew(text)
	if err != nil {
		return nil, err
	}
	if len(e.cache) >= maxCached {
		clear(e.cache)
	}
	e.cache[text] = c
	return c, nil
}

func (e *environment) compileNew(text string) (*condition, error) {
	ast, issues := e.env.Compile(text)
	if issues.Err() != nil {
		return nil, fault.Invalid(problems(issues)...)
	}
	if ast.OutputType() != cel.BoolType {
		return nil, invalid("must have the type bool, but has the type %s", ast.OutputType())
	}
	cost, err := e.env.EstimateCost(ast, sizes{})
	if err != nil {
		return nil, err
	}
	if cost.Max > maxCost {
		return nil, invalid("may take too long: its cost is up to %d, the limit is %d", cost.Max, maxCost)
	}
	program, err := e.env.Program(ast, cel.CostLimit(maxCost))
	if err != nil {
		return nil, invalid("cannot be evaluated: %s", err)
	}
	return &condition{program}, nil
}

func invalid(format string, args ...any) error {
	return fault.Invalid(fault.At("condition", format, args...))
}

// problems returns what the compiler reports, with line and column counted from 1.
func problems(issues *cel.Issues) (fields []fault.Field) {
	for i, problem := range issues.Errors() {
		if i == maxProblems {
			break
		}
		message := strings.ReplaceAll(problem.Message, " (in container '')", "")
		message, _, _ = strings.Cut(message, " expecting ") // followed by the parser's names of all tokens
		message = strings.ReplaceAll(message, "input '<EOF>'", "end")
		place := "" // some problems concern the whole condition
		if problem.Location.Line() > 0 {
			place = fmt.Sprintf(" at line %d, column %d", problem.Location.Line(), problem.Location.Column()+1)
		}
		fields = append(fields, fault.At("condition", "is wrong%s: %s", place, message))
	}
	return fields
}

// evaluate reports whether facts meet the condition. If evaluating fails, as a division by zero
// does, the condition counts as met: a step rather waits than passes unseen.
func (c *condition) evaluate(facts proto.Message) (met, failed bool) {
	if c.program == nil {
		return true, false
	}
	variables, err := cel.ContextProtoVars(facts)
	if err != nil {
		return true, true
	}
	value, _, err := c.program.Eval(variables)
	if err != nil {
		return true, true
	}
	met, isBool := value.Value().(bool)
	return met || !isBool, !isBool
}

// sizes estimates the sizes of facts, from which the compiler derives the cost.
type sizes struct{}

// EstimateSize implements checker.CostEstimator.
func (sizes) EstimateSize(element checker.AstNode) *checker.SizeEstimate {
	switch path := element.Path(); {
	case len(path) > 1:
		return &checker.SizeEstimate{Max: itemSize}
	case element.Type().Kind() == cel.ListKind:
		return &checker.SizeEstimate{Max: listSize}
	}
	return &checker.SizeEstimate{Max: textSize}
}

// EstimateCallCost implements checker.CostEstimator. All functions have their standard costs.
func (sizes) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}

// typeName returns the type of a fact in CEL.
func typeName(fd protoreflect.FieldDescriptor) string {
	name := map[protoreflect.Kind]string{
		protoreflect.BoolKind: "bool", protoreflect.StringKind: "string", protoreflect.DoubleKind: "double",
		protoreflect.Int32Kind: "int", protoreflect.Int64Kind: "int",
	}[fd.Kind()]
	if name == "" {
		panic("approval: a fact cannot have the type " + fd.Kind().String())
	}
	if fd.IsList() {
		return fmt.Sprintf("list(%s)", name)
	}
	return name
}
