import { Button, Select } from 'antd'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { useAsk } from '../../client/ask'
import type { Address } from '../../client/address'
import { Answer } from '../../parts/Answer'
import { count } from '../../words'
import { indicators, stepOf, steps, type Indicator, type Row } from './indicators'
import { places } from './places'
import { withoutFullTime } from './queries'

interface Props {
  rows: readonly Row[]
  address: Address
  day: { on: string; soon: string }
}

/** The districts, coloured by what is chosen; the same as a table. A district that is chosen tells more. */
export function Districts({ rows, address, day }: Props) {
  const indicator = indicators.find((one) => one.key === address.get('of')) ?? indicators[0]!
  const asTable = address.get('as') === 'table'
  const chosen = rows.find((row) => row.code === address.get('district'))
  const choose = (code: string) => address.set({ district: code === chosen?.code ? '' : code }, { replace: true })
  return (
    <section className="card districts" aria-label="各区情况">
      <div className="districts-bar">
        <h2>各区情况</h2>
        <Select
          aria-label="按哪项指标着色"
          className="districts-choice"
          value={indicator.key}
          onChange={(key: string) => address.set({ of: key })}
          options={indicators.map(({ key, name }) => ({ value: key, label: name }))}
          popupMatchSelectWidth={false}
        />
        <Button onClick={() => address.set({ as: asTable ? '' : 'table' })}>{asTable ? '以示意图查看' : '以表格查看'}</Button>
      </div>
      <p className="soft">
        {indicator.says}合计 {count(rows.reduce((sum, row) => sum + indicator.value(row), 0))} {indicator.unit}。
      </p>
      {asTable ? <Table rows={rows} choose={choose} chosen={chosen} /> : <Schematic rows={rows} indicator={indicator} choose={choose} chosen={chosen} />}
      {chosen ? <District row={chosen} indicator={indicator} day={day} /> : <p className="soft">选一个区，查看其各项情况和名单。</p>}
    </section>
  )
}

interface Choice {
  rows: readonly Row[]
  chosen: Row | undefined
  choose: (code: string) => void
}

function Schematic({ rows, indicator, chosen, choose }: Choice & { indicator: Indicator }) {
  const districts = rows.filter((row) => row.code !== '120000')
  const most = Math.max(1, ...districts.map(indicator.value)) // the city's own is another matter: it would pale all others
  const scale = indicator.gap ? 'is-gap' : 'is-stock'
  return (
    <>
      <div className={`schematic ${scale}`} role="group" aria-label={`各区${indicator.name}示意图`}>
        {places.map(({ code, column, row: line }) => {
          const row = rows.find((one) => one.code === code)
          if (!row) return null
          const value = indicator.value(row)
          return (
            <button
              key={code}
              type="button"
              className={`tile step-${Math.min(5, stepOf(value, most))}`}
              style={{ gridColumn: column, gridRow: line }}
              aria-pressed={chosen?.code === code}
              onClick={() => choose(code)}
            >
              <span>{row.name}</span>
              <span className="only-read">{indicator.name}</span>
              <strong>{count(value)}</strong>
              <span className="only-read">{indicator.unit}</span>
            </button>
          )
        })}
      </div>
      <ul className={`legend ${scale}`} aria-label="图例">
        <li>
          <i className="step-0" /> 0
        </li>
        {steps(most).map(({ step, from, to }) => (
          <li key={step}>
            <i className={`step-${step}`} /> {from === to ? count(from) : `${count(from)}–${count(to)}`}
          </li>
        ))}
      </ul>
    </>
  )
}

function Table({ rows, chosen, choose }: Choice) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="各区情况，可左右滚动">
      <table className="table-plain">
        <caption className="only-read">各区情况</caption>
        <thead>
          <tr>
            <th scope="col">区</th>
            {indicators.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.code} className={row === chosen ? 'is-chosen' : undefined}>
              <th scope="row">
                <Button type="link" size="small" aria-pressed={row === chosen} onClick={() => choose(row.code)}>
                  {row.name}
                </Button>
              </th>
              {indicators.map(({ key, value }) => (
                <td key={key}>{count(value(row))}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">合计</th>
            {indicators.map(({ key, value }) => (
              <td key={key}>{count(rows.reduce((sum, row) => sum + value(row), 0))}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

/** What is known of one district, with the ways to the lists behind the figures. */
function District({ row, indicator, day }: { row: Row; indicator: Indicator; day: Props['day'] }) {
  const { streets } = row.report
  return (
    <section className="district" aria-label={`${row.name}的情况`} aria-live="polite">
      <h3>{row.name}</h3>
      <dl className="district-figures">
        {indicators.map(({ key, name, unit, value, list }) => (
          <div key={key} className={key === indicator.key ? 'is-chosen' : undefined}>
            <dt>{name}</dt>
            <dd>
              {count(value(row))} {unit}
              {list && value(row) > 0 && key !== 'streets' && key !== 'fullTime' && (
                <Link to={list(row.code, day)} aria-label={`${row.name}${name}的名单`}>
                  名单
                </Link>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {indicator.key === 'withoutFullTime' && <WithoutFullTime row={row} on={day.on} />}
      {streets.official > 0 && (
        <p>
          共有街道（乡镇）{count(streets.official)} 个，已有街道（乡镇）或园区调解组织的 {count(streets.official - streets.gap)} 个
          {indicator.list && indicator.key === 'streets' && (
            <>
              （<Link to={indicator.list(row.code, day)}>已建的组织</Link>）
            </>
          )}
          ，应建未建 {count(streets.gap)} 个。
          {streets.withoutOwn.length > 0 && `其中能说出名称的：${streets.withoutOwn.map(({ street, count: n }) => (n > 0 ? `${street}（有其他组织 ${n} 个）` : street)).join('、')}。`}
        </p>
      )}
    </section>
  )
}

function WithoutFullTime({ row, on }: { row: Row; on: string }) {
  const variables = useMemo(() => ({ on, district: [row.code] }), [on, row.code])
  const answer = useAsk(withoutFullTime, variables)
  return (
    <Answer of={answer}>
      {({ coverage }) => {
        const list = coverage.districts[0]?.organizationsWithoutFullTime ?? []
        const all = coverage.districts[0]?.organizationsWithoutFullTimeCount ?? 0
        if (list.length === 0) return <p>各组织都有专职调解员。</p>
        return (
          <>
            <p>没有专职调解员的组织{all > list.length && `（列出前 ${list.length} 个）`}：</p>
            <ul className="district-list">
              {list.map(({ id, name }) => (
                <li key={id}>
                  <Link to={`/records/${id}`}>{name}</Link>
                </li>
              ))}
            </ul>
          </>
        )
      }}
    </Answer>
  )
}
