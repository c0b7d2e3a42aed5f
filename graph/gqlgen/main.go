// Command gqlgen is gqlgen with one plugin: beside the executor it writes, from
// the same bindings, how each field of each object is appended to an answer (see
// package plan). `go tool gqlgen generate` runs it.
package main

import (
	_ "embed"
	"fmt"
	"go/types"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
)

func main() {
	log.SetOutput(io.Discard) // what gqlgen says of its progress
	if len(os.Args) != 2 || os.Args[1] != "generate" {
		fmt.Fprintln(os.Stderr, "usage: gqlgen generate")
		os.Exit(2)
	}
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate() error {
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return err
	}
	return api.Generate(cfg, api.AddPlugin(plans{}))
}

//go:embed plan.gotpl
var template string

// plans writes plan.go beside the executor.
type plans struct{}

// Name implements plugin.Plugin.
func (plans) Name() string { return "plan" }

// GenerateCode implements plugin.CodeGenerator.
func (plans) GenerateCode(data *codegen.Data) error {
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        filepath.Join(filepath.Dir(data.Config.Exec.Filename), "plan.go"),
		Data:            data,
		Template:        template,
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
		PruneOptions:    data.Config.GetPruneOptions(),
		Funcs: map[string]any{
			"planned":  planned,
			"direct":   direct,
			"writer":   writer,
			"appender": appender,
		},
	})
}

// planned reports whether objects of a type are written by plans: those that
// queries can reach, but for the schema's own.
func planned(name string) bool {
	return name != "Mutation" && name != "Subscription" && !strings.HasPrefix(name, "__")
}

// direct reports whether a field is read in one of the ways that plans know.
func direct(f *codegen.Field) bool {
	return !f.IsReserved() && planned(f.TypeReference.Definition.Name) && !f.Stream && !f.Batch && !f.IsMap() && !f.HasHaser && !f.VOkFunc &&
		len(f.ImplDirectives()) == 0
}

// writer names the function that writes values of a type.
func writer(t *config.TypeReference) string {
	return "write" + strings.TrimPrefix(t.MarshalFunc(), "marshal")
}

// appender names a function that appends a scalar as its Marshal function writes
// it, without the detour over a closure; "" when there is none.
func appender(t *config.TypeReference) string {
	if t.Marshaler == nil || t.IsContext || t.HasEnumValues() {
		return ""
	}
	name := t.Marshaler.Name()
	if t.Marshaler.Pkg().Path() == "github.com/99designs/gqlgen/graphql" {
		plan := templates.CurrentImports.Lookup("concord/graph/plan")
		switch name {
		case "MarshalString", "MarshalID":
			return plan + ".AppendString"
		case "MarshalInt":
			return plan + ".AppendInt"
		case "MarshalBoolean":
			return plan + ".AppendBoolean"
		}
		return ""
	}
	name = strings.Replace(name, "Marshal", "Append", 1)
	if _, ok := t.Marshaler.Pkg().Scope().Lookup(name).(*types.Func); !ok {
		return ""
	}
	return templates.CurrentImports.Lookup(t.Marshaler.Pkg().Path()) + "." + name
}
