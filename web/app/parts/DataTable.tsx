import { Checkbox } from 'antd'
import { memo, type ReactNode } from 'react'

export interface Column<Row> {
  key: string
  title: string
  cell: (row: Row) => ReactNode
  /** The name under which the list can be ordered by it. */
  order?: string
  /** Keeps its content on one line. */
  tight?: boolean
}

export interface Order {
  by: string
  down: boolean
}

interface Props<Row extends { id: string }> {
  caption: string
  columns: Column<Row>[]
  rows: readonly Row[]
  order?: Order
  onOrder?: (order: Order) => void
  /** Ticks rows for what is done to several at once. */
  ticked?: { ids: readonly string[]; set: (ids: string[]) => void; nameOf: (row: Row) => string }
}

/**
 * Rows as a table; on a phone each row is a card whose lines carry the names of the columns.
 * With the same props it is not rendered anew, as while somebody types the words of a search.
 */
export const DataTable = memo(Table) as typeof Table

function Table<Row extends { id: string }>({ caption, columns, rows, order, onOrder, ticked }: Props<Row>) {
  const all = ticked && rows.length > 0 && rows.every((row) => ticked.ids.includes(row.id))
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={`${caption}，可左右滚动`}>
      <table className="table">
        <caption className="only-read">{caption}</caption>
        <thead>
          <tr>
            {ticked && (
              <th className="table-tick">
                <Checkbox
                  aria-label="全选本页"
                  checked={!!all}
                  indeterminate={!all && rows.some((row) => ticked.ids.includes(row.id))}
                  onChange={(event) => {
                    const others = ticked.ids.filter((id) => !rows.some((row) => row.id === id))
                    ticked.set(event.target.checked ? [...others, ...rows.map((row) => row.id)] : others)
                  }}
                />
              </th>
            )}
            {columns.map(({ key, title, order: by }) => (
              <th key={key} scope="col" aria-sort={by && order?.by === by ? (order.down ? 'descending' : 'ascending') : undefined}>
                {by && onOrder ? (
                  <button type="button" onClick={() => onOrder({ by, down: order?.by === by && !order.down })}>
                    {title}
                    <span aria-hidden>{order?.by === by ? (order.down ? '↓' : '↑') : '↕'}</span>
                  </button>
                ) : (
                  title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {ticked && (
                <td className="table-tick">
                  <Checkbox
                    aria-label={`选择${ticked.nameOf(row)}`}
                    checked={ticked.ids.includes(row.id)}
                    onChange={(event) => ticked.set(event.target.checked ? [...ticked.ids, row.id] : ticked.ids.filter((id) => id !== row.id))}
                  />
                </td>
              )}
              {columns.map(({ key, title, cell, tight }) => (
                <td key={key} data-title={title} className={tight ? 'nowrap' : undefined}>
                  {cell(row) ?? <span className="soft">—</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
