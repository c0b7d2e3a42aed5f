import { Button, Checkbox, Drawer } from 'antd'
import { useState } from 'react'
import type { Address } from '../client/address'

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
      buckets={facets.find((facet) => facet.field === field)?.buckets ?? []}
      chosen={address.all(field)}
      choose={(values) => address.set({ [field]: values })}
    />
  ))
}

function Group({ name, buckets, chosen, choose }: { name: string; buckets: readonly Bucket[]; chosen: string[]; choose: (values: string[]) => void }) {
  const [all, setAll] = useState(false)
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
        <Checkbox
          key={value}
          checked={chosen.includes(value)}
          onChange={(event) => choose(event.target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))}
        >
          <span className="facet-label">{label}</span>
          <span className="facet-count">{count}</span>
        </Checkbox>
      ))}
      {list.length > few && (
        <Button type="link" size="small" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? '收起' : `更多（${list.length - few}）`}
        </Button>
      )}
    </fieldset>
  )
}
