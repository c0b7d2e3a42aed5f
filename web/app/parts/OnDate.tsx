import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { memo } from 'react'
import type { Address } from '../client/address'
import { isDay } from '../words'

interface Props {
  address: Pick<Address, 'get' | 'set'>
  label: string
}

/** Chooses the day whose statuses are shown; today when empty. It is `on` in the address. */
export const OnDate = ({ address, label }: Props) => <Chosen on={address.get('on')} set={address.set} label={label} />

const Chosen = memo(function Chosen({ on, set, label }: { on: string; set: Address['set']; label: string }) {
  return (
    <DatePicker
      className={on ? 'on-date is-set' : 'on-date'}
      value={isDay(on) ? dayjs(on) : null}
      placeholder={on || '今天'}
      status={on && !isDay(on) ? 'error' : undefined}
      aria-label={label}
      onChange={(_, text) => set({ on: typeof text === 'string' ? text : '' })}
      allowClear
    />
  )
})
