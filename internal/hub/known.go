package hub

// In a record the number 0 stands for "not said". These methods tell it apart
// for callers, to whom an expert of unknown experience is not one of none.

// KnownYears returns 从业年限, nil when it is not known.
func (e *Expert) KnownYears() *int { return known(e.Years) }

// KnownTrainingHours returns 年度培训学时, nil when they are not known.
func (m *Mediator) KnownTrainingHours() *float64 { return known(m.TrainingHours) }

// KnownEvaluationYear returns 考核年度, nil when it is not known.
func (m *Mediator) KnownEvaluationYear() *int { return known(m.EvaluationYear) }

// KnownFullTime returns 专职人数 as reported, nil when nothing was.
func (o *Organization) KnownFullTime() *int { return known(o.FullTimeListed) }

// KnownPartTime returns 兼职人数 as reported, nil when nothing was.
func (o *Organization) KnownPartTime() *int { return known(o.PartTimeListed) }

// KnownFee says whether the organisation charges fees, nil when it was not said: a
// people's mediation committee never does (人民调解法 Art. 4).
func (o *Organization) KnownFee() *bool {
	if o.FeeCharged == nil && o.Kind == OrgPeoplesCommittee {
		return new(bool)
	}
	return o.FeeCharged
}

func known[N int | float64](n N) *N {
	if n == 0 {
		return nil
	}
	return &n
}
