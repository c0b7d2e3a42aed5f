import { Button, Drawer } from 'antd'
import { memo, useState } from 'react'
import type { Address } from '../client/address'
import { Tick } from './Tick'

interface Bucket {
  value: string
  label: string
  count: number
}
export interface Facet {
  field: string
  buckets: readonly Bucket[]
}

/** Values of one filter before "more". */
const few = 7

interface Props {
  /** Which filters, in this order, with what each is called. */
  fields: [field: string, name: string][]
  facets: readonly Facet[]
  address: Address
}

/** Filters with the number of records behind each value. Chosen values are in the address. */
export function Facets(props: Props) {
  const [open, setOpen] = useState(false)
  const chosen = props.fields.reduce((sum, [field]) => sum + props.address.all(field).length, 0)
  return (
    <>
      <div className="facets-button">
        <Button onClick={() => setOpen(true)} aria-expanded={open}>
          筛选{chosen > 0 && ` · ${chosen}`}
        </Button>
      </div>
      <Drawer open={open} onClose={() => setOpen(false)} placement="bottom" size="75%" title="筛选" extra={<Button type="primary" onClick={() => setOpen(false)}>查看结果</Button>}>
        <Groups {...props} />
      </Drawer>
      <aside className="facets" aria-label="筛选">
        <Groups {...props} />
      </aside>
    </>
  )
}

function Groups({ fields, facets, address }: Props) {
  return fields.map(([field, name]) => (
    <Group
      key={field}
      name={name}
      field={field}
      buckets={facets.find((facet) => facet.field === field)?.buckets ?? nothing}
      chosen={address.all(field).join('\n')}
      set={address.set}
    />
  ))
}

const nothing: Bucket[] = []

interface GroupProps {
  name: string
  field: string
  buckets: readonly Bucket[]
  /** The values that are chosen, a line each. */
  chosen: string
  set: Address['set']
}

const Group = memo(function Group({ name, field, buckets, chosen: lines, set }: GroupProps) {
  const [all, setAll] = useState(false)
  const chosen = lines ? lines.split('\n') : []
  const choose = (values: string[]) => set({ [field]: values })
  const gone = chosen.filter((value) => !buckets.some((bucket) => bucket.value === value)).map((value) => ({ value, label: value, count: 0 }))
  const list = [...buckets, ...gone]
  if (list.length === 0) return null
  const shown = all ? list : list.filter((bucket, i) => i < few || chosen.includes(bucket.value))
  return (
    <fieldset className="facet">
      <legend>
        {name}
        {chosen.length > 0 && (
          <Button type="link" size="small" onClick={() => choose([])} aria-label={`不限${name}`}>
            不限
          </Button>
        )}
      </legend>
      {shown.map(({ value, label, count }) => (
        <Tick key={value} checked={chosen.includes(value)} onChange={(checked) => choose(checked ? [...chosen, value] : chosen.filter((one) => one !== value))}>
          <span className="facet-label">{label}</span>
          <span className="facet-count">{count}</span>
        </Tick>
      ))}
      {list.length > few && (
        <Button type="link" size="small" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? '收起' : `更多（${list.length - few}）`}
        </Button>
      )}
    </fieldset>
  )
})
