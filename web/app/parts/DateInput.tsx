import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import type { ComponentProps } from 'react'
import { isDay } from '../words'

type Props = Omit<ComponentProps<typeof DatePicker>, 'value' | 'onChange' | 'mode' | 'picker'> & {
  /** A day such as 2026-11-28; empty for none. */
  value: string
  set: (day: string) => void
}

/**
 * A day, typed or chosen. A typed one counts with its last digit: the picker itself waits for
 * Enter or for the field to be left, which is too late for whoever goes straight to the button.
 * Enter takes the day, and does not send the form.
 */
export const DateInput = ({ value, set, ...rest }: Props) => (
  <div className="date-input" onInput={({ target }) => target instanceof HTMLInputElement && isDay(target.value) && set(target.value)}>
    <DatePicker placeholder="选择日期，或键入 2026-11-28" {...rest} value={value ? dayjs(value) : null} onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()} onChange={(_, day) => set(typeof day === 'string' ? day : '')} />
  </div>
)
