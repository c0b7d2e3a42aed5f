import { Button, Radio } from 'antd'
import { useState } from 'react'
import type { RosterType } from '../../gql/forms'
import { useOptions } from './Control'
import { Meanwhile } from './Meanwhile'
import { differing, fieldsOf, same, type Base, type Values } from './values'

type Side = 'before' | 'now' | 'mine'
const sides: [Side, string][] = [['before', '原来'], ['now', '现在'], ['mine', '我填写的']]

interface Props {
  id: string
  type: RosterType
  base: Base
  now: Base
  mine: Values
  /** What was chosen, to go on with on the record as it is now. */
  settled: (values: Values) => void
  dropped: () => void
}

/**
 * A record that somebody else has changed while it was being amended: what it was, what it is now
 * and what was typed, field by field. Where only one of the two changed a field, that is proposed;
 * where both did, somebody must choose.
 */
export function Comparison({ id, type, base, now, mine, settled, dropped }: Props) {
  const { shown } = useOptions()
  const fields = fieldsOf(type).filter((field) => differing(type, base.values, mine).includes(field) || differing(type, base.values, now.values).includes(field))
  const of = { before: base.values, now: now.values, mine }
  const proposed = (name: string): Side | undefined => {
    if (same(mine[name], now.values[name]) || same(mine[name], base.values[name])) return 'now'
    return same(now.values[name], base.values[name]) ? 'mine' : undefined
  }
  const [chosen, setChosen] = useState<Record<string, Side>>({})
  const sideOf = (name: string) => chosen[name] ?? proposed(name)
  const open = fields.filter(({ name }) => !sideOf(name))
  const settle = () => {
    const values = { ...now.values }
    for (const { name } of fields) values[name] = of[sideOf(name)!][name] ?? ''
    settled(values)
  }
  return (
    <section className="card comparison" aria-label="内容已被别人改动">
      <div role="alert">
        <h2>内容已被别人改动</h2>
        <p>您填写期间，这条记录从修订 {base.revision} 变到了修订 {now.revision}。您填写的都在：请逐项选择以哪个为准，再保存到最新的修订上。</p>
      </div>
      <Meanwhile id={id} type={type} since={base.revision} />
      <table className="plain comparison-table">
        <thead>
          <tr>
            <th scope="col">字段</th>
            {sides.map(([side, label]) => (
              <th key={side} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.name}>
              <th scope="row">
                {field.label}
                {!sideOf(field.name) && <span className="form-wrong">请选择</span>}
              </th>
              {sides.map(([side, label]) => (
                <td key={side} data-title={label}>
                  <Radio name={`side-${field.name}`} checked={sideOf(field.name) === side} onChange={() => setChosen({ ...chosen, [field.name]: side })} aria-label={`${field.label}：${label}`}>
                    {shown(field, of[side][field.name]) || <span className="soft">（空）</span>}
                  </Radio>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="form-go">
        <Button type="primary" disabled={open.length > 0} onClick={settle}>
          {open.length > 0 ? `还有 ${open.length} 项须选择` : '采用所选，继续'}
        </Button>
        <Button onClick={dropped}>放弃我的改动</Button>
        <span className="soft">采用之后回到表单，核对无误再保存。</span>
      </div>
    </section>
  )
}
