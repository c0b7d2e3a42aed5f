import { Alert, Button, DatePicker, Input } from 'antd'
import dayjs from 'dayjs'
import { useEffect, useState, type ReactNode } from 'react'
import { newKey, queries, type Payload } from '../client/ask'
import { useDraft } from '../client/draft'
import { problemOf, type Problem } from '../client/problem'
import { Failure } from './Answer'

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

export interface FormField {
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
  fields: FormField[]
  /** Makes the change, or has it judged. */
  change: (values: Values, how: How) => Promise<P>
  submit: string
  danger?: boolean
  done: (payload: P, values: Values) => void
  /** What stands below the fields, such as who will be told; from the newest judgement. */
  children?: (outcome: P | undefined, values: Values, set: (values: Values) => void) => ReactNode
}

/** A pause as long as this after the last key has what is typed judged. */
const pause = 400

/**
 * A form of one change. The server judges it as one types: what it would refuse stands at the
 * fields that were left, and at all of them once somebody has tried to send it. What is typed
 * stays through reloads, conflicts and lost connections, until it is written.
 */
export function ChangeForm<P extends Outcome>({ title, draft, initial = {}, beside, fields, change, submit, danger, done, children }: Props<P>) {
  const [typed, setTyped, forget] = useDraft<Values>(draft, initial)
  const values: Values = { ...typed, ...beside }
  const [judged, setJudged] = useState<{ outcome: P; values: Values }>()
  const [touched, setTouched] = useState<string[]>([])
  const [tried, setTried] = useState(false)
  const [going, setGoing] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const [key, setKey] = useState(newKey)
  const at = (name: string) => `form-${name}`

  useEffect(() => {
    let old = false
    const judge = (outcome: P) => !old && setJudged({ outcome, values })
    // A preview that fails says nothing: sending it does.
    const timer = setTimeout(() => void change(values, { idempotencyKey: newKey(), preview: true }).then(judge, () => undefined), pause)
    return () => {
      old = true
      clearTimeout(timer)
    }
  }, [JSON.stringify(values)])

  const concerns = (path: string[], name: string) => path.includes(name)
  const send = async () => {
    setTried(true)
    setGoing(true)
    setProblem(undefined)
    try {
      const payload = await change(values, { idempotencyKey: key, preview: false })
      setJudged({ outcome: payload, values })
      if (payload.userErrors.length === 0) {
        forget()
        setKey(newKey())
        setTried(false)
        done(payload, values)
      }
      const wrong = fields.find(({ name }) => payload.userErrors.some(({ path }) => concerns(path, name)))
      if (wrong) document.getElementById(at(wrong.name))?.focus()
      if (payload.userErrors.length === 0 || payload.userErrors.some(({ code }) => code === 'CONFLICT')) await queries.invalidateQueries()
    } catch (thrown) {
      setProblem(problemOf(thrown))
    } finally {
      setGoing(false)
    }
  }

  const outcome = judged?.outcome
  const errors = outcome?.userErrors ?? []
  /** What was said of a value is not said of another one. */
  const stands = (name: string) => JSON.stringify(judged?.values[name]) === JSON.stringify(values[name])
  const elsewhere = errors.filter(({ path, code }) => !fields.some(({ name }) => concerns(path, name)) && (tried || code === 'FORBIDDEN'))
  return (
    <form
      className="card form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h2>{title}</h2>
      <div className="form-fields">
        {fields.map((field) => {
          const { name, label, control = 'text', optional, wide, hint, placeholder } = field
          const message = (tried || touched.includes(name)) && stands(name) ? errors.find(({ path }) => concerns(path, name))?.message : undefined
          const set = (value: Values[string]) => setTyped({ ...typed, [name]: value })
          const common = {
            id: at(name),
            status: message ? ('error' as const) : undefined,
            'aria-invalid': !!message,
            'aria-describedby': message ? `${at(name)}-why` : undefined,
            onBlur: () => setTouched((before) => (before.includes(name) ? before : [...before, name])),
          }
          const text = { ...common, value: String(values[name] ?? ''), placeholder, onChange: (event: { target: { value: string } }) => set(event.target.value) }
          return (
            <div key={name} className={wide || control === 'long' ? 'form-field is-wide' : 'form-field'}>
              <label htmlFor={at(name)}>
                {label}
                {optional && <span className="soft">（可不填）</span>}
              </label>
              {control === 'text' && <Input {...text} maxLength={200} />}
              {control === 'long' && <Input.TextArea {...text} rows={3} maxLength={2000} />}
              {control === 'date' && <DatePicker {...common} value={values[name] ? dayjs(String(values[name])) : null} onChange={(_, day) => set(typeof day === 'string' ? day : '')} placeholder={placeholder ?? '选择日期'} />}
              {typeof control === 'function' && control({ ...common, value: values[name], set })}
              {hint && <p className="form-hint">{hint}</p>}
              {message && (
                <p id={`${at(name)}-why`} className="form-wrong">
                  {message}
                </p>
              )}
            </div>
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
