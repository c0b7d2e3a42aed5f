package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"concord/graph/model"
	"concord/internal/hub"
	"concord/internal/sheet"
)

// revisionHeader says at which revision an export was true.
const revisionHeader = "Concord-Revision"

// export answers with a filtered roster as a sheet.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	caller, err := s.taker(r, "名册")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	word, _, _ := strings.Cut(r.PathValue("file"), ".")
	roster, err := rosterOf(word)
	var format sheet.Format
	if err == nil {
		format, err = sheet.FormatOf(r.PathValue("file"))
	}
	var query hub.ExportQuery
	if err == nil {
		query, err = exportQuery(roster, r.URL.Query())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	leave, err := s.downloads.enterNow(s.chargeTo(r, caller))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer leave()
	ctx, cancel := context.WithTimeout(r.Context(), longest)
	defer cancel()
	out := s.download(w, format, roster.Label()+"."+string(format))
	query.Noted = &hub.ExportNote{Format: string(format), Query: readable(r.URL.Query()), Request: hub.Request{ID: noted(r.Context()).id, Purpose: r.URL.Query().Get("purpose")}}
	query.Started = func(info hub.ExportInfo) { w.Header().Set(revisionHeader, info.Revision.String()) }
	writer := sheet.NewWriter(out, format, roster)
	writer.Signed = true
	defer writer.Discard()
	info, err := s.config.Hub.Export(ctx, caller, roster, query, writer)
	if err == nil {
		err = writer.Close(info)
	}
	if err != nil {
		s.broken(w, r, out, err)
	}
}

// exportStatistics answers with the statistics report of a period as a sheet. Its
// figures are public; who takes them away is known all the same, and stands in the
// file.
func (s *Server) exportStatistics(w http.ResponseWriter, r *http.Request) {
	caller, err := s.taker(r, "统计报告")
	var query hub.ReportQuery
	if err == nil {
		query, err = reportQuery(r.URL.Query())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	leave, err := s.downloads.enterNow(s.chargeTo(r, caller))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer leave()
	report, err := s.config.Hub.Report(r.Context(), query)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set(revisionHeader, report.Revision.String())
	_, ending, _ := strings.Cut(r.URL.Path, ".")
	out := s.download(w, sheet.Format(ending), "统计报告 "+report.From.String()+" 至 "+report.To.String()+"."+ending)
	if err := sheet.WriteStatistics(out, sheet.Format(ending), report, s.config.Hub.ReportStatement(caller, report)); err != nil {
		s.broken(w, r, out, err)
	}
}

// reportQuery reads the arguments of statisticsReport, under the names that they have
// there.
func reportQuery(values url.Values) (q hub.ReportQuery, err error) {
	for name, texts := range values {
		if name != "district" && len(texts) > 1 || slices.Contains(texts, "") {
			return q, hub.Invalid("", "每个参数须有且只有一个值；district 可以有几个。")
		}
		switch name {
		case "from":
			q.From, err = date(name, texts[0])
		case "to":
			q.To, err = date(name, texts[0])
		case "district":
			q.District = texts
		case "asOf":
			q.AsOf, err = model.UnmarshalAsOf(texts[0])
		default:
			err = hub.Invalid("", "所给的参数不是都有。统计报告的导出可用的参数：from、to、district、asOf。")
		}
		if err != nil {
			return q, err
		}
	}
	if q.From == 0 || q.To == 0 {
		return q, hub.Invalid("from", "请写明期初和期末，例如 ?from=2025-01-01&to=2025-06-30。")
	}
	return q, nil
}

// taker returns who takes something away: nobody unknown.
func (s *Server) taker(r *http.Request, what string) (*hub.Principal, error) {
	caller, err := s.knownBeside(r)
	if err == nil && caller.Role == hub.RoleAnonymous {
		err = &hub.Error{Code: hub.CodeUnauthenticated, Message: "导出" + what + "须表明身份。请登录；程序请在 Authorization 请求头中带上密钥。"}
	}
	return caller, err
}

// readable is a query as people read it.
func readable(query url.Values) string {
	text, err := url.QueryUnescape(query.Encode())
	if err != nil { // never of what was encoded
		return query.Encode()
	}
	return text
}

// exportQuery reads the arguments of the list of that roster, under the names that
// they have there: search, on, asOf, purpose, and the fields of its filter, repeated for
// several values. What it does not know it refuses, so that nobody takes a whole
// roster for a part of it.
func exportQuery(roster hub.Kind, values url.Values) (q hub.ExportQuery, err error) {
	for name, texts := range values {
		err := exportArgument(&q, roster, name, texts)
		switch {
		case errors.Is(err, errNoArgument):
			return q, hub.Invalid("", "%s名册的导出没有所给的某个参数。参数与 GraphQL 列表的 filter 同名，另有 search、on、asOf、purpose。", roster.Label())
		case len(texts) > 1 && !slices.Contains(repeated, name):
			return q, hub.Invalid(name, "参数 %s 只能给出一次。", name)
		case slices.Contains(texts, ""):
			return q, hub.Invalid(name, "参数 %s 没有值。不需要的参数请去掉。", name)
		case err != nil:
			return q, err
		}
	}
	return q, nil
}

var repeated = []string{"district", "level", "status", "specialty", "source", "court", "kind"}

// errNoArgument says that the list has no such argument.
var errNoArgument = errors.New("no such argument")

func exportArgument(q *hub.ExportQuery, roster hub.Kind, name string, texts []string) (err error) {
	f := &q.Filter
	switch {
	case name == "search":
		q.Search = texts[0]
	case name == "purpose": // goes into the note of the export
	case name == "on":
		q.On, err = date(name, texts[0])
	case name == "asOf":
		q.AsOf, err = model.UnmarshalAsOf(texts[0])
	case name == "district":
		f.District = texts
	case name == "specialty":
		f.Specialty = texts
	case name == "level":
		f.Level, err = values(name, texts, hub.Levels())
	case name == "status" && roster == hub.KindOrganization:
		var of []hub.OrganizationStatus
		of, err = values(name, texts, hub.OrganizationStatuses())
		for _, s := range of {
			f.Status = append(f.Status, hub.EntryStatus(s))
		}
	case name == "status":
		f.Status, err = values(name, texts, hub.EntryStatuses())
	case name == "source" && roster != hub.KindOrganization:
		f.Source, err = values(name, texts, hub.SourceCategories())
	case name == "organization" && (roster == hub.KindMediator || roster == hub.KindInvitedListing):
		f.Organization, err = hub.ParseID(texts[0])
	case name == "parent" && roster == hub.KindOrganization:
		f.Organization, err = hub.ParseID(texts[0])
	case name == "court" && roster == hub.KindInvitedListing:
		f.Court = texts
	case name == "kind" && roster == hub.KindOrganization:
		f.OrgKind, err = values(name, texts, hub.OrganizationKinds())
	case name == "expiringBefore" && roster != hub.KindOrganization:
		f.ExpiringBefore, err = date(name, texts[0])
	default:
		return errNoArgument
	}
	return err
}

func date(name, text string) (hub.Date, error) {
	d, err := hub.ParseDate(text)
	if err != nil {
		return 0, hub.Invalid(name, "参数 %s 的值不是日期。请写成 2025-03-18 这样。", name)
	}
	return d, nil
}

// values reads words of the contract.
func values[E ~string](name string, texts []string, known []E) ([]E, error) {
	list := make([]E, len(texts))
	for i, text := range texts {
		if !slices.Contains(known, E(text)) {
			return nil, hub.Invalid(name, "参数 %s 没有所给的取值。取值与 GraphQL 接口相同。", name)
		}
		list[i] = E(text)
	}
	return list, nil
}
