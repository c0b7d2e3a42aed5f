import { Alert, Button, Checkbox } from 'antd'
import { useState, type ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { graphql } from '../../gql'
import type { CorrectionOutcomeFragment, CorrectionPageQuery } from '../../gql/graphql'
import type { CorrectionState } from '../../gql/words'
import { useAddress } from '../../client/address'
import { ask, useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { ChangeForm, type How, type Values } from '../../parts/ChangeForm'
import { FieldChanges } from '../../parts/FieldChanges'
import { Page } from '../../parts/Page'
import { fieldWord, minuteOf, word } from '../../words'
import { Now } from './Now'
import { Clock, CorrectionChip, recordName } from './parts'
import { extend, one as query, refuse, uphold, withdraw } from './queries'
import { severalHint } from './several'
import './corrections.css'

/** On which sides the caller stands, in the hub's own judgement; and the record as it is now. */
const standing = graphql(`
  query CorrectionStanding($record: ID!) {
    received: corrections(filter: { side: RECEIVED, record: $record, state: [OPEN] }, first: 100) { nodes { id } }
    raised: corrections(filter: { side: RAISED, record: $record, state: [OPEN] }, first: 100) { nodes { id } }
    node(id: $record) { ... on RosterEntry { revision } ... on Organization { revision } }
  }
`)

type Found = Extract<NonNullable<CorrectionPageQuery['node']>, { __typename: 'CorrectionRequest' }>

export default function Correction() {
  const { id = '' } = useParams()
  const answer = useAsk(query, { id }, { staleTime: 0 })
  const found = answer.data?.node?.__typename === 'CorrectionRequest' ? answer.data.node : undefined
  return (
    <Page
      title={found ? `校核：${recordName(found)}` : '校核'}
      above={<Link to="/corrections">← 校核</Link>}
      lead={
        found && (
          <span className="correction-lead">
            <CorrectionChip state={found.state} overdue={found.overdue} />
            <Clock of={found} />
          </span>
        )
      }
    >
      <Answer of={answer}>{() => (found ? <Body of={found} /> : <Empty title="没有这项校核">校核申请只有提出的单位、主管单位和监督人员看得到。请核对地址，或换一个帐号登录。</Empty>)}</Answer>
    </Page>
  )
}

function Body({ of: found }: { of: Found }) {
  const type = found.record?.__typename ?? ''
  const links = (text: string) => (/^https?:\/\//.test(text) ? <a href={text} target="_blank" rel="noreferrer">{text}</a> : text)
  return (
    <div className="desk">
      <div className="desk-main">
        <section className="card">
          <h2>{fieldWord(type, found.field)}</h2>
          <dl className="correction-said">
            <dt>记录</dt>
            <dd>{found.record ? <Link to={`/records/${found.record.id}`}>{recordName(found)}</Link> : '不可见'}</dd>
            {found.state === 'OPEN' && found.record && (
              <>
                <dt>现在的内容</dt>
                <dd>
                  <Now id={found.record.id} field={found.field} />
                </dd>
              </>
            )}
            <dt>错在哪里</dt>
            <dd>{found.problem}</dd>
            <dt>应为</dt>
            <dd>{found.proposed ?? <span className="soft">没有提出</span>}</dd>
            <dt>佐证</dt>
            <dd>
              {found.evidence.length === 0 && <span className="soft">没有附</span>}
              <ul>
                {found.evidence.map((one) => (
                  <li key={one}>{links(one)}</li>
                ))}
              </ul>
            </dd>
          </dl>
        </section>
        {found.state !== 'OPEN' && (
          <section className="card" aria-label="答复">
            <h2>答复</h2>
            <dl className="correction-said">
              <dt>结果</dt>
              <dd>
                <CorrectionChip state={found.state} />
              </dd>
              <dt>理由</dt>
              <dd>{found.answer}</dd>
              {found.documentNo && (
                <>
                  <dt>文号</dt>
                  <dd>{found.documentNo}</dd>
                </>
              )}
            </dl>
            {found.state === 'UPHELD' && (found.changes.length > 0 ? <FieldChanges type={type} fields={found.changes} /> : <p className="soft">更正了您无权查看的内容。</p>)}
          </section>
        )}
        {found.state === 'OPEN' && found.record && <Steps of={found} record={found.record.id} />}
      </div>
      <div className="desk-side">
        <section className="card">
          <h2>双方</h2>
          <dl className="correction-said">
            <dt>提出单位</dt>
            <dd>
              {found.party}
              <br />
              <time className="soft">{found.raisedOn}</time>
            </dd>
            <dt>主管单位</dt>
            <dd>{found.owner}</dd>
            {found.extension && (
              <>
                <dt>延长原因</dt>
                <dd>{found.extension}</dd>
              </>
            )}
          </dl>
        </section>
        <section className="card">
          <h2>经过</h2>
          <ol className="trail">
            {trailOf(found).map(({ step, by, at, why }) => (
              <li key={at}>
                <div className="trail-head">
                  <strong>{step}</strong>
                  <time className="soft">{minuteOf(at)}</time>
                </div>
                <p className="soft">
                  {by}
                  {why && `：${why}`}
                </p>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </div>
  )
}

/** What has happened to it, in order: each step is one side's. */
const trailOf = ({ history, party, owner }: Found) =>
  [...history.nodes].reverse().map(({ action, fields, recordedAt: at, reason }) => {
    if (action === 'CREATED') return { step: '提出校核', by: party, at, why: '' }
    const state = fields.find(({ name }) => name === 'state')?.after as CorrectionState | undefined
    return { step: state ? word('CorrectionState', state) : '延长答复期限', by: state === 'WITHDRAWN' ? party : owner, at, why: reason }
  })

/** The next steps of whoever looks at it, each by its party alone. */
function Steps({ of: found, record }: { of: Found; record: string }) {
  const address = useAddress()
  const answer = useAsk(standing, { record }, { staleTime: 0 })
  const [said, setSaid] = useState('')
  const has = (side: 'received' | 'raised') => !!answer.data?.[side].nodes.some(({ id }) => id === found.id)
  const recordRevision = answer.data?.node && 'revision' in answer.data.node ? answer.data.node.revision : 0
  const decides = has('received')
  const steps: [string, string][] = [
    ...(decides ? ([['uphold', '采纳并更正'], ['refuse', '不予更正']] as [string, string][]) : []),
    ...(decides && !found.extension && !found.overdue ? ([['extend', '延长期限']] as [string, string][]) : []),
    ...(has('raised') ? ([['withdraw', '撤回']] as [string, string][]) : []),
  ]
  const step = steps.find(([name]) => name === address.get('step'))?.[0]
  const common = (values: Values, how: How) => ({ id: found.id, expectedRevision: found.revision, reason: String(values.reason ?? ''), ...how })
  const documented = (values: Values) => (values.documentNo ? { documentNo: String(values.documentNo) } : {})
  const form = { key: step, title: steps.find(([name]) => name === step)?.[1] ?? '', draft: `correction:${found.id}:${step}`, done: (payload: CorrectionOutcomeFragment) => (setSaid(payload.remarks[0]?.message ?? ''), address.set({ step: '' })) }
  const forms: Record<string, () => ReactNode> = {
    uphold: () => (
      <ChangeForm
        {...form}
        initial={{ value: found.proposed ?? '' }}
        fields={[
          { name: 'value', label: '更正为', below: severalHint(found.record?.__typename ?? '', found.field) },
          { name: 'documentNo', label: '答复文号', optional: true },
          { name: 'reason', label: '理由（即答复）', control: 'long' },
        ]}
        submit="采纳并更正"
        change={(values, how) =>
          ask(uphold, {
            input: { ...common(values, how), recordRevision, ...documented(values), ...(values.otherwise ? { otherwise: true } : { value: String(values.value ?? '') }) },
          }).then((data) => data.upholdCorrection)
        }
      >
        {(_, values, set) => (
          <Checkbox checked={!!values.otherwise} onChange={(event) => set({ ...values, otherwise: event.target.checked })}>
            已用其他变更改正（例如改正聘期、状态），不再改动记录
          </Checkbox>
        )}
      </ChangeForm>
    ),
    refuse: () => (
      <ChangeForm
        {...form}
        fields={[
          { name: 'reason', label: '不予更正的理由（即答复）', control: 'long' },
          { name: 'documentNo', label: '答复文号', optional: true },
        ]}
        submit="不予更正"
        change={(values, how) => ask(refuse, { input: { ...common(values, how), ...documented(values) } }).then((data) => data.refuseCorrection)}
      />
    ),
    extend: () => (
      <ChangeForm {...form} fields={[{ name: 'reason', label: '延长的原因（只能延长一次）', control: 'long' }]} submit="延长期限" change={(values, how) => ask(extend, { input: common(values, how) }).then((data) => data.extendCorrection)}>
        {(outcome) => outcome?.correction && outcome.userErrors.length === 0 && <p role="status">答复期限将延长至 {outcome.correction.due}。</p>}
      </ChangeForm>
    ),
    withdraw: () => <ChangeForm {...form} fields={[{ name: 'reason', label: '撤回的原因', control: 'long' }]} submit="撤回" change={(values, how) => ask(withdraw, { input: common(values, how) }).then((data) => data.withdrawCorrection)} />,
  }
  if (!answer.data) return <p className="soft">正在读取…</p>
  return (
    <>
      {found.recordChanged && decides && <Alert type="warning" showIcon title="提出之后，这条记录另有变动。请先查看记录的变更历史，再作答复。" />}
      {said && <Alert type="info" showIcon role="status" title={said} />}
      {steps.length === 0 ? (
        <p className="soft">下一步由主管单位（{found.owner}）核实并答复。</p>
      ) : (
        <nav className="desk-steps" aria-label="可以办理的事项">
          {steps.map(([name, label]) => (
            <Button key={name} type={name === step ? 'primary' : 'default'} aria-pressed={name === step} onClick={() => address.set({ step: name === step ? '' : name })}>
              {label}
            </Button>
          ))}
        </nav>
      )}
      {step && forms[step]!()}
    </>
  )
}
