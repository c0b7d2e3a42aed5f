package graph_test

import (
	"fmt"
	"os"
	"testing"

	"concord/graph"
)

// TestMain fails when a plan said anything else than gqlgen's executor, to
// whatever the tests asked.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, difference := range graph.Differences() {
		fmt.Println("a plan answers differently:", difference)
		code = 1
	}
	os.Exit(code)
}

// counted lets a test count what a query reads: it is answered once, by its plan.
func counted(t *testing.T) {
	graph.Comparison.Off.Store(true)
	t.Cleanup(func() { graph.Comparison.Off.Store(false) })
}
