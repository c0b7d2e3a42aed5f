import { Link } from 'react-router'
import { areas } from '../../areas'
import { useAsk } from '../../client/ask'
import { useViewer } from '../../client/viewer'
import { Answer } from '../../parts/Answer'
import { count, dayOf } from '../../words'
import { soonDays } from './indicators'
import { awaiting } from './queries'

type Viewer = NonNullable<ReturnType<typeof useViewer>>

/** What waits for whoever has signed in; nothing for everybody else. */
export function Awaiting() {
  const viewer = useViewer()
  if (!viewer || viewer.role === 'ANONYMOUS') return null
  return <Mine viewer={viewer} />
}

/** The way to what an area does, once it is there. */
const pathOf = (name: string) => areas.find((area) => area.name === name)?.path

function Mine({ viewer }: { viewer: Viewer }) {
  const { role } = viewer
  const due = {
    status: ['ACTIVE' as const],
    expiringBefore: dayOf(new Date(Date.now() + (soonDays + 1) * 86_400_000)),
    level: [role === 'DISTRICT_ADMIN' ? ('DISTRICT' as const) : ('CITY' as const)],
    ...(viewer.district && { district: [viewer.district.code] }),
  }
  const administers = role === 'CITY_ADMIN' || role === 'DISTRICT_ADMIN'
  const answer = useAsk(awaiting, {
    mediators: due,
    experts: due,
    invited: { status: due.status, expiringBefore: due.expiringBefore, court: viewer.court ? [viewer.court.code] : [] },
    asksMediators: administers,
    asksExperts: administers || role === 'EXPERT_KEEPER',
    asksInvited: role === 'COURT_KEEPER',
    asksNotices: administers || role === 'EXPERT_KEEPER' || role === 'COURT_KEEPER',
    asksHome: administers,
    asksRequested: role === 'CITY_ADMIN',
  })
  return (
    <section className="card" aria-label="等我办理">
      <h2>等我办理</h2>
      <Answer of={answer}>
        {(data) => {
          const items = [
            { n: data.mediators?.totalCount, text: `调解员聘期将在 ${soonDays} 天内届满`, to: '/maintain?roster=mediators&days=90' },
            { n: data.experts?.totalCount, text: `专家聘期将在 ${soonDays} 天内届满`, to: '/maintain?roster=experts&days=90' },
            { n: data.invitedListings?.totalCount, text: `特邀名册任期将在 ${soonDays} 天内届满`, to: '/maintain?roster=invited&days=90' },
            { n: data.notices?.totalCount, text: '不良情形通报待签收', to: pathOf('通报') },
            { n: data.corrections.totalCount, text: data.overdue.totalCount > 0 ? `校核申请待答复，其中 ${count(data.overdue.totalCount)} 件已逾期` : '校核申请待答复', to: pathOf('校核') },
            { n: data.requested?.totalCount, text: '调剂申请待批准', to: pathOf('调剂') },
            { n: data.home?.totalCount, text: '调剂待派出人员', to: pathOf('调剂') },
            { n: data.sheetJobs.totalCount, text: '导入的表格待确认', to: pathOf('导入') },
          ].filter((item) => item.n)
          if (items.length === 0) return <p className="soft">没有等待办理的事项。</p>
          return (
            <ul className="awaiting">
              {items.map(({ n, text, to }) => (
                <li key={text}>
                  <strong>{count(n!)}</strong>
                  {to ? <Link to={to}>{text}</Link> : <span>{text}</span>}
                </li>
              ))}
            </ul>
          )
        }}
      </Answer>
    </section>
  )
}
