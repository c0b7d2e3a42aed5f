// Package seeds holds what a fresh hub starts from, as data that people can read
// and correct: the key-task checklist, regions, agencies, courts, causes of
// action, code tables, words for the search and demo rosters. A change here takes
// effect with the next build; what an existing hub already holds is not touched.
package seeds

import "embed"

// FS holds every data file of this folder (.json, .jsonl, .txt, demo/*.csv, demo/*.json) under its plain
// name.
//
//go:embed *.json* *.txt demo/*.csv demo/*.json
var FS embed.FS
