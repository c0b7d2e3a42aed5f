package index

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"concord/internal/hub"
)

// TestHighlights shows what is marked, as field:marked text.
func TestHighlights(t *testing.T) {
	e := expert(1, "單曉燕", "劳动报酬", "工伤保险")
	e.Biography = "示例。帮助农民工讨薪，處理勞動報酬案件；会说日语。"
	e.Employer = "天津示例大学法学院"
	e.Title = "教授"
	e.Source, e.SourceLabel = hub.SourceLegalScholar, "法学专家"
	dotted := expert(2, "阿依古丽·买买提", "竞业限制")
	store := newStore()
	store.put(e, dotted)
	x := openFollowing(t, t.TempDir(), store)
	for _, c := range []struct {
		query string
		of    *hub.Expert
		want  string
	}{
		{"单晓燕", e, "name:單曉燕"},
		{"晓燕", e, "name:曉燕"},
		{"shan", e, "name:單"},
		{"shanxiaoyan", e, "name:單曉燕"},
		{"xiaoyan", e, "name:曉燕"},
		{"sxy", e, "name:單曉燕"},
		{"古丽买买提", dotted, "name:古丽+买买提"},
		{"aygl", dotted, "name:阿依古丽"},
		{"欠薪", e, "biography:农民工讨薪+勞動報酬 specialties:劳动报酬"},
		{"劳动报酬", e, "biography:农民工讨薪+勞動報酬 specialties:劳动报酬"},
		{"公司拖着不给我们发工资", e, "biography:农民工讨薪+勞動報酬 specialties:劳动报酬"},
		{"日语", e, "biography:日语"},
		{"示例大学", e, "employer:示例大学"},
		{"教授", e, "title:教授"},
		{"tj-zj-0001", e, "registrationNo:TJ-ZJ-0001"},
	} {
		t.Run(c.query, func(t *testing.T) {
			r := search1(t, x, hub.SearchQuery{Text: c.query, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 5})
			if r.Highlight == nil {
				t.Fatal("nothing found")
			}
			var got []string
			for _, h := range r.Highlight(c.of) {
				text := []rune(h.Text)
				var parts []string
				for _, run := range h.Ranges {
					parts = append(parts, string(text[run.Start:run.End]))
				}
				got = append(got, h.Field+":"+strings.Join(parts, "+"))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("marked %q, want %q", s, c.want)
			}
		})
	}
	t.Run("of what is no roster record", func(t *testing.T) {
		r := search1(t, x, hub.SearchQuery{Text: "单", Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 5})
		if h := r.Highlight(nil); h != nil {
			t.Errorf("marked %v", h)
		}
	})
}

// TestOnlyPublicFieldsAreSearched holds the texts that go into the index to the
// sharing classes on the fields of the records.
func TestOnlyPublicFieldsAreSearched(t *testing.T) {
	for _, r := range []hub.Record{&hub.Mediator{}, &hub.Expert{}, &hub.InvitedListing{}, &hub.Organization{}} {
		kind := reflect.TypeOf(r).Elem()
		for _, s := range sayings(filled(r)) {
			if s.field == "" {
				continue
			}
			field, ok := kind.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, s.field) })
			if !ok {
				t.Errorf("%s has no field %s", kind, s.field)
				continue
			}
			if class, _, _ := strings.Cut(field.Tag.Get("share"), ","); class != "PUBLIC" {
				t.Errorf("%s.%s is %q and must not be searched", kind, field.Name, class)
			}
		}
	}
	secret := &hub.Mediator{Entry: hub.Entry{ID: hub.NewID(hub.KindMediator, 1), Name: "张伟", Level: hub.LevelCity, District: "120101", Note: "秘密备注"}}
	secret.Phone, secret.Evaluation, secret.EmployerListed = "13800000000", "不合格等次", "隐藏单位名称"
	docs, err := describe(newIndexForTest(t).base, secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range docs[0].Fields {
		for token := range f.AnalyzedTokenFrequencies() {
			for _, hidden := range []string{"秘密", "备注", "138", "合格", "隐藏", "单位"} {
				if strings.Contains(token, hidden) {
					t.Errorf("field %s holds %q", f.Name(), token)
				}
			}
		}
	}
}

// filled returns r with every text set, so that every saying is there.
func filled(r hub.Record) hub.Record {
	v := reflect.ValueOf(r).Elem()
	fill(v)
	return r
}

func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(fmt.Sprintf("文%d", i))
		case reflect.Struct:
			fill(f)
		}
	}
}

func newIndexForTest(t *testing.T) *Index {
	t.Helper()
	store := newStore()
	return openFollowing(t, t.TempDir(), store)
}
