package hub

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func loadSeeds(t testing.TB) *Reference {
	t.Helper()
	r, err := LoadReference(os.DirFS("../../seeds"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRegions(t *testing.T) {
	r := loadSeeds(t)

	t.Run("a city and its 16 districts", func(t *testing.T) {
		if got := len(r.Regions()); got != 17 {
			t.Errorf("%d regions, want 17", got)
		}
		if got := r.City().Code; got != "120000" {
			t.Errorf("city is %s", got)
		}
	})

	t.Run("township units add up to the published total", func(t *testing.T) {
		bySort := map[string]int{}
		var perDistrict []int
		for _, region := range r.Regions()[1:] {
			sum := 0
			for sort, n := range region.Townships {
				bySort[sort] += n
				sum += n
			}
			perDistrict = append(perDistrict, sum)
		}
		if want := []int{6, 13, 14, 12, 10, 9, 19, 15, 15, 24, 37, 26, 26, 22, 23, 28}; !slices.Equal(perDistrict, want) {
			t.Errorf("per district %v, want %v", perDistrict, want)
		}
		for sort, want := range map[string]int{"街道": 124, "镇": 125, "乡": 3, "功能区": 47} {
			if bySort[sort] != want {
				t.Errorf("%s: %d, want %d", sort, bySort[sort], want)
			}
		}
	})

	for word, want := range map[string]string{
		"120101": "120101", "１２０１０１": "120101", "和平": "120101", "和平区": "120101",
		"天津市和平区": "120101", "天津和平": "120101", " 和 平 区 ": "120101",
		"滨海": "120116", "滨海新区": "120116", "河北": "120105",
		"120107": "120116", "塘沽区": "120116", "塘沽": "120116", "120221": "120117",
		"宁河县": "120117", "120222": "120114", "静海县": "120118", "宝坻县": "120115", "蓟县": "120119", "天津市蓟县": "120119",
	} {
		if got, ok := r.District(word); !ok || got.Code != want {
			t.Errorf("District(%q) = %v, %v, want %s", word, got, ok, want)
		}
	}
	for _, word := range []string{"", " ", "120000", "天津市", "120199", "朝阳区", "区"} {
		if got, ok := r.District(word); ok {
			t.Errorf("District(%q) = %s, want none", word, got.Name)
		}
	}
	for _, old := range r.LegacyRegions() {
		now, ok := r.District(old.Code)
		if !ok || now.Code != old.LegacyOf || now.LegacyOf != "" {
			t.Errorf("%s %s leads to %+v", old.Code, old.Name, now)
		}
	}
	if len(r.LegacyRegions()) != 8 {
		t.Errorf("%d legacy regions, want 8", len(r.LegacyRegions()))
	}
	if got, ok := r.Region("天津市"); !ok || got.Code != "120000" {
		t.Errorf("Region(天津市) = %v, %v", got, ok)
	}
}

func TestAgencies(t *testing.T) {
	r := loadSeeds(t)
	for printed, want := range map[string]string{
		"市人社局": "HRSS", "人社局": "HRSS", "天津市人力资源和社会保障局": "HRSS", "HRSS": "HRSS", "hrss": "HRSS",
		"市高级人民法院": "COURT", "市高院": "COURT",
		"市司法局": "JUSTICE", "市总工会": "UNION", "市工商联": "FIC",
		"市企联/企协": "EC", "市企联／企协": "EC", "市企联": "EC", "企协": "EC",
		"市财政局": "FINANCE", "市工业和信息化局": "MIIT", "市工信局": "MIIT", "市委政法委": "PLC",
	} {
		if got, ok := r.AgencyByName(printed); !ok || got.Code != want {
			t.Errorf("AgencyByName(%q) = %v, %v, want %s", printed, got, ok, want)
		}
	}
	if len(r.Agencies()) != 9 {
		t.Errorf("%d agencies, want the 9 that the checklist names", len(r.Agencies()))
	}
	for _, printed := range []string{"", "市委政法委和市人社局", "市人社局（牵头）", "工业"} {
		if got, ok := r.AgencyByName(printed); ok {
			t.Errorf("AgencyByName(%q) = %s, want none", printed, got.Name)
		}
	}
	if _, ok := r.AgencyByCode("人社局"); ok {
		t.Error("AgencyByCode took a name for a code")
	}
}

func TestCourts(t *testing.T) {
	r := loadSeeds(t)

	t.Run("one basic court for every district, under its own number", func(t *testing.T) {
		for _, region := range r.Regions()[1:] {
			c, ok := r.CourtByCode("津" + region.Code[2:])
			if !ok || c.Name != "天津市"+region.Name+"人民法院" || c.DistrictCode != region.Code || c.Level != CourtBasic {
				t.Errorf("%s: %+v, %v", region.Name, c, ok)
			}
		}
	})

	t.Run("levels", func(t *testing.T) {
		count := map[CourtLevel]int{}
		for _, c := range r.Courts() {
			count[c.Level]++
		}
		for level, want := range map[CourtLevel]int{CourtHigh: 1, CourtIntermediate: 3, CourtSpecial: 1, CourtBasic: 18} {
			if count[level] != want {
				t.Errorf("%s: %d courts, want %d", level, count[level], want)
			}
		}
	})

	for name, want := range map[string]string{
		"天津市高级人民法院": "津", "市高院": "津", "津": "津",
		"天津市第一中级人民法院": "津01", "二中院": "津02", "天津市第三中级人民法院": "津03",
		"天津海事法院": "津72", "天津市和平区人民法院": "津0101", "和平法院": "津0101", "和平区法院": "津0101",
		"天津市滨海新区人民法院": "津0116", "滨海新区人民法院": "津0116",
		"天津自由贸易试验区人民法院": "津0319", "中国（天津）自由贸易试验区人民法院": "津0319", "天津铁路运输法院": "津8601",
		"津0225": "津0119", "蓟县人民法院": "津0119",
	} {
		if got, ok := r.CourtByName(name); !ok || got.Code != want {
			t.Errorf("CourtByName(%q) = %v, %v, want %s", name, got, ok, want)
		}
	}
	if _, ok := r.CourtByCode("津0225"); ok {
		t.Error("a former code must not pass for one in force")
	}
	if _, ok := r.CourtByName("北京市高级人民法院"); ok {
		t.Error("found a court of another city")
	}

	t.Run("appeals go to the intermediate court of the district", func(t *testing.T) {
		for code, want := range map[string]string{"津0101": "津01", "津0119": "津01", "津0105": "津02", "津0118": "津02", "津0110": "津03", "津01": "津", "津": ""} {
			if c, _ := r.CourtByCode(code); c.ParentCode != want {
				t.Errorf("%s: parent %q, want %q", code, c.ParentCode, want)
			}
		}
	})
}

func TestCauses(t *testing.T) {
	r := loadSeeds(t)
	day := func(s string) Date {
		d, err := ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}

	t.Run("the list in force changes with the year 2026", func(t *testing.T) {
		for on, want := range map[string]string{
			"2021-01-01": "SPC-2020", "2025-12-31": "SPC-2020", "2026-01-01": "SPC-2025", "2030-01-01": "SPC-2025",
		} {
			causes := r.CausesOn(day(on))
			if len(causes) == 0 || causes[0].Version != want {
				t.Errorf("on %s: %d causes, first %+v, want %s", on, len(causes), causes, want)
			}
		}
		if got := r.CausesOn(day("2020-12-31")); got != nil {
			t.Errorf("2020-12-31: %d causes, want none", len(got))
		}
		if got, want := len(r.CausesOn(day("2021-06-01"))), 7+12; got != want {
			t.Errorf("2020 list has %d causes, want %d", got, want)
		}
		if got, want := len(r.CausesOn(0)), 12+12+3+1; got != want {
			t.Errorf("2025 list has %d causes, want %d", got, want)
		}
	})

	t.Run("a name means the cause of its day", func(t *testing.T) {
		for _, test := range []struct {
			name, on, want string
		}{
			{"追索劳动报酬纠纷", "2025-06-01", "186-5"},
			{"追索劳动报酬纠纷", "2026-06-01", "205-5"},
			{"追索劳动报酬", "2026-06-01", "205-5"},
			{"劳动合同纠纷/追索劳动报酬纠纷", "2026-06-01", "205-5"},
			{"劳动争议/劳动合同纠纷/追索劳动报酬纠纷", "2026-06-01", "205-5"},
			{"新就业形态追索劳动报酬纠纷", "2026-06-01", "214-2"},
			{"新就业形态追索劳动报酬纠纷", "2025-06-01", ""},
			{"超龄劳动者劳务合同纠纷", "2026-06-01", "144-1"},
			{"离婚纠纷", "2026-06-01", ""},
		} {
			got, ok := r.CauseByName(test.name, day(test.on))
			if ok != (test.want != "") || ok && got.Code != test.want {
				t.Errorf("%s on %s: %+v, want %q", test.name, test.on, got, test.want)
			}
		}
	})

	t.Run("codes as people print them", func(t *testing.T) {
		for _, code := range []string{"205-5", "205(5)", "205（5）", " 205 ( 5 )"} {
			if c, ok := r.Cause(code); !ok || c.Code != "205-5" || c.ParentCode != "205" || c.Group.Ordinal != "十九" {
				t.Errorf("Cause(%q) = %+v, %v", code, c, ok)
			}
		}
		if _, ok := r.Cause("999"); ok {
			t.Error("found cause 999")
		}
	})

	t.Run("every cause of 2020 has a counterpart of the same name and back", func(t *testing.T) {
		for _, old := range r.CausesOn(day("2021-01-01")) {
			now, ok := r.MapCause(old.Code, "SPC-2025")
			if !ok || now.Name != old.Name || now.Version != "SPC-2025" {
				t.Errorf("%s %s became %+v, %v", old.Code, old.Name, now, ok)
				continue
			}
			if back, ok := r.MapCause(now.Code, "SPC-2020"); !ok || back != old {
				t.Errorf("%s leads back to %+v", now.Code, back)
			}
		}
		for from, to := range map[string]string{"186": "205", "186-5": "205-5", "187-2": "206-2", "188": "207", "192": "213", "205": "205"} {
			if now, ok := r.MapCause(from, "SPC-2025"); !ok || now.Code != to {
				t.Errorf("%s maps to %+v, want %s", from, now, to)
			}
		}
	})

	t.Run("what 2025 added has no counterpart", func(t *testing.T) {
		for _, code := range []string{"208", "209", "214", "214-1", "215-1", "216", "144-1"} {
			if old, ok := r.MapCause(code, "SPC-2020"); ok {
				t.Errorf("%s maps to %s", code, old.Code)
			}
		}
		if _, ok := r.MapCause("205", "SPC-1999"); ok {
			t.Error("mapped to a version that does not exist")
		}
	})

	t.Run("what the hub does not hold is not made up", func(t *testing.T) {
		if c, ok := r.CauseByName("追索劳动报酬纠纷", day("2020-01-01")); ok {
			t.Errorf("a list of before 2021: %+v", c)
		}
		if _, ok := r.MapCause("999", "SPC-2025"); ok || r.CauseChildren("999") != nil || r.HeadsOfCause("999") != nil {
			t.Error("cause 999 leads somewhere")
		}
	})

	t.Run("versions say where they come from and until when they hold", func(t *testing.T) {
		versions := r.CauseVersions()
		if len(versions) != 2 || versions[0].ValidTo+1 != versions[1].ValidFrom || versions[1].ValidTo != 0 {
			t.Fatalf("%+v", versions)
		}
		for _, v := range versions {
			if !strings.HasPrefix(v.Doc, "法〔") || v.Part == "" {
				t.Errorf("%s: %q, %q", v.Version, v.Doc, v.Part)
			}
		}
	})

	t.Run("children", func(t *testing.T) {
		var codes []string
		for _, c := range r.CauseChildren("214") {
			codes = append(codes, c.Code)
		}
		if !slices.Equal(codes, []string{"214-1", "214-2"}) {
			t.Errorf("below 214: %v", codes)
		}
	})

	t.Run("the six heads of the labour side", func(t *testing.T) {
		if got := len(r.ArbitrationHeads()); got != 6 {
			t.Fatalf("%d heads", got)
		}
		heads := func(code string) (names []string) {
			for _, h := range r.HeadsOfCause(code) {
				names = append(names, h.Code)
			}
			return names
		}
		if got := heads("205-5"); !slices.Equal(got, []string{"ART2-5"}) {
			t.Errorf("205-5: %v", got)
		}
		if got := heads("186-5"); !slices.Equal(got, []string{"ART2-5"}) {
			t.Errorf("186-5, a code of the older list: %v", got)
		}
		if got := heads("206-2"); !slices.Equal(got, []string{"ART2-4", "ART2-5"}) {
			t.Errorf("206-2: %v", got)
		}
		for _, c := range r.CausesOn(0) {
			if c.Group.Outside == "" && len(heads(c.Code)) == 0 {
				t.Errorf("%s %s falls under no head", c.Code, c.Name)
			}
		}
	})
}

func TestCodeTables(t *testing.T) {
	r := loadSeeds(t)
	for _, test := range []struct {
		table   *CodeTable
		printed string
		code    string
	}{
		{r.Ethnicity(), "汉族", "01"}, {r.Ethnicity(), "汉", "01"}, {r.Ethnicity(), "回", "03"}, {r.Ethnicity(), "56", "56"}, {r.Ethnicity(), "火星族", ""},
		{r.Education(), "本科", "21"}, {r.Education(), "大学本科毕业", "21"}, {r.Education(), "大专", "31"}, {r.Education(), "硕士", "14"}, {r.Education(), "博士", "11"},
		{r.Political(), "中共党员", "01"}, {r.Political(), "群众", "13"}, {r.Political(), "九三学社社员", "10"}, {r.Political(), "", ""},
	} {
		got, ok := test.table.CodeOf(test.printed)
		if got != test.code || ok != (test.code != "") {
			t.Errorf("%s: CodeOf(%q) = %q, %v, want %q", test.table.Title, test.printed, got, ok, test.code)
		}
	}
	if name, ok := r.Education().NameOf("14"); !ok || name != "硕士研究生毕业" {
		t.Errorf("NameOf(14) = %q, %v", name, ok)
	}
	if _, ok := r.Education().NameOf("本科"); ok {
		t.Error("NameOf took a name for a code")
	}
	for _, table := range r.CodeTables() {
		if want := map[string]int{"gender": 4, "ethnicity": 58, "education": 40, "political": 13}[table.Name]; len(table.Items) != want {
			t.Errorf("%s has %d rows, want %d", table.Name, len(table.Items), want)
		}
		if table.Name == "gender" {
			for _, item := range table.Items {
				if g, err := ParseGender(item.Name); err != nil || g.GBCode() != item.Code {
					t.Errorf("gender %s is %s with code %s", item.Name, g, g.GBCode())
				}
			}
		}
	}
}

// Data that somebody edited wrongly must be refused, with the entry named.
func TestLoadReferenceRefuses(t *testing.T) {
	seeds := os.DirFS("../../seeds")
	for _, test := range []struct {
		name, file, old, new, says string
	}{
		{"a file that is no JSON", "codes.json", "{", "", "codes.json"},
		{"something behind the value", "agencies.json", "\n}\n", "\n}\n{}", "behind"},
		{"an unknown field", "agencies.json", `"fullName": "天津市司法局"`, `"fulName": "天津市司法局"`, "fulName"},
		{"an unknown kind", "agencies.json", `"MASS_ORG"`, `"MASS"`, "UNION"},
		{"an alias of two agencies", "agencies.json", `"人社局"`, `"司法局"`, "司法局"},
		{"a court in no district", "courts.json", `"district": "120101"`, `"district": "120199"`, "津0101"},
		{"a court in a legacy district", "courts.json", `"district": "120116"`, `"district": "120107"`, "120107"},
		{"a basic court below the high court", "courts.json", `"district": "120101", "parent": "津01"`, `"district": "120101", "parent": "津"`, "津0101"},
		{"a court without parent", "courts.json", `"district": "120101", "parent": "津01"`, `"district": "120101"`, "津0101"},
		{"a district of no city", "regions.json", `"parent": "120000", "seat": [39.12, 117.21]`, `"seat": [39.12, 117.21]`, "120101"},
		{"a district of no place", "regions.json", `"seat": [39.12, 117.21], `, ``, "120101"},
		{"a legacy region that leads nowhere", "regions.json", `"now": "120117"`, `"now": "120118x"`, "120221"},
		{"a code twice", "causes.json", `"code": "192"`, `"code": "191"`, "191"},
		{"a parent of another version", "causes.json", `"parent": "214"`, `"parent": "186"`, "214-1"},
		{"versions that overlap", "causes.json", `"validTo": "2025-12-31"`, `"validTo": "2026-12-31"`, "重叠"},
		{"an open version before another", "causes.json", `, "validTo": "2025-12-31"`, ``, "重叠"},
		{"a map to nothing", "causes.json", `"from": "192", "to": "213"`, `"from": "192", "to": "217"`, "217"},
		{"a map of two to one", "causes.json", `"from": "192", "to": "213"`, `"from": "192", "to": "212"`, "one to one"},
		{"a head with a cause of the old list", "causes.json", `"causes": ["205-1", "214-1"]`, `"causes": ["186-1"]`, "ART2-1"},
		{"an impossible day", "causes.json", `"2025-12-31"`, `"2025-12-32"`, "2025-12-32"},
		{"a year twice", "workdays.json", `"year": 2026`, `"year": 2025`, "2025"},
		{"a working day in the week", "workdays.json", `"2025-01-26"`, `"2025-01-27"`, "2025-01-27"},
		{"holidays backwards", "workdays.json", `["2025-04-04", "2025-04-06"]`, `["2025-04-06", "2025-04-04"]`, "2025-04-06"},
		{"a code table that is missing", "codes.json", `"name": "political"`, `"name": "politics"`, "political"},
	} {
		t.Run(test.name, func(t *testing.T) {
			edited := fstest.MapFS{}
			for _, name := range []string{"regions.json", "agencies.json", "courts.json", "codes.json", "causes.json", "workdays.json"} {
				data, err := os.ReadFile("../../seeds/" + name)
				if err != nil {
					t.Fatal(err)
				}
				if name == test.file {
					if !strings.Contains(string(data), test.old) {
						t.Fatalf("%s has no %s to edit", name, test.old)
					}
					data = []byte(strings.Replace(string(data), test.old, test.new, 1))
				}
				edited[name] = &fstest.MapFile{Data: data}
			}
			_, err := LoadReference(edited)
			if err == nil {
				t.Fatal("was accepted")
			}
			if !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.file) {
				t.Errorf("error %q does not name %s and %q", err, test.file, test.says)
			}
		})
	}
	if _, err := LoadReference(fstest.MapFS{}); err == nil {
		t.Error("an empty folder was accepted")
	}
	if _, err := LoadReference(seeds); err != nil {
		t.Error(err)
	}
}
