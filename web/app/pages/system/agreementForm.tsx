// The form of an agreement, to register one and to amend it.
import { graphql } from '../../gql'
import { useAsk } from '../../client/ask'
import type { Control, ChangeField, Values } from '../../parts/ChangeForm'
import { conditionalFields } from '../../gql/words'
import { fieldName } from './Agreements'
import { Choice } from './parts'

const agencies = graphql(`query AgreementAgencies { agencies { code name } }`)

export const made = graphql(`
  fragment AgreementMade on SharingAgreementPayload {
    agreement { id }
    revision
    userErrors { code message path }
    remarks { code message path }
  }
`)

/** The fields of the form; the agency stays the same for the life of an agreement. */
export function useAgreementFields(withAgency: boolean): ChangeField[] {
  const { data } = useAsk(agencies, undefined, { staleTime: Infinity })
  const options = (data?.agencies ?? []).map(({ code, name }) => ({ value: code, label: name }))
  return [
    ...(withAgency ? [{ name: 'agency', label: '单位', control: (control: Control) => <Choice {...control} label="单位" options={options} /> }] : []),
    { name: 'documentNo', label: '文号', placeholder: '已签文件的文号' },
    { name: 'basis', label: '共享依据', placeholder: '法律条款或文号', wide: true },
    { name: 'purpose', label: '使用目的', wide: true },
    { name: 'fields', label: '开放的字段', wide: true, control: (control) => <Choice {...control} label="开放的字段" multiple options={conditionalFields.map((path) => ({ value: path, label: fieldName(path) }))} /> },
    { name: 'from', label: '生效之日', control: 'date' },
    { name: 'to', label: '截止之日', control: 'date' },
    { name: 'document', label: '已签文件的链接', optional: true, placeholder: 'https://', wide: true },
    { name: 'reason', label: '原因或依据', wide: true },
  ]
}

export const agreementOf = (values: Values) => ({
  basis: String(values.basis ?? ''),
  purpose: String(values.purpose ?? ''),
  fields: (values.fields ?? []) as string[],
  from: String(values.from ?? ''),
  to: String(values.to ?? ''),
  documentNo: String(values.documentNo ?? ''),
  ...(values.document ? { document: String(values.document) } : {}),
  reason: String(values.reason ?? ''),
})

/** Days are asked for by the form itself: the contract knows no empty day. */
export const lacksDays = (values: Values) =>
  (['from', 'to'] as const).filter((name) => !values[name]).map((name) => ({ code: 'INVALID', message: name === 'from' ? '请选择生效之日。' : '请选择截止之日。', path: ['input', name] }))
