package graph_test

import "concord/internal/hub"

func indexed(*hub.Reference, *hub.Vocabulary, hub.Store) hub.Searcher { return nil }
