package graph

import (
	"context"
	"strings"

	"concord/internal/hub"
)

func (r queryResolver) Regions(context.Context) ([]*hub.Region, error) {
	return r.hub.Reference().Regions(), nil
}

func (r queryResolver) Agencies(context.Context) ([]*hub.Agency, error) {
	return r.hub.Reference().Agencies(), nil
}

func (r queryResolver) Courts(context.Context) ([]*hub.Court, error) {
	return r.hub.Reference().Courts(), nil
}

func (r queryResolver) CodeTables(context.Context) ([]*hub.CodeTable, error) {
	return r.hub.Reference().CodeTables(), nil
}

func (r queryResolver) CauseVersions(context.Context) ([]*hub.CauseVersion, error) {
	return r.hub.Reference().CauseVersions(), nil
}

func (r queryResolver) Specialties(context.Context) ([]*hub.SpecialtyTerm, error) {
	return pointers(r.hub.Vocabulary().Specialties), nil
}

func (r queryResolver) Causes(_ context.Context, on *hub.Date, version *string) ([]*hub.Cause, error) {
	if version == nil {
		return r.hub.Reference().CausesOn(given(on)), nil
	}
	if on != nil {
		return nil, hub.Invalid("version", "version 与 on 只能给出一个：按版本查询用 version，按日期查询用 on。")
	}
	v, err := r.causeVersion(*version)
	if err != nil {
		return nil, err
	}
	return r.hub.Reference().CausesOn(v.ValidFrom), nil
}

func (r causeResolver) Counterpart(_ context.Context, c *hub.Cause, version string) (*hub.Cause, error) {
	if _, err := r.causeVersion(version); err != nil {
		return nil, err
	}
	counterpart, _ := r.hub.Reference().MapCause(c.Code, version)
	return counterpart, nil
}

func (r *Resolver) causeVersion(name string) (*hub.CauseVersion, error) {
	var names []string
	for _, v := range r.hub.Reference().CauseVersions() {
		if v.Version == name {
			return v, nil
		}
		names = append(names, v.Version)
	}
	return nil, hub.Invalid("version", "没有名为“%s”的案由版本。现有版本：%s。", hub.Shorten(name), strings.Join(names, "、"))
}

func (r courtResolver) District(_ context.Context, c *hub.Court) (*hub.Region, error) {
	region, _ := r.hub.Reference().Region(c.DistrictCode)
	return region, nil
}

func (r courtResolver) Parent(_ context.Context, c *hub.Court) (*hub.Court, error) {
	parent, _ := r.hub.Reference().CourtByCode(c.ParentCode)
	return parent, nil
}
