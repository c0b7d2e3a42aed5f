import { Alert, Button, Input } from 'antd'
import { useId, useState, type ReactNode } from 'react'
import type { Payload } from '../client/ask'
import { useDraft } from '../client/draft'
import { useSubmission } from '../client/submission'
import { Failure } from './Answer'
import { DateInput } from './DateInput'
import { controlOf, FormField, toFirstWrong } from './FormField'

export type Values = Record<string, string | number | boolean | string[] | null | undefined>

/** What a control of a page's own has to carry. */
export type Control = ReturnType<typeof controlOf> & {
  value: Values[string]
  set: (value: Values[string]) => void
  onBlur: () => void
}

export interface ChangeField {
  name: string
  label: string
  control?: 'text' | 'long' | 'date' | ((control: Control) => ReactNode)
  optional?: boolean
  /** Takes the whole width. */
  wide?: boolean
  /** What stands below the control. */
  below?: ReactNode
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
  done: (made: P, values: Values) => void
  /** What stands below the fields, such as who will be told; from the newest judgement. */
  children?: (outcome: P | undefined, values: Values, set: (values: Values) => void) => ReactNode
}

/**
 * A form of one step: a few fields, the reason, the button. What the server would refuse stands
 * at the fields that were left, and at all of them once somebody has tried to send it. What is
 * typed stays through reloads, conflicts and lost connections, until it is written.
 */
export function ChangeForm<P extends Outcome>({ title, draft, initial = {}, beside, fields, change, submit, danger, done, children }: Props<P>) {
  const [typed, setTyped, forget] = useDraft<Values>(draft, initial)
  const [left, setLeft] = useState<string[]>([])
  const values: Values = { ...typed, ...beside }
  const form = useId() // a page may have several
  const { outcome, errors, judgedOf, tried, going, problem, submit: send } = useSubmission<P>({
    typed: JSON.stringify(values),
    send: (how) => change(values, how),
    done: (made) => {
      forget()
      setLeft([]) // an empty form is not wrong yet
      done(made, values)
    },
  })
  const judged = judgedOf === undefined ? values : (JSON.parse(judgedOf) as Values)
  const errorOf = (name: string) => {
    if (!tried && !left.includes(name)) return undefined
    if (JSON.stringify(judged[name]) !== JSON.stringify(values[name])) return undefined // what was said of a value is not said of another one
    return errors.find(({ path }) => path.includes(name))?.message
  }
  const elsewhere = errors.filter(({ path, code }) => !fields.some(({ name }) => path.includes(name)) && (tried || code === 'FORBIDDEN'))
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
        {fields.map(({ name, label, control = 'text', optional, wide, below, placeholder }) => {
          const error = errorOf(name)
          const set = (value: Values[string]) => setTyped({ ...typed, [name]: value })
          const common = { ...controlOf(`${form}-${name}`, error), onBlur: () => setLeft((before) => (before.includes(name) ? before : [...before, name])) }
          const text = { ...common, value: String(values[name] ?? ''), placeholder, onChange: (event: { target: { value: string } }) => set(event.target.value) }
          return (
            <FormField key={name} id={common.id} label={label} optional={optional} below={below} error={error} wide={wide || control === 'long'}>
              {control === 'text' && <Input {...text} maxLength={200} />}
              {control === 'long' && <Input.TextArea {...text} rows={3} maxLength={2000} />}
              {control === 'date' && <DateInput {...common} value={String(values[name] ?? '')} set={set} />}
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
