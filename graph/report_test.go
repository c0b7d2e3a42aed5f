package graph_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
)

// Story 9: the committee for political and legal affairs opens the indicators:
// streets without an organisation, full-timers by district, expired and not
// renewed. What was reported on a past day stays as it was.
func TestStoryIndicators(t *testing.T) {
	w := newWorld(t)
	w.admit(t, "PLC", hub.APIKey{Role: hub.RolePartner, Agency: "PLC"})
	day := dayIn(t)
	earlier := w.hub.Revision()
	var batch hub.Batch
	body := func(n uint64, kind hub.OrganizationKind, street string) {
		batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Organization{ID: hub.NewID(hub.KindOrganization, n), Name: fmt.Sprint("示例组织", n), Kind: kind, Level: hub.LevelDistrict, District: "120102", Street: street,
			Fictional: true, Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2024-01-01")}}}})
	}
	body(1000, hub.OrgStreetTown, "大王庄街道")
	body(1001, hub.OrgIndustry, "大王庄")
	body(1002, hub.OrgIndustry, "春华街道")
	person := func(n uint64, employment hub.Employment, street string, terms []hub.AppointmentTerm, events ...hub.StatusEvent) {
		events = append([]hub.StatusEvent{{Status: hub.StatusActive}}, events...)
		batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Mediator{Employment: employment, Entry: hub.Entry{ID: hub.NewID(hub.KindMediator, n), Name: fmt.Sprint("示例", n), Level: hub.LevelDistrict,
			District: "120102", Street: street, Fictional: true, Terms: terms, Events: events}}})
	}
	whole := []hub.AppointmentTerm{{Start: day("2023-01-01")}}
	person(1000, hub.EmploymentFullTime, "大王庄街道", whole)
	person(1001, hub.EmploymentFullTime, "上杭路街道", []hub.AppointmentTerm{{Start: day("2025-02-01")}})
	person(1002, hub.EmploymentPartTime, "", []hub.AppointmentTerm{{Start: day("2022-01-01"), End: day("2024-12-31")}, {Start: day("2025-01-01"), End: day("2027-12-31")}})
	person(1003, hub.EmploymentFullTime, "", []hub.AppointmentTerm{{Start: day("2022-01-01"), End: day("2025-03-31")}})
	person(1004, hub.EmploymentPartTime, "", whole, hub.StatusEvent{Status: hub.StatusResigned, On: day("2025-05-01")})
	person(1005, hub.EmploymentPartTime, "", whole, hub.StatusEvent{Status: hub.StatusDismissed, On: day("2025-05-02")})
	person(1006, hub.EmploymentFullTime, "", []hub.AppointmentTerm{{Start: day("2022-01-01"), End: day("2025-01-31")}, {Start: day("2025-03-01")}})
	batch.Origin, batch.At = hub.Origin{Actor: "system"}, now
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}

	type flow struct {
		AtStart, Joined, Returned, Left, Renewed, AtEnd, Net, Expired int
		LeftBy                                                        []struct {
			Value, Label string
			Count        int
		}
	}
	type row struct {
		District           *struct{ Code string }
		Mediators          flow
		FullTime, PartTime int
		Streets            struct {
			Official, Covered, CoveredByOwn, Gap int
			WithoutOwn, Organizations            []struct {
				Street string
				Count  int
			}
		}
	}
	report := func(arguments string) (total row, districts []row) {
		t.Helper()
		var data struct {
			StatisticsReport struct {
				Total     row
				Districts []row
			}
		}
		const flow = `{ atStart joined returned left leftBy { value label count } renewed atEnd net expired }`
		w.ask(t, "PLC", `{ statisticsReport(`+arguments+`) { revision `+
			`total { mediators `+flow+` fullTime } districts { district { code } mediators `+flow+` organizations { atEnd } fullTime partTime
				streets { official covered coveredByOwn gap withoutOwn { street count } organizations { street count } } } } }`, nil).into(t, &data)
		return data.StatisticsReport.Total, data.StatisticsReport.Districts
	}
	total, districts := report(`from: "2025-01-01", to: "2025-06-15"`)
	if len(districts) != 17 || districts[0].District.Code != "120000" {
		t.Fatalf("%d districts", len(districts))
	}
	i := slices.IndexFunc(districts, func(r row) bool { return r.District.Code == "120102" })
	hedong := districts[i]
	if m := hedong.Mediators; m.AtStart != 6 || m.Joined != 1 || m.Returned != 1 || m.Left != 4 || m.Renewed != 2 || m.AtEnd != 4 || m.Net != -2 || m.Expired != 1 {
		t.Errorf("the mediators of 河东: %+v", m)
	}
	if by := hedong.Mediators.LeftBy; len(by) != 3 || by[0].Label != "届满" || by[0].Count != 2 || by[1].Count != 1 {
		t.Errorf("those who left: %+v", by)
	}
	if hedong.FullTime != 3 || hedong.PartTime != 1 {
		t.Errorf("%d full-timers and %d others", hedong.FullTime, hedong.PartTime)
	}
	if s := hedong.Streets; s.Official != 13 || s.Covered != 2 || s.CoveredByOwn != 1 || s.Gap != 12 || s.Organizations[0].Street != "大王庄" || s.Organizations[0].Count != 2 ||
		len(s.WithoutOwn) != 2 || s.WithoutOwn[0].Street != "春华" || s.WithoutOwn[1].Street != "上杭路" || s.WithoutOwn[1].Count != 0 {
		t.Errorf("the streets: %+v", s)
	}
	sum := 0
	for _, d := range districts {
		sum += d.Mediators.AtEnd
	}
	if sum != total.Mediators.AtEnd || total.FullTime != 3 {
		t.Errorf("the districts sum to %d, all is %d", sum, total.Mediators.AtEnd)
	}

	// One district, on a past day, and as the hub said it before these were known.
	if _, only := report(`from: "2024-01-01", to: "2024-12-31", district: ["河东区"]`); len(only) != 1 || only[0].Mediators.AtEnd != 6 || only[0].Mediators.Left != 0 || only[0].FullTime != 3 {
		t.Errorf("a year earlier: %+v", only)
	}
	if before, _ := report(fmt.Sprintf(`from: "2025-01-01", to: "2025-06-15", asOf: %d`, earlier)); before.Mediators.AtEnd != total.Mediators.AtEnd-4 {
		t.Errorf("before these were known: %+v", before.Mediators)
	}
	if got := w.ask(t, "PLC", `{ statisticsReport(from: "2025-02-01", to: "2025-01-01") { revision } }`, nil); !slices.Equal(got.codes(), []string{"INVALID"}) {
		t.Errorf("a period that ends before it begins: %s", got.body)
	}
}

// Coverage says where nobody is in charge, by district and day.
func TestReportsAreTakenAway(t *testing.T) {
	w := newWorld(t)
	const target = "/exports/statistics.csv?from=2025-01-01&to=2025-06-15"
	headings, rows, remark := w.exported(t, "partner", target)
	if len(headings) != 17 || len(rows) != 4*18 { // the city, its districts and what is the city's own
		t.Fatalf("%d headings, %d rows", len(headings), len(rows))
	}
	var data struct {
		StatisticsReport struct {
			Revision int
			Total    struct {
				FullTime, PartTime       int
				Mediators, Organizations struct{ AtStart, Joined, Returned, Left, AtEnd, Expired int }
				Streets                  struct{ Official, Gap int }
			}
		}
	}
	w.ask(t, "", `{ statisticsReport(from: "2025-01-01", to: "2025-06-15") { revision total { fullTime partTime mediators { atStart joined returned left atEnd expired } organizations { atStart joined returned left atEnd expired } streets { official gap } } } }`, nil).into(t, &data)
	report := data.StatisticsReport
	m := report.Total.Mediators
	for heading, want := range map[string]int{"期初在册": m.AtStart, "新增": m.Joined, "届满后恢复": m.Returned, "退出": m.Left, "期末在册": m.AtEnd, "届满未续聘": m.Expired, "专职": report.Total.FullTime, "兼职": report.Total.PartTime} {
		if rows[0]["区"] != "合计" || rows[0]["名册"] != "调解员" || rows[0][heading] != strconv.Itoa(want) {
			t.Errorf("%s is %s, reported %d", heading, rows[0][heading], want)
		}
	}
	if rows[3]["街道（乡镇）总数"] != strconv.Itoa(report.Total.Streets.Official) || rows[3]["应建未建"] != strconv.Itoa(report.Total.Streets.Gap) || m.AtStart == 0 {
		t.Errorf("%v", rows[3])
	}
	if !strings.Contains(remark, "示例：partner") || !strings.Contains(remark, fmt.Sprintf("修订号：%d。", report.Revision)) {
		t.Errorf("signed %q", remark)
	}
	_, one, _ := w.exported(t, "auditor", target+"&district=120101&asOf=1")
	if len(one) != 8 || one[4]["区"] != "和平区" || one[0]["期末在册"] != "0" {
		t.Errorf("%v", one)
	}
	if response, body := w.send(t, "GET", "auditor", strings.Replace(target, "csv", "xlsx", 1), nil); response.StatusCode != http.StatusOK || !bytes.HasPrefix(body, []byte("PK")) || response.Header.Get("Concord-Revision") == "" {
		t.Errorf("%d, %d bytes", response.StatusCode, len(body))
	}
	for query, caller := range map[string]string{"?from=2025-01-01": "auditor", "?from=2025-01-01&to=x": "auditor", "?from=2025-01-01&to=2024-01-01": "auditor", "?from=2025-01-01&to=2025-02-01&level=CITY": "auditor", "?from=2025-01-01&from=2025-01-02&to=2025-02-01": "auditor"} {
		if response, body := w.send(t, "GET", caller, "/exports/statistics.csv"+query, nil); response.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), `"INVALID"`) {
			t.Errorf("%s: %d %s", query, response.StatusCode, body)
		}
	}
}

// What is said today of a past day's statistics is what was said on that day, whatever
// was recorded since and whatever the calendar has brought about.
func TestStatisticsOfAPastDayAreThoseOfThatDay(t *testing.T) {
	w := newWorld(t)
	raised := w.correct(t, "partner", "raiseCorrection", "RaiseCorrectionInput", map[string]any{"id": "org_1", "field": "address", "problem": "示例问题", "evidence": []string{"示例证书"}})
	raised.done(t)
	const counts = `{ total byDistrict { value count } byLevel { value count } byStatus { value count } bySpecialty { value count } bySource { value count } byKind { value count } byCourt { value count } }`
	ask := func(when string) (whole string, revision int) {
		t.Helper()
		answer := w.ask(t, "anonymous", `{ statistics`+when+` { on revision mediators `+counts+` experts `+counts+` organizations `+counts+` invitedListings `+counts+` corrections { open overdue } } }`, nil)
		var data struct {
			Statistics struct{ Revision int }
		}
		answer.into(t, &data)
		return string(answer.Data), data.Statistics.Revision
	}
	then, revision := ask("")
	w.later(time.Minute)

	resigned := w.change(t, "district-admin-120101", "resignListing", "ResignListingInput", listing, map[string]any{"id": "med_1", "expectedRevision": w.newest(t, "med_1"), "documentNo": "示例"})
	resigned.done(t)
	answered := w.correct(t, "district-admin-120101", "refuseCorrection", "RefuseCorrectionInput", map[string]any{"id": raised.Correction.ID, "expectedRevision": raised.Correction.Revision, "reason": "无误"})
	answered.done(t)
	studio := w.change(t, "district-admin-120101", "registerOrganization", "RegisterOrganizationInput", `record { id }`, map[string]any{
		"fields": map[string]any{"name": "示例小白楼街道调解组织", "kind": "STREET_TOWN", "level": "DISTRICT", "district": "120101", "street": "小白楼街道"}})
	studio.done(t)
	w.later(3 * 365 * 24 * time.Hour) // terms run out, the answer would be overdue

	if today, _ := ask(""); today == then {
		t.Error("nothing has changed that could be told apart")
	}
	for _, when := range []string{fmt.Sprintf("(asOf: %d)", revision), fmt.Sprintf("(asOf: %q)", now.Format(time.RFC3339))} {
		if got, _ := ask(when); got != then {
			t.Errorf("statistics%s are\n%s\nand were on that day\n%s", when, got, then)
		}
	}
}

func TestCoverageFindsTheGaps(t *testing.T) {
	w := newWorld(t)
	type district struct {
		JointStudio                                                           bool
		Arbitrators, OrganizationsWithoutPrimaryCount, Windows, Organizations int
		OrganizationsWithoutPrimary, OrganizationsWithoutFullTime             []struct{ ID string }
		OrganizationsWithoutFullTimeCount                                     int
		StreetsWithoutPrimary                                                 []string
		RulesReported, RulesComplete, Providers, Stationings, Awards          int
	}
	ask := func(on string) (heping, jinnan district) {
		t.Helper()
		var data struct {
			Coverage struct{ Districts []district }
		}
		w.ask(t, "anonymous", `query($on: Date) { coverage(on: $on, district: ["120101", "120112"]) { on revision districts { district { code } organizations organizationsByKind { value count } jointStudio arbitrators
			streetsWithoutPrimary organizationsWithoutPrimaryCount organizationsWithoutPrimary { id } organizationsWithoutFullTimeCount organizationsWithoutFullTime { id } rulesReported rulesComplete windows providers stationings awards } } }`, map[string]any{"on": on}).into(t, &data)
		return data.Coverage.Districts[0], data.Coverage.Districts[1]
	}
	heping, jinnan := ask("2025-06-15")
	if heping.JointStudio || !jinnan.JointStudio || heping.OrganizationsWithoutPrimaryCount != 1 || heping.OrganizationsWithoutPrimary[0].ID != "org_1" {
		t.Fatalf("%+v %+v", heping, jinnan)
	}
	// A full-timer of whatever district counts, on the days on which she is there.
	if heping.OrganizationsWithoutFullTimeCount != 1 || heping.OrganizationsWithoutFullTime[0].ID != "org_1" {
		t.Errorf("organisations without full-timers: %+v", heping)
	}
	person := &hub.Person{ID: w.hub.NextID(hub.KindPerson), Name: "全示例"}
	lastDay, _ := hub.NewDate(2025, 5, 31)
	batch := hub.Batch{Origin: hub.Origin{Actor: "system"}, At: now, Puts: []hub.Put{{Record: person}, {Record: &hub.Mediator{
		Entry: hub.Entry{ID: w.hub.NextID(hub.KindMediator), PersonID: person.ID, RegistrationNo: "全1", Name: "全示例", Level: hub.LevelDistrict, District: "120112",
			Terms: []hub.AppointmentTerm{{Start: lastDay.AddDays(-30), End: lastDay}}, Events: []hub.StatusEvent{{Status: hub.StatusActive}}, Fictional: true},
		Organization: hub.NewID(hub.KindOrganization, 1), Employment: hub.EmploymentFullTime}}}}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if heping, _ = ask("2025-05-31"); heping.OrganizationsWithoutFullTimeCount != 0 {
		t.Errorf("with a full-timer: %+v", heping)
	}
	if heping, _ = ask("2025-06-01"); heping.OrganizationsWithoutFullTimeCount != 1 {
		t.Errorf("after her term: %+v", heping)
	}
	arbitrator := w.enter(t, "district-admin-120101", "recordArbitrator", map[string]any{"name": "钱示例", "level": "DISTRICT", "district": "120101", "qualification": "LAWYER", "from": "2025-01-01"}, nil)
	arbitrator.done(t)
	liaison := w.enter(t, "district-admin-120101", "recordLiaison", map[string]any{"arbitrator": arbitrator.Record.ID, "role": "PRIMARY", "organizations": []string{"org_1"}, "from": "2025-03-01"}, nil)
	liaison.done(t)
	rules := []any{}
	for _, rule := range hub.OrganizationRules() {
		rules = append(rules, map[string]any{"rule": rule, "inPlace": true})
	}
	// Seven of the eight rules are not all, nor are eight of which one is not in place.
	without := slices.Clone(rules)
	without[7] = map[string]any{"rule": hub.OrganizationRules()[7], "inPlace": false}
	for _, some := range [][]any{rules[:7], without} {
		practice := w.enter(t, "district-admin-120101", "recordPractice", map[string]any{"id": "org_1", "expectedRevision": w.newest(t, "org_1"), "rules": some}, nil)
		practice.done(t)
		if heping, _ = ask("2025-06-15"); heping.RulesReported != 1 || heping.RulesComplete != 0 {
			t.Errorf("with seven rules in place: %+v", heping)
		}
	}
	practice := w.enter(t, "district-admin-120101", "recordPractice", map[string]any{"id": "org_1", "expectedRevision": w.newest(t, "org_1"), "rules": rules,
		"purchase": map[string]any{"from": "2025-01-01", "to": "2025-06-14", "purchaser": "示例单位"}}, nil)
	practice.done(t)
	if heping, _ = ask("2025-06-15"); heping.OrganizationsWithoutPrimaryCount != 0 || heping.Arbitrators != 1 || heping.RulesComplete != 1 || heping.Providers != 0 {
		t.Errorf("today: %+v", heping)
	}
	if heping, _ = ask("2025-02-28"); heping.OrganizationsWithoutPrimaryCount != 1 || heping.Providers != 1 {
		t.Errorf("before the liaison began: %+v", heping)
	}
}
