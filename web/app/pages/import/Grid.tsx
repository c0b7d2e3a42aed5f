import type { Job } from './Job'
import { word } from '../../words'

const tones = { NEW: 'active', CHANGED: 'near', SAME: 'quiet', REFUSED: 'ended', DUPLICATE: 'ended' } as const

/** The rows of a plan as the sheet has them, with what is wrong at the cell where it is. */
export function Grid({ rows }: { rows: Job['rows']['nodes'] }) {
  const headings = [...new Set(rows.flatMap((row) => row.cells.map((cell) => cell.heading)))]
  const many = new Set(rows.map((row) => row.sheet)).size > 1
  return (
    <div className="grid-scroll" tabIndex={0} role="region" aria-label="导入计划的各行，可左右滚动">
      <table className="grid">
        <caption className="grid-caption">导入计划：表格的各行与结果</caption>
        <thead>
          <tr>
            <th scope="col">行</th>
            <th scope="col">结果</th>
            <th scope="col">说明</th>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const at = (heading: string) => [...row.reasons, ...row.remarks].filter((one) => one.heading === heading)
            const elsewhere = (list: typeof row.reasons) => list.filter((one) => !one.heading || !headings.includes(one.heading))
            return (
              <tr key={`${row.sheet}:${row.number}`}>
                <th scope="row" data-title="行">
                  {many && `${row.sheet} `}
                  {row.number}
                </th>
                <td data-title="结果" className="nowrap">
                  <span className={`chip is-${tones[row.outcome]}`}>{word('ImportOutcome', row.outcome)}</span>
                  {row.written && <span className="soft"> 已写入</span>}
                </td>
                <td data-title="说明" className="grid-why">
                  {elsewhere(row.reasons).map((one) => (
                    <p key={one.message} className="grid-reason">
                      {one.heading && <b>{one.column ? `${one.column} 列“${one.heading}”：` : `“${one.heading}”：`}</b>}
                      {one.message}
                    </p>
                  ))}
                  {elsewhere(row.remarks).map((one) => (
                    <p key={one.message} className="soft">
                      {one.message}
                    </p>
                  ))}
                  {row.reasons.some((one) => one.heading && headings.includes(one.heading)) && (
                    <span className="grid-reason">
                      {row.reasons
                        .filter((one) => one.heading && headings.includes(one.heading))
                        .map((one) => (one.column ? `${one.column}${row.number}` : one.heading))
                        .join('、')}{' '}
                      有误
                    </span>
                  )}
                  {row.changes.length > 0 && `${row.changes.length} 处变更`}
                </td>
                {headings.map((heading) => {
                  const text = row.cells.find((cell) => cell.heading === heading)?.text ?? ''
                  const change = row.changes.find((one) => one.heading === heading)
                  const said = at(heading)
                  const wrong = row.reasons.some((one) => one.heading === heading)
                  return (
                    <td key={heading} data-title={heading} className={wrong ? 'is-wrong' : change ? 'is-changed' : said.length ? 'is-said' : heading === '姓名' || heading === '名称' ? 'is-name' : 'is-plain'}>
                      {change ? (
                        <>
                          {change.before && <del>{change.before}</del>} <ins>{change.after ?? '（清空）'}</ins>
                        </>
                      ) : (
                        text
                      )}
                      {said.map((one) => (
                        <p key={one.message} className={wrong ? 'grid-reason' : 'soft'}>
                          {one.message}
                        </p>
                      ))}
                    </td>
                  )
                })}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
