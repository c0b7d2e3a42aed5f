import { Alert, Button, Checkbox, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { graphql } from '../../gql'
import type { MovePageQuery, MovedFragment, MovedOrganizationFragment, TypedDocumentString } from '../../gql/graphql'
import type { Move } from '../../gql/words'
import { ask, useAsk } from '../../client/ask'
import { useDraft } from '../../client/draft'
import { useSubmission } from '../../client/submission'
import { Answer, Empty, Failure } from '../../parts/Answer'
import { DateInput } from '../../parts/DateInput'
import { controlOf, FormField, toFirstWrong } from '../../parts/FormField'
import { Page } from '../../parts/Page'
import { OrganizationChip, StatusChip } from '../../parts/StatusChip'
import { word } from '../../words'
import { Meanwhile } from './Meanwhile'
import { Pending } from './Pending'
import { OrganizationPicker } from './Control'
import { changesOf, organizationChangesOf } from './moves'
import './maintain.css'

const query = graphql(`
  query MovePage($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on RosterEntry { name registrationNo revision listingStatus: status term { start end documentNo } }
      ... on Organization { name registrationNo revision organizationStatus: status }
    }
    allowedMoves(id: $id) {
      move
      grounds
      needsDocument
      needsUntil
      needsPublicity
      needsTerm
      needsTermEnd
      needsSuccessor
      needsTraining
      needsCertificate
    }
    pendingMoves(id: $id) { move on until documentNo }
  }
`)

type Allowed = MovePageQuery['allowedMoves'][number]
type Outcome = MovedFragment | MovedOrganizationFragment
type Values = Record<string, string | boolean>

export default function Moves() {
  const { id = '' } = useParams()
  const answer = useAsk(query, { id }, { staleTime: 0 })
  const node = answer.data?.node
  const record = node && 'revision' in node ? node : null
  const [chosen, setChosen] = useState<Move>()
  const [made, setMade] = useState<{ move: Move; outcome: Outcome }>()
  return (
    <Page title={record ? `办理变动：${record.name}` : '办理变动'} above={<Link to={`/records/${id}`}>← 记录</Link>}>
      <Answer of={answer}>
        {({ allowedMoves, pendingMoves }) => {
          if (!record) return <Empty title="没有这条记录">地址可能不完整。请从名册中打开记录。</Empty>
          const move = allowedMoves.find((one) => one.move === chosen)
          return (
            <>
              <p className="move-now">
                现在：
                {'listingStatus' in record ? <StatusChip status={record.listingStatus} term={record.term} /> : 'organizationStatus' in record && <OrganizationChip status={record.organizationStatus} />}
              </p>
              <Pending id={id} revision={record.revision} moves={pendingMoves} />
              {made && (
                <Alert
                  type="success"
                  showIcon
                  role="status"
                  className="move-made"
                  title={`已办理“${word('Move', made.move)}”。${made.outcome.followed > 0 ? `随之变动 ${made.outcome.followed} 条记录。` : ''}${told(made.outcome, '已通报')}`}
                />
              )}
              {allowedMoves.length === 0 ? (
                <Empty title="没有可以办理的变动">变动由名册的主管单位办理，已经退出的记录不再变动。认为内容有误的，可以提出校核。</Empty>
              ) : (
                <div className="moves">
                  <nav className="card moves-list" aria-label="可以办理的变动">
                    {allowedMoves.map((one) => (
                      <button key={one.move} type="button" aria-pressed={chosen === one.move} onClick={() => (setChosen(one.move), setMade(undefined))}>
                        {word('Move', one.move)}
                      </button>
                    ))}
                  </nav>
                  {move ? (
                    <MoveForm
                      key={move.move}
                      id={id}
                      revision={record.revision}
                      allowed={move}
                      type={record.__typename}
                      done={(outcome) => {
                        setMade({ move: move.move, outcome })
                        setChosen(undefined)
                      }}
                    />
                  ) : (
                    <p className="soft moves-hint">{chosen ? `这条记录其间已有变动，现在不能办理“${word('Move', chosen)}”。` : '选一种变动；各项须备的内容随后列出。'}</p>
                  )}
                </div>
              )}
            </>
          )
        }}
      </Answer>
    </Page>
  )
}

const told = ({ notices }: Outcome, how: string) => (notices.length ? `${how}：${notices.map((one) => one.recipientName).join('、')}。` : '')

/** Who leaves, or is suspended, with an organisation: each by name. */
function Along({ outcome: { along, followed } }: { outcome: Outcome }) {
  return (
    <ul className="moves-along">
      {along.map((one) => (
        <li key={one.id}>
          <Link to={`/records/${one.id}`}>{one.name}</Link>
        </li>
      ))}
      {followed > along.length && <li>等</li>}
    </ul>
  )
}

/** What is not asked for with a move that names it: the schema's inputs differ in these. */
const without: Partial<Record<Move, string[]>> = { PUBLICISE: ['on'], ACTIVATE: ['on'], RENEW: ['on'], DECEASE: ['authority'], INCAPACITATE: ['authority'] }

function MoveForm({ id, type, revision, allowed, done }: { id: string; type: string; revision: number; allowed: Allowed; done: (outcome: Outcome) => void }) {
  const { move } = allowed
  const [values, setValues, forget] = useDraft<Values>(`move:${id}:${move}`, {})
  const [touched, setTouched] = useState<string[]>([])
  const [since] = useState(revision) // as it was when the form was opened
  const { outcome, errors, tried, going, problem, submit } = useSubmission<Outcome>({
    typed: JSON.stringify([values, revision]),
    send: async (how) => {
      const document = (type === 'Organization' ? organizationChangesOf : changesOf)[move as 'SUSPEND'] as unknown as TypedDocumentString<Record<string, Outcome>, { input: unknown }>
      const input = { id, expectedRevision: revision, ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')), reason: String(values.reason ?? ''), ...how }
      return Object.values(await ask(document, { input }))[0]!
    },
    done: (made) => {
      forget()
      done(made)
    },
  })

  const known = ['ground', 'documentNo', 'until', 'publicFrom', 'publicUntil', 'termStart', 'termEnd', 'certificateNo', 'training', 'successor', 'authority', 'on', 'reason']
  const wrong = (name: string) => (tried || touched.includes(name) ? errors.find(({ path }) => path.at(-1) === name)?.message : undefined)
  const elsewhere = tried ? errors.filter(({ path }) => !known.includes(path.at(-1) ?? '')) : []
  const field = (name: string, label: string, control: 'text' | 'date' | 'long' | ReactNode, needed = true) => {
    const message = wrong(name)
    const at = `move-${name}`
    const common = {
      ...controlOf(at, message, needed),
      value: String(values[name] ?? ''),
      onBlur: () => setTouched((before) => [...before, name]),
    }
    const set = (value: string) => setValues({ ...values, [name]: value })
    const typed = { ...common, onChange: (event: { target: { value: string } }) => set(event.target.value) }
    return (
      <FormField key={name} id={at} label={label} optional={!needed} error={message}>
        {control === 'text' ? <Input {...typed} maxLength={200} /> : control === 'date' ? <DateInput {...common} set={set} /> : control === 'long' ? <Input.TextArea {...typed} rows={2} maxLength={500} /> : control}
      </FormField>
    )
  }
  return (
    <form
      className="card move-form"
      aria-label={word('Move', move)}
      onSubmit={(event) => {
        event.preventDefault()
        void submit().then(toFirstWrong)
      }}
    >
      <h2>{word('Move', move)}</h2>
      <div className="form-fields">
        {allowed.grounds.length > 0 &&
          field(
            'ground',
            '事由',
            <Select
              {...controlOf('move-ground', wrong('ground'), true)}
              aria-label="事由"
              value={values.ground || undefined}
              placeholder="须是其中之一"
              options={allowed.grounds.map((value) => ({ value, label: word('Ground', value) }))}
              onChange={(value) => setValues({ ...values, ground: String(value) })}
              onBlur={() => setTouched((before) => [...before, 'ground'])}
            />,
          )}
        {field('documentNo', '文号', 'text', allowed.needsDocument)}
        {allowed.needsUntil && field('until', '暂停截止日期', 'date')}
        {allowed.needsPublicity && field('publicFrom', '公示首日', 'date', move === 'PUBLICISE')}
        {allowed.needsPublicity && field('publicUntil', '公示末日', 'date', move === 'PUBLICISE')}
        {allowed.needsTerm && field('termStart', '聘期起', 'date')}
        {allowed.needsTerm && field('termEnd', '聘期止', 'date', allowed.needsTermEnd)}
        {move === 'ACTIVATE' && type !== 'Expert' && field('certificateNo', allowed.needsCertificate ? '证书编号' : '证书编号，默认用记录中已有的', 'text', allowed.needsCertificate)}
        {move === 'ACTIVATE' && type !== 'Expert' && field('training', allowed.needsTraining ? '培训合格：培训名称和合格日期，或合格证明的编号' : '培训合格，默认用已登记的合格记录', 'text', allowed.needsTraining)}
        {(allowed.needsSuccessor || move === 'DISSOLVE') && field(
            'successor',
            '承接的调解组织',
            <OrganizationPicker {...controlOf('move-successor', wrong('successor'), allowed.needsSuccessor)} value={String(values.successor ?? '')} set={(successor) => setValues({ ...values, successor })} onBlur={() => setTouched((before) => [...before, 'successor'])} />,
            allowed.needsSuccessor,
          )}
        {!without[move]?.includes('authority') && field('authority', '决定单位', 'text', false)}
        {!without[move]?.includes('on') && field('on', '生效日期，默认今天', 'date', false)}
        {field('reason', '原因或依据', 'long')}
      </div>
      {(move === 'MERGE' || move === 'DISSOLVE') && (
        <Checkbox checked={!!values.membersFollow} onChange={(event) => setValues({ ...values, membersFollow: event.target.checked })}>
          人员转入承接组织（否则随组织退出）
        </Checkbox>
      )}
      {outcome && outcome.notices.length > 0 && <Alert type="info" showIcon role="status" title={told(outcome, '将同步通知')} />}
      {outcome && outcome.followed > 0 && <Alert type="info" showIcon role="status" title={<>另有 {outcome.followed} 条记录随之变动{outcome.along.length > 0 ? <>：<Along outcome={outcome} /></> : '。'}</>} />}
      {outcome?.remarks.map((one) => <Alert key={one.message} type="warning" showIcon title={one.message} />)}
      {elsewhere.filter(({ code }) => code !== 'CONFLICT').map((one) => <Alert key={one.message} type="error" showIcon title={one.message} />)}
      {revision !== since && (
        <div className="move-meanwhile">
          <Alert type="warning" showIcon role="alert" title="您填写期间，这条记录已有新的变动。您填写的都在；看过其间的变动之后可以继续办理。" />
          <Meanwhile id={id} type={type} since={since} />
        </div>
      )}
      {problem && <Failure problem={problem} slim />}
      <div>
        <Button type="primary" htmlType="submit" danger={['DISMISS', 'RECALL', 'STRIKE_OFF', 'DISSOLVE'].includes(move)} loading={going}>
          办理{word('Move', move)}
        </Button>
      </div>
    </form>
  )
}
