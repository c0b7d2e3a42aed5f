package hub

import (
	"errors"
	"strings"
	"testing"
)

func TestParseUSCC(t *testing.T) {
	for _, code := range []string{
		"91350100M000100Y43", "111200000001234574", "52120116MJ0600AB92", "81120103MC1234XA7F", "31120000MD0123TA44",
	} {
		for _, typed := range []string{code, strings.ToLower(code), fullWidth(code), " " + code[:8] + " " + code[8:] + " ", "'" + code, code[:8] + "-" + code[8:17] + "-" + code[17:]} {
			if got, err := ParseUSCC(typed); err != nil || string(got) != code {
				t.Errorf("%q: %q, %v", typed, got, err)
			}
		}
	}
	code, _ := ParseUSCC("52120116MJ0600AB92")
	if code.Registrar() != "民政" || code.RegionCode() != "120116" || code.OrgCode() != "MJ0600AB9" {
		t.Errorf("%s: %s, %s, %s", code, code.Registrar(), code.RegionCode(), code.OrgCode())
	}

	for _, test := range []struct {
		name, in string
		kind     USCCFault
		code     string
		says     string
	}{
		{"nothing", "", USCCLength, FaultRequired, "18 位"},
		{"17 characters", "91350100M000100Y4", USCCLength, FaultUSCCLength, "17 位"},
		{"an organisation code alone", "M000100Y-4", USCCLength, FaultUSCCLength, "组织机构代码"},
		{"an old registration number", "120000000012345", USCCLength, FaultUSCCLength, "注册号"},
		{"a letter O for a zero", "9135O100M000100Y43", USCCAlphabet, FaultUSCCCharacters, "第 5 位的“O”不在允许的字符内（是否为数字 0）"},
		{"a letter that stands for nothing", "91350100V000100Y43", USCCAlphabet, FaultUSCCCharacters, "第 9 位"},
		{"a Chinese character", "91350100M000100Y4三", USCCAlphabet, FaultUSCCCharacters, "第 18 位"},
		{"a slip of the pen", "91350100M000100Y44", USCCCheck, FaultUSCCCheck, "豁免"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseUSCC(test.in)
			e, ok := errors.AsType[*USCCError](err)
			if !ok || e.Kind != test.kind || e.Code != test.code || e.Waivable() != (test.kind == USCCCheck) {
				t.Fatalf("%q: %+v", test.in, err)
			}
			if !strings.Contains(e.Message, test.says) {
				t.Errorf("message %q does not say %q", e.Message, test.says)
			}
			if fault(err) != test.code {
				t.Error("the FieldError is not in the chain")
			}
		})
	}

	t.Run("every single wrong character is found", func(t *testing.T) {
		const good = "91350100M000100Y43"
		for place := range good {
			for _, r := range usccAlphabet {
				wrong := good[:place] + string(r) + good[place+1:]
				if _, err := ParseUSCC(wrong); (err == nil) != (wrong == good) {
					t.Errorf("%s: %v", wrong, err)
				}
			}
		}
	})
}

func TestUSCCWaiver(t *testing.T) {
	full := &USCCWaiver{Reason: "2015 年首批赋码，与营业执照一致", Evidence: "营业执照副本，2026-01-12 核对"}

	t.Run("real early codes stand with a reason and evidence", func(t *testing.T) {
		for _, code := range []string{"91350100M0001TGQXM", "91350211M0000XUF46", "91350203M0001FUE2P"} {
			got, err := ParseUSCC(code)
			e, ok := errors.AsType[*USCCError](err)
			if !ok || !e.Waivable() || string(got) != code {
				t.Fatalf("%s: %q, %v", code, got, err)
			}
			if !e.OrgCodeHolds {
				t.Errorf("%s: the organisation code inside fits and is not taken as a sign", code)
			}
			if _, _, err := AcceptUSCC(code, nil); fault(err) != FaultUSCCCheck {
				t.Errorf("%s without waiver: %v", code, err)
			}
			for _, w := range []*USCCWaiver{{}, {Reason: "与证照一致"}, {Evidence: "营业执照"}, {Reason: " ", Evidence: "　"}} {
				if _, _, err := AcceptUSCC(code, w); fault(err) != FaultUSCCWaiver {
					t.Errorf("%s with %+v: %v", code, w, err)
				}
			}
			if got, waived, err := AcceptUSCC(strings.ToLower(code), full); err != nil || !waived || string(got) != code {
				t.Errorf("%s with waiver: %q, %v, %v", code, got, waived, err)
			}
		}
	})

	t.Run("a slip is told apart from an early code", func(t *testing.T) {
		// a wrong character inside the organisation code breaks both checks
		_, err := ParseUSCC("91350100M000101Y43")
		if e, ok := errors.AsType[*USCCError](err); !ok || e.OrgCodeHolds || !strings.Contains(e.Message, "很可能抄错") {
			t.Errorf("%+v", err)
		}
	})

	t.Run("a waiver lets nothing else pass", func(t *testing.T) {
		for _, code := range []string{"91350100M000100Y4", "9135O100M000100Y43", ""} {
			if _, _, err := AcceptUSCC(code, full); err == nil {
				t.Errorf("%q passed", code)
			}
		}
	})

	t.Run("a right code needs no waiver and takes none", func(t *testing.T) {
		if _, waived, err := AcceptUSCC("91350100M000100Y43", full); err != nil || waived {
			t.Errorf("waived %v, %v", waived, err)
		}
	})

	if got := full.String(); got != "2015 年首批赋码，与营业执照一致（依据：营业执照副本，2026-01-12 核对）" {
		t.Errorf("waiver reads %s", got)
	}
}

func FuzzParseUSCC(f *testing.F) {
	for _, s := range []string{"91350100M000100Y43", "91350100m0001tgqxm", "M000100Y-4", "９１３５０１００Ｍ０００１００Ｙ４３", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseUSCC(s)
		if err != nil {
			e, ok := errors.AsType[*USCCError](err)
			if !ok || e.Waivable() != (code != "") {
				t.Fatalf("%q: %q, %v", s, code, err)
			}
		}
		if code == "" {
			return
		}
		if again, err2 := ParseUSCC(string(code)); again != code || (err2 == nil) != (err == nil) {
			t.Fatalf("%q became %q, then %q, %v", s, code, again, err2)
		}
		_ = code.Registrar() + code.RegionCode() + code.OrgCode()
	})
}
