package model

import "concord/internal/hub"

// EverydayWordPayload tells of an everyday word.
type EverydayWordPayload struct {
	Outcome
	EverydayWord *hub.SearchWordView
}

// EverydayWord makes the payload of a change of an everyday word.
func EverydayWord(w *hub.Written, err error) (*EverydayWordPayload, error) {
	if err != nil {
		return nil, err
	}
	word, _ := w.Record.(*hub.SearchWordView)
	return &EverydayWordPayload{outcome(w), word}, nil
}
