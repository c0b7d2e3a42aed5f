package model

import "concord/internal/hub"

// The connections of the mechanisms beside the rosters.
type (
	ArbitratorConnection        = hub.Connection[*hub.ArbitratorView]
	ArbitratorEdge              = hub.ConnectionEdge[*hub.ArbitratorView]
	LiaisonAssignmentConnection = hub.Connection[*hub.LiaisonView]
	LiaisonAssignmentEdge       = hub.ConnectionEdge[*hub.LiaisonView]
	TrainingRecordConnection    = hub.Connection[*hub.TrainingView]
	TrainingRecordEdge          = hub.ConnectionEdge[*hub.TrainingView]
	AwardConnection             = hub.Connection[*hub.AwardView]
	AwardEdge                   = hub.ConnectionEdge[*hub.AwardView]
	StationingConnection        = hub.Connection[*hub.StationingView]
	StationingEdge              = hub.ConnectionEdge[*hub.StationingView]
	RecommendationConnection    = hub.Connection[*hub.RecommendationView]
	RecommendationEdge          = hub.ConnectionEdge[*hub.RecommendationView]
)

// MechanismPayload tells of a record beside the rosters.
type MechanismPayload struct {
	Outcome
	Record hub.Node
}

// Mechanism makes the payload of a change of such a record.
func Mechanism(w *hub.Written, err error) (*MechanismPayload, error) {
	if err != nil {
		return nil, err
	}
	return &MechanismPayload{outcome(w), w.Record}, nil
}
