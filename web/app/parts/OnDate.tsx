import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import type { Address } from '../client/address'

/** Chooses the day whose statuses are shown; today when empty. It is `on` in the address. */
export function OnDate({ address, label }: { address: Address; label: string }) {
  const on = address.get('on')
  return (
    <DatePicker
      className={on ? 'on-date is-set' : 'on-date'}
      value={on ? dayjs(on) : null}
      placeholder="今天"
      aria-label={label}
      onChange={(_, text) => address.set({ on: typeof text === 'string' ? text : '' })}
      allowClear
    />
  )
}
