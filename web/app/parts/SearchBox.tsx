import { AutoComplete, Input } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { graphql } from '../gql'
import type { SearchKind } from '../gql/words'
import { useAsk } from '../client/ask'
import { word } from '../words'

const query = graphql(`
  query Suggestions($prefix: String!, $kinds: [SearchKind!]) {
    suggest(prefix: $prefix, kinds: $kinds, limit: 8) {
      text
      kind
      means
      count
    }
  }
`)

interface Props {
  /** The words searched for, as the address has them. */
  value: string
  /** Called at once, for keys in quick succession a moment after the last; not while an input method composes. */
  onSearch: (text: string) => void
  kinds: SearchKind[]
  label: string
  placeholder: string
  size?: 'large' | 'middle'
}

/** Keys that follow one another faster than this ask for results together; a single one asks at once. */
const together = 40
/** Words are completed for whoever pauses as long as this: results come first, and nothing holds them up. */
const hesitation = 120

/** One box for everything: completes the last word that was begun, in characters, pinyin or initials. */
export function SearchBox({ value, onSearch, kinds, label, placeholder, size = 'large' }: Props) {
  const [text, setText] = useState(value)
  const [begun, setBegun] = useState('') // the text whose last word is completed
  const [open, setOpen] = useState(false)
  const composing = useRef(false)
  const asking = useRef(0)
  const completing = useRef(0)
  const key = useRef(0)
  const told = useRef(value)

  useEffect(() => {
    if (value !== told.current) setText(value) // the address changed by itself: back, a link
    told.current = value
  }, [value])
  const settle = () => {
    clearTimeout(asking.current)
    clearTimeout(completing.current)
  }
  useEffect(() => settle, [])

  const tell = (words: string) => {
    clearTimeout(asking.current)
    told.current = words.trim()
    onSearch(told.current)
  }
  const typed = (words: string) => {
    setText(words)
    if (composing.current) return
    settle()
    const burst = performance.now() - key.current < together
    key.current = performance.now()
    if (burst) asking.current = window.setTimeout(() => tell(words), together)
    else tell(words)
    completing.current = window.setTimeout(() => setBegun(words), hesitation)
  }

  const last = begun.split(/\s+/).at(-1) ?? ''
  const { data } = useAsk(query, { prefix: last, kinds }, { enabled: open && last !== '', keep: true, staleTime: 60_000 })
  const options = useMemo(() => {
    const before = begun.slice(0, begun.length - last.length)
    return (last ? (data?.suggest ?? []) : []).map((one) => ({
      value: before + one.text,
      label: (
        <span className="suggestion">
          <span>{one.text}</span>
          <span className="soft">
            {one.means ? `即 ${one.means}` : word('SuggestionKind', one.kind)} · {one.count}
          </span>
        </span>
      ),
    }))
  }, [data, begun, last])

  return (
    <AutoComplete
      className="search-box"
      value={text}
      options={options}
      open={open && options.length > 0 && /\S$/.test(text)} // behind a space no word is begun
      defaultActiveFirstOption={false}
      onOpenChange={setOpen}
      onChange={(words: string) => typed(words ?? '')}
      onSelect={(words: string) => {
        settle()
        setText(words + ' ')
        tell(words)
        setOpen(false)
      }}
    >
      <Input
        size={size}
        allowClear
        type="search"
        aria-label={label}
        placeholder={placeholder}
        enterKeyHint="search"
        onCompositionStart={() => (composing.current = true)}
        onCompositionEnd={(event) => {
          composing.current = false
          typed(event.currentTarget.value)
        }}
        onPressEnter={() => {
          tell(text)
          setOpen(false)
        }}
      />
    </AutoComplete>
  )
}
