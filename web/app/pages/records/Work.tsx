import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { RecordWorkQuery } from '../../gql/graphql'
import { useAsk } from '../../client/ask'
import { Failure } from '../../parts/Answer'
import { problemOf } from '../../client/problem'
import { word } from '../../words'

const query = graphql(`
  query RecordWork($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Mediator {
        available
        away { secondment district { name } from to startedOn returnedOn }
        trainings { ...Training }
        trainingByYear { ...Year }
        stationings { ...Stationed }
      }
      ... on Expert { lastUsed recommendations { id on purpose recordedBy } trainings { ...Training } trainingByYear { ...Year } stationings { ...Stationed } }
      ... on InvitedListing { trainings { ...Training } trainingByYear { ...Year } stationings { ...Stationed } }
      ... on Organization {
        awards { id title batch year granting status steps { status on documentNo } }
        window { scope hours behind { id name } }
        rules { rule inPlace on document }
        purchase { from to purchaser documentNo }
        stationings { ...Stationed }
        liaisons { id name role streets from to status }
      }
    }
  }

  fragment Training on TrainingRecord {
    id
    course
    organizer
    on
    hours
    passed
  }

  fragment Year on TrainingYear {
    year
    hours
    count
    passed
  }

  fragment Stationed on Stationing {
    id
    name
    who { __typename id }
    centre { id name }
    weekdays
    from
    to
    documentNo
    status
  }
`)

type Node = NonNullable<RecordWorkQuery['node']>
type Of<T extends string> = Extract<Node, { __typename: T }>

/** What hangs on a record beside its roster: training, stationing, being lent; of an organisation its awards, window and rules. */
export function Work({ id }: { id: string }) {
  const answer = useAsk(query, { id })
  if (answer.isError) return <Failure problem={problemOf(answer.error)} retry={() => void answer.refetch()} slim />
  const node = answer.data?.node
  if (!node) return null
  return (
    <>
      {node.__typename === 'Organization' && <Organization of={node} />}
      {node.__typename === 'Mediator' && node.away.length > 0 && <Away of={node} />}
      {node.__typename === 'Expert' && <Used of={node} />}
      {'trainings' in node && node.trainings.length > 0 && <Trainings of={node} />}
      {'stationings' in node && node.stationings.length > 0 && <Stationings of={node.stationings} self={node.id} />}
    </>
  )
}

const Card = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="card">
    <h2>{title}</h2>
    {children}
  </section>
)

/** Whether something holds today, in the words of assignments rather than of rosters. */
const inForce = { PROPOSED: '未开始', ACTIVE: '有效' } as Partial<Record<string, string>>
const days = (from: string, to: string | null | undefined) => `${from} 至 ${to ?? '长期'}`

function Away({ of: { away, available } }: { of: Of<'Mediator'> }) {
  return (
    <Card title="调剂">
      <p className={available ? 'soft' : undefined}>{available ? '今天可以在本名册调用。' : '今天不能在本名册调用。'}</p>
      <ul className="record-list">
        {away.map((one) => (
          <li key={one.secondment}>
            <Link to={`/secondments/${one.secondment}`}>{one.district.name}</Link>
            <span>{days(one.from, one.to)}</span>
            <span className="soft">{one.returnedOn ? `${one.returnedOn} 返回` : one.startedOn ? `${one.startedOn} 到岗` : '尚未到岗'}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Trainings({ of: { trainings, trainingByYear } }: { of: Of<'Mediator'> | Of<'Expert'> | Of<'InvitedListing'> }) {
  return (
    <Card title="培训">
      <p className="record-years">
        {trainingByYear.map(({ year, hours, count, passed }) => (
          <span key={year}>
            {year} 年 <strong>{hours}</strong> 学时
            <span className="soft">
              （{count} 次{passed > 0 && `，${passed} 次考核合格`}）
            </span>
          </span>
        ))}
      </p>
      <ul className="record-list">
        {trainings.map((one) => (
          <li key={one.id}>
            <time>{one.on}</time>
            <span>{one.course}</span>
            <span className="soft">
              {one.organizer}，{one.hours} 学时{one.passed != null && (one.passed ? '，考核合格' : '，考核不合格')}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** When she was last recommended, for everybody; for what and by whom, for those who may read it. */
function Used({ of: { id, lastUsed, recommendations } }: { of: Of<'Expert'> }) {
  return (
    <Card title="推荐">
      <p>
        最近使用：<strong>{lastUsed ?? '未曾推荐'}</strong>
      </p>
      <ul className="record-list">
        {recommendations.map((one) => (
          <li key={one.id}>
            <time>{one.on}</time>
            <Link to={`/experts/recommendations/${one.id}`}>{one.purpose}</Link>
            <span className="soft">{one.recordedBy}</span>
          </li>
        ))}
      </ul>
      {recommendations.length > 0 && <Link to={`/experts/recommendations?expert=${id}`}>在推荐单列表中查看</Link>}
    </Card>
  )
}

function Stationings({ of, self }: { of: Of<'Mediator'>['stationings']; self: string }) {
  return (
    <Card title="派驻">
      <ul className="record-list">
        {of.map((one) => {
          const here = one.centre?.id === self
          return (
            <li key={one.id}>
              {here ? one.who ? <Link to={`/records/${one.who.id}`}>{one.name}</Link> : <span>{one.name}</span> : one.centre && <Link to={`/records/${one.centre.id}`}>{one.centre.name}</Link>}
              <span>{here ? '派驻在本组织' : '派驻于此'}</span>
              {one.weekdays.length > 0 && <span>{one.weekdays.map((day) => word('Weekday', day).replace('星期', '周')).join('、')}</span>}
              <span className="soft">
                {days(one.from, one.to)}，{inForce[one.status] ?? '已结束'}
                {one.documentNo && `，${one.documentNo}`}
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

function Organization({ of: { awards, window, rules, purchase, liaisons } }: { of: Of<'Organization'> }) {
  return (
    <>
      {awards.length > 0 && (
        <Card title="荣誉">
          <ul className="record-list">
            {awards.map((one) => (
              <li key={one.id}>
                <strong className={one.status === 'AWARDED' ? 'award is-gold' : 'award'}>
                  {one.title}
                  {one.batch && `（${one.batch}）`}
                </strong>
                <span>
                  {word('AwardLevel', one.granting)}，{one.year} 年，{word('AwardStatus', one.status)}
                </span>
                <span className="soft">{one.steps.map((step) => `${step.on} ${word('AwardStatus', step.status)}${step.documentNo ? ` ${step.documentNo}` : ''}`).join('；')}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {window && (
        <Card title="一窗式窗口">
          <dl className="record-withheld">
            <div>
              <dt>受理范围</dt>
              <dd>{window.scope}</dd>
            </div>
            <div>
              <dt>受理时间</dt>
              <dd>{window.hours}</dd>
            </div>
            {window.behind.length > 0 && (
              <div>
                <dt>后台组织</dt>
                <dd className="record-links">
                  {window.behind.map((one) => (
                    <Link key={one.id} to={`/records/${one.id}`}>
                      {one.name}
                    </Link>
                  ))}
                </dd>
              </div>
            )}
          </dl>
        </Card>
      )}
      {rules.length > 0 && (
        <Card title={`八项制度：已建立 ${rules.filter((one) => one.inPlace).length} 项`}>
          <ul className="record-rules">
            {rules.map((one) => (
              <li key={one.rule} className={one.inPlace ? undefined : 'is-missing'}>
                <strong>{word('OrganizationRule', one.rule)}</strong>
                <span>{one.inPlace ? '已建立' : '未建立'}</span>
                <span className="soft">{[one.on, one.document].filter(Boolean).join('，')}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {purchase && (
        <Card title="政府购买服务">
          <p>
            {purchase.purchaser}，{days(purchase.from, purchase.to)}
            {purchase.documentNo && `，${purchase.documentNo}`}
          </p>
        </Card>
      )}
      {liaisons.length > 0 && (
        <Card title="联系仲裁员">
          <ul className="record-list">
            {liaisons.map((one) => (
              <li key={one.id}>
                <strong>{one.name}</strong>
                <span>{word('LiaisonRole', one.role)}</span>
                {one.streets.length > 0 && <span>{one.streets.join('、')}</span>}
                <span className="soft">
                  {days(one.from, one.to)}，{inForce[one.status] ?? '已结束'}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}
