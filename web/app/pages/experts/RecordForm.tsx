import { Alert, Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import type { ExpertHitFragment } from '../../gql/graphql'
import type { Address } from '../../client/address'
import { ask, useAsk } from '../../client/ask'
import { ChangeForm, type ChangeField } from '../../parts/ChangeForm'
import { DateInput } from '../../parts/DateInput'
import { controlOf } from '../../parts/FormField'
import { today } from '../../words'
import { named, record } from './queries'

interface Props {
  address: Address
  chosen: ExpertHitFragment[]
  purpose: string
  setPurpose: (purpose: string) => void
  /** The recommendation that is corrected; a new one when not given. */
  corrects?: { id: string; revision: number }
  done: (id: string) => void
}

/**
 * Enters what stands on the sheet beside it in the name of the caller's body. The experts and
 * the day are the page's own, in its address. Who has chosen somebody that a party must not have
 * says so before it is written.
 */
export function RecordForm({ address, chosen, purpose, setPurpose, corrects, done }: Props) {
  const experts = address.all('id')
  const on = address.get('on') || today()
  const barred = chosen.filter((expert) => expert.conflictsWith?.length)
  const [known, setKnown] = useState('') // who was to be avoided when somebody said that she knows
  const ids = barred.map(({ id }) => id).join()
  const warned = ids === '' || known === ids

  const fields: ChangeField[] = [
    { name: 'experts', label: '专家', below: '1 至 20 名，推荐之日均须在册。', control: (control) => <Experts {...control} chosen={chosen} ids={experts} setIDs={(id) => address.set({ id })} on={address.get('on')} /> },
    {
      name: 'purpose',
      label: '用途',
      below: '只写事项，不写当事人的信息。',
      control: ({ value: _, set: __, ...rest }) => <Input {...rest} value={purpose} maxLength={200} placeholder="例如：工伤案件专家论证" onChange={(event) => setPurpose(event.target.value)} />,
    },
    { name: 'on', label: '推荐日期', control: ({ value: _, set: __, ...rest }) => <DateInput {...rest} value={on} set={(day) => address.set({ on: day === today() ? '' : day })} /> },
    { name: 'reason', label: corrects ? '更正的原因' : '原因或依据', control: 'long' },
    ...(barred.length > 0
      ? [
          {
            name: 'known',
            label: '应当回避的专家',
            wide: true,
            control: ({ value: _, set: __, id, onBlur, ...rest }) => (
              <Checkbox id={id} onBlur={onBlur} aria-invalid={rest['aria-invalid']} aria-describedby={rest['aria-describedby']} checked={warned} onChange={(event) => setKnown(event.target.checked ? ids : '')}>
                已知{barred.map(({ name }) => name).join('、')}应当回避，仍要推荐
              </Checkbox>
            ),
          } satisfies ChangeField,
        ]
      : []),
  ]
  const asks = [{ code: 'INVALID', message: '有专家应当回避。请改选别人；仍要推荐的，请先勾选。', path: ['input', 'known'] }]

  return (
    <ChangeForm
      title={corrects ? '更正推荐单' : '登记推荐单'}
      draft={`recommendation:${corrects?.id ?? 'new'}`}
      initial={{ reason: '' }}
      beside={{ experts, purpose, on, known: warned }}
      fields={fields}
      submit={corrects ? '更正推荐单' : '登记推荐单'}
      change={async ({ reason }, how) => {
        if (!warned && !how.preview) return { revision: null, record: null, remarks: [], userErrors: asks }
        const input = { ...(corrects && { id: corrects.id, expectedRevision: corrects.revision }), experts, purpose, on, reason: String(reason ?? ''), ...how }
        const payload = (await ask(record, { input })).recordRecommendation
        return warned ? payload : { ...payload, userErrors: [...payload.userErrors, ...asks] }
      }}
      done={(made) => done(made.record!.id)}
    >
      {() =>
        barred.length > 0 && (
          <Alert
            type="error"
            showIcon
            role="alert"
            title="应当回避"
            description={
              <ul>
                {barred.map(({ id, name, conflictsWith }) => (
                  <li key={id}>
                    {name}：{conflictsWith!.join('、')}
                  </li>
                ))}
              </ul>
            }
          />
        )
      }
    </ChangeForm>
  )
}

type Picker = ReturnType<typeof controlOf> & { onBlur: () => void; chosen: readonly { id: string; name: string }[]; ids: string[]; setIDs: (ids: string[]) => void; on: string }

/** Experts of the pool, found as in the search, in the order in which they stand on the sheet. */
function Experts({ chosen, ids, setIDs, on, id, status, onBlur, ...rest }: Picker) {
  const [search, setSearch] = useState('')
  const { data } = useAsk(named, { search: search || undefined, on: on || undefined }, { keep: true, enabled: search !== '' })
  const found = search ? (data?.experts.nodes ?? []) : []
  const options = [...chosen.map(({ id, name }) => ({ value: id, label: name })), ...found.filter((one) => !ids.includes(one.id)).map(({ id, name, employer }) => ({ value: id, label: employer ? `${name}（${employer}）` : name }))]
  return (
    <Select
      id={id}
      status={status}
      onBlur={onBlur}
      aria-invalid={rest['aria-invalid']}
      aria-describedby={rest['aria-describedby']}
      mode="multiple"
      maxCount={20}
      value={ids}
      onChange={setIDs}
      options={options}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      placeholder="输入姓名或领域查找"
      notFoundContent="没有符合的在册专家"
    />
  )
}
