import { AutoComplete, Input, Select } from 'antd'
import { useState } from 'react'
import { graphql } from '../../gql'
import type { Field } from '../../gql/forms'
import { enumWords } from '../../gql/words'
import { useAsk } from '../../client/ask'
import { useRegions } from '../../client/regions'
import { DateInput } from '../../parts/DateInput'
import { controlOf } from '../../parts/FormField'
import { word, wordsOf } from '../../words'
import { isEmpty } from './values'

const query = graphql(`
  query FormWords {
    specialties { label }
    courts { code name }
    codeTables { name items { code name } }
  }
`)

interface Option {
  value: string
  label: string
}

/** Values that the contract takes as a word or code, by field. */
export function useOptions() {
  const { data } = useAsk(query, undefined, { staleTime: Infinity })
  const { districts } = useRegions()
  const city = { value: '120000', label: '全市' }
  const places = districts.map((region) => ({ value: region.code, label: region.name }))
  const table = (name: string) => data?.codeTables.find((one) => one.name === name)?.items.map((item) => ({ value: item.code, label: item.name })) ?? []
  const options = ({ name, type, of, ofPerson }: Field): Option[] | undefined => {
    if (type === 'choice') return wordsOf(of as 'Level')
    if (type === 'flag') return [{ value: 'true', label: '是' }, { value: 'false', label: '否' }]
    switch (name) {
      case 'district':
        return places
      case 'districtsServed':
        return [city, ...places]
      case 'court':
        return (data?.courts ?? []).map((court) => ({ value: court.code, label: court.name }))
      case 'specialties':
        return (data?.specialties ?? []).map(({ label }) => ({ value: label, label }))
      case 'source':
        return wordsOf('SourceCategory').map(({ label }) => ({ value: label, label }))
      case 'ethnicity':
      case 'political':
      case 'education':
        return ofPerson ? table(name) : undefined
    }
  }
  /** A value in words. */
  const shown = (field: Field, value: string | string[] | undefined): string => {
    if (isEmpty(value)) return ''
    const known = options(field) ?? []
    const one = (text: string) => {
      if (field.of && field.of in enumWords) return word(field.of as 'Level', text as 'CITY')
      if (text === city.value) return city.label
      return known.find((option) => option.value === text)?.label ?? text
    }
    return Array.isArray(value) ? value.map(one).join('、') : one(value!)
  }
  return { options, shown }
}

/** Words that people write at length. */
const long = ['biography', 'note', 'qualifications']
/** Fields for which the list is a help, not a limit. */
const open = ['specialties', 'source']
const examples: Record<string, string> = { birthDate: '1980-05 或 1980-05-12', phone: '13800138000 或 022-23456789', name: '', creditCode: '18 位' }

interface Props {
  field: Field
  id: string
  value: string | string[] | undefined
  set: (value: string | string[]) => void
  left?: () => void
  error?: string
  options?: Option[]
}

/** The control that a field's type calls for. */
export function Control({ field, id, value, set, left, error, options }: Props) {
  const common = { ...controlOf(id, error, field.needed), onBlur: left }
  const text = typeof value === 'string' ? value : ''
  if (field.type === 'organization') return <OrganizationPicker {...common} value={text} set={set} />
  if (field.type === 'list') {
    return (
      <Select
        {...common}
        mode={options && !open.includes(field.name) ? 'multiple' : 'tags'}
        value={Array.isArray(value) ? value : []}
        onChange={set}
        options={options ?? []}
        optionFilterProp="label"
        tokenSeparators={['、', '，', ',', '；', ';']}
        placeholder={options ? '可选多项' : '写一项后按回车'}
        notFoundContent={null}
      />
    )
  }
  if (options && open.includes(field.name)) return <AutoComplete {...common} value={text} onChange={(words: string | undefined) => set(words ?? '')} options={options} showSearch={{ filterOption: (words, option) => !!option?.label.includes(words) }} allowClear />
  if (options) {
    const known = !text || options.some((one) => one.value === text) ? options : [...options, { value: text, label: text }]
    return <Select {...common} value={text || undefined} onChange={(chosen: string | undefined) => set(chosen ?? '')} options={known} showSearch={{ optionFilterProp: 'label' }} allowClear placeholder="请选择" />
  }
  const typed = { ...common, value: text, onChange: (event: { target: { value: string } }) => set(event.target.value) }
  if (long.includes(field.name)) return <Input.TextArea {...typed} rows={3} />
  if (field.type === 'date') return <DateInput {...common} value={text} set={set} />
  return <Input {...typed} autoComplete="off" inputMode={field.type === 'whole' ? 'numeric' : field.type === 'number' ? 'decimal' : undefined} placeholder={examples[field.name]} />
}

const bodies = graphql(`
  query FormOrganizations($search: String, $id: ID!, $named: Boolean!) {
    organizations(search: $search, filter: { status: [ACTIVE, SUSPENDED] }, first: 12) { nodes { id name district { name } } }
    node(id: $id) @include(if: $named) { ... on Organization { id name } }
  }
`)

type Picker = ReturnType<typeof controlOf> & { onBlur?: () => void }

/** An organisation of the roster, found by its name. */
export function OrganizationPicker({ value, set, ...common }: Picker & { value: string; set: (id: string) => void }) {
  const [search, setSearch] = useState('')
  const { data } = useAsk(bodies, { search: search || undefined, id: value, named: value !== '' }, { keep: true })
  const found = (data?.organizations.nodes ?? []).map(({ id, name, district }) => ({ value: id, label: `${name}（${district.name}）` }))
  const chosen = data?.node && 'name' in data.node ? { value: data.node.id, label: data.node.name } : { value, label: value }
  const options = value && !found.some((one) => one.value === value) ? [chosen, ...found] : found
  return (
    <Select
      {...common}
      value={value || undefined}
      onChange={(id: string | undefined) => set(id ?? '')}
      options={options}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      placeholder="输入名称查找"
      notFoundContent="没有符合的组织"
      allowClear
    />
  )
}

const members = graphql(`
  query FormMembers($search: String, $organization: ID!) {
    mediators(search: $search, filter: { organization: $organization, status: [ACTIVE] }, first: 50) { totalCount nodes { id name registrationNo } }
  }
`)

/** Mediators of an organisation, for it to name to a court (法释〔2016〕14号 Art. 6). */
export function MembersPicker({ organization, ids, set, ...common }: Picker & { organization: string; ids: string[]; set: (ids: string[]) => void }) {
  const [search, setSearch] = useState('')
  const { data } = useAsk(members, { search: search || undefined, organization }, { keep: true, enabled: organization !== '' })
  const [names, setNames] = useState<Record<string, string>>({})
  const found = (data?.mediators.nodes ?? []).map(({ id, name, registrationNo }) => ({ value: id, label: registrationNo ? `${name}（${registrationNo}）` : name }))
  const options = [...found, ...ids.filter((id) => !found.some((one) => one.value === id)).map((id) => ({ value: id, label: names[id] ?? id }))]
  return (
    <Select
      {...common}
      mode="multiple"
      value={ids}
      onChange={(chosen: string[]) => {
        setNames({ ...names, ...Object.fromEntries(options.map((one) => [one.value, one.label])) })
        set(chosen)
      }}
      options={options}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      placeholder={organization ? '从该组织的在册调解员中选' : '先选所属调解组织'}
      disabled={!organization}
      notFoundContent="没有符合的在册调解员"
    />
  )
}
