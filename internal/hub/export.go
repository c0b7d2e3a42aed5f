package hub

// ExportCell is one value as it leaves the hub: for people, and where programs
// write it differently, for them.
type ExportCell struct {
	Text string   // 津南区, 在册, 工伤保险、劳动报酬
	Code string   // 120112, ACTIVE; "" when programs write the text
	List []string // the parts of a list; nil for a single value
}
