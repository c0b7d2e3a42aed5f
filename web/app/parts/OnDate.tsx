import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { memo } from 'react'
import type { Address } from '../client/address'
import { isDay } from '../words'

interface Props {
  address: Pick<Address, 'get' | 'set'>
  label: string
  /** What stands there for today; more than the word where the page does not say what the day is of. */
  empty?: string
}

/** Chooses the day whose statuses are shown; today when empty. It is `on` in the address. */
export const OnDate = ({ address, ...rest }: Props) => <Chosen on={address.get('on')} set={address.set} {...rest} />

const Chosen = memo(function Chosen({ on, set, label, empty = '今天' }: { on: string; set: Address['set']; label: string; empty?: string }) {
  return (
    <DatePicker
      className={on ? 'on-date is-set' : 'on-date'}
      value={isDay(on) ? dayjs(on) : null}
      placeholder={on || empty}
      status={on && !isDay(on) ? 'error' : undefined}
      aria-label={label}
      onChange={(_, text) => set({ on: typeof text === 'string' ? text : '' })}
      allowClear
    />
  )
})
