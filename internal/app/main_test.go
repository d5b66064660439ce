package app_test

import (
	"maps"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"backoffice/internal/app"
	"backoffice/internal/app/apptest"
)

func TestMain(m *testing.M) {
	maps.Copy(fixtures, platformFixtures)
	maps.Copy(fixtures, planningFixtures)
	maps.Copy(fixtures, salesFixtures)
	maps.Copy(fixtures, timeFixtures)
	maps.Copy(fixtures, workFixtures)
	maps.Copy(fixtures, onlinePaymentsFixtures)
	fixtureOf = func(message protoreflect.FullName) fixture { return fixtures[string(message)] }
	apptest.Main(m, app.Modules()...)
}
