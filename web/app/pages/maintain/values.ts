// What stands in a form, between a record that was read and a change that is sent.
import { forms, type Field, type RosterType } from '../../gql/forms'

/** The words of each field; several where the field is a list. What is empty may be missing. */
export type Values = Record<string, string | string[]>

/** A record as a form began with it. */
export interface Base {
  revision: number
  values: Values
}

/** The organisation that a listing belongs to is no field of its own: the form keeps it as one. */
export const organizationField: Field = { name: 'organization', label: '所属调解组织', hint: '', needed: false, type: 'organization', at: ['organization.id'], ofPerson: false }
export const hasOrganization = (type: RosterType) => type === 'Mediator' || type === 'InvitedListing'

/** Every field of a form, with the organisation where it has one. */
export const fieldsOf = (type: RosterType) => (hasOrganization(type) ? [...forms[type], organizationField] : forms[type])

/** What must not be kept in the browser: it is typed again after a reload. */
export const secret = ['citizenId']

function read(from: unknown, place: string): unknown {
  return place.split('.').reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value.map((one) => (one as Record<string, unknown>)[part])
    return (value as Record<string, unknown> | null | undefined)?.[part]
  }, from)
}

/** The values of a record as its form shows them. */
export function valuesOf(type: RosterType, record: object): Values {
  const values: Values = {}
  for (const { name, at } of fieldsOf(type)) {
    const found = at.map((place) => read(record, place)).find((value) => value != null && value !== '' && !(Array.isArray(value) && value.length === 0))
    if (found !== undefined) values[name] = Array.isArray(found) ? found.map(String) : String(found)
  }
  return values
}

const text = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join('\n') : (value ?? '').trim())
export const same = (a: string | string[] | undefined, b: string | string[] | undefined) => text(a) === text(b)
export const isEmpty = (value: string | string[] | undefined) => text(value) === ''

/** The fields in which two states of a form differ. */
export const differing = (type: RosterType, a: Values, b: Values) => fieldsOf(type).filter(({ name }) => !same(a[name], b[name]))

/** What a number that is none is told before it is sent: the contract takes numbers only. */
export function notANumber({ type }: Field, value: string | string[] | undefined): string | undefined {
  if (isEmpty(value)) return undefined
  if (type === 'whole' && !/^\d{1,9}$/.test(text(value))) return '请填写整数，例如 12。'
  if (type === 'number' && !/^\d{1,6}(\.\d{1,4})?$/.test(text(value))) return '请填写数字，例如 24 或 24.5。'
  return undefined
}

function sent(field: Field, value: string | string[] | undefined): unknown {
  if (isEmpty(value)) return null
  switch (field.type) {
    case 'list':
      return value
    case 'flag':
      return value === 'true'
    case 'whole':
    case 'number':
      return Number(value)
  }
  return value
}

/** Fields that the rules look at together: a reason for a code means nothing without the code. */
const together = [['creditCode', 'creditCodeWaiver', 'creditCodeEvidence']]

/** The `fields` of a registration: what is filled in. */
export const registered = (type: RosterType, values: Values, shown: (field: Field) => boolean) =>
  Object.fromEntries(forms[type].filter((field) => shown(field) && !isEmpty(values[field.name]) && !notANumber(field, values[field.name])).map((field) => [field.name, sent(field, values[field.name])]))

/** The `fields` of an amendment: what is not as it was; null empties. */
export function amended(type: RosterType, base: Values, mine: Values): Record<string, unknown> {
  const changed = forms[type].filter((field) => !same(base[field.name], mine[field.name]) && !notANumber(field, mine[field.name]))
  const along = together.filter((names) => changed.some(({ name }) => names.includes(name))).flat()
  const more = forms[type].filter((field) => along.includes(field.name) && !changed.includes(field) && !isEmpty(mine[field.name]))
  return Object.fromEntries([...changed, ...more].map((field) => [field.name, sent(field, mine[field.name])]))
}
