import dayjs from 'dayjs'
import { useAsk } from '../../client/ask'
import { useAddress } from '../../client/address'
import { useRegions } from '../../client/regions'
import { Answer } from '../../parts/Answer'
import { OnDate } from '../../parts/OnDate'
import { Page } from '../../parts/Page'
import { count, isDay, today } from '../../words'
import { Awaiting } from './Awaiting'
import { Districts } from './Districts'
import { soonDays, type Row } from './indicators'
import { Latest } from './Latest'
import { figures } from './queries'
import { Trends } from './Trends'
import './overview.css'

export default function Overview() {
  const address = useAddress()
  const { nameOf } = useRegions()
  const on = address.get('on') || today()
  const soon = dayjs(isDay(on) ? on : today()).add(soonDays + 1, 'day').format('YYYY-MM-DD') // "before" leaves the day itself out
  const answer = useAsk(figures, { on, soon }, { keep: true })
  const code = address.get('district')
  return (
    <Page title="总览" lead="全市劳动人事争议调解资源，一处维护，各方同源。" actions={<OnDate address={address} label="按哪一日统计" />}>
      <Answer of={answer}>
        {({ statisticsReport: { total, districts, revision }, coverage, statistics }) => {
          const rows: Row[] = districts.map((report) => ({
            code: report.district!.code,
            name: report.district!.code === '120000' ? '市级' : (report.district!.shortName ?? report.district!.name),
            report,
            coverage: coverage.districts.find(({ district }) => district.code === report.district!.code),
            expiring: statistics.mediators.byDistrict.find(({ value }) => value === report.district!.code)?.count ?? 0,
          }))
          return (
            <>
              <dl className="figures">
                {(
                  [
                    ['在册调解员', total.mediators.atEnd],
                    ['调解组织', total.organizations.atEnd],
                    ['在库专家', total.experts.atEnd],
                    ['特邀名册条目', total.invitedListings.atEnd],
                  ] as const
                ).map(([name, n]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{count(n)}</dd>
                  </div>
                ))}
              </dl>
              <p className="overview-as-of soft">
                {on} 的情况，在册含暂停；依据修订 {revision}。
              </p>
              <div className={address.get('as') === 'table' ? 'overview-columns is-table' : 'overview-columns'}>
                <Districts rows={rows} address={address} day={{ on, soon }} />
                <div className="overview-side">
                  <Awaiting />
                  <Latest />
                </div>
              </div>
            </>
          )
        }}
      </Answer>
      {isDay(on) && <Trends address={address} on={on} district={code ? { code, name: code === '120000' ? '市级' : nameOf(code) } : undefined} />}
    </Page>
  )
}
