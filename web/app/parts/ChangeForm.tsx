import { Alert, Button, DatePicker, Input } from 'antd'
import dayjs from 'dayjs'
import { useId, useState, type ReactNode } from 'react'
import type { Payload } from '../client/ask'
import { useDraft } from '../client/draft'
import { useSubmission } from '../client/submission'
import { Failure } from './Answer'
import { controlOf, FormField, toFirstWrong } from './FormField'

export type Values = Record<string, string | number | boolean | string[] | null | undefined>

/** What a control of a page's own has to carry. */
export interface Control {
  id: string
  value: Values[string]
  set: (value: Values[string]) => void
  status?: 'error'
  'aria-invalid': boolean
  'aria-describedby'?: string
  onBlur: () => void
}

export interface ChangeField {
  name: string
  label: string
  control?: 'text' | 'long' | 'date' | ((control: Control) => ReactNode)
  optional?: boolean
  /** Takes the whole width. */
  wide?: boolean
  hint?: ReactNode
  placeholder?: string
}

/** Goes with every change: the key of this form, and whether it is only judged. */
export interface How {
  idempotencyKey: string
  preview: boolean
}

export interface Outcome extends Payload {
  remarks: { code: string; message: string; path: string[] }[]
}

interface Props<P extends Outcome> {
  title: string
  /** The name under which what is typed outlives the page. */
  draft: string
  initial?: Values
  /** What the change is made with that the page keeps itself. */
  beside?: Values
  fields: ChangeField[]
  /** Makes the change, or has it judged. */
  change: (values: Values, how: How) => Promise<P>
  submit: string
  danger?: boolean
  done: (payload: P, values: Values) => void
  /** What stands below the fields, such as who will be told; from the newest judgement. */
  children?: (outcome: P | undefined, values: Values, set: (values: Values) => void) => ReactNode
}

/**
 * A form of one change. The server judges it as one types: what it would refuse stands at the
 * fields that were left, and at all of them once somebody has tried to send it. What is typed
 * stays through reloads, conflicts and lost connections, until it is written.
 */
export function ChangeForm<P extends Outcome>({ title, draft, initial = {}, beside, fields, change, submit, danger, done, children }: Props<P>) {
  const [typed, setTyped, forget] = useDraft<Values>(draft, initial)
  const values: Values = { ...typed, ...beside }
  const [touched, setTouched] = useState<string[]>([])
  const form = useId() // a page may have several
  const at = (name: string) => `${form}-${name}`
  const { outcome, errors, tried, going, problem, submit: send } = useSubmission<P>({
    typed: JSON.stringify(values),
    send: (how) => change(values, how),
    done: (payload) => {
      forget()
      done(payload, values)
    },
  })
  const concerns = (path: string[], name: string) => path.includes(name)
  const elsewhere = errors.filter(({ path, code }) => !fields.some(({ name }) => concerns(path, name)) && (tried || code === 'FORBIDDEN'))
  return (
    <form
      className="card form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault()
        void send().then(toFirstWrong)
      }}
    >
      <h2>{title}</h2>
      <div className="form-fields">
        {fields.map((field) => {
          const { name, label, control = 'text', optional, wide, hint, placeholder } = field
          const message = tried || touched.includes(name) ? errors.find(({ path }) => concerns(path, name))?.message : undefined
          const set = (value: Values[string]) => setTyped({ ...typed, [name]: value })
          const common = { ...controlOf(at(name), message), onBlur: () => setTouched((before) => (before.includes(name) ? before : [...before, name])) }
          const text = { ...common, value: String(values[name] ?? ''), placeholder, onChange: (event: { target: { value: string } }) => set(event.target.value) }
          return (
            <FormField key={name} id={at(name)} label={label} optional={optional} wide={wide || control === 'long'} below={hint} error={message}>
              {control === 'text' && <Input {...text} maxLength={200} />}
              {control === 'long' && <Input.TextArea {...text} rows={3} maxLength={2000} />}
              {control === 'date' && <DatePicker {...common} value={values[name] ? dayjs(String(values[name])) : null} onChange={(_, day) => set(typeof day === 'string' ? day : '')} onKeyDown={(event) => event.key === 'Enter' && event.preventDefault() /* it takes the day, and does not send the form */} placeholder={placeholder ?? '选择日期'} />}
              {typeof control === 'function' && control({ ...common, value: values[name], set })}
            </FormField>
          )
        })}
      </div>
      {children?.(outcome, values, setTyped)}
      {outcome?.remarks.map((one) => <Alert key={one.message} type="warning" showIcon title={one.message} />)}
      {elsewhere.map((one) => (
        <Alert key={one.message} type="error" showIcon role="alert" title={one.code === 'CONFLICT' ? `${one.message}已读取最新的记录，您填写的都在；看过现状后可以再次办理。` : one.message} />
      ))}
      {problem && <Failure problem={problem} slim />}
      <div>
        <Button type="primary" htmlType="submit" danger={danger} loading={going}>
          {submit}
        </Button>
      </div>
    </form>
  )
}
