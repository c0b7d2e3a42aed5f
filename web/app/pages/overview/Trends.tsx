import { useQueries } from '@tanstack/react-query'
import { Radio, Skeleton } from 'antd'
import dayjs from 'dayjs'
import { lazy, Suspense, useMemo } from 'react'
import { ask } from '../../client/ask'
import type { Address } from '../../client/address'
import { problemOf } from '../../client/problem'
import { Failure } from '../../parts/Answer'
import { count } from '../../words'
import { standOn } from './queries'

const Lines = lazy(() => import('./Lines'))

const rosters = { mediators: '调解员', organizations: '调解组织', experts: '专家', invitedListings: '特邀名册条目' }
type Roster = keyof typeof rosters

/** For how long, and in steps of how many months. */
const spans: Record<string, { label: string; months: number; step: number }> = {
  '1': { label: '近一年', months: 12, step: 1 },
  '3': { label: '近三年', months: 36, step: 3 },
}

/** How many stood on the rosters over time, of a district or of all. */
export function Trends({ address, on, district }: { address: Address; on: string; district?: { code: string; name: string } }) {
  const chosen = Object.hasOwn(spans, address.get('span')) ? address.get('span') : '1'
  const { months, step } = spans[chosen]!
  const days = useMemo(() => Array.from({ length: months / step + 1 }, (_, i) => dayjs(on).subtract(months - i * step, 'month').format('YYYY-MM-DD')), [on, months, step])
  const answers = useQueries({
    queries: days.map((day) => ({
      queryKey: ['stand', day, district?.code],
      queryFn: ({ signal }: { signal: AbortSignal }) => ask(standOn, { on: day, district: district && [district.code] }, signal),
    })),
  })
  const failed = answers.find((answer) => answer.isError)
  const stands = answers.every((answer) => answer.data) ? answers.map((answer) => answer.data!.statistics) : undefined
  return (
    <section className="card trends" aria-label="趋势" aria-busy={!stands && !failed}>
      <div className="districts-bar">
        <h2>趋势：{district?.name ?? '全市'}在册数</h2>
        <Radio.Group aria-label="趋势的期间" optionType="button" size="small" value={chosen} onChange={(event) => address.set({ span: event.target.value as string }, { replace: true })} options={Object.entries(spans).map(([value, { label }]) => ({ value, label }))} />
      </div>
      {failed && <Failure problem={problemOf(failed.error)} retry={() => answers.forEach((answer) => void answer.refetch())} slim />}
      {!stands && !failed && <Skeleton active title={false} paragraph={{ rows: 5 }} />}
      {stands && (
        <>
          <div className="trend-pictures">
            {(Object.keys(rosters) as Roster[]).map((roster) => (
              <Trend key={roster} name={rosters[roster]} days={days} totals={stands.map((one) => one[roster].total).join(' ')} />
            ))}
          </div>
          <details>
            <summary>以表格查看</summary>
            <div className="table-scroll" tabIndex={0} role="region" aria-label="趋势，可左右滚动">
              <table className="table-plain">
                <caption className="only-read">各名册在各日的在册数</caption>
                <thead>
                  <tr>
                    <th scope="col">日期</th>
                    {Object.values(rosters).map((name) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {days.map((day, i) => (
                    <tr key={day}>
                      <th scope="row">{day}</th>
                      {(Object.keys(rosters) as Roster[]).map((roster) => (
                        <td key={roster}>{count(stands[i]![roster].total)}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </section>
  )
}

function Trend({ name, days, totals }: { name: string; days: readonly string[]; totals: string }) {
  const values = useMemo(() => totals.split(' ').map(Number), [totals])
  const [first, last] = [values[0]!, values.at(-1)!]
  const change = last - first
  return (
    <figure className="trend">
      <figcaption>
        {name} <strong>{count(last)}</strong> <span className="soft">{change === 0 ? '与期初持平' : `较期初${change > 0 ? '增' : '减'} ${count(Math.abs(change))}`}</span>
      </figcaption>
      <Suspense fallback={<div className="trend-picture" aria-busy="true" />}>
        <Lines label={`${name}在册数的折线图：${days[0]} 为 ${count(first)}，${days.at(-1)} 为 ${count(last)}；最少 ${count(Math.min(...values))}，最多 ${count(Math.max(...values))}。各日数字见下方表格。`} days={days} values={values} />
      </Suspense>
    </figure>
  )
}
