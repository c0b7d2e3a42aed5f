package hub

import (
	"strings"
	"testing"
)

func TestParsePhone(t *testing.T) {
	for in, want := range map[string]Phone{
		"13800138000": "13800138000", "１３８００１３８０００": "13800138000", "138 0013 8000": "13800138000", "138-0013-8000": "13800138000",
		"+8613800138000": "13800138000", "+86 138 0013 8000": "13800138000", "0086-13800138000": "13800138000", "86 13800138000": "13800138000",
		"'13800138000": "13800138000", "13800138000.0": "13800138000", "19900000000": "19900000000",
		"022-12345678": "022-12345678", "022 12345678": "022-12345678", "(022)12345678": "022-12345678", "（022）1234 5678": "022-12345678",
		"02212345678": "022-12345678", "０２２－１２３４５６７８": "022-12345678", "022—12345678": "022-12345678", "+86 22 12345678": "022-12345678", "+86-022-12345678": "022-12345678",
		"12333": "12333", "１２３４８": "12348", "12345": "12345", "12351": "12351", "12368": "12368",
	} {
		got, err := ParsePhone(in)
		if err != nil || got != want {
			t.Errorf("ParsePhone(%q) = %q, %v, want %q", in, got, err, want)
		}
		if again, err := ParsePhone(string(got)); err != nil || again != got {
			t.Errorf("%q read again is %q, %v", got, again, err)
		}
	}
	for in, want := range map[string]string{
		"": FaultRequired, " ": FaultRequired,
		"12800138000": FaultPhoneFormat, "1380013800": FaultPhoneFormat, "138001380001": FaultPhoneFormat,
		"010-12345678": FaultPhoneFormat, "022-1234567": FaultPhoneFormat, "022-12345678-801": FaultPhoneFormat, "23456789": FaultPhoneFormat,
		"96333": FaultPhoneFormat, "1234": FaultPhoneFormat, "+1 13800138000": FaultPhoneFormat, "无": FaultPhoneFormat, "1380013800a": FaultPhoneFormat,
		"1.38E+10": FaultPhoneTruncated, "1.3800138E+10": FaultPhoneTruncated,
		"13800138000/13900139000": FaultPhoneSeveral, "13800138000、022-12345678": FaultPhoneSeveral, "13800138000 13900139000": FaultPhoneSeveral, "13800138000\n13900139000": FaultPhoneSeveral,
	} {
		if got, err := ParsePhone(in); fault(err) != want {
			t.Errorf("ParsePhone(%q) = %q, %v, want fault %s", in, got, err, want)
		}
	}
	if _, err := ParsePhone("23456789"); !strings.Contains(err.Error(), "022-23456789") {
		t.Errorf("a local number is not told how to be written: %v", err)
	}
}

func TestParseMobile(t *testing.T) {
	if got, err := ParseMobile("138 0013 8000"); err != nil || got != "13800138000" {
		t.Errorf("%q, %v", got, err)
	}
	for _, in := range []string{"022-12345678", "12333", ""} {
		if got, err := ParseMobile(in); err == nil {
			t.Errorf("ParseMobile(%q) = %q", in, got)
		}
	}
}

func TestMaskPhone(t *testing.T) {
	for in, want := range map[Phone]string{
		"13812345678": "138****5678", "022-12345678": "022-****5678", "12333": "12333",
		"": "", "1380": "****", "0": "*", "何人的号码": "***********",
	} {
		if got := in.Masked(); got != want {
			t.Errorf("%q masked as %q, want %q", in, got, want)
		}
	}
	for in, want := range map[Phone]PhoneKind{"13812345678": Mobile, "022-12345678": Landline, "12333": Hotline} {
		if got := in.Kind(); got != want {
			t.Errorf("%q is of kind %d, want %d", in, got, want)
		}
	}
}
