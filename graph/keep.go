package graph

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/internal/hub"
)

// keptTypes are the types of which an answer may be kept and given again: rosters,
// checklists and codes, which nothing decides but who asks, the revisions of store
// and index, and the day. What is only somebody's own, is audited, tells of work
// that is going on or answers a question about a citizen's number is not among
// them, and neither is any type that nobody has thought about.
var keptTypes = func() map[string]bool {
	kept := map[string]bool{}
	for _, name := range []string{
		"Query", "Node", "RosterEntry", "PageInfo", "Facet", "Bucket", "Highlight", "TextRange", "Suggestion",
		"Person", "Mediator", "MediatorConnection", "MediatorEdge", "Expert", "ExpertConnection", "ExpertEdge",
		"InvitedListing", "InvitedListingConnection", "InvitedListingEdge",
		"Organization", "OrganizationConnection", "OrganizationEdge", "SearchConnection", "SearchEdge",
		"Term", "StatusEvent", "OrganizationEvent", "Specialty",
		"Checklist", "Section", "Group", "Task", "Measure", "MeasureConnection", "MeasureEdge", "ResponsibleAgency", "Deadline",
		"Statistics", "RosterCounts", "DistrictSpecialtyCount", "ChecklistCounts", "AgencyCount",
		"Region", "Agency", "Court", "Cause", "CauseGroup", "CauseVersion", "SpecialtyTerm", "CodeTable", "CodeItem",
	} {
		kept[name] = true
	}
	return kept
}()

// keep notes whether the answer may still be kept with f in it: only fields of
// kept types that anybody may read, and no leaf of the root, which may be anything.
func (w *weighing) keep(f *ast.Field, sharing hub.Sharing) {
	public := sharing.Class == hub.Public && f.ObjectDefinition != nil && keptTypes[f.ObjectDefinition.Name]
	if !public || f.ObjectDefinition == w.schema.Query && f.Name != "__typename" && !keptTypes[f.Definition.Type.Name()] {
		w.fleeting = true
	}
}

// Kept reports whether the answer to an operation that was let in may be given
// again to the same caller, as long as revisions and day are the same, and what it
// costs. It says nothing of answers with errors, which may not.
func Kept(op *graphql.OperationContext) (cost int, ok bool) {
	w, ok := op.Stats.GetExtension(gateName).(*weighing)
	if !ok || op.Operation.Operation != ast.Query || w.fleeting {
		return 0, false
	}
	return w.cost, true
}

// CostOf is what an operation that was let in costs, in points.
func CostOf(op *graphql.OperationContext) int {
	if w, ok := op.Stats.GetExtension(gateName).(*weighing); ok {
		return w.cost
	}
	return 0
}
