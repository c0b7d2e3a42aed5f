import { Alert, Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { graphql } from '../../gql'
import type { Field } from '../../gql/forms'
import { ask, useAsk } from '../../client/ask'
import { useAddress } from '../../client/address'
import { useDraft } from '../../client/draft'
import { useSubmission } from '../../client/submission'
import { useViewer } from '../../client/viewer'
import { Answer, Empty, Failure } from '../../parts/Answer'
import { DateInput } from '../../parts/DateInput'
import { controlOf, FormField, toFirstWrong } from '../../parts/FormField'
import { Page } from '../../parts/Page'
import { word } from '../../words'
import { MembersPicker } from './Control'
import { elsewhere, FormFields } from './Form'
import { kept, type Kept, type Outcome } from './rosters'
import { fieldsOf, hasOrganization, isEmpty, registered, secret, type Values } from './values'
import './maintain.css'

const origins = graphql(`
  query RegisterFrom($from: ID!, $isFrom: Boolean!, $organization: ID!, $isOrganization: Boolean!) {
    from: node(id: $from) @include(if: $isFrom) { __typename id ... on RosterEntry { name registrationNo status specialties { label } } }
    organization: node(id: $organization) @include(if: $isOrganization) { id ... on Organization { name specialties { label } } }
  }
`)

/** Registers a record on a roster; the address may name the listing that it is nominated from, or its organisation. */
export default function Register() {
  const { roster = '' } = useParams()
  const address = useAddress()
  const of = kept[roster]
  const from = address.get('from')
  const organization = address.get('organization')
  const viewer = useViewer()
  const answer = useAsk(origins, { from, isFrom: from !== '', organization, isOrganization: organization !== '' }, { staleTime: Infinity })
  if (!of) {
    return (
      <Page title="没有这个名册">
        <Empty title="没有这个名册">请从<Link to="/rosters/mediators">名册</Link>页进入登记。</Empty>
      </Page>
    )
  }
  return (
    <Page title={`登记${of.word}`} above={<Link to={`/rosters/${roster}`}>← 名册</Link>} lead={of.type === 'Organization' ? '登记后即为在册。' : '登记后为拟聘；公示、聘任在记录的“办理变动”中办理。'}>
      <Answer of={answer}>
        {({ from: source, organization: body }) => {
          if (!viewer) return null
          if (from && !(source && 'name' in source)) return <Empty title="没有据以登记的条目">地址可能不完整。请从专家或调解员的记录上进入提名。</Empty>
          // What follows from who asks and from where she comes; the hub has the last word.
          const start: Values = {
            ...(viewer.role === 'DISTRICT_ADMIN' && { level: 'DISTRICT', district: viewer.district?.code ?? '' }),
            ...((viewer.role === 'CITY_ADMIN' || viewer.role === 'EXPERT_KEEPER') && { level: 'CITY' }),
            ...(of.type === 'InvitedListing' && { invitee: organization && !from ? 'ORGANIZATION' : 'PERSON', court: viewer.court?.code ?? '' }),
            ...(source && 'name' in source && { name: source.name, specialties: source.specialties.map(({ label }) => label) }),
            ...(organization && { organization }),
            ...(body && 'name' in body && of.type === 'InvitedListing' && !from && { name: body.name, specialties: body.specialties.map(({ label }) => label) }),
          }
          return <Sheet key={`${roster} ${address.text}`} roster={roster} of={of} start={start} from={source && 'name' in source ? source : undefined} />
        }}
      </Answer>
    </Page>
  )
}

interface Source {
  __typename: string
  id: string
  name: string
  registrationNo?: string | null
}

interface Draft {
  values: Values
  named: string[]
  on: string
  reason: string
  confirmDuplicate: boolean
}

const listWord: Record<string, string> = { Mediator: '调解员名册', Expert: '专家库', InvitedListing: '特邀名册' }

function Sheet({ roster, of, start, from }: { roster: string; of: Kept; start: Values; from?: Source }) {
  const { type } = of
  const [draft, setDraft, forget] = useDraft<Draft>(`register:${roster}:${from?.id ?? start.organization ?? ''}`, { values: start, named: [], on: '', reason: '', confirmDuplicate: false })
  const [hidden, setHidden] = useState<Values>({}) // what is not kept in the browser
  const [made, setMade] = useState<Outcome>()
  const values = { ...draft.values, ...hidden }
  const body = type === 'InvitedListing' && values.invitee === 'ORGANIZATION'
  const shown = (field: Field) => (from ? !field.ofPerson && field.name !== 'name' && field.name !== 'invitee' : !body || (!field.ofPerson && field.name !== 'title' && field.name !== 'source'))
  const setValues = (next: Values) => {
    setHidden(Object.fromEntries(secret.map((name) => [name, next[name] ?? ''])))
    setDraft({ ...draft, values: Object.fromEntries(Object.entries(next).filter(([name]) => !secret.includes(name))) })
    setMade(undefined)
  }
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part })

  const { outcome, errors, tried, going, problem, submit } = useSubmission<Outcome>({
    typed: JSON.stringify([draft, hidden]),
    ready: !made && fieldsOf(type).some(({ name }) => !isEmpty(values[name]) && values[name] !== start[name]),
    send: async ({ preview, idempotencyKey }) => {
      const input = {
        fields: registered(type, values, shown),
        ...(hasOrganization(type) && !isEmpty(values.organization) && { organization: values.organization }),
        ...(from && { from: from.id }),
        ...(body && draft.named.length > 0 && { named: draft.named }),
        ...(draft.on && { on: draft.on }),
        ...(draft.confirmDuplicate && { confirmDuplicate: true }),
        reason: draft.reason,
        idempotencyKey,
        preview,
      }
      return Object.values(await ask(of.register, { input }))[0]!
    },
    done: (payload) => {
      setMade(payload)
      forget()
      setHidden({})
      window.scrollTo({ top: 0 })
    },
  })
  const duplicate = errors.some(({ code }) => code === 'DUPLICATE')
  const names = [...fieldsOf(type).filter(shown).map(({ name }) => name), 'reason', 'on', 'organization', 'named']
  const at = (name: string) => (tried ? errors.find(({ path }) => path[1] === name)?.message : undefined)
  const begun = JSON.stringify(draft.values) !== JSON.stringify(start) || draft.reason !== ''

  return (
    <form
      aria-label={`登记${of.word}`}
      onSubmit={(event) => {
        event.preventDefault()
        void submit().then(toFirstWrong)
      }}
    >
      {made?.record && (
        <Alert
          type="success"
          showIcon
          role="status"
          className="form-made"
          title={
            <>
              已登记<Link to={`/records/${made.record.id}`}>“{made.record.name}”</Link>
              {type !== 'Organization' && <>，为拟聘。<Link to={`/maintain/moves/${made.record.id}`}>去办理公示</Link></>}
            </>
          }
        />
      )}
      {from && (
        <p className="card form-from">
          据{listWord[from.__typename]}的<Link to={`/records/${from.id}`}>{from.name}</Link> <span className="soft">{from.registrationNo}</span> 提名：是同一自然人，本人的信息沿用已有记载。
        </p>
      )}
      <FormFields type={type} values={values} set={setValues} shown={shown} organization={hasOrganization(type)} errors={errors} tried={tried} registering />
      {body && (
        <fieldset className="card form-group">
          <legend>列名的调解员</legend>
          <div className="form-fields">
            <FormField id="field-named" label="由该组织列名的调解员" hint="随组织一并列为特邀调解员，最多 500 人" error={errors.find(({ path }) => path[1] === 'named')?.message} wide>
              <MembersPicker {...controlOf('field-named')} organization={String(values.organization ?? '')} ids={draft.named} set={(named) => set({ named })} />
            </FormField>
          </div>
        </fieldset>
      )}
      <fieldset className="card form-group">
        <legend>登记</legend>
        <div className="form-fields">
          <FormField id="field-on" label="自何日起" hint="默认今天" error={at('on')}>
            <DateInput {...controlOf('field-on', at('on'))} value={draft.on} set={(on) => set({ on })} />
          </FormField>
          <FormField id="field-reason" label="原因或依据" needed error={at('reason')}>
            <Input {...controlOf('field-reason', at('reason'), true)} value={draft.reason} onChange={(event) => set({ reason: event.target.value })} />
          </FormField>
        </div>
        {(duplicate || draft.confirmDuplicate) && (
          <Checkbox checked={draft.confirmDuplicate} onChange={(event) => set({ confirmDuplicate: event.target.checked })}>
            已核对疑似重复的条目，确为另一{type === 'Organization' ? '个组织' : '人'}
          </Checkbox>
        )}
        {outcome?.remarks.map((one) => <Alert key={one.message} type="warning" showIcon title={one.message} />)}
        {tried && elsewhere(errors, names).map((one) => <Alert key={one.message} type="error" showIcon title={one.message} />)}
        {problem && <Failure problem={problem} slim />}
        <div className="form-go">
          <Button type="primary" htmlType="submit" loading={going}>
            登记
          </Button>
          {begun && (
            <Button
              onClick={() => {
                forget()
                setHidden({})
              }}
            >
              清空重填
            </Button>
          )}
          <span className="soft">填写的内容留在本浏览器标签页中，刷新、断线、登录过期都不丢失；公民身份号码除外，刷新后须重填。{viewerNote(type)}</span>
        </div>
      </fieldset>
    </form>
  )
}

const viewerNote = (type: Kept['type']) => (type === 'Mediator' || type === 'Expert' ? `区级名册请在“层级”选“${word('Level', 'DISTRICT')}”并填写所属区。` : '')
