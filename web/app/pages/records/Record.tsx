import { Alert, Button, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { RecordCorrectionFragment, RecordPageQuery, SameListingFragment } from '../../gql/graphql'
import type { RecordKind } from '../../gql/words'
import { objectors } from '../../areas'
import { useAsk } from '../../client/ask'
import { useBodies, useCodes } from '../../client/names'
import { useViewer } from '../../client/viewer'
import { Answer, Empty } from '../../parts/Answer'
import { Page } from '../../parts/Page'
import { RecordActions } from '../../parts/RecordActions'
import { OrganizationChip, StatusChip } from '../../parts/StatusChip'
import { Whole } from '../../parts/Whole'
import { fieldWord, minuteOf, today, word } from '../../words'
import { disputable } from '../corrections/fields'
import { CorrectionChip } from '../corrections/parts'
import { History } from './History'
import { onDay, pending, record as query, withheld } from './queries'
import { useShown } from './values'
import { Work } from './Work'
import './records.css'

type Node = NonNullable<RecordPageQuery['node']>
type Of<T extends string> = Extract<Node, { __typename: T }>
type Listing = Of<'Mediator'> | Of<'Expert'> | Of<'InvitedListing'>

const kinds: Partial<Record<string, { kind: RecordKind; list: string; name: string }>> = {
  Mediator: { kind: 'MEDIATOR', list: 'mediators', name: '调解员' },
  Expert: { kind: 'EXPERT', list: 'experts', name: '专家' },
  InvitedListing: { kind: 'INVITED_LISTING', list: 'invited', name: '特邀名册' },
  Organization: { kind: 'ORGANIZATION', list: 'organizations', name: '调解组织' },
  Person: { kind: 'PERSON', list: 'mediators', name: '自然人' },
}

export default function Record() {
  const { id = '' } = useParams()
  const answer = useAsk(query, { id })
  const node = answer.data?.node
  const kind = node && kinds[node.__typename]

  if (answer.data && !kind) {
    return (
      <Page title="没有这条记录">
        <Empty title="没有这条记录">
          地址可能不完整，或者它不对您公开。请在<Link to="/rosters/mediators">名册</Link>中查找。
        </Empty>
      </Page>
    )
  }
  const title = node && 'name' in node ? node.name : '记录'
  return (
    <Page
      title={title}
      above={kind && <Link to={`/rosters/${kind.list}`}>名册 · {kind.name}</Link>}
      lead={node && <Lead node={node} />}
      actions={kind && <RecordActions at="record" of={{ id, kind: kind.kind }} />}
    >
      <Answer of={answer}>{({ node }) => node && kind && <Body node={node} type={node.__typename} />}</Answer>
    </Page>
  )
}

function Lead({ node }: { node: Node }) {
  if (node.__typename === 'Organization') {
    return (
      <span className="record-lead">
        <OrganizationChip status={node.organizationStatus} />
        <span>{word('OrganizationKind', node.kind)}</span>
        <span>{node.district.name}</span>
        <span className="number">{node.registrationNo}</span>
      </span>
    )
  }
  if (!('status' in node)) return null
  return (
    <span className="record-lead">
      <StatusChip status={node.status} term={node.term} />
      <span>{node.__typename === 'InvitedListing' ? node.court?.name : word('Level', node.level)}</span>
      <span>{node.district.name}</span>
      <span className="number">{node.registrationNo}</span>
    </span>
  )
}

function Body({ node, type }: { node: Node; type: string }) {
  const listing = 'terms' in node ? node : null
  return (
    <div className="record">
      <div className="record-main">
        {'disputes' in node && <Disputes of={node.disputes} type={type} />}
        {'specialties' in node && (
          <section className="card">
            <h2>基本情况</h2>
            <Facts node={node} type={type} />
          </section>
        )}
        {listing && <Terms listing={listing} />}
        {node.__typename !== 'Person' && <Work id={node.id} />}
        <History id={node.id} type={type} />
      </div>
      <div className="record-side">
        {node.__typename === 'Organization' && <Mediators organization={node} />}
        {node.__typename === 'Organization' && <Branches organization={node} />}
        {listing?.registrationNo && <OnDay name={listing.name} registrationNo={listing.registrationNo} />}
        {listing?.person && <Same listings={listing.person.listings} self={listing.id} />}
        {node.__typename === 'Person' && <Same listings={node.listings} self="" />}
        {listing && <Withheld id={listing.id} type={type} />}
        {'corrections' in node && <Corrections of={node.corrections} type={type} />}
        {'revision' in node && (
          <p className="soft record-stamp">
            修订 {node.revision}，记录于 {minuteOf(node.updatedAt)}
            {'fictional' in node && node.fictional && <><br />示例数据，人员均为虚构</>}
          </p>
        )}
      </div>
    </div>
  )
}

/** Fields shown elsewhere on the page, or not for people. */
const elsewhere = ['__typename', 'id', 'disputes', 'corrections', 'name', 'status', 'term', 'terms', 'events', 'person', 'revision', 'updatedAt', 'fictional', 'organizationStatus', 'organizationEvents', 'mediators', 'branches', 'source']
const wide = ['biography', 'specialties', 'scope', 'address', 'creditCodeWaiver']

/** What the record says, field by field, under the names of the schema; what is empty is left out. */
function Facts({ node, type }: { node: Node; type: string }) {
  const show = useShown()
  const role = useViewer()?.role
  const objecting = !!role && objectors.includes(role)
  const disputed = (field: string) => 'disputes' in node && node.disputes.some((one) => one.field === field || one.field === `person.${field}`)
  const facts = Object.entries(node)
    .filter(([field]) => !elsewhere.includes(field))
    .map(([field, value]) => ({ field, shown: show(field, value) }))
    .filter(({ shown }) => shown !== null)
  const narrow = facts.filter(({ field }) => !wide.includes(field))
  return (
    <dl className="facts">
      {[...narrow, ...facts.filter(({ field }) => wide.includes(field))].map(({ field, shown }) => (
        <div key={field} className={wide.includes(field) ? 'is-wide' : undefined}>
          <dt>{fieldWord(type, field)}</dt>
          <dd>
            {shown}
            {disputed(field) && <span className="disputed">异议</span>}
            {objecting && disputable[type]?.includes(field) && (
              <Link className="object" to={`/corrections/raise/${node.id}?field=${field}`} aria-label={`校核：${fieldWord(type, field)}`}>
                校核
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** 异议标注: what is being looked into stands there for everybody, until it is answered. */
function Disputes({ of, type }: { of: readonly { field: string; since: string }[]; type: string }) {
  if (of.length === 0) return null
  return (
    <Alert
      type="warning"
      showIcon
      role="note"
      title="异议标注：下列内容有单位提出校核，正在核实，使用时请注意。"
      description={of.map(({ field, since }) => `${fieldWord(type, field)}（${since} 起）`).join('、')}
    />
  )
}

/** The objections that the caller may read; to others there are none. */
function Corrections({ of, type }: { of: readonly RecordCorrectionFragment[]; type: string }) {
  if (of.length === 0) return null
  return (
    <section className="card">
      <h2>校核</h2>
      <ul className="record-same">
        {of.map((one) => (
          <li key={one.id}>
            <Link to={`/corrections/${one.id}`}>{fieldWord(type, one.field)}</Link>
            <CorrectionChip state={one.state} overdue={one.overdue} />
            <span className="soft">
              {one.party}，{one.decidedOn ?? one.raisedOn}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Terms({ listing }: { listing: Listing }) {
  return (
    <section className="card">
      <h2>{listing.__typename === 'InvitedListing' ? '任期' : '聘期'}与状态</h2>
      <Ahead id={listing.id} />
      <div className="record-terms">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">起</th>
              <th scope="col">止</th>
              <th scope="col">文号</th>
            </tr>
          </thead>
          <tbody>
            {listing.terms.map((term, i) => (
              <tr key={i} className={term.start === listing.term?.start && term.end === listing.term?.end ? 'is-current' : undefined}>
                <td>{term.start ?? '不详'}</td>
                <td>{term.end ?? '长期'}</td>
                <td>{term.documentNo ?? '—'}</td>
              </tr>
            ))}
            {listing.terms.length === 0 && (
              <tr>
                <td colSpan={3} className="soft">
                  尚未聘任
                </td>
              </tr>
            )}
          </tbody>
        </table>
        <ol className="record-events" aria-label="状态变动">
          {listing.events.map((event, i) => (
            <li key={i}>
              <time>{event.on ?? listing.terms[0]?.start ?? '聘期首日'}</time>
              <strong>{word('EntryStatus', event.status)}</strong>
              {event.until && <span>至 {event.until}</span>}
              {event.ground && <span>{groundWord(event.ground)}</span>}
              {event.documentNo && <span className="soft">{event.documentNo}</span>}
            </li>
          ))}
          {listing.status === 'EXPIRED' && listing.term?.end && (
            <li>
              <time>{dayjs(listing.term.end).add(1, 'day').format('YYYY-MM-DD')}</time>
              <strong>届满</strong>
              <span className="soft">聘期结束，自动届满</span>
            </li>
          )}
        </ol>
      </div>
    </section>
  )
}

/** What is recorded for a day to come, for whoever may take it back. */
function Ahead({ id }: { id: string }) {
  const role = useViewer()?.role
  const { data } = useAsk(pending, { id }, { enabled: !!role && role !== 'ANONYMOUS' })
  if (!data?.pendingMoves.length) return null
  return (
    <Alert
      type="info"
      showIcon
      role="note"
      className="record-ahead"
      title={
        <>
          尚未生效：{data.pendingMoves.map(({ move, on }) => `${word('Move', move)}，自 ${on} 起`).join('；')}。<Link to={`/maintain/moves/${id}`}>在生效之前可以撤回</Link>
        </>
      }
    />
  )
}

/** Grounds of imported rows are words already, those of moves are codes. */
const groundWord = (ground: string) => word('Ground', ground as 'BIAS')

function Mediators({ organization }: { organization: Of<'Organization'> }) {
  const { mediators } = organization
  return (
    <section className="card">
      <h2>调解员 {mediators.totalCount} 名</h2>
      {mediators.totalCount === 0 ? (
        <p className="soft">名册上还没有属于本组织的调解员。</p>
      ) : (
        <ul className="record-people">
          {mediators.nodes.map((one) => (
            <li key={one.id}>
              <Link to={`/records/${one.id}`}>{one.name}</Link>
              <StatusChip status={one.status} term={one.term} />
            </li>
          ))}
        </ul>
      )}
      {mediators.totalCount > mediators.nodes.length && <Link to={`/rosters/mediators?organization=${organization.id}`}>全部 {mediators.totalCount} 名</Link>}
    </section>
  )
}

/** The organisations below this one; most have none. */
function Branches({ organization }: { organization: Of<'Organization'> }) {
  const { branches } = organization
  if (branches.totalCount === 0) return null
  return (
    <section className="card">
      <h2>分支机构 {branches.totalCount} 个</h2>
      <ul className="record-people">
        {branches.nodes.map((one) => (
          <li key={one.id}>
            <Link to={`/records/${one.id}`}>{one.name}</Link>
            <OrganizationChip status={one.organizationStatus} />
          </li>
        ))}
      </ul>
      {branches.totalCount > branches.nodes.length && <Link to={`/rosters/organizations?parent=${organization.id}`}>全部 {branches.totalCount} 个</Link>}
    </section>
  )
}

const listKind = { Mediator: '调解员', Expert: '专家', InvitedListing: '特邀名册' } as const

/** The other listings of the same person: the hub holds a person once. */
function Same({ listings, self }: { listings: SameListingFragment[]; self: string }) {
  const others = listings.filter((listing) => listing.id !== self)
  return (
    <section className="card">
      <h2>{self ? '同一人的其他条目' : '名册条目'}</h2>
      {others.length === 0 && <p className="soft">没有列入其他名册。</p>}
      <ul className="record-same">
        {others.map((listing) => (
          <li key={listing.id}>
            <Link to={`/records/${listing.id}`}>
              {listKind[listing.__typename]}
              {listing.__typename === 'InvitedListing' ? ` · ${listing.court?.shortName ?? ''}` : ` · ${listing.level === 'CITY' ? '市级' : listing.district.name}`}
            </Link>
            <StatusChip status={listing.status} term={listing.term} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Was she or he on the roster on that day? The answer is the hub's verification. */
function OnDay({ name, registrationNo }: { name: string; registrationNo: string }) {
  const [on, setOn] = useState('')
  const answer = useAsk(onDay, { input: { name, registrationNo, on: on || today() } }, { enabled: on !== '' })
  return (
    <section className="card">
      <h2>某日是否在册</h2>
      <DatePicker value={on ? dayjs(on) : null} onChange={(_, text) => setOn(typeof text === 'string' ? text : '')} aria-label="核验日期" placeholder="选择日期" className="record-day" />
      {on && (
        <Answer of={answer} loading={<p className="soft">正在核验…</p>}>
          {({ verifyListing: found }) => (
            <div className="record-verified" role="status">
              <p>
                <strong className={found.listed ? 'is-listed' : 'is-not'}>{found.listed ? '在册' : '不在册'}</strong>
                <time>{found.on}</time>
              </p>
              {found.listings.map((listing, i) => (
                <p key={i}>
                  {listing.status ? word('EntryStatus', listing.status) : '尚未开始'}
                  {listing.term && <Whole text={`，聘期 ${listing.term.start ?? '不详'} 至 ${listing.term.end ?? '长期'}`} />}
                </p>
              ))}
              <p className="soft">依据修订 {found.revision}</p>
            </div>
          )}
        </Answer>
      )}
    </section>
  )
}

/** What is not public is read only when somebody asks for it: every such read is recorded. */
function Withheld({ id, type }: { id: string; type: string }) {
  const viewer = useViewer()
  const [asked, setAsked] = useState(false)
  const answer = useAsk(withheld, { id }, { enabled: asked, staleTime: Infinity })
  const codeOf = useCodes(asked)
  const bodyOf = useBodies()
  if (!viewer || viewer.role === 'ANONYMOUS') return null
  return (
    <section className="card">
      <h2>非公开内容</h2>
      {!asked ? (
        <>
          <p className="soft">联系方式、个人概况和决定依据按共享协议和职责开放，每次查看都会记录。</p>
          <Button onClick={() => setAsked(true)} className="record-ask">
            查看
          </Button>
        </>
      ) : (
        <Answer of={answer} loading={<p className="soft">正在读取…</p>}>
          {({ node }) => {
            if (!node || !('decisions' in node)) return <p className="soft">没有可看的内容。</p>
            const { decisions, person, id: _, ...own } = node
            const facts = [...Object.entries(person ?? {}).map(([field, value]) => ['Person', field, value] as const), ...Object.entries(own).map(([field, value]) => [type, field, value] as const)].filter(
              ([, , value]) => value != null && value !== '' && !(Array.isArray(value) && value.length === 0),
            )
            if (facts.length === 0 && !decisions?.length) return <p className="soft">没有内容，或者您无权查看。</p>
            return (
              <>
                <dl className="record-withheld">
                  {facts.map(([of, field, value]) => (
                    <div key={of + field}>
                      <dt>{fieldWord(of, field)}</dt>
                      <dd>{Array.isArray(value) ? value.join('、') : field === 'education' ? codeOf(field, String(value)) : String(value)}</dd>
                    </div>
                  ))}
                </dl>
                {decisions && decisions.length > 0 && (
                  <ol className="record-decisions" aria-label="决定">
                    {decisions.map((decision, i) => (
                      <li key={i}>
                        <strong>{word('Move', decision.move)}</strong> <time>{decision.on}</time>
                        {decision.withdrawnOn && <span className="chip is-ended">{decision.withdrawnOn} 撤回</span>}
                        <p className="soft">{[decision.authority && bodyOf(decision.authority), decision.documentNo, word('Ground', decision.ground), decision.certificateNo && `证书 ${decision.certificateNo}`, decision.training && `培训 ${decision.training}`, decision.from && `公示 ${decision.from} 至 ${decision.until ?? ''}`, decision.reason, decision.withdrawnWhy && `撤回：${decision.withdrawnWhy}`].filter(Boolean).join('，')}</p>
                      </li>
                    ))}
                  </ol>
                )}
              </>
            )
          }}
        </Answer>
      )}
    </section>
  )
}
