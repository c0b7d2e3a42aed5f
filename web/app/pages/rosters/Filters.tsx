import { Select } from 'antd'
import { graphql } from '../../gql'
import { useAsk } from '../../client/ask'
import type { Address } from '../../client/address'
import { useRegions } from '../../client/regions'
import { dayOf, wordsOf } from '../../words'
import type { FilterName, Roster } from './lists'

const query = graphql(`
  query FilterWords {
    specialties { label }
    courts { code shortName }
  }
`)

const names: Record<FilterName, string> = {
  district: '所属区',
  level: '层级',
  status: '状态',
  specialty: '擅长领域',
  source: '人员来源',
  kind: '组织类型',
  court: '邀请法院',
  organization: '所属组织',
  parent: '上级组织',
  expiringBefore: '到期',
}

interface Option {
  value: string
  label: string
}

/** The filters of a roster; their values stand in the address under the names of the API. */
export function Filters({ roster, address }: { roster: Pick<Roster<never>, 'filters' | 'kind'>; address: Address }) {
  const { data } = useAsk(query, undefined, { staleTime: Infinity })
  const { districts } = useRegions()
  const options: Partial<Record<FilterName, Option[]>> = {
    district: districts.map((region) => ({ value: region.code, label: region.name })),
    level: wordsOf('Level'),
    status: roster.kind === 'ORGANIZATION' ? wordsOf('OrganizationStatus') : wordsOf('EntryStatus'),
    specialty: (data?.specialties ?? []).map(({ label }) => ({ value: label, label })),
    source: wordsOf('SourceCategory'),
    kind: wordsOf('OrganizationKind'),
    court: (data?.courts ?? []).map((court) => ({ value: court.code, label: court.shortName })),
  }
  return roster.filters.map((name) =>
    name === 'expiringBefore' ? (
      <Expiring key={name} address={address} />
    ) : (
      <Select
        key={name}
        mode="multiple"
        className="filter"
        aria-label={names[name]}
        placeholder={names[name]}
        value={address.all(name)}
        onChange={(values: string[]) => address.set({ [name]: values })}
        options={options[name] ?? []}
        optionFilterProp="label"
        maxTagCount={1}
        maxTagTextLength={7}
        allowClear
        popupMatchSelectWidth={false}
      />
    ),
  )
}

/** Terms that end soon: the hub takes a day, people think in days from now. */
function Expiring({ address }: { address: Address }) {
  const day = (days: number) => {
    const date = new Date()
    date.setDate(date.getDate() + days + 1) // "before" leaves the day itself out
    return dayOf(date)
  }
  const value = address.get('expiringBefore')
  const options = [30, 60, 90].map((days) => ({ value: day(days), label: `${days} 天内到期` }))
  if (value && !options.some((one) => one.value === value)) options.push({ value, label: `${value} 前到期` })
  return (
    <Select
      className="filter"
      aria-label="到期"
      placeholder="到期"
      value={value || undefined}
      onChange={(chosen?: string) => address.set({ expiringBefore: chosen ?? '' })}
      options={options}
      allowClear
      popupMatchSelectWidth={false}
    />
  )
}
