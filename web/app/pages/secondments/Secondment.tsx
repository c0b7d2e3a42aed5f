import { Alert, Button, Radio } from 'antd'
import { useState, type ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import type { SecondmentOutcomeFragment, SecondmentPageQuery } from '../../gql/graphql'
import type { SecondedState, SecondmentStep } from '../../gql/words'
import { useAddress } from '../../client/address'
import { ask, useAsk } from '../../client/ask'
import { useBodies } from '../../client/names'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { ChangeForm, type ChangeField, type How, type Values } from '../../parts/ChangeForm'
import { Page } from '../../parts/Page'
import { Whole } from '../../parts/Whole'
import { count, minuteOf, word } from '../../words'
import { Candidates, type Chosen } from './Candidates'
import { PersonChip, SecondmentChip } from './parts'
import { approve, cancel, decline, drop, giveBack, nominate, one as query, refuse, release, start } from './queries'
import './secondments.css'

type Found = Extract<NonNullable<SecondmentPageQuery['node']>, { __typename: 'Secondment' }>
type Person = Found['persons'][number]

export default function Secondment() {
  const { id = '' } = useParams()
  const answer = useAsk(query, { id }, { staleTime: 0 })
  const found = answer.data?.node?.__typename === 'Secondment' ? answer.data.node : undefined
  return (
    <Page
      title={found ? `调剂：${found.district.name}，${found.number} 人` : '调剂'}
      above={<Link to="/secondments">← 调剂</Link>}
      lead={
        found && (
          <span className="secondment-lead">
            <SecondmentChip {...found} />
            <span>
              {found.from} 至 {found.to}
            </span>
          </span>
        )
      }
    >
      <Answer of={answer}>{() => (found ? <Body of={found} /> : <Empty title="没有这次调剂">调剂由市、区管理员查看，法院看到正在进行的。请核对地址，或换一个帐号登录。</Empty>)}</Answer>
    </Page>
  )
}

/** Which steps somebody may make now, of the whole and of each person; the hub decides on each. */
function useSteps(found: Found) {
  const viewer = useViewer()
  const city = viewer?.role === 'CITY_ADMIN'
  const asking = viewer?.role === 'DISTRICT_ADMIN' && viewer.district?.code === found.district.code
  const underWay = found.state === 'APPROVED' || found.state === 'ACTIVE'
  const whole: SecondmentStep[] = [
    ...(city && found.state === 'REQUESTED' ? (['APPROVE', 'REFUSE'] as const) : []),
    ...(city && underWay ? (['NOMINATE'] as const) : []),
    ...(asking && (found.state === 'REQUESTED' || found.state === 'APPROVED') ? (['CANCEL'] as const) : []),
  ]
  const of = (person: Person): SecondmentStep[] => {
    if (!underWay || !person.mediator) return []
    const home = (city && person.home === '市级名册') || (viewer?.role === 'DISTRICT_ADMIN' && viewer.district?.name === person.home)
    const may = (states: SecondedState[], step: SecondmentStep) => (states.includes(person.state) ? [step] : [])
    return [
      ...(home ? [...may(['ASKED'], 'RELEASE'), ...may(['ASKED', 'RELEASED'], 'DECLINE')] : []),
      ...(asking ? may(['RELEASED'], 'START') : []),
      ...(asking || (home && person.status !== 'ACTIVE') ? may(['STARTED'], 'RETURN') : []),
      ...(asking ? may(['WAITING', 'ASKED', 'RELEASED'], 'DROP') : []),
    ]
  }
  return { whole, of, seesCandidates: (city || asking) && (found.state === 'REQUESTED' || underWay) }
}

function Body({ of: found }: { of: Found }) {
  const address = useAddress()
  const steps = useSteps(found)
  const step = address.get('step') as SecondmentStep
  const person = found.persons.find(({ mediator }) => mediator && mediator.id === address.get('person'))
  const whole = steps.whole.find((one) => one === step && !person)
  const ofPerson = person && steps.of(person).find((one) => one === step)
  const [chosen, setChosen] = useState<Chosen[]>([])
  const [byDraw, setByDraw] = useState(false)
  const [said, setSaid] = useState<string[]>([])
  const picking = (whole === 'APPROVE' && !byDraw) || whole === 'NOMINATE'
  const done = ({ remarks }: SecondmentOutcomeFragment) => {
    setSaid(remarks.map(({ message }) => message))
    setChosen([])
    address.set({ step: '', person: '' })
  }
  return (
    <div className="desk">
      <div className="desk-main">
        {found.attention && <Alert type="warning" showIcon title="有人选在办理期间已不在册（暂停、届满、解聘等）：尚未到岗的请改用候补，已到岗的请登记返回。" />}
        {said.map((message) => (
          <Alert key={message} type="warning" showIcon role="status" title={message} />
        ))}
        {steps.whole.length > 0 && (
          <nav className="desk-steps" aria-label="可以办理的事项">
            {steps.whole.map((one) => (
              <Button key={one} type={whole === one ? 'primary' : 'default'} aria-pressed={whole === one} onClick={() => address.set({ step: whole === one ? '' : one, person: '' })}>
                {word('SecondmentStep', one)}
              </Button>
            ))}
          </nav>
        )}
        {whole && <WholeForm key={whole} of={found} step={whole} chosen={chosen} setChosen={setChosen} byDraw={byDraw} setByDraw={setByDraw} done={done} />}
        {found.persons.length > 0 && (
          <section className="card">
            <h2>人选</h2>
            <Persons of={found} steps={steps.of} current={ofPerson ? { step: ofPerson, person } : undefined} form={ofPerson && <PersonForm key={ofPerson + person.mediator!.id} of={found} step={ofPerson} person={person} done={done} />} />
          </section>
        )}
        {steps.seesCandidates && (found.state === 'REQUESTED' || whole === 'NOMINATE') && <Candidates secondment={found.id} chosen={picking ? { list: chosen, set: setChosen, number: found.number } : undefined} />}
        {found.draw && <Drawn of={found.draw} />}
      </div>
      <div className="desk-side">
        <section className="card">
          <h2>申请</h2>
          <dl className="secondment-facts">
            <dt>申请的区</dt>
            <dd>{found.district.name}</dd>
            <dt>擅长领域</dt>
            <dd>{found.specialties.join('、') || '不限'}</dd>
            <dt>人数</dt>
            <dd>{found.number}</dd>
            <dt>起止</dt>
            <dd>
              {found.from} 至 {found.to}
            </dd>
            {found.languages.length > 0 && (
              <>
                <dt>语言</dt>
                <dd>{found.languages.join('、')}</dd>
              </>
            )}
            <dt>事由</dt>
            <dd>{found.ground}</dd>
            <dt>文号</dt>
            <dd>{found.documentNo}</dd>
            {found.note && (
              <>
                <dt>备注</dt>
                <dd>{found.note}</dd>
              </>
            )}
          </dl>
        </section>
        <Trail of={found} />
      </div>
    </div>
  )
}

/** What each step is made with beyond its reason. */
const needs: Partial<Record<SecondmentStep, ChangeField[]>> = {
  RELEASE: [{ name: 'documentNo', label: '文号' }],
  START: [{ name: 'on', label: '到岗日（默认今天）', control: 'date', optional: true }],
  RETURN: [{ name: 'on', label: '返回日，在该区的最后一日（默认今天）', control: 'date', optional: true }],
}
const usual: Partial<Record<SecondmentStep, string>> = { APPROVE: '统筹调剂', RELEASE: '同意派出', START: '登记到岗', RETURN: '登记返回' }

/** Those who wait beyond so many are behind a button. */
const few = 5

function Persons({ of: found, steps, current, form }: { of: Found; steps: (person: Person) => SecondmentStep[]; current?: { step: SecondmentStep; person: Person }; form: ReactNode }) {
  const address = useAddress()
  const [all, setAll] = useState(false)
  const waiting = found.persons.filter(({ state }) => state === 'WAITING')
  const behind = new Set(all ? [] : waiting.slice(few))
  return (
    <ol className="seconded">
      {found.persons.filter((person) => !behind.has(person)).map((person, i) => (
        <li key={person.mediator?.id ?? i}>
          <div className="seconded-who">
            {person.mediator ? <Link to={`/records/${person.mediator.id}`}>{person.mediator.name}</Link> : '不可见'}
            <span className="soft">{person.home}</span>
            {person.mediator?.organization && <span className="soft">{person.mediator.organization.name}</span>}
          </div>
          <PersonChip state={person.state} overdue={person.overdue} />
          <p className="soft seconded-more">
            <Whole text={[
              person.documentNo,
              person.startedOn && `${person.startedOn} 到岗`,
              person.returnedOn && `${person.returnedOn} 返回`,
              person.reason,
              person.attention && `现在${word('EntryStatus', person.status)}`,
            ]
              .filter(Boolean)
              .join('，')}
            />
          </p>
          <div className="seconded-steps">
            {steps(person).map((step) => (
              <Button
                key={step}
                size="small"
                aria-label={`${word('SecondmentStep', step)}：${person.mediator!.name}`}
                aria-pressed={current?.step === step && current.person === person}
                onClick={() => address.set({ step, person: person.mediator!.id })}
              >
                {step === 'DROP' ? '不再需要' : word('SecondmentStep', step)}
              </Button>
            ))}
          </div>
          {current?.person === person && form}
        </li>
      ))}
      {behind.size > 0 && (
        <li>
          <Button type="link" onClick={() => setAll(true)}>
            还有 {behind.size} 名候补
          </Button>
        </li>
      )}
    </ol>
  )
}

function PersonForm({ of: found, step, person, done }: { of: Found; step: SecondmentStep; person: Person; done: (outcome: SecondmentOutcomeFragment) => void }) {
  const change = async (values: Values, how: How): Promise<SecondmentOutcomeFragment> => {
    const common = { id: found.id, expectedRevision: found.revision, mediator: person.mediator!.id, reason: String(values.reason ?? ''), ...how }
    const on = values.on ? { on: String(values.on) } : {}
    switch (step) {
      case 'RELEASE':
        return (await ask(release, { input: { ...common, documentNo: String(values.documentNo ?? '') } })).releaseSeconded
      case 'DECLINE':
        return (await ask(decline, { input: common })).declineSeconded
      case 'START':
        return (await ask(start, { input: { ...common, ...on } })).startSecondment
      case 'RETURN':
        return (await ask(giveBack, { input: { ...common, ...on } })).returnSecondment
      default:
        return (await ask(drop, { input: common })).dropSeconded
    }
  }
  const label = word('SecondmentStep', step)
  return (
    <ChangeForm
      title={`${label}：${person.mediator!.name}`}
      draft={`secondment:${found.id}:${step}:${person.mediator!.id}`}
      initial={{ reason: usual[step] ?? '' }}
      fields={[...(needs[step] ?? []), { name: 'reason', label: '原因或依据', wide: true }]}
      submit={label}
      danger={step === 'DECLINE' || step === 'DROP'}
      change={change}
      done={done}
    />
  )
}

interface WholeProps {
  of: Found
  step: SecondmentStep
  chosen: Chosen[]
  setChosen: (list: Chosen[]) => void
  byDraw: boolean
  setByDraw: (byDraw: boolean) => void
  done: (outcome: SecondmentOutcomeFragment) => void
}

function WholeForm({ of: found, step, chosen, setChosen, byDraw, setByDraw, done }: WholeProps) {
  const change = async (values: Values, how: How): Promise<SecondmentOutcomeFragment> => {
    const common = { id: found.id, expectedRevision: found.revision, reason: String(values.reason ?? ''), ...how }
    const documentNo = String(values.documentNo ?? '')
    const mediators = chosen.map(({ id }) => id)
    switch (step) {
      case 'APPROVE':
        return (await ask(approve, { input: { ...common, documentNo, ...(byDraw ? { byDraw } : { mediators }) } })).approveSecondment
      case 'REFUSE':
        return (await ask(refuse, { input: { ...common, documentNo } })).refuseSecondment
      case 'NOMINATE':
        return (await ask(nominate, { input: { ...common, mediators } })).nominateSeconded
      default:
        return (await ask(cancel, { input: common })).cancelSecondment
    }
  }
  const label = word('SecondmentStep', step)
  const naming = step === 'NOMINATE' || (step === 'APPROVE' && !byDraw)
  return (
    <ChangeForm
      title={label}
      draft={`secondment:${found.id}:${step}`}
      initial={{ reason: usual[step] ?? '' }}
      beside={{ byDraw, mediators: chosen.map(({ id }) => id) }}
      fields={[
        ...(step === 'APPROVE'
          ? [
              {
                name: 'byDraw',
                label: '人选',
                wide: true,
                control: () => (
                  <Radio.Group
                    aria-label="人选"
                    value={byDraw}
                    onChange={(event) => setByDraw(event.target.value as boolean)}
                    options={[
                      { value: false, label: '指定：在下面的名单中勾选' },
                      { value: true, label: '公开抽取：在全部可以调剂的人中，以当场产生并记录的种子抽取' },
                    ]}
                  />
                ),
              },
            ]
          : []),
        ...(naming
          ? [
              {
                name: 'mediators',
                label: '按征求次序',
                wide: true,
                control: () => (
                  <ul className="chosen">
                    {chosen.length === 0 && <li className="soft">还没有勾选。需要 {found.number} 人，多选的为候补。</li>}
                    {chosen.map((one, i) => (
                      <li key={one.id}>
                        {i + 1}. {one.name}
                        {step === 'APPROVE' && i >= found.number && <span className="soft">（候补）</span>}
                        <Button type="text" size="small" aria-label={`去掉${one.name}`} onClick={() => setChosen(chosen.filter(({ id }) => id !== one.id))}>
                          ×
                        </Button>
                      </li>
                    ))}
                  </ul>
                ),
              },
            ]
          : []),
        ...(step === 'APPROVE' || step === 'REFUSE' ? [{ name: 'documentNo', label: '文号' }] : []),
        { name: 'reason', label: '原因或依据' },
      ]}
      submit={step === 'APPROVE' && byDraw ? '批准并抽取' : label}
      danger={step === 'REFUSE' || step === 'CANCEL'}
      change={change}
      done={done}
    />
  )
}

/** A draw as it was recorded: with the seed anybody comes to the same order again. */
function Drawn({ of: draw }: { of: NonNullable<Found['draw']> }) {
  return (
    <section className="card drawn">
      <h2>抽取记录</h2>
      <dl className="secondment-facts">
        <dt>种子</dt>
        <dd>
          <code>{draw.seed}</code>
        </dd>
        <dt>候选人</dt>
        <dd>
          {count(draw.candidates.length)} 人，依据修订 {draw.revision}
        </dd>
        <dt>名单摘要</dt>
        <dd>
          <code>{draw.candidatesHash}</code>
        </dd>
        <dt>时间</dt>
        <dd>{minuteOf(draw.at)}</dd>
        <dt>方法</dt>
        <dd>{draw.method}任何人凭种子和名单都得出同样的次序。</dd>
      </dl>
      <details>
        <summary>候选人名单（编号由小到大）</summary>
        <p className="drawn-ids">{draw.candidates.join(' ')}</p>
      </details>
    </section>
  )
}

/** Every step as it was made, in order: whose it was, by which document, why. */
function Trail({ of: found }: { of: Found }) {
  const bodyOf = useBodies()
  return (
    <section className="card">
      <h2>经过</h2>
      <ol className="trail">
        {found.steps.map((one, i) => (
          <li key={i}>
            <div className="trail-head">
              <strong>
                {word('SecondmentStep', one.step)}
                {one.mediator && `：${one.mediator.name}`}
              </strong>
              <time className="soft">{minuteOf(one.at)}</time>
            </div>
            <p className="soft"><Whole text={[one.authority ? bodyOf(one.authority) : '市级', one.documentNo, one.on && `${one.step === 'RETURN' ? '至' : '自'} ${one.on}`, one.reason].filter(Boolean).join('，')} /></p>
          </li>
        ))}
      </ol>
    </section>
  )
}
