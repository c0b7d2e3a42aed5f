import type { DistrictFiguresQuery } from '../../gql/graphql'

/** All that is known of one district on the day. */
export interface Row {
  code: string
  name: string
  report: DistrictFiguresQuery['statisticsReport']['districts'][number]
  coverage: DistrictFiguresQuery['coverage']['districts'][number] | undefined
  expiring: number
}

export interface Indicator {
  key: string
  name: string
  unit: string
  /** What is counted, in one sentence. */
  says: string
  /** A gap rather than a stock: it is coloured otherwise. */
  gap?: boolean
  value: (row: Row) => number
  /** The list of what is counted. */
  list?: (code: string, day: { on: string; soon: string }) => string
}

/** Days before its end at which a term asks for attention (domain: warnings at 90, 60 and 30 days). */
export const soonDays = 90

const roster = (name: string, filters: Record<string, string | string[]>) => (code: string) => {
  const query = new URLSearchParams({ district: code })
  for (const [key, value] of Object.entries(filters)) for (const one of [value].flat()) query.append(key, one)
  return `/rosters/${name}?${query}`
}

export const indicators: Indicator[] = [
  { key: 'mediators', name: '在册调解员', unit: '人', says: '该日在册（含暂停）的调解员。', value: (row) => row.report.mediators.atEnd, list: roster('mediators', { status: ['ACTIVE', 'SUSPENDED'] }) },
  { key: 'fullTime', name: '专职调解员', unit: '人', says: '该日在册的专职调解员。', value: (row) => row.report.fullTime, list: roster('mediators', { status: ['ACTIVE', 'SUSPENDED'] }) },
  { key: 'organizations', name: '调解组织', unit: '个', says: '该日正常或暂停的调解组织。', value: (row) => row.report.organizations.atEnd, list: roster('organizations', { status: ['ACTIVE', 'SUSPENDED'] }) },
  { key: 'withoutFullTime', name: '没有专职的组织', unit: '个', gap: true, says: '正常的调解组织中，没有专职调解员在册的。', value: (row) => row.coverage?.organizationsWithoutFullTimeCount ?? 0 },
  {
    key: 'expiring',
    name: `${soonDays} 天内届满`,
    unit: '人',
    gap: true,
    says: `该日在册、聘期在其后 ${soonDays} 天内届满的调解员。`,
    value: (row) => row.expiring,
    list: (code, { soon }) => roster('mediators', { expiringBefore: soon })(code),
  },
  { key: 'expired', name: '届满未续聘', unit: '人', gap: true, says: '聘期在该日之前届满，至该日没有续聘的调解员。', value: (row) => row.report.mediators.expired, list: roster('mediators', { status: 'EXPIRED' }) },
  {
    key: 'streets',
    name: '应建未建的街道',
    unit: '个',
    gap: true,
    says: '街道（乡镇）总数减去已有街道（乡镇）或园区调解组织的。',
    value: (row) => row.report.streets.gap,
    list: roster('organizations', { kind: ['STREET_TOWN', 'PARK'], status: 'ACTIVE' }),
  },
]

/** Into which of five steps a value falls; 0 for nothing. */
export const stepOf = (value: number, most: number) => (value === 0 ? 0 : Math.ceil((value / most) * 5))

/** The values of each step, without those that no whole number falls into. */
export function steps(most: number): { step: number; from: number; to: number }[] {
  return [1, 2, 3, 4, 5].flatMap((step) => {
    const from = Math.floor(((step - 1) * most) / 5) + 1
    const to = Math.floor((step * most) / 5)
    return from > to ? [] : [{ step, from, to }]
  })
}
