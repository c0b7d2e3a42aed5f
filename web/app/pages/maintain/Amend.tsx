import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { formQueries, type Field } from '../../gql/forms'
import type { TypedDocumentString } from '../../gql/graphql'
import { ask, newKey } from '../../client/ask'
import { useDraft } from '../../client/draft'
import { useSubmission } from '../../client/submission'
import { useViewer } from '../../client/viewer'
import { Answer, Empty, Failure } from '../../parts/Answer'
import { controlOf, FormField, toFirstWrong } from '../../parts/FormField'
import { Page } from '../../parts/Page'
import { Comparison } from './Comparison'
import { elsewhere, FormFields } from './Form'
import { kept, type Kept, type Outcome } from './rosters'
import { amended, differing, fieldsOf, hasOrganization, isEmpty, secret, valuesOf, type Base, type Values } from './values'
import './maintain.css'

const prefixes: Record<string, string> = { med: 'mediators', exp: 'experts', inv: 'invited', org: 'organizations' }

interface Read {
  node: ({ __typename: string; name: string; revision: number; invitee?: string; level?: string } & Record<string, unknown>) | null
}

/** Changes fields of a record, of the kind that its id says. */
export default function Amend() {
  const { id = '' } = useParams()
  const of = kept[prefixes[id.split('_')[0] ?? ''] ?? '']
  const answer = useQuery({
    queryKey: ['form', id],
    queryFn: ({ signal }) => ask(formQueries[of!.type] as unknown as TypedDocumentString<Read, { id: string }>, { id }, signal),
    enabled: !!of,
    staleTime: 0,
  })
  const node = answer.data?.node
  // Whether she or he may: asked by an amendment that changes nothing and is not written.
  const may = useQuery({
    queryKey: ['may-amend', id],
    queryFn: async () => Object.values(await ask(of!.amend, { input: { id, expectedRevision: node!.revision, fields: { name: node!.name }, reason: '', idempotencyKey: newKey(), preview: true } }))[0]!,
    enabled: !!node && 'revision' in node,
    staleTime: 60_000,
  })
  const name = node && 'name' in node ? node.name : ''
  if (!of || (answer.data && !name)) {
    return (
      <Page title="没有这条记录">
        <Empty title="没有这条记录">地址可能不完整。请从名册中打开记录，再点“修改”。</Empty>
      </Page>
    )
  }
  return (
    <Page title={name ? `修改：${name}` : '修改'} above={<Link to={`/records/${id}`}>← 记录</Link>} lead="聘期和状态不在这里修改：请在记录上办理变动。">
      <Answer of={answer}>
        {({ node }) => (
          <Answer of={may}>
            {({ userErrors }) => {
              if (userErrors.some(({ code }) => code === 'FORBIDDEN')) return <Empty title="没有权限修改这条记录">它由所属的主管单位维护。认为内容有误的，可以在记录上提出校核。</Empty>
              return node && <Sheet id={id} of={of} node={node} />
            }}
          </Answer>
        )}
      </Answer>
    </Page>
  )
}

interface Draft {
  base: Base
  mine: Values
  reason: string
}

function Sheet({ id, of, node }: { id: string; of: Kept; node: NonNullable<Read['node']> }) {
  const { type } = of
  const viewer = useViewer()
  const now: Base = { revision: node.revision, values: valuesOf(type, node) }
  const [kept, keep, forget] = useDraft<Draft | null>(`amend:${id}`, null)
  const [hidden, setHidden] = useState<Values>({}) // what is not kept in the browser
  const [made, setMade] = useState<Outcome>()
  // What somebody has typed belongs to the record as it was then.
  const draft = kept ?? { base: now, mine: now.values, reason: '' }
  const changedMine = differing(type, draft.base.values, draft.mine)
  const movedOn = draft.base.revision !== now.revision && changedMine.length > 0
  const base = changedMine.length > 0 ? draft.base : now
  const mine = { ...(changedMine.length > 0 ? draft.mine : now.values), ...hidden }
  const changed = differing(type, base.values, mine)
  const body = type === 'InvitedListing' && mine.invitee === 'ORGANIZATION'
  const shown = (field: Field) => !body || (!field.ofPerson && field.name !== 'title' && field.name !== 'source')

  const { outcome, errors, tried, going, problem, submit } = useSubmission<Outcome>({
    typed: JSON.stringify([mine, base.revision, draft.reason]),
    ready: changed.length > 0 && !movedOn,
    send: async (how) => {
      const moved = hasOrganization(type) && mine.organization !== base.values.organization && !isEmpty(mine.organization)
      const input = { id, expectedRevision: base.revision, fields: amended(type, base.values, mine), ...(moved && { organization: mine.organization }), reason: draft.reason, ...how }
      return Object.values(await ask(of.amend, { input }))[0]!
    },
    done: (payload) => {
      setMade(payload)
      forget()
      setHidden({})
      window.scrollTo({ top: 0 })
    },
  })
  const set = (next: Values, reason: string) => {
    setMade(undefined)
    setHidden(Object.fromEntries(secret.map((name) => [name, next[name] ?? ''])))
    keep({ base, mine: Object.fromEntries(Object.entries(next).filter(([name]) => !secret.includes(name))), reason })
  }
  const names = [...fieldsOf(type).filter(shown).map(({ name }) => name), 'reason', 'organization', 'expectedRevision']
  const why = tried ? errors.find(({ path }) => path[1] === 'reason')?.message : undefined

  if (movedOn) {
    return <Comparison id={id} type={type} base={draft.base} now={now} mine={draft.mine} settled={(values) => keep({ ...draft, base: now, mine: values })} dropped={() => (forget(), setHidden({}))} />
  }
  return (
    <form
      aria-label="修改"
      onSubmit={(event) => {
        event.preventDefault()
        void submit().then(toFirstWrong)
      }}
    >
      {made && <Alert type="success" showIcon role="status" className="form-made" title={<>已保存，修订 {made.revision}。<Link to={`/records/${id}`}>查看记录</Link></>} />}
      {viewer?.role === 'CITY_ADMIN' && node.level === 'DISTRICT' && <p className="soft form-note">出生日期、备注等只有该区主管单位看得到，这里空白不表示没有内容；不填写的不会改变。</p>}
      <FormFields type={type} values={mine} set={(next) => set(next, draft.reason)} shown={shown} organization={hasOrganization(type)} errors={errors} tried={tried} base={base.values} />
      <fieldset className="card form-group">
        <legend>保存</legend>
        <div className="form-fields">
          <FormField id="field-reason" label="原因或依据" needed error={why} wide>
            <Input {...controlOf('field-reason', why, true)} value={draft.reason} onChange={(event) => set(mine, event.target.value)} />
          </FormField>
        </div>
        {outcome?.remarks.map((one) => <Alert key={one.message} type="warning" showIcon title={one.message} />)}
        {tried && elsewhere(errors, names).map((one) => <Alert key={one.message} type="error" showIcon title={one.message} />)}
        {problem && <Failure problem={problem} slim />}
        <div className="form-go">
          <Button type="primary" htmlType="submit" loading={going} disabled={changed.length === 0}>
            {changed.length === 0 ? '没有改动' : `保存 ${changed.length} 项改动`}
          </Button>
          {changed.length > 0 && <Button onClick={() => (forget(), setHidden({}))}>放弃改动</Button>}
          <span className="soft">填写的内容留在本浏览器标签页中，刷新、断线、登录过期都不丢失；公民身份号码除外，刷新后须重填。</span>
        </div>
      </fieldset>
    </form>
  )
}
