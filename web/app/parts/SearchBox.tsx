import { AutoComplete, Input } from 'antd'
import { useEffect, useRef, useState } from 'react'
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
  /** Called a moment after the last key, and at once on Enter; not while an input method composes. */
  onSearch: (text: string) => void
  kinds: SearchKind[]
  label: string
  placeholder: string
  size?: 'large' | 'middle'
}

/** A pause as long as this between two keys asks for results: a frame, for the hub takes a few milliseconds. */
const pause = 16

/** One box for everything: completes the last word that was begun, in characters, pinyin or initials. */
export function SearchBox({ value, onSearch, kinds, label, placeholder, size = 'large' }: Props) {
  const [text, setText] = useState(value)
  const [open, setOpen] = useState(false)
  const composing = useRef(false)
  const timer = useRef(0)
  const told = useRef(value)

  useEffect(() => {
    if (value !== told.current) setText(value) // the address changed by itself: back, a link
    told.current = value
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])

  const tell = (words: string) => {
    clearTimeout(timer.current)
    told.current = words.trim()
    onSearch(told.current)
  }
  const typed = (words: string) => {
    setText(words)
    clearTimeout(timer.current)
    if (!composing.current) timer.current = window.setTimeout(() => tell(words), pause)
  }

  const last = text.split(/\s+/).at(-1) ?? ''
  const before = text.slice(0, text.length - last.length)
  const { data } = useAsk(query, { prefix: last, kinds }, { enabled: open && last !== '', keep: true, staleTime: 60_000 })
  const options = last
    ? (data?.suggest ?? []).map((one) => ({
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
    : []

  return (
    <AutoComplete
      className="search-box"
      value={text}
      options={options}
      open={open && options.length > 0}
      defaultActiveFirstOption={false}
      onOpenChange={setOpen}
      onChange={(words: string) => typed(words ?? '')}
      onSelect={(words: string) => {
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
